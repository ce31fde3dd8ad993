"""Going from code block to code block through a chat. No Textual in here."""

from __future__ import annotations

from typing import Literal

from robotui.layout.code_section import CodeSection, CodeState
from robotui.layout.reply_entry import ReplyEntry
from robotui.layout.viewport import Viewport

Step = Literal[-1, 1]


class BlockWalk:
    """Which code block of a viewport's chat is walked, if any."""

    def __init__(self, view: Viewport) -> None:
        self._view = view
        self._at: tuple[ReplyEntry, int, int] | None = None
        """The entry, its index, and the number of the block in it."""
        self._state = CodeState()

    @property
    def section(self) -> CodeSection | None:
        """The walked block as it is now."""
        if self._at is None:
            return None
        entry, index, number = self._at
        log = self._view.scrollback
        if index >= len(log.entries) or log.entries[index] is not entry:
            return None
        log.measure(index)
        found = (section for section, *_ in entry.stack.code() if section.block.number == number)
        return next(found, None)

    def step(self, step: Step) -> bool:
        """Walk to the block after, or the one before; False if there is none.

        At first to the first one in or below the view, or to the last one in or above it.
        """
        if self.section is None or self._at is None:
            return self._begin_below() if step > 0 else self._begin_above()
        _, index, number = self._at
        return self.go(index, number + step) or self._search(index, step)

    def go(self, index: int, number: int) -> bool:
        """Walk to a block of the entry at ``index``; False if there is none of this number."""
        log = self._view.scrollback
        entry = log.entries[index] if 0 <= index < len(log.entries) else None
        if not isinstance(entry, ReplyEntry):
            return False
        log.measure(index)
        for section, first, end in entry.stack.code():
            if section.block.number == number:
                self.leave()
                self._at = (entry, index, number)
                self._state = section.state
                self._state.walked = True
                log.touch(index)
                self._view.bring(index, first, end)
                return True
        return False

    def bring_folded(self) -> None:
        """Where the walked block was folded, little of it may be left in view: let it be."""
        section = self.section
        if self._at is None or section is None or not section.folded:
            return
        entry, index, _ = self._at
        for found, first, end in entry.stack.code():
            if found is section:
                self._view.bring(index, first, end)

    def leave(self) -> None:
        """No block is walked any more."""
        if self._at is not None:
            self._state.walked = False
            self._view.scrollback.touch(self._at[1])
        self._at = None

    def _begin_above(self) -> bool:
        view = self._view
        if not view.scrollback.entries:
            return False
        end = view.top + view.height
        index, _ = view.scrollback.heights.find(end - 1)
        top = view.scrollback.heights.top(index)
        code = view.scrollback.entries[index].stack.code()
        above = [section.block.number for section, first, _ in code if top + first < end]
        return self.go(index, above[-1]) if above else self._search(index, -1)

    def _begin_below(self) -> bool:
        """A block of which the header is above the view counts if there is none below."""
        view = self._view
        if not view.scrollback.entries:
            return False
        index, row = view.scrollback.heights.find(view.top)
        code = view.scrollback.entries[index].stack.code()
        below = [section.block.number for section, first, _ in code if first >= row]
        begun = [section.block.number for section, first, end in code if first < row < end]
        if below:
            return self.go(index, below[0])
        return self._search(index, 1) or bool(begun and self.go(index, begun[0]))

    def _search(self, index: int, step: Step) -> bool:
        """Walk to the nearest block of the entries before or after the one at ``index``."""
        log = self._view.scrollback
        entries = range(index + step, len(log.entries) if step > 0 else -1, step)
        for at in entries:
            entry = log.entries[at]
            if isinstance(entry, ReplyEntry) and entry.may_have_fence():
                log.measure(at)
                numbers = [section.block.number for section, *_ in entry.stack.code()]
                if numbers:
                    return self.go(at, numbers[0 if step > 0 else -1])
        return False
