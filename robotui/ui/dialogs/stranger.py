"""Whether a model server that another user runs may answer."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from robotui.client.engines import Stranger


class AskAboutStranger(ModalScreen[bool | None]):
    """Answers yes or no; None: not now."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Later", show=False),
        Binding("y", "answer(True)", "Use it", show=False),
        Binding("n", "answer(False)", "Never", show=False),
    ]
    CSS = """
    AskAboutStranger > .dialog { height: auto; padding: 1 2; }
    """

    def __init__(self, stranger: Stranger) -> None:
        super().__init__()
        self._stranger = stranger

    def compose(self) -> ComposeResult:
        """Who it is, and what it would get."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Another user's model server"
            dialog.border_subtitle = "y  use it    n  never    Esc  not now"
            yield Static(
                Content.assemble(
                    "A model server at ",
                    (self._stranger.engine, "bold"),
                    " is run by ",
                    (self._stranger.owner, "bold $text-warning"),
                    ".\n\nWhoever runs it would get your prompts and what the agents read in this "
                    "folder. The answer is kept; until then the offline engine answers.",
                )
            )

    def action_answer(self, use: bool) -> None:
        """Answer."""
        self.dismiss(use)
