"""The difference between two code blocks."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.worker import Worker, WorkerState

from robotui.text import one_line
from robotui.ui.widgets.diff_view import DiffView
from robotui.workspace.diff import Diff


class Compare(ModalScreen[None]):
    """Shows what makes ``after`` out of ``before``; Esc closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "Close", show=False),
        Binding("t", "layout", "Side by side", show=False),
    ]
    CSS = """
    Compare > .dialog { width: 96%; max-width: 220; height: 92%; max-height: 92%; padding: 0 1; }
    Compare #equal { display: none; padding: 1; }
    Compare.-equal #equal { display: block; }
    Compare.-equal DiffView { display: none; }
    """

    def __init__(self, title: str, before: str, after: str, *, language: str = "") -> None:
        super().__init__()
        self._title = one_line(title)
        self._before = before
        self._after = after
        self._language = language
        self.set_class(before == after, "-equal")

    def compose(self) -> ComposeResult:
        """The difference, or a word that there is none."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content(self._title)
            dialog.border_subtitle = "t  side by side    Esc  close"
            yield Static("Both are equal, byte for byte.", id="equal")
            yield DiffView("", "", language=self._language, side_by_side=True)

    def on_mount(self) -> None:
        """Find the difference; that takes a while in long texts."""
        self.query_one(DiffView).focus()
        if not self.has_class("-equal"):
            self._compare()

    @work(name="the comparison", group="compare", exit_on_error=False)
    async def _compare(self) -> None:
        diff = await asyncio.to_thread(Diff.of, self._before, self._after)
        self.query_one(DiffView).show(diff, self._language)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say what went wrong, so that nothing is swallowed."""
        if event.state == WorkerState.ERROR:
            error = event.worker.error
            words = f"{event.worker.name} failed: {type(error).__name__}: {error}"
            self.query_one(".dialog").border_subtitle = Content(one_line(words))

    def action_layout(self) -> None:
        """Put the two beside each other, or one below the other."""
        self.query_one(DiffView).toggle_layout()
