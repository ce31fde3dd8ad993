"""What is searched for in the chat: plain text, found as people read it.

A query without capital letters finds any case. Letters with accents are the same however they are
composed, and a match never cuts what takes one place on the screen in two.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from unicodedata import normalize

from robotui.ui.widgets.wrap import graphemes

Stretch = tuple[int, int]
"""Where a match begins and ends in a text."""

_SYMBOLS: Final = bytes(at for at in range(128) if not chr(at).isalnum())
"""ASCII besides letters and digits: all that Markdown marks are made of."""
_MARKS: Final = bytes(range(33)) + b"*_`~[]<>&!#|\\"
"""Those of them that, without links, can part two characters that are shown side by side."""

# Markdown that is shown otherwise than its source has it: entities, link definitions, images, links
# whose address may be written anew, and what is not printable.
_REWRITTEN: Final = re.compile(
    r"&#?\w+;"
    r"|^[ \t>*+0-9.)-]*\[(?:[^\[\]\\]|\\.){1,999}\]:"
    r"|!\["
    r"|\]\((?![A-Za-z0-9_:/.~?#=+,@-]*\))"
    r"|<[A-Za-z][A-Za-z0-9+.-]{1,31}:"
    r"|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]",
    re.MULTILINE | re.DOTALL,
)
# Markdown that may not show all letters of its source: links, boxes of tasks; with "|" also tables.
_SHORTENED: Final = re.compile(r"\]\(|\[[xX]\]")
_DELIMITERS: Final = re.compile(r"^[ \t>:|]*-[ \t>:|-]*$", re.MULTILINE)
_FENCE: Final = re.compile(r"^.*(?:```|~~~).*$", re.MULTILINE)
# Text with nothing in it that Markdown could take for a mark, wherever it stands.
_UNMARKED: Final = re.compile(
    r"(?!\d*[-+.)] | )(?:[^\s*_`~\[\]<>&!#|\\]|(?<=[^\W_])_+(?=[^\W_])| (?! *$))+"
)


class Query:
    """A text to look for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.exact_case = any(character.isupper() for character in text)
        self._needle = self._fold(text)
        self.letters = _letters(text)
        self.symbols = {each for each in text if each.isascii() and not each.isalnum()} - set(" \t")
        self._unmarked = bool(_UNMARKED.fullmatch(text)) and any(each.isalpha() for each in text)
        self.find = lru_cache(512)(self._find)
        """``_find`` for lines that are painted again and again."""

    def extends(self, other: Query) -> bool:
        """Whatever ``may_be_in`` says no to for the other, it does for this one too."""
        return other.letters in self.letters and other.symbols <= self.symbols

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
        if text.isascii():
            return self._fold(text).count(self._needle) if self._needle else 0
        if self._needle not in self._fold(text):
            return 0
        return sum(len(self._find(line)) for line in text.split("\n"))

    def may_be_in(self, source: str) -> bool:
        """Whether a text may have a match once it is shown, also as Markdown.

        A no is certain; a yes costs a closer look.
        """
        if self.letters in _letters(source) and all(each in source for each in self.symbols):
            return True
        return _REWRITTEN.search(_with_newlines(source)) is not None

    def count_in_markdown(self, source: str) -> int | None:
        """How many matches Markdown has once it is shown; None if only parsing it can tell.

        What is shown are letters of the source in their order. So if there are no more matches with
        all marks and blanks left out than there are with them, it is these that are shown.
        """
        if not self._unmarked:
            return None
        source = _with_newlines(source)
        count = self.count(source)
        if (
            count != _without(_MARKS, source).count(_without(_MARKS, self.text))
            or _REWRITTEN.search(source)
            or _SHORTENED.search(source)
            or ("|" in source and _DELIMITERS.search(source))
            or any(self._find(fence) for fence in _FENCE.findall(source))
        ):
            return None
        return count

    def _fold(self, text: str) -> str:
        if text.isascii():
            return text if self.exact_case else text.lower()
        text = normalize("NFD", text)
        return text if self.exact_case else normalize("NFD", text.casefold())

    def _bounds(self, line: str) -> dict[int, int]:
        """Where a match may begin and end: offsets in the folded line to those in the line."""
        bounds, at = {}, 0
        for start, end, _ in graphemes(line):
            bounds[at] = start
            at += len(self._fold(line[start:end]))
        bounds[at] = len(line)
        return bounds


def _with_newlines(source: str) -> str:
    return source.replace("\r", "\n") if "\r" in source else source


def _letters(text: str) -> bytes:
    """Letters and digits only, in any case: what Markdown shows of its source in any event."""
    return _without(_SYMBOLS, text)


def _without(symbols: bytes, text: str) -> bytes:
    if not text.isascii():
        text = normalize("NFD", normalize("NFD", text).casefold())
    return text.lower().encode("utf-8", "surrogatepass").translate(None, symbols)
