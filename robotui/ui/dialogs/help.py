"""All keys and commands."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from robotui.ui.keyboard import key_name
from robotui.ui.slash import COMMANDS

_ALWAYS = (
    ("Enter", "send"),
    ("Ctrl+J, Shift+Enter, Alt+Enter", "new line"),
    ("Alt+Z, Ctrl+_; Ctrl+Y", "undo what was typed; redo"),
    ("Up, Down at the edge", "earlier prompts"),
    ("Tab", "complete a command or an agent"),
    ("Alt+1 .. Alt+9", "copy that code block of the latest reply"),
    ("c, s, a on a block", "copy it, save it, apply it with a diff"),
    ("Enter, Space on a block", "all that can be done with it; fold or unfold it"),
    ("r after an error", "send the prompt again"),
    ("Ctrl+P", "command palette"),
)


class Help(ModalScreen[None]):
    """A list to scroll; Esc closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q", "dismiss", "Close", show=False),
    ]

    def __init__(self, bindings: list[Binding]) -> None:
        super().__init__()
        named = [b for b in bindings if not b.action.startswith("copy_block(")]
        self._keys = [*_ALWAYS, *((key_name(b.key), b.description) for b in named)]

    def compose(self) -> ComposeResult:
        """Keys, then commands."""
        width = max(len(key) for key, _help in self._keys) + 2
        lines: list[tuple[str, str]] = []
        for key, text in self._keys:
            lines += [(key.ljust(width), "bold"), (text + "\n", "")]
        lines.append(("\n", ""))
        for command in COMMANDS:
            name = f"/{command.name} {command.argument}".rstrip()
            lines += [(name.ljust(width), "bold"), (command.help + "\n", "")]
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Keys and commands"
            dialog.border_subtitle = "Esc  close"
            with VerticalScroll():
                yield Static(Content.assemble(*lines))
