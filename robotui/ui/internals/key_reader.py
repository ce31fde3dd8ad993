"""A terminal's bytes as Textual's events.

Textual 8.2 ends a paste at any escape sequence in it, waits for ever for an end mark that comes in
two parts, and takes a paste without marks for keys; its thread that reads dies of a byte that is no
UTF-8.
"""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from typing import Final

from textual import events
from textual.message import Message

from robotui.ui.input.pastes import Pasted, PasteReader, Piece
from robotui.ui.internals.keys import Parser, is_known

_REPORT: Final = re.compile(
    r"\x1b\[(?:<[-\d;]+[Mm]|\d+;\d+;\d+M|M[ -\xff]{3}|[IO]|\?\d+;\d\$y|48;[\d:;]+t|\d+;\d+R)"
)
"""Mouse, focus, modes, size, where the cursor is."""
_KITTY: Final = re.compile(r"\x1b\[[\d:;]*[u~ABCDEFHPQRS]")
"""https://sw.kovidgoyal.net/kitty/keyboard-protocol/"""
# A byte that is no UTF-8: one of the 8-bit controls of old stays what it is.
_BYTES: Final = {
    0xDC00 + byte: chr(byte) if byte < 0xA0 else "\ufffd" for byte in range(0x80, 0x100)
}


class PasteLost(Message):
    """The end of a paste did not come; what came is pasted."""


class KeyReader:
    """Reads bytes, cut anywhere; gives keys, pastes, and what a terminal says by itself."""

    def __init__(self, *, debug: bool) -> None:
        self._decoder = getincrementaldecoder("utf-8")("surrogateescape")
        self._pastes = PasteReader(is_key, is_report)
        self._parser = Parser(debug)

    def feed(self, data: bytes, now: float) -> Iterator[Message]:
        """What came."""
        text = self._decoder.decode(data).translate(_BYTES)
        if text:
            yield from self._messages(self._pastes.feed(text, now))

    def tick(self, now: float) -> Iterator[Message]:
        """What is known as nothing came."""
        yield from self._messages(self._pastes.tick(now))
        yield from self._parser.tick()

    def wait(self, now: float, longest: float) -> float:
        """Seconds until there is something to tick for, at most so many."""
        deadline = self._pastes.deadline
        return longest if deadline is None else max(0.0, min(longest, deadline - now))

    def _messages(self, pieces: Iterable[Piece]) -> Iterator[Message]:
        for piece in pieces:
            if isinstance(piece, Pasted):
                if piece.text:
                    yield events.Paste(piece.text)
                if not piece.ended:
                    yield PasteLost()
            elif piece.text == "\x1b":  # waited for long enough already
                yield events.Key("escape", piece.text)
            else:
                yield from self._parser.feed(piece.text)


def is_key(sequence: str) -> bool:
    """Whether Textual makes something of an escape sequence."""
    alone = sequence.removeprefix("\x1b") if sequence.startswith("\x1b\x1b") else sequence
    known = is_known(alone) or _KITTY.fullmatch(alone) is not None
    return known or is_report(alone)


def is_report(sequence: str) -> bool:
    """Whether it is something that a terminal says by itself."""
    return _REPORT.fullmatch(sequence) is not None
