"""The text of turns as it is searched: all lines of a turn as they are shown, hidden ones too."""

from __future__ import annotations

from collections.abc import Iterator
from sys import getsizeof
from typing import Final

from robotui.chats.transcript import Did, Notice, Prompt, Remark, Reply, Said, Turn
from robotui.layout.entry import Entry
from robotui.layout.scrollback import Scrollback
from robotui.layout.turn_entries import ReplyEntry, entry_of
from robotui.text import one_line, printable
from robotui.ui.find.query import Query
from robotui.ui.find.unparsed import count_shown, is_printable, may_show

_KEPT: Final = 16 << 20
"""Bytes of text that are kept."""
_WIDE: Final = 1 << 16
"""Cells; lines that are made only to be searched are as long as they like."""
_PIECE: Final = 4096
"""Characters of Markdown that are read in one go: some milliseconds."""


class ShownTexts:
    """The texts of a scrollback's turns, each a string with a line for each of the turn's lines.

    Turns that are made for the screen stay what they are; others are made for this only, and only
    their text is kept, as long as there is room.
    """

    def __init__(self, log: Scrollback) -> None:
        self._log = log
        self._kept: dict[int, str] = {}
        self._room = _KEPT
        self._latest = ""
        self._reading: tuple[int, Iterator[Entry | None]] | None = None

    def __contains__(self, index: int) -> bool:
        return index in self._kept

    def get(self, index: int) -> str:
        """The text of a turn. Decoration is an empty line."""
        while not self.read(index):
            continue
        text = self._kept.get(index)
        return self._latest if text is None else text

    def read(self, index: int) -> bool:
        """Read on in a turn; False while there is more of it, so that none has to wait for all."""
        if index in self._kept:
            return True
        entry = self._log.entries[index]
        growing = isinstance(entry, ReplyEntry) and entry.reply.state == "streaming"
        if growing or (isinstance(entry, ReplyEntry) and entry.unfinished):
            self._log.measure(index)
        elif not entry.made:
            if self._reading is None or self._reading[0] != index:
                self._reading = (index, _made(entry.turn))
            made = next(self._reading[1])
            if made is None:
                return False
            entry, self._reading = made, None
        self._latest = _text(entry)
        if not growing and getsizeof(self._latest) <= self._room:
            self._room -= getsizeof(self._latest)
            self._kept[index] = self._latest
        return True

    def forget(self, index: int) -> None:
        """The turn is not there any more."""
        self._reading = None
        if index in self._kept:
            self._room += getsizeof(self._kept.pop(index))


def may_match(query: Query, turn: Turn) -> bool:
    """Whether a turn may have a match. A no is certain."""
    if isinstance(turn, Reply):
        return any(
            may_show(query, part.text)
            if isinstance(part, Said)
            else any(map(query.count, _part_texts(part)))
            for part in turn.parts
        )
    return any(map(query.count, _plain_texts(turn)))


def quick_count(query: Query, turn: Turn) -> int | None:
    """How many matches a turn has; None if that can't be told without reading it."""
    if not isinstance(turn, Reply):
        return sum(map(query.count, _plain_texts(turn)))
    total = 0
    for part in turn.parts:
        if isinstance(part, Said):
            count = count_shown(query, part.text)
            if count is None and may_show(query, part.text):
                return None
            total += count or 0
        else:
            total += sum(map(query.count, _part_texts(part)))
    return total


def _text(entry: Entry) -> str:
    # What is a line break within a line would take up a line here.
    lines = ("" if line.chrome else line.text.replace("\n", "\0") for line in entry.lines())
    return "\n".join(lines)


def _is_long(reply: Reply) -> bool:
    return sum(len(part.text) for part in reply.parts if isinstance(part, Said)) > 2 * _PIECE


def _made(turn: Turn) -> Iterator[Entry | None]:
    """An entry for a turn, after some Nones if it takes long.

    A long reply is let grow by pieces, as if it came in. They become longer, so that a paragraph
    without end, which has to be parsed anew with each, does not take its length squared.
    """
    if not isinstance(turn, Reply) or not _is_long(turn):
        entry = entry_of(turn)
        entry.make(_WIDE)
        yield entry
        return
    reply = Reply(turn.agent)
    entry = entry_of(reply)
    for part in turn.parts:
        if not isinstance(part, Said):
            reply.parts.append(part)
            continue
        text, at = part.text, 0
        grown = Said(open=True)
        reply.parts.append(grown)
        while at < len(text):
            end = at + max(_PIECE, at // 8)
            grown.pieces.append(text[at:end])
            at = end
            entry.make(_WIDE)
            yield None
        grown.open = False
    reply.state = turn.state
    entry.make(_WIDE)
    yield entry


def _plain_texts(turn: Turn) -> Iterator[str]:
    """The lines of a turn without Markdown."""
    match turn:
        case Prompt():
            yield _printed(turn.text)
        case Notice():
            yield _printed(turn.headline)
            yield _printed(turn.remedy)
        case _:
            return


def _part_texts(part: Did | Remark) -> Iterator[str]:
    """The lines of a part without Markdown."""
    title = one_line(part.title) or "?"
    if isinstance(part, Did) and part.outcome:
        title += f" — {one_line(part.outcome)}"
    yield title
    yield _printed(part.detail)


def _printed(text: str) -> str:
    """The same as ``printable``, quicker for nearly all texts."""
    shown = text.replace("\r", "")
    return shown if is_printable(shown) else printable(text)
