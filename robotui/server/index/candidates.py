"""Candidates of a search: chunks that were read, and the definitions in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from robotui.server.index.index import Index
from robotui.server.index.question_terms import Mask, Terms, union
from robotui.server.index.store import Stored, Symbol
from robotui.server.index.words import split_humps

_WORD: Final = re.compile(r"[^\W_]+")
_SIGNATURE: Final = 8  # lines below the first in which a docstring may begin
_DOC: Final = 4  # lines of a docstring that say what it is about
_LEADING: Final = ("@", "#", "//", "/*", "*")


class Piece:
    """A chunk with its text as the file has it now, and which words of a question each line has."""

    def __init__(self, chunk: Stored, text: str, terms: Terms) -> None:
        self.chunk = chunk
        self.lines = text.split("\n")
        words = [_WORD.findall(line) for line in split_humps(text).lower().split("\n")]
        matching = terms.matching({word for line in words for word in line})
        found = [[matching[word] for word in line if word in matching] for line in words]
        self.counts = [len(line) for line in words]
        self.matched = [len(line) for line in found]
        self.masks = [union(line) if line else (0, 0) for line in found]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A definition in a piece, or (without ``symbol``) a whole piece that defines nothing.

    ``top`` to ``end`` are its lines in the piece, ``first`` is the one that names it.
    """

    piece: Piece
    symbol: Symbol | None
    top: int
    first: int
    end: int

    @property
    def place(self) -> tuple[str, int]:
        """What tells it from others: the path, and where it is defined."""
        chunk = self.piece.chunk
        return chunk.file.path, self.symbol.line if self.symbol else chunk.line

    @property
    def outer(self) -> tuple[str, str]:
        """What it is a part of: the path, and the name of the class or module around it."""
        name = self.symbol.name.rpartition(".")[0] if self.symbol else ""
        return self.piece.chunk.file.path, name

    @property
    def head(self) -> Mask:
        """The words on the line that names it."""
        masks = self.piece.masks
        return masks[self.first] if self.first < len(masks) else (0, 0)

    @property
    def doc(self) -> Mask:
        """The words of the comments above it and of the first lines of its docstring."""
        lines, start = self.piece.lines, self.first + 1
        for number in range(start, min(start + _SIGNATURE, self.end)):
            if lines[number].lstrip(" \trRuU").startswith(('"', "'")):
                return union(self.piece.masks[number : min(number + _DOC, self.end)])
        return union(self.piece.masks[self.top : self.first])

    @property
    def text(self) -> str:
        """Its lines."""
        return "\n".join(self.piece.lines[self.top : self.end])

    @property
    def mask(self) -> Mask:
        """All its words."""
        return union(self.piece.masks[self.top : self.end])

    @property
    def density(self) -> float:
        """The share of the question's words among its words."""
        matched = sum(self.piece.matched[self.top : self.end])
        return matched / (sum(self.piece.counts[self.top : self.end]) + 10)


def candidates(index: Index, chunk: Stored, terms: Terms) -> Iterator[Candidate]:
    """What ``chunk`` may answer with; nothing if its file is gone or it has no text."""
    text = index.text(chunk).replace("\r\n", "\n").rstrip("\n")
    if not text.strip():
        return
    piece = Piece(chunk, text, terms)
    symbols = _symbols(index, chunk)
    if not symbols:
        yield Candidate(piece, None, 0, 0, len(piece.lines))
    starts = [symbol.line - chunk.line for symbol in symbols]
    for number, symbol in enumerate(symbols):
        first = max(starts[number], 0)
        end = min(symbol.last - chunk.line + 1, len(piece.lines))
        following = starts[number + 1] if number + 1 < len(starts) else end
        if symbol.kind == "class":  # its members speak for themselves
            end = max(min(end, following), first + 1)
        yield Candidate(piece, symbol, _top(piece.lines, first), first, end)


def _symbols(index: Index, chunk: Stored) -> Sequence[Symbol]:
    """The definitions in ``chunk``, without what is local to one, and the one that it goes on."""
    if not chunk.symbols:
        return []
    path = chunk.file.path
    inside = index.store.defined_in(path, chunk.line, chunk.last)
    around = index.store.enclosing(path, chunk.line - 1)
    if around is not None and around.last < chunk.line:
        around = None
    owners = [*inside, around] if around is not None else inside
    local = tuple(f"{symbol.name}." for symbol in owners if symbol.kind != "class")
    inside = [symbol for symbol in inside if not symbol.name.startswith(local)]
    near = bool(inside) and inside[0].line - chunk.line <= _NEAR
    if around is not None and (around.kind != "class" or not near):
        return [around, *inside]
    return inside


_NEAR: Final = 8  # lines above the first definition that may be its comments and decorators


def _top(lines: Sequence[str], first: int) -> int:
    """The first of the comment and decorator lines directly above ``first``."""
    while first > 0 and lines[first - 1].lstrip().startswith(_LEADING):
        first -= 1
    return first
