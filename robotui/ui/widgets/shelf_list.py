"""The code blocks of a chat as a list, one a row; made for tens of thousands of them."""

from __future__ import annotations

from typing import Final

from textual import events
from textual.message import Message
from textual.strip import Strip

from robotui import agents
from robotui.chats.shelf import Key, Shelf, Shelved
from robotui.layout.rows import Run
from robotui.layout.wrap import breaks, cells_of
from robotui.text import one_line
from robotui.ui.painting.painted_view import PaintedView
from robotui.ui.painting.palette import Palette
from robotui.ui.painting.strips import MARGIN, paint

_LANGUAGE: Final = 10
_NAME: Final = (14, 36)
"""Cells for a file name: at least, at most."""


class ShelfList(PaintedView):
    """Shows blocks of ``shelf``; one of them is the current one, one may be marked."""

    DEFAULT_CSS = "ShelfList { height: 1fr; background: $surface; }"

    class Moved(Message):
        """Another block is the current one, or there is none any more."""

    class Chosen(Message):
        """The current block was clicked twice."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__()
        self.items: list[Shelved] = []
        self.cursor = 0
        self.marked: Key | None = None
        self.complete = False
        """All blocks were read: the versions of files are known."""
        self._shelf = shelf

    @property
    def current(self) -> Shelved | None:
        """The current block."""
        return self.items[self.cursor] if self.cursor < len(self.items) else None

    def clear(self) -> None:
        """Show nothing."""
        self.items = []
        self.cursor = 0
        self.set_rows(0)
        self.scroll_to(y=0, animate=False, immediate=True)

    def extend(self, items: list[Shelved]) -> None:
        """Show more at the end."""
        first = not self.items and bool(items)
        self.items += items
        self.set_rows(len(self.items))
        if first:
            self.post_message(self.Moved())

    def replace_head(self, turn: int, items: list[Shelved]) -> None:
        """Show these in place of all blocks from this turn on; the current one stays the same."""
        current = self.current
        count = next((n for n, item in enumerate(self.items) if item.key.turn < turn), None)
        count = len(self.items) if count is None else count
        self.items[:count] = items
        grown = len(items) - count
        if current is not None and current.key.turn < turn:
            self.cursor += grown
        elif current is not None:
            keys = [item.key for item in items]
            self.cursor = keys.index(current.key) if current.key in keys else 0
        self.set_rows(len(self.items))
        if self.scroll_y > 0 and grown:
            self.scroll_to(y=self.scroll_y + grown, animate=False, immediate=True)
        self.post_message(self.Moved())

    def move(self, step: int) -> None:
        """Make the block that many rows on the current one."""
        self.go_to(self.cursor + step)

    def page(self, step: int) -> None:
        """A page up (-1) or down (1)."""
        self.move(step * max(1, self.scrollable_content_region.height - 1))

    def go_to(self, index: int) -> None:
        """Make the block at this index the current one, and show it."""
        index = max(0, min(index, len(self.items) - 1))
        if index != self.cursor:
            self.refresh_row(self.cursor)
            self.cursor = index
            self.refresh_row(index)
            self.post_message(self.Moved())
        self.show_row(index)

    def on_resize(self) -> None:
        """Keep the current block in view."""
        self.set_rows(len(self.items))
        self.show_row(self.cursor)

    def on_click(self, event: events.Click) -> None:
        """A click makes a block the current one, a second one chooses it."""
        row = event.y + round(self.scroll_y)
        if row < len(self.items):
            self.go_to(row)
            if event.chain == 2:
                self.post_message(self.Chosen())

    def title(self, item: Shelved) -> str:
        """The file name with its version, ``config.py (2)``, where there is more than one."""
        version, count = self._shelf.version(item)
        numbered = self.complete and count > 1
        return f"{item.file_name} ({version})" if numbered else item.file_name

    def paint_row(self, row: int, width: int, palette: Palette) -> Strip:
        """Mark, number, agent, language, file name, lines, and the first line of the code."""
        item = self.items[row]
        agent = agents.get(item.agent)
        fill = "below" if row == self.cursor else ""
        name = max(_NAME[0], min(_NAME[1], round(width * 0.3)))
        code = one_line(item.source[:1000].lstrip().partition("\n")[0])
        cells = [
            ("● " if item.key == self.marked else "  ", "warning"),
            (f"{item.key.number:>3} ", "strong"),
            (fit(one_line(agent.initials, 4), 3), f"fg:{agent.colour}"),
            (fit(item.language or "text", _LANGUAGE), "muted"),
            (" " + fit(self.title(item), name, left=True), "code-title"),
            (f"{item.lines:>6}{' ' if item.closed else '…'} ", "muted"),
        ]
        room = width - 2 * MARGIN - sum(cells_of(text) for text, _ in cells)
        cells.append((fit(code, max(0, room)), "muted"))
        runs = [Run(text, fill or key) for text, key in cells]
        return paint(runs, fill, width, palette)


def fit(text: str, width: int, *, left: bool = False) -> str:
    """``text`` in exactly this many cells; what is cut off is at the end, or at the ``left``."""
    if width < 2:
        return " " * width
    if cells_of(text) > width and left:
        while cells_of(text) > width - 1:
            text = text[1:]
        text = "…" + text
    elif cells_of(text) > width:
        text = text[: breaks(text, width - 1, words=False)[1]] + "…"
    return text + " " * (width - cells_of(text))
