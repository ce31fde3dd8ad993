"""What a part may ask of the screen that it serves."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar

if TYPE_CHECKING:
    from textual.screen import Screen

    from robotui.errors import RobotuiError

Answer = TypeVar("Answer")
Given = ParamSpec("Given")


class Work(Protocol):
    """Something that a part has started."""

    @property
    def is_finished(self) -> bool:
        """Whether it has ended, in whatever way."""

    def cancel(self) -> None:
        """Let it end."""

    async def wait(self) -> Any:
        """Its result once it has ended. Raises textual.worker.WorkerError if there is none."""


class Host(Protocol):
    """The screen, as far as parts see it."""

    def tell(self, text: str, title: str = "", timeout: float | None = None) -> None:
        """Show a passing word; nothing in it is trusted. ``timeout``: seconds."""

    def warn(self, text: str) -> None:
        """Show a passing word on what can't be done."""

    def warn_of(self, error: RobotuiError) -> None:
        """Show an error that leaves the chat as it is."""

    async def ask(self, dialog: Screen[Answer]) -> Answer | None:
        """Show a dialog; its answer once it is closed. Only in what was started."""

    def start(
        self, work: Coroutine[Any, Any, object], *, name: str, group: str, exclusive: bool = False
    ) -> Work:
        """Let something go on beside all else; ``exclusive`` ends what its group does already.

        What it raises is told in the chat.
        """

    def selected(self) -> str:
        """The text that the mouse selected; may be empty."""

    def selected_in_field(self) -> str:
        """What is selected in the field that has the focus, if one has it; may be empty."""

    def put_into_clipboard(self, text: str) -> None:
        """Send a text to the clipboard of the terminal, which never answers."""

    def lend_terminal(self, act: Callable[[], Answer]) -> Answer | None:
        """Do something that needs the terminal for itself; None if it fails, after a word on it."""

    def quit(self) -> None:
        """End the program."""


class Part(Protocol):
    """Whatever has a host."""

    @property
    def host(self) -> Host:
        """The screen."""


Serving = TypeVar("Serving", bound=Part)
Method = Callable[Concatenate[Serving, Given], Coroutine[Any, Any, object]]


def background(
    name: str, group: str = ""
) -> Callable[[Method[Serving, Given]], Callable[Concatenate[Serving, Given], None]]:
    """Let a part's method go on beside all else when it is called. ``group``: as its name."""

    def decorate(method: Method[Serving, Given]) -> Callable[Concatenate[Serving, Given], None]:
        @wraps(method)
        def start(part: Serving, /, *args: Given.args, **kwargs: Given.kwargs) -> None:
            part.host.start(method(part, *args, **kwargs), name=name, group=group or name)

        return start

    return decorate
