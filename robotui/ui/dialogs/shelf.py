"""All code blocks of a chat: found as you type, copied, saved, applied, compared."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from robotui.chats.shelf import Shelved
from robotui.errors import RobotuiError
from robotui.markdown import CodeBlock
from robotui.ui.dialogs.compare import Compare
from robotui.ui.dialogs.shelf_listing import Action, Picked, ShelfListing, ShelfState
from robotui.ui.widgets.code_view import CodeView
from robotui.ui.widgets.field import Field

__all__ = ["Picked", "ShelfDialog", "ShelfState"]

_KEYS: Final = {
    "Enter": " jump   Alt+ ",
    "C": " copy  ",
    "S": " save  ",
    "A": " apply  ",
    "D": " difference  ",
    "M": " mark   ",
    "Esc": " close",
}

Copy = Callable[[CodeBlock], Awaitable[str]]
"""Copies a block's source, and answers the sentence that says how."""


def _bind(letter: str, action: str) -> list[BindingType]:
    """Alt and the letter wherever the focus is; the letter alone where it can't be typed."""
    return [
        Binding(f"alt+{letter}", action, show=False, priority=True),
        Binding(letter, action, show=False),
    ]


class ShelfDialog(ShelfListing):
    """Answers what to do with which block. It changes ``state`` as it goes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", show=False, priority=True),
        Binding("up", "move(-1)", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("pageup", "page(-1)", show=False, priority=True),
        Binding("pagedown", "page(1)", show=False, priority=True),
        Binding("shift+up", "scroll_code(-1)", show=False, priority=True),
        Binding("shift+down", "scroll_code(1)", show=False, priority=True),
        Binding("home", "end(0)", show=False),
        Binding("end", "end(1)", show=False),
        Binding("enter", "pick('jump')", show=False, priority=True),
        *_bind("c", "copy"),
        *_bind("s", "pick('save')"),
        *_bind("a", "pick('apply')"),
        *_bind("d", "compare"),
        *_bind("m", "mark"),
    ]
    CSS = """
    ShelfDialog > .dialog { width: 96%; max-width: 220; height: 92%; max-height: 92%; padding: 0; }
    ShelfDialog #code {
        width: 50%; height: 1fr; display: none; border-left: vkey $foreground 20%;
    }
    ShelfDialog.-wide #code { display: block; }
    ShelfDialog ShelfList { width: 1fr; }
    ShelfDialog #said, ShelfDialog #keys { height: 1; padding: 0 1; }
    ShelfDialog #keys { color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
    """

    def __init__(self, state: ShelfState, copy: Copy) -> None:
        super().__init__(state)
        self._copy = copy

    def compose(self) -> ComposeResult:
        """What is searched for, above what was found and its code."""
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Code blocks of this chat"
            yield Field(self.state.query, placeholder="words of the agent, language, file, code")
            with Horizontal():
                yield self._list
                yield CodeView(id="code")
            yield Static(id="said")
            keys = [part for key, text in _KEYS.items() for part in ((key, "bold"), (text, ""))]
            yield Static(Content.assemble(*keys), id="keys")

    # -- moving

    def action_move(self, step: int) -> None:
        """To the block that many rows on."""
        self._wanted = None
        self._list.move(step)

    def action_page(self, step: int) -> None:
        """A page up or down."""
        self._wanted = None
        self._list.page(step)

    def action_end(self, end: int) -> None:
        """To the first block, or the last."""
        self._wanted = None
        self._list.go_to(len(self._list.items) * end)

    def action_scroll_code(self, step: int) -> None:
        """Scroll the code."""
        self.query_one(CodeView).scroll_relative(y=step * 3, animate=False)

    # -- doing

    def on_shelf_list_chosen(self) -> None:
        """Clicked twice."""
        self.action_pick("jump")

    def action_pick(self, action: Action) -> None:
        """Answer with the current block."""
        item = self._list.current
        if item is not None:
            self.dismiss(Picked(action, item))

    @work(name="copying", group="copy", exit_on_error=False)
    async def action_copy(self) -> None:
        """Copy the current block and stay."""
        item = self._list.current
        if item is None:
            return
        try:
            self._say(await self._copy(item.block))
        except RobotuiError as error:
            self._say(f"{error.headline}. {error.remedy}")

    def action_mark(self) -> None:
        """Mark the current block, to compare another with it; or take the mark away."""
        item = self._list.current
        if item is not None:
            marked = None if self._list.marked == item.key else item.key
            self._list.marked = self.state.marked = marked
            self._list.refresh()
            words = f"{self._title(item)} is marked: Alt+D on another compares."
            self._say(words if marked else "")

    def action_compare(self) -> None:
        """The difference to the marked block, or else to the version before."""
        shelf, item = self.state.shelf, self._list.current
        if item is None:
            return
        marked = self._list.marked
        other = shelf.find(marked) if marked and marked != item.key else shelf.previous(item)
        if other is None:
            yet = "" if self._list.complete else " was read so far"
            what = (
                f"No earlier {item.file_name}{yet}" if item.file_name else "No file name is known"
            )
            self._say(f"{what}: mark another block with Alt+M, then press Alt+D here.")
            return
        before, after = sorted((other, item), key=lambda either: either.key)
        names = [self._title(each) for each in (after, before)]
        if names[0] == names[1]:
            names = [
                f"{name} of reply {shelf.reply_number(each)}"
                for name, each in zip(names, (after, before), strict=True)
            ]
        title = " against ".join(names)
        language = after.language or before.language
        self.app.push_screen(Compare(title, before.source, after.source, language=language))

    def _title(self, item: Shelved) -> str:
        return self._list.title(item) or f"{item.language or 'text'} block {item.key.number}"
