"""The list of a chat's code blocks over the workbench, and how it fills."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from textual import on, work
from textual.content import Content
from textual.screen import ModalScreen
from textual.timer import Timer
from textual.widgets import Input, Static
from textual.worker import Worker, WorkerState

from robotui.chats.shelf import Key, Shelf, Shelved
from robotui.text import one_line
from robotui.ui.widgets.code_view import CodeView
from robotui.ui.widgets.shelf_list import ShelfList

_SLICE: Final = 0.008
"""Seconds of reading replies after which the screen has its turn."""
_SHOW_EVERY: Final = 0.1
"""Seconds between two updates of the list while it fills."""
_LOOK_EVERY: Final = 0.4
"""Seconds between two looks at a reply that is coming in."""
_REST: Final = 0.06
"""Seconds on a block after which its code is shown."""
_WIDE: Final = 100
"""Columns from which on there is room for the code."""

Action = Literal["jump", "save", "apply"]


class Picked(NamedTuple):
    """What is to be done with a block."""

    action: Action
    item: Shelved


@dataclass
class ShelfState:
    """What the shelf of a chat looks like; given again, it opens as it was closed."""

    shelf: Shelf
    query: str = ""
    current: Key | None = None
    marked: Key | None = None


class ShelfListing(ModalScreen[Picked | None]):
    """Lists what has the words of ``state.query``, while the chat is read and while it grows."""

    def __init__(self, state: ShelfState) -> None:
        super().__init__()
        self.state = state
        self._wanted = state.current
        self._replies = 0
        self._of = 0
        self._fresh = 0
        self._rest: Timer | None = None
        self._beside: Shelved | None = None
        """The block whose code is shown beside the list."""
        self._list = ShelfList(state.shelf)
        self._list.marked = state.marked

    def on_mount(self) -> None:
        """Start reading."""
        self._fill()
        self.set_interval(_LOOK_EVERY, self._look)

    def on_resize(self) -> None:
        """Show the code where there is room."""
        self.set_class(self.size.width >= _WIDE, "-wide")
        self._show_code()

    @property
    def _words(self) -> list[str]:
        return self.state.query.casefold().split()

    @on(Input.Changed)
    def _query_changed(self, event: Input.Changed) -> None:
        if event.value != self.state.query:
            self.state.query = event.value
            self._wanted = None
            self._fill()

    @work(name="reading", exclusive=True, group="fill", exit_on_error=False)
    async def _fill(self) -> None:
        """List what has the words, newest first, in slices."""
        shelf, words, found = self.state.shelf, self._words, list[Shelved]()
        self._list.clear()
        self._show_code()
        self._list.complete = False
        self._fresh, self._replies, self._of = shelf.end, 0, shelf.replies
        self._tell()
        shown = began = time.monotonic()
        for blocks in shelf.read():
            self._replies += 1
            found += [item for item in reversed(blocks) if item.has(words)]
            now = time.monotonic()
            if now - began > _SLICE:
                if now - shown > _SHOW_EVERY or not self._list.items:
                    found, shown = self._add(found), now
                await asyncio.sleep(0)
                began = time.monotonic()
        self._list.complete = True
        self._add(found)

    def _add(self, found: list[Shelved]) -> list[Shelved]:
        """Show these at the end of the list; the next ones go into the list that is returned."""
        if found or self._list.complete:
            first = len(self._list.items)
            self._list.extend(found)
            at = next((n for n, item in enumerate(found) if item.key == self._wanted), None)
            if at is not None:
                self._list.go_to(first + at)
                self._wanted = None
        self._tell()
        return []

    def _look(self) -> None:
        """Take in what came since."""
        shelf, words = self.state.shelf, self._words
        items = [
            item
            for blocks in shelf.read(self._fresh)
            for item in reversed(blocks)
            if item.has(words)
        ]
        shown = [
            item for item in self._list.items[: len(items) + 1] if item.key.turn >= self._fresh
        ]
        if items != shown:
            self._list.replace_head(self._fresh, items)
        if self._list.complete:
            self._fresh = shelf.end
            self._of = self._replies = shelf.replies
        self._tell()

    def _tell(self) -> None:
        dialog = self.query_one(".dialog")
        count = len(self._list.items)
        words = f"{count:,} block{'' if count == 1 else 's'}"
        if not self._list.complete:
            words += f", {self._replies:,} of {self._of:,} replies read"
        elif not count:
            words = "nothing has these words" if self._words else "no code blocks yet"
        if dialog.border_subtitle != words:
            dialog.border_subtitle = words

    def on_shelf_list_moved(self) -> None:
        """Another block: show its code once it stays."""
        item = self._list.current
        if item is not None and self._wanted is None:
            self.state.current = item.key
        if self._rest is not None:
            self._rest.stop()
        self._rest = self.set_timer(_REST, self._show_code)

    def _show_code(self) -> None:
        item, before = self._list.current, self._beside
        if item == before or not self.has_class("-wide"):
            return
        self._beside = item
        same = item is not None and before is not None and item.key == before.key
        source, language = (item.source, item.language) if item is not None else ("", "")
        self.query_one(CodeView).show(source, language, stay=same)

    def _say(self, text: str) -> None:
        self.query_one("#said", Static).update(Content(one_line(text)))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Say what went wrong in a worker, so that nothing is swallowed."""
        if event.state == WorkerState.ERROR:
            error = event.worker.error
            self._say(f"{event.worker.name} failed: {type(error).__name__}: {error}")
