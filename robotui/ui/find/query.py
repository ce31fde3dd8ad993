"""What is searched for in the chat: plain text, found as people read it.

A query without capital letters finds any case. Letters with accents are the same however they are
composed, and a match never cuts what takes one place on the screen in two.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from robotui.layout.wrap import graphemes

Stretch = tuple[int, int]
"""Where a match begins and ends in a text."""

_ASCII: Final = bytes(range(128))
_SYMBOLS: Final = bytes(at for at in range(128) if not chr(at).isalnum())
"""ASCII besides letters and digits: all that Markdown marks are made of."""
_LOWER: Final = bytes(range(256)).lower()
# Characters beyond ASCII that are the same as ASCII ones, without regard to case.
_ALIASES: Final = re.compile("[ßẞſ\u037e\u1fef\u212a\ufb00-\ufb06]")
# Characters beyond ASCII that may take one place together with the ones beside them, or none.
_JOINING: Final = re.compile(
    "[^\u00a1-\u00ac\u00ae-\u0148\u014a-\u017e\u0391-\u03a9\u03b1-\u03c9\u0400-\u0482\u048a-\u04ff"
    "\u2010-\u2027\u2030-\u203b\u20a0-\u20bf\u2150-\u218b\u2190-\u22ff\u2500-\u27bf\u4e00-\u9fff"
    "\U0001f300-\U0001f3fa\U0001f400-\U0001faff]"
)


class Query:
    """A text to look for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.exact_case = any(character.isupper() for character in text)
        self.symbols = {each for each in text if each.isascii() and not each.isalnum()} - set(" \t")
        self._needle = self._fold(text)
        self._is_ascii = self._needle.isascii()
        folded = _casefold(text)
        self.letters = _bare(folded)
        self._beyond = {each for each in folded if not each.isascii()}
        self.find = lru_cache(512)(self._find)
        """``_find`` for lines that are painted again and again."""

    def extends(self, other: Query) -> bool:
        """Where the other certainly has no match, this one has none either."""
        return other._needle in self._needle and other._is_ascii == self._is_ascii

    def _find(self, line: str) -> list[Stretch]:
        """The matches in a line, in order; they do not overlap."""
        needle, folded = self._needle, self._fold(line)
        if not needle or needle not in folded:
            return []
        bounds = None if line.isascii() else self._bounds(line)
        found, size = [], len(needle)
        at = folded.find(needle)
        while at >= 0:
            if bounds is None:
                found.append((at, at + size))
            elif at in bounds and at + size in bounds:
                found.append((bounds[at], bounds[at + size]))
            else:
                at = folded.find(needle, at + 1)
                continue
            at = folded.find(needle, at + size)
        return found

    def count(self, text: str) -> int:
        """How many matches the lines of ``text`` have together."""
        if not self._needle:
            return 0
        if text.isascii():
            return self._fold(text).count(self._needle)
        if not self._is_ascii:
            lines = text.split("\n") if self._may_have_beyond(text) else ()
            return sum(len(self._find(line)) for line in lines if not line.isascii())
        raw = self._lower(text.encode("utf-8", "surrogatepass"))
        beyond = _beyond(raw)
        if not _ALIASES.search(beyond):
            count = raw.count(self._needle.encode())
            if not count or not is_joining(raw):
                return count
        return sum(len(self._find(line)) for line in text.split("\n"))

    def has_letters_in(self, source: str) -> bool:
        """Whether a text has all letters of the query in a row, whatever is between them."""
        if not self._beyond:
            # The only frequent one of those that are the same as ASCII.
            source = source.replace("ß", "ss")
            raw = source.encode("utf-8", "surrogatepass")
            if self.letters in raw.translate(_LOWER, _SYMBOLS):
                return True
            if source.isascii() or not _ALIASES.search(_beyond(raw)):
                return False
        elif source.isascii() or not self._may_have_beyond(source):
            return False
        return self.letters in _bare(_casefold(source))

    def count_without(self, symbols: bytes, text: str) -> int:
        """How many matches there are at most, with some ASCII symbols left out."""
        if self._is_ascii or text.isascii():
            raw = text.encode("utf-8", "surrogatepass")
            if not _ALIASES.search(_beyond(raw)):
                needle = self._needle.encode("utf-8", "surrogatepass")
                return (
                    self._lower(raw).translate(None, symbols).count(needle.translate(None, symbols))
                )
        folded, needle = (
            self._fold(each).encode("utf-8", "surrogatepass").translate(None, symbols)
            for each in (text, self.text)
        )
        return folded.count(needle)

    def _may_have_beyond(self, text: str) -> bool:
        """Whether a text has all characters of the query that are not ASCII."""
        beyond = _beyond(text.encode("utf-8", "surrogatepass"))
        return self._beyond <= set(_casefold("".join(set(beyond))))

    def _lower(self, raw: bytes) -> bytes:
        return raw if self.exact_case else raw.lower()

    def _fold(self, text: str) -> str:
        if text.isascii():
            return text if self.exact_case else text.lower()
        return normalize("NFD", text) if self.exact_case else _casefold(text)

    def _bounds(self, line: str) -> dict[int, int]:
        """Where a match may begin and end: offsets in the folded line to those in the line."""
        bounds, at = {}, 0
        for start, end, _ in graphemes(line):
            bounds[at] = start
            at += len(self._fold(line[start:end]))
        bounds[at] = len(line)
        return bounds


def is_joining(raw: bytes) -> bool:
    """Whether not all characters of a text in UTF-8 certainly take a place of their own."""
    return _JOINING.search(_beyond(raw)) is not None


def _casefold(text: str) -> str:
    if text.isascii():
        return text.lower()
    return normalize("NFD", normalize("NFD", text).casefold())


def _bare(folded: str) -> bytes:
    """Letters and digits only: what Markdown shows of its source in any event."""
    return folded.lower().encode("utf-8", "surrogatepass").translate(None, _SYMBOLS)


def _beyond(raw: bytes) -> str:
    """The characters of a text in UTF-8 that are not ASCII."""
    return raw.translate(None, _ASCII).decode("utf-8", "surrogatepass")
