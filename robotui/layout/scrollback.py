"""The entries of a chat, one below the other at one width. No Textual in here.

Only entries that were looked at lately are made; the heights of the others are estimates.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from robotui.chats.turns import Reply, Turn
from robotui.layout.code_section import DEFAULT, CodeOptions, CodeSection
from robotui.layout.entry import Entry
from robotui.layout.heights import Heights
from robotui.layout.reply_entry import ReplyEntry, entry_of
from robotui.markdown import CodeBlock
from robotui.markdown.blocks import Line

KEPT: Final = 200
"""Entries that stay made; of others only the height is remembered."""

_LINE_BITS: Final = 16


class Place(NamedTuple):
    """A place in the text of the chat, the same at every width."""

    entry: int
    line: int
    offset: int

    @property
    def y(self) -> int:
        """Entry and line in one number, in the order of the text; fits 31 bits."""
        return (min(self.entry, 0x7FFE) << _LINE_BITS) + min(self.line, 0xFFFF)

    @classmethod
    def at(cls, y: int, offset: int) -> Place:
        """The place that ``y`` stands for."""
        return cls(y >> _LINE_BITS, y & 0xFFFF, offset)


class Scrollback:
    """Entries, their heights, and what is where."""

    def __init__(self, options: CodeOptions = DEFAULT) -> None:
        self.entries: list[Entry] = []
        self.heights = Heights()
        self.width = 0
        self._options = options
        self._turns: list[Turn] = []
        self._stale: set[int] = set()
        self._used: dict[int, None] = {}
        self._latest: ReplyEntry | None = None

    def load(self, turns: list[Turn]) -> None:
        """Show these turns from now on. The list may grow; ``sync`` takes that in."""
        self._turns = turns
        self._stale, self._used, self._latest = set(), {}, None
        self.entries = [entry_of(turn, self._options) for turn in turns]
        self.heights = Heights(entry.estimate(self.width) for entry in self.entries)
        self._mark_latest()

    def sync(self) -> None:
        """Take in that turns were added or taken away at the end, or that the last reply grew."""
        entries, turns = self.entries, self._turns
        while entries and (
            len(entries) > len(turns) or entries[-1].turn is not turns[len(entries) - 1]
        ):
            entries.pop()
            self.heights.pop()
            self._stale.discard(len(entries))
            self._used.pop(len(entries), None)
        self._stale.update(at for at in self._used if self._is_growing(entries[at]))
        for turn in turns[len(entries) :]:
            entries.append(entry_of(turn, self._options))
            self.heights.append(entries[-1].estimate(self.width))
        self._mark_latest()

    def resize(self, width: int) -> None:
        """Lay out for another width: all heights become estimates."""
        self.width = width
        self._stale.update(self._used)
        self.heights = Heights(
            entry.stack.height if entry.made else entry.estimate(width) for entry in self.entries
        )

    def measure(self, index: int) -> None:
        """Make the entry if need be, so that its height is exact."""
        entry = self.entries[index]
        self._used.pop(index, None)
        self._used[index] = None
        if entry.made and index not in self._stale:
            return
        self._stale.discard(index)
        self.heights[index] = entry.make(max(1, self.width))
        self._forget()

    def touch(self, index: int) -> None:
        """The entry has to be made anew before it is shown again."""
        self._stale.add(index)

    def index_of(self, reply: Reply | None = None) -> int | None:
        """The entry of a reply; of the latest without one."""
        for index in range(len(self.entries) - 1, -1, -1):
            turn = self.entries[index].turn
            if turn is reply or (reply is None and isinstance(turn, Reply)):
                return index
        return None

    def place_of(self, row: int) -> Place:
        """The place in the text that a row of the whole begins with."""
        index, row = self.heights.find(row)
        self.measure(index)
        line, offset = self.entries[index].stack.place_of(row)
        return Place(index, line, offset)

    def row_of(self, place: Place) -> int:
        """The row that shows a place."""
        self.measure(place.entry)
        return self.heights.top(place.entry) + self.entries[place.entry].stack.row_of(*place[1:])

    def line(self, place: Place) -> Line:
        """The logical line at a place."""
        self.measure(place.entry)
        return self.entries[place.entry].stack.lines()[place.line]

    def code_blocks(self, reply: Reply | None = None) -> list[CodeBlock]:
        """The code blocks of a reply as far as it has come; of the latest without one."""
        index = self.index_of(reply)
        entry = self.entries[index] if index is not None else None
        if index is None or not isinstance(entry, ReplyEntry):
            return []
        self.measure(index)
        return entry.code_blocks()

    def find_code(self, block: CodeBlock) -> tuple[Place, CodeSection] | None:
        """Where the header of a code block is, and its section, unless it was never made."""
        for index in self._used:
            stack = self.entries[index].stack
            for section, first, _ in stack.code():
                if section.block is block:
                    return Place(index, stack.place_of(first)[0], 0), section
        return None

    def text(self, start: Place, end: Place) -> str:
        """The text between two places: logical lines, without margins and what wrapping adds.

        Of more entries than are kept, those between the first and the last are given as they came:
        to make them all would take long.
        """
        found: list[str] = []
        huge = end.entry - start.entry > KEPT
        for index in range(start.entry, min(end.entry, len(self.entries) - 1) + 1):
            if huge and start.entry < index < end.entry:
                found.append(self.entries[index].source())
                continue
            self.measure(index)
            lines = self.entries[index].stack.copied()
            first = start.line if index == start.entry else 0
            last = end.line if index == end.entry else len(lines) - 1
            for at in range(first, min(last, len(lines) - 1) + 1):
                line = lines[at]
                if line is None:
                    continue
                begin = start.offset if (index, at) == start[:2] else 0
                stop = end.offset if (index, at) == end[:2] else len(line.text)
                whole = begin == 0 and start[:2] != end[:2]
                found.append((line.lead if whole else "") + line.text[begin:stop])
        return "\n".join(found)

    def _is_growing(self, entry: Entry) -> bool:
        return isinstance(entry, ReplyEntry) and entry.unfinished

    def _mark_latest(self) -> None:
        index = self.index_of()
        latest = self.entries[index] if index is not None else None
        if latest is self._latest:
            return
        for entry, is_latest in ((self._latest, False), (latest, True)):
            if isinstance(entry, ReplyEntry):
                entry.latest = is_latest
        self._stale.update(at for at in self._used if self.entries[at] in {self._latest, latest})
        self._latest = latest if isinstance(latest, ReplyEntry) else None

    def _forget(self) -> None:
        """Drop the entries that were not used for the longest time."""
        while len(self._used) > KEPT:
            index = next(iter(self._used))
            del self._used[index]
            self._stale.discard(index)
            self.entries[index].drop()
