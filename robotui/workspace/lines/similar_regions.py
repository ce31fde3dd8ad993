"""The regions of a file that are most similar to a block.

Windows of the block's length are weighed by the words and lines that they share with it, rare ones
more; around the best ones the lines are aligned exactly. That finds a region in a file of
thousands of lines without comparing every line with every other.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from math import log
from typing import Final, NamedTuple

from robotui.workspace.lines.align import Match, likeness, matches, pairs, steps, words
from robotui.workspace.lines.indent import Shift, shift

_WINDOWS: Final = 5
_LEAST: Final = 0.12
"""Windows that share less with the block are not looked at."""
_NAME: Final = re.compile(r"\w+")
_TAIL: Final = 30
"""Lines at the ends of a block that are compared word by word."""


class Fit(NamedTuple):
    """Lines of the file that a block could replace."""

    start: int
    end: int
    alike: float
    """0 to 1."""
    shift: Shift
    """How the block has to be moved to be indented as these lines are."""


def alike(old: Sequence[str], new: Sequence[str]) -> float:
    """How alike two stretches of lines are, 0 to 1; indentation does not count.

    Of lines that differ the names and words count, for signs are much the same in all code.
    """
    old, new = [line.strip() for line in old], [line.strip() for line in new]
    same = total = 0.0
    for tag, a, b, c, d in steps(old, new):
        left, right = (
            Counter(_NAME.findall("\n".join(old[a:b]))),
            Counter(_NAME.findall("\n".join(new[c:d]))),
        )
        size = sum(map(len, old[a:b])) + sum(map(len, new[c:d]))
        total += size
        same += size * (1.0 if tag == "equal" else likeness(left, right))
    return same / total if total else 1.0


class Haystack:
    """A file's lines, made ready to be searched several times."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.bare = [line.strip() for line in lines]

    @cached_property
    def _features(self) -> list[Counter[str]]:
        """Of each line its words, and the line itself if that is not a single word."""
        found = []
        for line in self.bare:
            bag = words(line)
            bag["\n" + line] = int(bool(line))
            found.append(bag)
        return found

    @cached_property
    def _weights(self) -> dict[str, float]:
        counts: Counter[str] = Counter()
        for bag in self._features:
            counts.update(bag.keys())
        lines = len(self.lines)
        return {
            feature: log(1 + lines / count) * (3 if feature[0] == "\n" else 1)
            for feature, count in counts.items()
        }

    def fits(self, block: Sequence[str], low: int = 0, high: int | None = None) -> list[Fit]:
        """The regions from ``low`` to ``high`` most like the block, best first."""
        high = len(self.lines) if high is None else high
        found: dict[tuple[int, int], Fit] = {}
        for at in self._windows(block, low, high):
            span = self._around(block, at, low, high)
            if span and low <= span[0] < span[1] <= high and span not in found:
                found[span] = self.fit(block, *span)
        return sorted(found.values(), key=lambda fit: -fit.alike)

    def fit(self, block: Sequence[str], start: int, end: int) -> Fit:
        """How the block fits these lines."""
        region = self.lines[start:end]
        same = [
            (region[at + step], block[to + step])
            for at, to, length in matches(self.bare[start:end], [line.strip() for line in block])
            for step in range(length)
            if block[to + step].strip()
        ]
        if not same:
            near = pairs(self.bare[start:end], [line.strip() for line in block])
            same = [(region[a], block[b]) for a, b in near if a is not None and b is not None]
        return Fit(start, end, alike(region, block), shift(same))

    def _windows(self, block: Sequence[str], low: int, high: int) -> list[int]:
        """The first lines of the windows that share most with the block."""
        need: Counter[str] = Counter()
        for line in block:
            bare = line.strip()
            need.update(words(bare))
            need["\n" + bare] += int(bool(bare))
        size, weights = len(block), self._weights
        wanted = sum(weights.get(feature, 1.0) * count for feature, count in need.items())
        scores: list[float] = []
        have: Counter[str] = Counter()
        shared = held = 0.0
        for at in range(low - size + 1, high):
            for edge, sign in ((at + size - 1, 1), (at - 1, -1)):
                if not low <= edge < high:
                    continue
                for feature, count in self._features[edge].items():
                    weight = weights[feature]
                    held += sign * weight * count
                    if feature in need:
                        before = min(have[feature], need[feature])
                        have[feature] += sign * count
                        shared += weight * (min(have[feature], need[feature]) - before)
            scores.append(2 * shared / (held + wanted) if held else 0.0)
        return _peaks(scores, max(1, size // 2), low - size + 1)

    def _around(self, block: Sequence[str], at: int, low: int, high: int) -> tuple[int, int] | None:
        """The exact lines for a block that is somewhere near the window at ``at``."""
        size = len(block)
        first = max(low, at - size // 2 - 3)
        last = min(high, at + size + size // 2 + 3)
        ours, theirs = [line.strip() for line in block], self.bare[first:last]
        same = _trimmed([m for m in matches(theirs, ours) if any(ours[m[1] : m[1] + m[2]])], ours)
        if not same:
            top, end = max(low, at), min(high, at + size)
            near = pairs(self.bare[top:end], ours)
            hits = [a for a, b in near if a is not None and b is not None and ours[b]]
            return (top + hits[0], top + hits[-1] + 1) if hits else None
        start, to, _ = same[0]
        stop, done = same[-1][0] + same[-1][2], same[-1][1] + same[-1][2]
        above = theirs[max(0, start - min(to, _TAIL) - 2) : start]
        hits = _hits(above, ours[max(0, to - _TAIL) : to])
        start -= len(above) - hits[0] if hits else 0
        below = theirs[stop : stop + min(size - done, _TAIL) + 2]
        hits = _hits(below, ours[done : done + _TAIL])
        stop += hits[-1] + 1 if hits else 0
        return first + start, first + stop


def _hits(theirs: Sequence[str], ours: Sequence[str]) -> list[int]:
    """The lines that were changed, not replaced."""
    return [a for a, b in pairs(theirs, ours) if a is not None and b is not None and ours[b]]


def _peaks(scores: Sequence[float], apart: int, offset: int) -> list[int]:
    """Where the scores are highest, the best first."""
    found: list[int] = []
    for at in sorted(range(len(scores)), key=lambda at: -scores[at]):
        if len(found) == _WINDOWS or scores[at] < _LEAST:
            break
        if all(abs(at + offset - other) >= apart for other in found):
            found.append(at + offset)
    return found


def _trimmed(same: list[Match], ours: Sequence[str]) -> list[Match]:
    """The matches without those at the ends that are there by chance: a lone brace far away."""
    same = list(same)
    while len(same) > 1:
        if _strays(same[-2], same[-1], same[-1], ours):
            same.pop()
        elif _strays(same[0], same[1], same[0], ours):
            same.pop(0)
        else:
            break
    return same


def _strays(first: Match, then: Match, end: Match, ours: Sequence[str]) -> bool:
    """The file has more between two matches than the lines of the one at the end can vouch for."""
    more = (then[0] - first[0]) - (then[1] - first[1])
    told = sum(any(map(str.isalnum, line)) for line in ours[end[1] : end[1] + end[2]])
    return more > 2 + 4 * told
