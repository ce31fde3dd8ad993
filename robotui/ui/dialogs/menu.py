"""What can be done with a code block, to pick from."""

from __future__ import annotations

from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from robotui.layout.block_actions import BlockAction

ACTIONS: Final = {
    "c": (BlockAction.COPY, "copy it, exactly"),
    "p": (BlockAction.PLAIN, "copy it without {what}"),
    "s": (BlockAction.SAVE, "save it to a file"),
    "a": (BlockAction.APPLY, "apply it to a file of the workspace"),
    "f": (BlockAction.FOLD, "fold or unfold it"),
    "r": (BlockAction.REPLY, "copy the whole reply as Markdown"),
    "h": (BlockAction.SHELF, "all code blocks of this chat"),
}
"""Key, action and text of each; ``PLAIN`` is there if a block has what it leaves out."""


class BlockMenu(ModalScreen[BlockAction | None]):
    """Answers the name of an action, or None; the letter alone picks it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "Close", show=False),
        *(Binding(key, f"pick('{name}')", show=False) for key, (name, _text) in ACTIONS.items()),
    ]

    def __init__(self, title: str, decorated: str = "") -> None:
        """``decorated``: what is before every line of the block (``line numbers``), if anything."""
        super().__init__()
        self._title = title
        self._decorated = decorated

    def compose(self) -> ComposeResult:
        """A row an action."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = Content(self._title)
            dialog.border_subtitle = "Enter or the letter    Esc  close"
            yield OptionList(
                *(
                    Option(self._row(key, text), id=name)
                    for key, (name, text) in ACTIONS.items()
                    if self._has(name)
                )
            )

    def _has(self, name: str) -> bool:
        return name != BlockAction.PLAIN or bool(self._decorated)

    def _row(self, key: str, text: str) -> Content:
        return Content.assemble((f"{key}  ", "bold"), text.format(what=self._decorated))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Answer the picked action."""
        self.dismiss(BlockAction(str(event.option_id)))

    def action_pick(self, name: str) -> None:
        """Answer this action."""
        if self._has(name):
            self.dismiss(BlockAction(name))

    def on_click(self, event: events.Click) -> None:
        """A click beside the menu closes it."""
        if event.widget is self:
            self.dismiss(None)
