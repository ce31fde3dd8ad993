"""A file cut into chunks that follow its definitions, and the definitions themselves."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

from robotui.server.index.languages import PATTERNS

MAX_LINES: Final = 60
"""A longer piece is cut, at a blank line if there is one."""
PACKED_LINES: Final = 12
"""Definitions shorter than this share a chunk with their neighbours up to this many lines."""
MAX_BYTES: Final = 16_384
"""A longer piece is cut also where it has few lines (data, minified code)."""

_KINDS: Final = {"arrow": "function", "export": "variable"}
_LEADING: Final = re.compile(rb"[ \t]*(?:@|#|//|/\*|\*|--|<!--)")
_DOUBLE, _SINGLE = rb'"""', rb"'''"
_QUOTES: Final = re.compile(_DOUBLE + b"|" + _SINGLE)
_DOUBLE_QUOTES: Final = re.compile(_DOUBLE)


@dataclass(frozen=True, slots=True)
class Definition:
    """A name that a file defines. ``name`` is qualified (``Class.method``), lines count from 1."""

    name: str
    kind: str
    line: int
    last: int

    @property
    def short(self) -> str:
        """The name as its own place writes it."""
        return self.name if self.kind == "section" else self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a file: bytes ``start`` to ``end``, lines ``line`` to ``last`` (both included).

    ``symbols`` are the qualified names of what is defined in it, or of what it is a part of.
    """

    start: int
    end: int
    line: int
    last: int
    symbols: tuple[str, ...]


@dataclass(slots=True)
class _Mark:
    """The start of a definition or (without a kind) of plain statements; lines count from 0."""

    line: int
    top: int  # first line of the comments and decorators above
    indent: int
    kind: str
    name: str
    end: int = 0  # the line after its last


class _Lines:
    """Where the lines of a file start."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        lengths = map(len, data.split(b"\n"))
        self.starts = [0, *accumulate(map((1).__add__, lengths))]
        if data.endswith(b"\n"):
            self.starts.pop()
        self.starts[-1] = len(data)
        self.count = len(self.starts) - 1

    def at(self, place: int) -> int:
        """The line that the byte ``place`` is in."""
        return bisect_right(self.starts, place) - 1

    def blank(self, line: int) -> bool:
        """Whether a line is empty."""
        start, end = self.starts[line], self.starts[line + 1]
        return end - start <= 2 and not self.data[start:end].strip()

    def leads(self, line: int) -> bool:
        """Whether a line is a comment or a decorator."""
        return _LEADING.match(self.data, self.starts[line], self.starts[line + 1]) is not None


def cut(data: bytes, language: str) -> tuple[list[Chunk], list[Definition]]:
    """The chunks of a file, in order and without gaps, and its definitions."""
    if not data:
        return [], []
    lines = _Lines(data)
    marks = _marks(lines, language)
    definitions = [
        Definition(mark.name, mark.kind, mark.line + 1, mark.end) for mark in marks if mark.kind
    ]
    return list(_pack(lines, marks)), definitions


def _marks(lines: _Lines, language: str) -> list[_Mark]:
    pattern = PATTERNS.get(language)
    if pattern is None:
        return []
    data = lines.data
    strings = iter(_strings(data) if language == "python" else [])
    string = next(strings, None)
    marks: list[_Mark] = []
    open_: list[_Mark] = []
    for match in pattern.finditer(b"\n" + data):
        start = match.start()
        while string and string[1] <= start:
            string = next(strings, None)
        kind = match.lastgroup or "rest"
        # What stands in a string defines nothing; a run of plain statements is one piece.
        if (string and string[0] < start) or (kind == "rest" and marks and not marks[-1].kind):
            continue
        line = lines.at(start)
        indent = len((match["indent"] or b"").expandtabs(4))
        top = _top(lines, line, marks[-1].line + 1 if marks else 0)
        while open_ and open_[-1].indent >= indent:
            _close(lines, open_.pop(), top)
        if kind == "rest":
            marks.append(_Mark(line, top, indent, "", ""))
            continue
        name = match[kind].decode("utf-8", "replace").strip()
        mark = _Mark(line, top, indent, _KINDS.get(kind, kind), name)
        if open_:
            mark.name = f"{open_[-1].name}.{name}"
            if kind == "function" and open_[-1].kind == "class":
                mark.kind = "method"
        marks.append(mark)
        open_.append(mark)
    for mark in open_:
        _close(lines, mark, lines.count)
    return marks


def _top(lines: _Lines, line: int, floor: int) -> int:
    """The first of the comment and decorator lines directly above ``line``."""
    while line > floor and lines.leads(line - 1):
        line -= 1
    return line


def _close(lines: _Lines, mark: _Mark, end: int) -> None:
    """The definition ends before the line ``end``, without the blank lines there."""
    while end > mark.line + 1 and lines.blank(end - 1):
        end -= 1
    mark.end = max(end, mark.line + 1)


def _strings(data: bytes) -> Iterator[tuple[int, int]]:
    """Where Python's triple-quoted strings start and end."""
    quotes_of = _QUOTES if _SINGLE in data else _DOUBLE_QUOTES  # one literal is found faster
    at = 0
    while match := quotes_of.search(data, at):
        start, quotes = match.start(), match[0]
        at = match.end()
        before = data[data.rfind(b"\n", 0, start) + 1 : start]
        if before.lstrip().startswith(b"#") or before.endswith((b'"', b"'")):
            continue  # in a comment, or in a short string that holds the quotes
        end = data.find(quotes, at)
        while end > 0 and data[end - 1 : end] == b"\\":
            end = data.find(quotes, end + 1)
        if end < 0:
            return
        at = end + 3
        yield start, at


def _pack(lines: _Lines, marks: list[_Mark]) -> Iterator[Chunk]:
    """Chunks of the pieces between marks: small neighbours together, long ones cut."""
    begin = 0
    names: list[str] = []
    ends = [*(mark.top for mark in marks), lines.count][1:]
    for mark, end in zip(marks, ends, strict=True):
        if mark.top > begin and end - begin > PACKED_LINES:
            yield from _split(lines, begin, mark.top, tuple(names))
            begin, names = mark.top, []
        if mark.kind:
            names.append(mark.name)
    yield from _split(lines, begin, lines.count, tuple(names))


def _split(lines: _Lines, begin: int, end: int, symbols: tuple[str, ...]) -> Iterator[Chunk]:
    while begin < end:
        stop = _stop(lines, begin, end)
        start, finish = lines.starts[begin], lines.starts[stop]
        while start < finish:  # more than once only for lines of enormous length
            until = min(finish, start + MAX_BYTES)
            yield Chunk(start, until, begin + 1, stop, symbols)
            start = until
        begin = stop


def _stop(lines: _Lines, begin: int, end: int) -> int:
    """Where a chunk that begins at ``begin`` stops: at ``end``, a blank line, or the limit."""
    room = bisect_right(lines.starts, lines.starts[begin] + MAX_BYTES) - 1
    limit = min(begin + MAX_LINES, max(room, begin + 1))
    if end <= limit:
        return end
    for line in range(limit, begin + MAX_LINES // 2, -1):
        if lines.blank(line - 1):
            return line
    return limit
