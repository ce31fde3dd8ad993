"""A block aligned with the lines of a file: what it keeps, changes, adds and removes.

Where the block leaves code out, lines of the file are passed over freely and stay. All else that
the file has there and the block does not show is counted, so that nothing goes unseen.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from robotui.workspace.lines.align import likeness, words

_CELLS: Final = 400_000
"""Pairs of lines that are weighed at most."""
_CHANGED: Final = 0.4
"""Lines less alike are not versions of one line."""
_BLANK: Final = 0.02
_REMOVED: Final = 1.3
_ADDED: Final = 1.0

_ANOTHER_VALUE: Final = 1.5
"""What it costs that two lines have only that in common which they say something about."""
_CLOSED_ANOTHER_WAY: Final = 0.8
"""The same for lines that begin with the same brackets: ``}, []);`` and ``}, [id]);``."""
_KEY: Final = re.compile(r"<[\w:-]+|[\w\"'.$@-]+(?=\s*[:=](?!=))")

Op = Literal["kept", "changed", "added", "removed", "passed", "gap"]


class Step(NamedTuple):
    """One line of the block, of the file, or of both."""

    op: Op
    ours: int
    theirs: int


@dataclass(frozen=True)
class Filled:
    """A block along some lines of a file."""

    steps: list[Step]
    cost: float
    ambiguous: bool
    """It fits elsewhere just as well."""


def along(
    block: Sequence[str], left_out: Collection[int], lines: Sequence[str], *, within: bool
) -> Filled | None:
    """The block along the lines; None where they are too many to weigh.

    ``within``: the block may begin and end anywhere in them; else it stands for all of them.
    """
    if len(block) * len(lines) > _CELLS:
        return None
    table = _Table(block, left_out, lines, within=within)
    early, late = table.path(late=False), table.path(late=True)
    return Filled(early, table.cost, ambiguous=_told(early) != _told(late))


def _told(steps: Sequence[Step]) -> list[Step]:
    """What makes a difference: where the lines of the block go."""
    return [step for step in steps if step.op in ("kept", "changed", "removed")]


class _Table:
    """The least that each beginning of the block costs along each beginning of the lines."""

    def __init__(
        self, block: Sequence[str], left_out: Collection[int], lines: Sequence[str], *, within: bool
    ) -> None:
        self.ours = [line.strip() for line in block]
        self.theirs = [line.strip() for line in lines]
        self.free = [False] * (len(block) + 1)
        """Lines of the file are passed over freely before this line of the block."""
        for at in left_out:
            self.free[at] = self.free[at + 1] = True
        if within:
            self.free[0] = self.free[-1] = True
        self.left_out = set(left_out)
        self.bags = [words(line) for line in self.ours]
        self.bags_theirs = [words(line) for line in self.theirs]
        self.names = [{word for word in bag if len(word) > 2} for bag in self.bags]
        self.names_theirs = [{word for word in bag if len(word) > 2} for bag in self.bags_theirs]
        self.add = [
            0.0 if at in self.left_out else _ADDED if line else _BLANK
            for at, line in enumerate(self.ours)
        ]
        self.remove = [_REMOVED if line else _BLANK for line in self.theirs]
        self.rows = list(self._rows())

    @property
    def cost(self) -> float:
        return self.rows[-1][-1]

    def both(self, at: int, to: int) -> float | None:
        """What it costs to take one line for the other; None where they have nothing in common."""
        if at in self.left_out:
            return None
        ours, theirs = self.ours[at], self.theirs[to]
        if ours == theirs:
            # A line that says something is a better hold than a bracket or a blank one.
            return 0.0 if self.names[at] else 0.1 if ours else _BLANK / 2
        if not ours or not theirs:
            return None
        if self.names[at].isdisjoint(self.names_theirs[to]):
            if ours[0] in ")]}" and ours[:2] == theirs[:2]:
                return _CLOSED_ANOTHER_WAY
            return _ANOTHER_VALUE if key(ours) and key(ours) == key(theirs) else None
        like = likeness(self.bags[at], self.bags_theirs[to])
        return 0.2 + 2.0 * (1 - like) if like >= _CHANGED else None

    def _rows(self) -> Iterator[list[float]]:
        remove, count = self.remove, len(self.theirs)
        row = [0.0]
        for to in range(count):
            row.append(row[-1] + (0.0 if self.free[0] else remove[to]))
        yield row
        for at, added in enumerate(self.add):
            free = self.free[at + 1]
            new = [row[0] + added]
            for to in range(count):
                best = row[to + 1] + added
                over = new[to] + (0.0 if free else remove[to])
                best = min(best, over)
                if row[to] < best:
                    both = self.both(at, to)
                    if both is not None and row[to] + both < best:
                        best = row[to] + both
                new.append(best)
            row = new
            yield row

    def path(self, *, late: bool) -> list[Step]:
        """One cheapest way; of equal ones that with its lines as late in the file as possible."""
        found: list[Step] = []
        at, to = len(self.ours), len(self.theirs)
        while at or to:
            step = self._back(at, to, late=late)
            found.append(step)
            at -= step.op not in ("removed", "passed")
            to -= step.op not in ("added", "gap")
        return found[::-1]

    def _back(self, at: int, to: int, *, late: bool) -> Step:
        here = self.rows[at][to] + 1e-9
        choices: list[Step] = []
        if to and self.rows[at][to - 1] + (0.0 if self.free[at] else self.remove[to - 1]) <= here:
            choices.append(Step("passed" if self.free[at] else "removed", at, to - 1))
        if at and to:
            both = self.both(at - 1, to - 1)
            if both is not None and self.rows[at - 1][to - 1] + both <= here:
                same = self.ours[at - 1] == self.theirs[to - 1]
                choices.append(Step("kept" if same else "changed", at - 1, to - 1))
        if at and self.rows[at - 1][to] + self.add[at - 1] <= here:
            choices.append(Step("gap" if at - 1 in self.left_out else "added", at - 1, to))
        order = ("kept", "changed", "added", "gap", "removed", "passed")
        if not late:
            order = ("passed", "added", "gap", "removed", "changed", "kept")
        return min(choices, key=lambda step: order.index(step.op))


def key(line: str) -> str:
    """What a line gives a value to: ``<h1``, ``id``."""
    found = _KEY.match(line)
    return found[0] if found else ""


def says(line: str) -> bool:
    """Whether a line has more than brackets and signs."""
    return any(map(str.isalnum, line))
