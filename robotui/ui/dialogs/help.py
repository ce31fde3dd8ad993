"""All keys and commands."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

Row = tuple[str, str]
"""How it is called, and what it does."""


class Help(ModalScreen[None]):
    """A list to scroll; Esc closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,q", "dismiss", "Close", show=False),
    ]

    def __init__(self, keys: Iterable[Row], commands: Iterable[Row]) -> None:
        super().__init__()
        self._keys = list(keys)
        self._commands = list(commands)

    def compose(self) -> ComposeResult:
        """Keys, then commands."""
        width = max(len(key) for key, _help in self._keys) + 2
        lines: list[Row] = []
        for rows in (self._keys, [("", "")], self._commands):
            for name, text in rows:
                lines += [(name.ljust(width), "bold"), (text + "\n", "")]
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Keys and commands"
            dialog.border_subtitle = "Esc  close"
            with VerticalScroll():
                yield Static(Content.assemble(*lines))
