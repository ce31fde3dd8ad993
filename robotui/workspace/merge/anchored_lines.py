"""A block without symbols placed in a file, anchored by the lines that both have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from robotui.workspace.lines.indent import Shift
from robotui.workspace.lines.similar_regions import Haystack
from robotui.workspace.merge.alignment import Filled, along
from robotui.workspace.merge.alignment_outcome import Outcome, move, outcome
from robotui.workspace.merge.placement import counted

_APART: Final = 1.0
"""Another place that costs as little more is as good: one line of difference."""
_NEAR: Final = 3
"""Lines by which a line number may be wrong."""


@dataclass(frozen=True)
class Anchored:
    """Where the lines of a block are in a file, and what is there afterwards."""

    start: int
    end: int
    lines: list[str]
    shift: Shift
    passed: int
    """Lines that stay, for the block leaves them out."""
    unseen: int
    """Lines that go, and nothing is shown in their place."""
    guesses: tuple[int, ...]
    """Lines of the block whose place is a guess."""
    sure: bool
    why: str


def anchored(
    block: Sequence[str],
    left_out: Sequence[int],
    lines: Sequence[str],
    haystack: Haystack,
    near: int | None,
) -> Anchored | None:
    """The place of a block, by the lines that the file has too; None where there is none.

    ``near`` is the line, from 0, at which it is said to belong.
    """
    low, high = 0, len(lines)
    if near is not None:
        for slack in (_NEAR, 0):
            low, high = max(0, near - slack), min(len(lines), near + len(block) + slack)
            found = _at(block, left_out, lines, low, high)
            if found is not None and _is_held(found[1], found[0], near=True):
                return _told(*found, alone=True, near=True)
        low, high = 0, len(lines)
    found = _at(block, left_out, lines, low, high)
    if found is None:
        fits = haystack.fits([line for at, line in enumerate(block) if at not in left_out])
        if not fits or left_out:
            return None
        low, high = _around(fits[0].start, fits[0].end - fits[0].start, len(lines))
        found = _at(block, left_out, lines, low, high)
        if found is None:
            return None
        rivals = [fit for fit in fits[1:] if fit.alike > fits[0].alike - 0.1]
        return _told(*found, alone=not rivals, near=False)
    held = _is_held(found[1], found[0], near=False)
    alone = held and _is_alone(block, left_out, lines, found)
    return _told(*found, alone=alone, near=False)


def _around(at: int, size: int, count: int) -> tuple[int, int]:
    return max(0, at - size - _NEAR), min(count, at + 2 * size + _NEAR)


_Found = tuple[Filled, Outcome, Shift, int]


def _at(
    block: Sequence[str], left_out: Sequence[int], lines: Sequence[str], low: int, high: int
) -> _Found | None:
    part = lines[low:high]
    filled = along(block, left_out, part, within=True)
    if filled is None:
        return None
    shift = move(filled.steps, block, part)
    came = outcome(filled, block, part, shift)
    return (filled, came, shift, low) if came is not None else None


def _is_alone(
    block: Sequence[str], left_out: Sequence[int], lines: Sequence[str], found: _Found
) -> bool:
    """No other place costs nearly as little."""
    filled, came, _, low = found
    for a, b in ((0, low + came.start), (low + came.end, len(lines))):
        other = along(block, left_out, lines[a:b], within=True)
        if other is not None and other.cost < filled.cost + _APART:
            return False
    return True


def _is_held(came: Outcome, filled: Filled, *, near: bool) -> bool:
    """Enough lines are in both, and nothing hangs in the air."""
    added = sum(step.op == "added" for step in filled.steps)
    enough = came.kept >= 2 or (came.kept == 1 and not added) or near
    return enough and not (filled.ambiguous or came.doubts or came.loose_ends or came.unseen)


def _told(
    filled: Filled, came: Outcome, shift: Shift, low: int, *, alone: bool, near: bool
) -> Anchored:
    sure = alone and _is_held(came, filled, near=near)
    why = ""
    if sure:
        said = counted(came.kept)
        why = f"{said} of it are there, in this order, and nowhere else"
        if near:
            why = f"{said} of it are at the line that it names"
    guesses = came.doubts
    return Anchored(
        low + came.start,
        low + came.end,
        came.lines,
        shift,
        came.passed,
        came.unseen,
        guesses,
        sure,
        why,
    )
