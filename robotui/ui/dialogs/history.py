"""Earlier prompts, to search."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from robotui.text import one_line
from robotui.ui.widgets.field import Field

_SHOWN: Final = 200
"""How many prompts are listed at once; typing finds the others."""


class History(ModalScreen[str | None]):
    """Answers an earlier prompt, newest first, or None; all words typed must be in it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close", show=False),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down,ctrl+r", "move(1)", show=False, priority=True),
    ]

    def __init__(self, prompts: list[str]) -> None:
        super().__init__()
        self._prompts = list(dict.fromkeys(reversed(prompts)))
        self._found: list[str] = []

    def compose(self) -> ComposeResult:
        """What is searched for, above what was found."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Earlier prompts"
            dialog.border_subtitle = "Enter  take    Up, Down  move    Esc  close"
            yield Field(placeholder="words of the prompt")
            options = OptionList()
            options.can_focus = False
            yield options

    def on_mount(self) -> None:
        """Show the newest prompts."""
        self._filter("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what has these words."""
        self._filter(event.value)

    def _filter(self, query: str) -> None:
        words = query.casefold().split()
        matching = (p for p in self._prompts if all(word in p.casefold() for word in words))
        self._found = [prompt for prompt, _ in zip(matching, range(_SHOWN), strict=False)]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(Option(Content(one_line(prompt, 200))) for prompt in self._found)
        options.highlighted = 0 if self._found else None

    def action_move(self, step: int) -> None:
        """Mark another prompt."""
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            options.highlighted = max(0, min(options.highlighted + step, len(self._found) - 1))

    def on_input_submitted(self) -> None:
        """Take the marked prompt."""
        at = self.query_one(OptionList).highlighted
        self.dismiss(self._found[at] if at is not None else None)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take the clicked prompt."""
        self.dismiss(self._found[event.option_index])
