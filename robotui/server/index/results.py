"""The results of a search: places in code, each with the lines of it that are worth showing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from robotui.server.index.candidates import Candidate
from robotui.server.index.question_terms import Mask, Terms, union

SHOWN_LINES: Final = 24
"""A hit shows at most this many lines."""

_CLOSE: Final = 0.8  # a neighbour below this share of a hit's score is not shown with it
_WINDOW: Final = 6  # lines in which words count as close together


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


def show(candidate: Candidate, score: float, terms: Terms) -> Hit:
    """The part of a candidate that is worth showing, without blank lines around it."""
    piece, symbol = candidate.piece, candidate.symbol
    chunk, lines = piece.chunk, piece.lines
    start, end = candidate.top, candidate.end
    if symbol is None or symbol.line < chunk.line:
        start = 0
    if end - start <= 2 or (symbol is not None and symbol.kind == "class"):
        end = len(lines)
    if end - start > SHOWN_LINES:
        focus = _closest(piece.masks[:end], terms)
        if start + SHOWN_LINES <= focus:
            start = focus - 5
        end = min(end, start + SHOWN_LINES)
    while start < end and not lines[start].strip():
        start += 1
    while end > start and not lines[end - 1].strip():
        end -= 1
    named = (symbol.name, symbol.kind, symbol.line) if symbol else ("", "", 0)
    text = tuple(lines[start:end])
    return Hit(chunk.file.path, chunk.language, chunk.line + start, text, *named, score)


def _closest(masks: Sequence[Mask], terms: Terms) -> int:
    """The line where the most of the question stands within a few lines."""
    best, focus = 0.0, 0
    for start, mask in enumerate(masks):
        if mask != (0, 0):
            value = terms.value(union(masks[start : start + _WINDOW]))
            if value > best + 1e-9:
                best, focus = value, start
    return focus


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
            touches = second.line <= first.last + 2 and second.last - first.line < SHOWN_LINES
            if touches and hit.score >= _CLOSE * other.score:
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
