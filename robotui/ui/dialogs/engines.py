"""What can answer, to pick from."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from robotui.client.engines import EngineChoice, Engines


class EnginePicker(ModalScreen[EngineChoice | None]):
    """Answers what is to answer from now on, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close", show=False),
    ]

    def __init__(self, engines: Engines) -> None:
        super().__init__()
        self._engines = engines

    def compose(self) -> ComposeResult:
        """A row a choice; the current one is marked."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "What answers"
            dialog.border_subtitle = "Enter  take    Esc  close    /engine URL  any other"
            choices = self._engines.choices
            options = OptionList(*(Option(self._row(choice)) for choice in choices))
            current = [at for at, choice in enumerate(choices) if self._is_current(choice)]
            options.highlighted = current[0] if current else None
            yield options

    def _is_current(self, choice: EngineChoice) -> bool:
        now = self._engines.current
        return (choice.engine, choice.model) == (now.engine, now.model)

    def _row(self, choice: EngineChoice) -> Content:
        mark = "● " if self._is_current(choice) else "○ "
        facts = [choice.name] if choice.model else []
        facts += [choice.engine] if choice.engine != choice.label else []
        facts += [f"{choice.context_window:,} tokens"] if choice.context_window else []
        why = (f"  {choice.why}", "$text-warning") if choice.why else ""
        said = "  " + " · ".join(facts) if facts else ""
        return Content.assemble(mark, (choice.label, "bold"), (said, "dim"), why)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer the picked one."""
        self.dismiss(self._engines.choices[event.option_index])
