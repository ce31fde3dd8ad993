"""Alignment of two texts line by line: equal stretches, and pairs of changed lines."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Final

Match = tuple[int, int, int]
"""Equal stretches: where it begins in both, and how long it is."""
Step = tuple[str, int, int, int, int]
"""``equal``, ``replace``, ``delete`` or ``insert``, and the stretches of both."""

_CELLS: Final = 100_000
"""Pairs of lines that are compared by difflib at most, between lines that both have once."""
_PAIRS: Final = 2_500
"""Pairs of changed lines that are weighed against each other at most."""
_WORD: Final = re.compile(r"\w+|[^\w\s]")


def matches(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Match]:
    """Equal stretches in order, found from the lines that both have exactly once (patience diff).

    What is between those is left to difflib, if it is small enough; so the time stays bounded.
    """
    found: list[Match] = []
    for start, begin, length in sorted(_matches(old, new)):
        at, to, before = found[-1] if found else (0, 0, 0)
        if before and (at + before, to + before) == (start, begin):
            found[-1] = (at, to, before + length)
        else:
            found.append((start, begin, length))
    return found


def steps(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[Step]:
    """How one becomes the other, in the terms of difflib."""
    found: list[Step] = []
    at = to = 0
    for start, begin, length in [*matches(old, new), (len(old), len(new), 0)]:
        if at < start or to < begin:
            tag = "delete" if to == begin else "insert" if at == start else "replace"
            found.append((tag, at, start, to, begin))
        if length:
            found.append(("equal", start, start + length, begin, begin + length))
        at, to = start + length, begin + length
    return found


def _matches(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[Match]:
    """Equal stretches in any order."""
    left = [(0, len(old), 0, len(new))]
    while left:
        a, b, c, d = left.pop()
        head = _equal(zip(old[a:b], new[c:d], strict=False))
        a, c = a + head, c + head
        tail = _equal(zip(reversed(old[a:b]), reversed(new[c:d]), strict=False))
        b, d = b - tail, d - tail
        if head:
            yield a - head, c - head, head
        if tail:
            yield b, d, tail
        anchors = _anchors(old[a:b], new[c:d])
        if anchors:
            at, to = a, c
            for start, begin in anchors:
                yield a + start, c + begin, 1
                left.append((at, a + start, to, c + begin))
                at, to = a + start + 1, c + begin + 1
            left.append((at, b, to, d))
        elif 0 < (b - a) * (d - c) <= _CELLS:
            matcher = SequenceMatcher(None, old[a:b], new[c:d], autojunk=False)
            for start, begin, length in matcher.get_matching_blocks()[:-1]:
                yield a + start, c + begin, length


def _equal(both: Iterable[tuple[Hashable, Hashable]]) -> int:
    """How many pairs are equal, from the first."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], both))


def _anchors(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """The longest rising chain of lines that both have exactly once."""
    once_old, once_new = Counter(old), Counter(new)
    places = {line: at for at, line in enumerate(new) if once_new[line] == 1}
    pairs = [
        (at, places[line]) for at, line in enumerate(old) if once_old[line] == 1 and line in places
    ]
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for index, (_, to) in enumerate(pairs):
        pile = bisect_left(ends, to)
        before.append(last[pile - 1] if pile else -1)
        ends[pile : pile + 1] = [to]
        last[pile : pile + 1] = [index]
    chain = []
    index = last[-1] if last else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def words(line: str) -> Counter[str]:
    """The words and signs of a line."""
    return Counter(_WORD.findall(line))


def likeness(old: Counter[str], new: Counter[str]) -> float:
    """How alike two bags of words are, 0 to 1, weighed by their characters."""
    total = _weight(old) + _weight(new)
    return 2 * _weight(old & new) / total if total else 1.0


def _weight(bag: Counter[str]) -> int:
    return sum(len(word) * count for word, count in bag.items())


def pairs(
    old: Sequence[str], new: Sequence[str], *, least: float = 0.5
) -> list[tuple[int | None, int | None]]:
    """Changed lines side by side, in order: those that are alike together, the others alone.

    Many lines are paired one by one from the top: weighing them all would take too long.
    """
    rows, columns = len(old), len(new)
    if rows * columns > _PAIRS or min(rows, columns) == 0:
        longest = max(rows, columns)
        return [(at if at < rows else None, at if at < columns else None) for at in range(longest)]
    olds, news = [words(line) for line in old], [words(line) for line in new]
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    like = [[likeness(left, right) for right in news] for left in olds]
    for at in range(rows - 1, -1, -1):
        for to in range(columns - 1, -1, -1):
            both = best[at + 1][to + 1] + like[at][to] if like[at][to] >= least else 0.0
            best[at][to] = max(both, best[at + 1][to], best[at][to + 1])
    found: list[tuple[int | None, int | None]] = []
    at = to = 0
    while at < rows or to < columns:
        here = best[at][to]
        if at < rows and here == best[at + 1][to]:
            found.append((at, None))
            at += 1
        elif to < columns and here == best[at][to + 1]:
            found.append((None, to))
            to += 1
        else:
            found.append((at, to))
            at, to = at + 1, to + 1
    return found
