"""The text of turns as it is shown, hidden lines too: what is searched, made only if need be."""

from __future__ import annotations

from collections.abc import Iterator
from sys import getsizeof
from typing import Final

from robotui.chats.turns import Reply, Said, Turn
from robotui.layout.entry import Entry
from robotui.layout.reply_entry import ReplyEntry, entry_of
from robotui.layout.scrollback import Scrollback

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


def _text(entry: Entry) -> str:
    # What is a line break within a line would take up a line here.
    lines = ("" if line.chrome else line.text.replace("\n", "\0") for line in entry.stack.lines())
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
