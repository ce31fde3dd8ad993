"""Earlier chats, newest first."""

from __future__ import annotations

import time
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from robotui import agents
from robotui.chats import sidecar
from robotui.chats.sidecar import Sidecar
from robotui.text import one_line


class Chats(ModalScreen[Path | None]):
    """Pick a chat; answers its transcript's path, or None."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+s", "dismiss", "Close", show=False),
    ]

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._found = list(sidecar.every(folder))

    def compose(self) -> ComposeResult:
        """A row a chat."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Chats"
            dialog.border_subtitle = "Enter  open    Esc  close"
            if self._found:
                yield OptionList(*(Option(_row(info)) for _path, info in self._found))
            else:
                yield Static("No chats yet. The first prompt starts one.")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer with the picked chat."""
        self.dismiss(self._found[event.option_index][0])


def _row(info: Sidecar) -> Content:
    agent = agents.get(info.agent)
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(info.updated))
    folder = Path(info.workspace).name
    return Content.assemble(
        (when, "dim"),
        "  ",
        (one_line(agent.initials), agent.colour),
        "  ",
        one_line(info.title, 60) or "(untitled)",
        (f"  {one_line(folder, 30)}", "dim"),
    )
