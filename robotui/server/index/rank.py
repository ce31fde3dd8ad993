"""The second look: candidates of a search are read and ranked.

BM25 knows which words are rare; it does not know that a name weighs more than a mention, that a
definition is a better answer than a use, or that "where is …?" asks for source and not for its
tests.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from robotui.server.index.index import Index
from robotui.server.index.store import Stored, Symbol
from robotui.server.index.terms import Mask, Terms, union
from robotui.server.index.words import Question, parts, split_humps, word_set

SHOWN_LINES: Final = 24
"""A hit shows at most this many lines."""
ROLES: Final = {"source": 1.0, "doc": 0.7, "config": 0.75, "test": 0.6, "generated": 0.3}
"""What a place in a file of this role is worth, unless the question asks for such files."""

_WINDOW: Final = 6  # lines in which words count as close together
_HEAD: Final = 4  # lines in which a definition says what it is
# What does things comes before data.
_KINDS: Final = {"function": 0.15, "method": 0.15, "class": 0.05}
ASKS_FOR_TESTS: Final = word_set("test tests tested testing fixture fixtures")
"""Words of a question that is after tests."""
_ASKS_FOR_DOCS: Final = word_set(
    "doc docs documentation documented readme changelog license install"
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in code that answers a question.

    ``text`` are the lines from ``line`` on; ``symbol`` (of that ``kind``) is what they define or
    are part of, defined at ``symbol_line``; empty where there is none.
    """

    path: str
    language: str
    line: int
    text: tuple[str, ...]
    symbol: str = ""
    kind: str = ""
    symbol_line: int = 0
    score: float = 0.0

    @property
    def last(self) -> int:
        """The number of the last line."""
        return self.line + len(self.text) - 1


@dataclass(frozen=True, slots=True)
class _Piece:
    """A candidate that was read: its lines and which words of the question each has."""

    chunk: Stored
    lines: list[str]
    masks: list[Mask]

    def span(self, symbol: Symbol) -> list[Mask]:
        """The masks of the lines of ``symbol`` in this piece."""
        start = max(symbol.line - self.chunk.line, 0)
        return self.masks[start : max(symbol.last - self.chunk.line + 1, start)]


class Ranking:
    """The second look at the candidates of one question.

    ``exact`` are the definitions of what it asks for by name, each list the best first.
    """

    def __init__(
        self, index: Index, question: Question, terms: Terms, exact: dict[str, list[Symbol]]
    ) -> None:
        self._index = index
        self._question = question
        self._terms = terms
        self._asked = {(one.path, one.line) for found in exact.values() for one in found[:20]}
        self._first = {(found[0].path, found[0].line) for found in exact.values() if found}
        self._mentions = [mention(name.rpartition(".")[2]) for name in exact]
        self._roles = dict(ROLES)
        words = frozenset(question.words)
        if words & ASKS_FOR_TESTS:
            self._roles["test"] = 1.1
        if words & _ASKS_FOR_DOCS:
            self._roles["doc"] = 1.1

    def hit(self, chunk: Stored, best: float) -> Hit | None:
        """``chunk`` with its score; None if its file is gone or it has no text.

        ``best`` is the highest bm25 score of the candidates.
        """
        text = self._index.text(chunk).replace("\r\n", "\n").rstrip("\n")
        if not text.strip():
            return None
        terms = self._terms
        masks = [terms.of(line) for line in split_humps(text).split("\n")]
        piece = _Piece(chunk, text.split("\n"), masks)
        path = terms.of(split_humps(chunk.file.path))
        close, focus = self._closest(masks)
        symbol = self._symbol(piece)
        names = {symbol.name if symbol else "", *chunk.symbols[:12]} - {""}
        # The weights were found with questions made from the docstrings of installed packages.
        score = (
            0.60 * chunk.score / best
            + 0.10 * terms.value(union([path, *masks]))
            + 0.05 * close
            + 0.50 * max(map(self._named, names), default=0.0)
            + 0.20 * terms.value(union(piece.span(symbol)[:_HEAD] if symbol else masks[:_HEAD]))
            + 0.05 * terms.value(path)
        )
        if symbol:
            score += _KINDS.get(symbol.kind, 0.0) - 0.05 * symbol.short.startswith("_")
        score = score * self._roles[chunk.role] + self._exact(chunk, text)
        return _show(piece, focus, symbol, score)

    def _closest(self, masks: Sequence[Mask]) -> tuple[float, int]:
        """The most that stands within a few lines, and the line where that begins."""
        best, focus = 0.0, 0
        for start, mask in enumerate(masks):
            if mask != (0, 0):
                value = self._terms.value(union(masks[start : start + _WINDOW]))
                if value > best + 1e-9:
                    best, focus = value, start
        return best, focus

    def _named(self, name: str) -> float:
        """How well a name says what is asked, 0 to 1."""
        words = parts(name.rpartition(".")[2])
        matched = [mask for word in words if (mask := self._terms.match(word)) != (0, 0)]
        if not matched:
            return 0.0
        own = self._terms.value(union(matched))
        around = self._terms.value(self._terms.of(split_humps(name)))
        return own * (0.5 + 0.5 * len(matched) / len(words)) + 0.3 * (around - own)

    def _symbol(self, piece: _Piece) -> Symbol | None:
        """The definition to show: one that was asked for, else the most fitting in the piece."""
        chunk = piece.chunk
        inside = self._index.store.defined_in(chunk.file.path, chunk.line, chunk.last)
        asked = [symbol for symbol in inside if (symbol.path, symbol.line) in self._asked]
        if asked:
            return asked[0]
        local = tuple(f"{symbol.name}." for symbol in inside if symbol.kind != "class")
        outer = [symbol for symbol in inside if not symbol.name.startswith(local)]
        if outer:
            return max(outer, key=lambda symbol: self._fit(piece, symbol))
        return self._index.store.enclosing(chunk.file.path, chunk.line) if chunk.symbols else None

    def _fit(self, piece: _Piece, symbol: Symbol) -> float:
        """How well a definition fits; of equals the first is taken."""
        return self._named(symbol.name) + self._terms.value(union(piece.span(symbol)))

    def _exact(self, chunk: Stored, text: str) -> float:
        """The bonus for what was asked for by name or in quotes."""
        bonus = 0.0
        for path, line in self._asked:
            if path == chunk.file.path and chunk.line <= line <= chunk.last:
                role = self._roles[chunk.role]
                bonus = max(bonus, role * (2.0 if (path, line) in self._first else 1.5))
        if not bonus and any(pattern.search(text) for pattern in self._mentions):
            bonus = 0.3
        folded = text.lower()
        return bonus + sum(0.5 for phrase in self._question.phrases if phrase.lower() in folded)


def mention(name: str) -> re.Pattern[str]:
    """A pattern for ``name`` as a word of its own."""
    return re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")


def _show(piece: _Piece, focus: int, symbol: Symbol | None, score: float) -> Hit:
    """The part of a piece that is worth showing, without blank lines around it."""
    chunk, lines = piece.chunk, piece.lines
    start, end = 0, len(lines)
    if symbol is not None and symbol.line > chunk.line:
        start = symbol.line - chunk.line
        while start > 0 and lines[start - 1].lstrip().startswith(("@", "#", "//")):
            start -= 1
    if symbol is not None and start + 2 < symbol.last - chunk.line + 1 < end:
        end = symbol.last - chunk.line + 1
    if end - start > SHOWN_LINES:
        if start + SHOWN_LINES <= focus < end:
            start = focus - 5
        end = min(end, start + SHOWN_LINES)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    named = (symbol.name, symbol.kind, symbol.line) if symbol else ("", "", 0)
    text = tuple(lines[start:end])
    return Hit(chunk.file.path, chunk.language, chunk.line + start, text, *named, score)


def merge(hits: Sequence[Hit]) -> list[Hit]:
    """``hits`` without repetitions; those that touch in one file become one, if short enough."""
    merged: dict[str, list[Hit]] = {}
    order: list[tuple[str, int]] = []
    for hit in hits:
        same = merged.setdefault(hit.path, [])
        for number, other in enumerate(same):
            if other.line <= hit.line and hit.last <= other.last:
                break
            first, second = sorted((other, hit), key=lambda one: one.line)
            if second.line <= first.last + 2 and second.last - first.line < SHOWN_LINES:
                same[number] = _join(first, second, other)
                break
        else:
            order.append((hit.path, len(same)))
            same.append(hit)
    return [merged[path][number] for path, number in order]


def _join(first: Hit, second: Hit, better: Hit) -> Hit:
    gap = second.line - first.last - 1
    text = (*first.text, *[""] * max(gap, 0), *second.text[max(-gap, 0) :])
    if second.last < first.last:
        text = first.text
    return replace(better, line=first.line, text=text)
