"""The difference of two texts as rows, one below the other or side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from typing import Final, Literal, NamedTuple

from robotui.workspace.lines.align import Step, pairs, steps
from robotui.workspace.text_file import content, ending, file_lines

CONTEXT: Final = 3
"""Unchanged lines shown around a change."""

_PIECE: Final = re.compile(r"\w+|\s+|[^\w\s]")
_MOST_PIECES: Final = 600
_LEAST_ALIKE: Final = 0.4
"""Lines less alike than this are marked by their sign alone."""

Sign = Literal[" ", "-", "+", "…"]
Stretch = tuple[int, int]


class Row(NamedTuple):
    """A line of one text or both, or (``…``) a gap of unchanged ones."""

    sign: Sign
    old: int | None
    """Its number in the text before, from 1; for a gap that of its first line."""
    new: int | None
    text: str = ""
    """Without its ending."""
    end: str = "\n"
    mate: str | None = None
    """The line that it became, or was; None where there is none."""
    hidden: int = 0
    """The lines of a gap."""


Pair = tuple[Row | None, Row | None]
"""What stands left and right; a gap and an unchanged line are on both sides."""


@lru_cache(4096)
def changed(line: str, mate: str) -> tuple[Stretch, ...]:
    """The stretches of a line that its mate does not have."""
    old, new = _PIECE.findall(mate), _PIECE.findall(line)
    if len(old) + len(new) > _MOST_PIECES:
        return ()
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < _LEAST_ALIKE:
        return ()
    starts = [0]
    for piece in new:
        starts.append(starts[-1] + len(piece))
    return tuple(
        (starts[begin], starts[end])
        for tag, _, _, begin, end in matcher.get_opcodes()
        if tag != "equal" and begin < end
    )


@dataclass(frozen=True)
class Diff:
    """Two texts and how one becomes the other."""

    old: Sequence[str]
    """Lines with their endings."""
    new: Sequence[str]
    steps: Sequence[Step]
    context: int | None
    """Unchanged lines shown around a change; None: all."""

    @classmethod
    def of(cls, before: str, after: str, context: int | None = CONTEXT) -> Diff:
        """The difference of two texts; line endings count."""
        old, new = file_lines(before), file_lines(after)
        return cls(old, new, steps(old, new), context)

    @property
    def removed(self) -> int:
        """Lines that are gone or changed."""
        return sum(b - a for tag, a, b, _, _ in self.steps if tag != "equal")

    @property
    def added(self) -> int:
        """Lines that are new or changed."""
        return sum(d - c for tag, _, _, c, d in self.steps if tag != "equal")

    @property
    def endings(self) -> set[str]:
        """The line endings of both texts; more than one is worth showing."""
        return {ending(line) for line in (*self.old, *self.new)} - {""}

    @cached_property
    def side_by_side(self) -> list[Pair]:
        """Rows of two columns."""
        found: list[Pair] = []
        for tag, a, b, c, d in self.steps:
            if tag == "equal":
                found += ((row, row) for row in self._unchanged(a, b, c))
            else:
                found += self._changed(a, b, c, d)
        return found

    @cached_property
    def unified(self) -> list[Row]:
        """Rows of one column: of each change first what was there, then what will be."""
        found: list[Row] = []
        for tag, a, b, c, d in self.steps:
            if tag == "equal":
                found += self._unchanged(a, b, c)
            else:
                sides = self._changed(a, b, c, d)
                found += (left for left, _ in sides if left)
                found += (right for _, right in sides if right)
        return found

    def _changed(self, a: int, b: int, c: int, d: int) -> list[Pair]:
        old = [content(line) for line in self.old[a:b]]
        new = [content(line) for line in self.new[c:d]]
        found: list[Pair] = []
        for left, right in pairs(old, new):
            was = None if left is None else old[left]
            now = None if right is None else new[right]
            gone = come = None
            if left is not None:
                end = ending(self.old[a + left])
                gone = Row("-", a + left + 1, None, old[left], end, now)
            if right is not None:
                end = ending(self.new[c + right])
                come = Row("+", None, c + right + 1, new[right], end, was)
            found.append((gone, come))
        return found

    def _unchanged(self, a: int, b: int, c: int) -> Iterator[Row]:
        around = b - a if self.context is None else self.context
        head = 0 if a == c == 0 else around
        tail = 0 if (b, c + b - a) == (len(self.old), len(self.new)) else around
        hidden = b - a - head - tail
        if self.context is None or hidden < 2:
            yield from self._same(a, b, c)
            return
        yield from self._same(a, a + head, c)
        yield Row("…", a + head + 1, c + head + 1, hidden=hidden)
        yield from self._same(b - tail, b, c + b - a - tail)

    def _same(self, a: int, b: int, c: int) -> Iterator[Row]:
        for at in range(a, b):
            line = self.old[at]
            yield Row(" ", at + 1, c + at - a + 1, content(line), ending(line))
