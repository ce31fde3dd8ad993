"""The outcome of an alignment: the lines afterwards, and how many lines go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from robotui.workspace.lines.indent import Shift, margin
from robotui.workspace.merge.alignment import Filled, Step, says
from robotui.workspace.merge.alignment_doubts import doubts, is_firm, is_loose


@dataclass(frozen=True)
class Outcome:
    """What a block along some lines comes to."""

    start: int
    end: int
    """The lines that it covers, counted from the first of those it was laid along."""
    lines: list[str]
    """What is there afterwards."""
    kept: int
    """Lines that say something and are in both."""
    passed: int
    """Lines that stay, for the block leaves them out."""
    unseen: int
    """Lines that go, and nothing is shown in their place."""
    tail: int
    """Of these, the ones at the very end."""
    doubts: tuple[int, ...]
    """Lines of the block whose place is a guess."""
    loose_ends: bool
    """The first or the last line of the block is new: nothing on that side says where it is."""


def outcome(
    filled: Filled, block: Sequence[str], lines: Sequence[str], shift: Shift
) -> Outcome | None:
    """What comes of it; None where the block has nothing in common with the lines."""
    steps = list(filled.steps)
    while steps and steps[0].op == "passed":
        steps.pop(0)
    while steps and steps[-1].op == "passed":
        steps.pop()
    moved = shift.apply(block)
    held = [step for step in steps if step.op in ("kept", "changed")]
    if not held:
        return None
    theirs = [step.theirs for step in steps if step.op not in ("added", "gap")]
    start, end = theirs[0], theirs[-1] + 1
    new = [
        lines[step.theirs] if step.op == "passed" else moved[step.ours]
        for step in _without_seams(steps, block)
        if step.op not in ("removed", "gap")
    ]
    return Outcome(
        start,
        end,
        new,
        kept=sum(step.op == "kept" and says(lines[step.theirs]) for step in steps),
        passed=sum(step.op == "passed" and bool(lines[step.theirs].strip()) for step in steps),
        unseen=_unseen(steps, block, lines),
        tail=_tail(steps, block, lines),
        doubts=doubts(steps, block, lines, moved),
        loose_ends=is_loose(steps, block, lines),
    )


def _without_seams(steps: Sequence[Step], block: Sequence[str]) -> Iterator[Step]:
    """The steps without the empty lines that set off a gap in the block."""
    for at, step in enumerate(steps):
        if step.op == "added" and not block[step.ours].strip():
            before = next((s.op for s in reversed(steps[:at]) if _tells(s, block)), "")
            behind = next((s.op for s in steps[at + 1 :] if _tells(s, block)), "")
            if {before, behind} & {"gap", "passed"}:
                continue
        yield step


def _tells(step: Step, block: Sequence[str]) -> bool:
    return step.op != "added" or bool(block[step.ours].strip())


def _unseen(steps: Sequence[Step], block: Sequence[str], lines: Sequence[str]) -> int:
    """How many lines more go than come, of each stretch of changes."""
    found = removed = added = 0
    for step in (*steps, Step("gap", -1, -1)):
        if step.op == "removed":
            removed += bool(lines[step.theirs].strip())
        elif step.op == "added":
            added += bool(block[step.ours].strip())
        elif step.op != "kept" or lines[step.theirs].strip():
            found += max(0, removed - added)
            removed = added = 0
    return found


def _tail(steps: Sequence[Step], block: Sequence[str], lines: Sequence[str]) -> int:
    """How many lines go after the last one of the block, if that is in the file too."""
    count = 0
    for step in reversed(steps):
        if step.op != "removed":
            held = step.op in ("kept", "changed") and is_firm(step, block, lines)
            return count if held else 0
        count += bool(lines[step.theirs].strip())
    return count


def move(steps: Sequence[Step], block: Sequence[str], lines: Sequence[str]) -> Shift:
    """How the block has to be moved to be indented as the first line that both have."""
    for step in steps:
        if step.op in ("kept", "changed") and block[step.ours].strip():
            theirs, ours = margin(lines[step.theirs]), margin(block[step.ours])
            more = len(theirs) - len(ours)
            return Shift(add=theirs[:more]) if more > 0 else Shift(cut=-more)
    return Shift()
