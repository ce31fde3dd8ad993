"""What parts ask of the screen, done with Textual."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from textual.app import SuspendNotSupported
from textual.screen import Screen
from textual.widgets import Input, TextArea
from textual.worker import Worker

from robotui.errors import RobotuiError
from robotui.text import printable

Answer = TypeVar("Answer")


class TextualHost:
    """A ``Host`` by way of a screen and its app."""

    def __init__(self, screen: Screen[None]) -> None:
        self._screen = screen

    def tell(self, text: str, title: str = "", timeout: float | None = None) -> None:
        """Show a passing word; as nothing in it is trusted, it is neither markup nor obeyed."""
        self._screen.app.clear_notifications()  # one at a time: they cover what people read
        self._screen.notify(printable(text), title=printable(title), timeout=timeout, markup=False)

    def warn(self, text: str) -> None:
        """Show a passing word on what can't be done."""
        self._screen.app.clear_notifications()
        self._screen.notify(printable(text), severity="warning", markup=False)

    def warn_of(self, error: RobotuiError) -> None:
        """Show an error that leaves the chat as it is."""
        self.warn(f"{error.headline}. {error.remedy}")

    async def ask(self, dialog: Screen[Answer]) -> Answer | None:
        """Show a dialog; its answer once it is closed. Only in a worker."""
        return await self._screen.app.push_screen_wait(dialog)

    def start(
        self, work: Coroutine[Any, Any, object], *, name: str, group: str, exclusive: bool = False
    ) -> Worker[object]:
        """Run a worker of the screen, which is told how it ends."""
        return self._screen.run_worker(
            work, name=name, group=group, exclusive=exclusive, exit_on_error=False
        )

    def selected(self) -> str:
        """The text that the mouse selected; may be empty."""
        return self._screen.get_selected_text() or ""

    def selected_in_field(self) -> str:
        """What is selected in the field that has the focus, if one has it; may be empty."""
        field = self._screen.focused
        return field.selected_text if isinstance(field, Input | TextArea) else ""

    def put_into_clipboard(self, text: str) -> None:
        """Send a text to the clipboard of the terminal, which never answers."""
        self._screen.app.copy_to_clipboard(text)

    def lend_terminal(self, act: Callable[[], Answer]) -> Answer | None:
        """Do something that needs the terminal for itself; None if it fails, after a word on it."""
        try:
            with self._screen.app.suspend():
                return act()
        except SuspendNotSupported:
            self.warn("This terminal can't be left for a while.")
        except RobotuiError as error:
            self.warn_of(error)
        return None

    def quit(self) -> None:
        """End the program."""
        self._screen.app.exit()
