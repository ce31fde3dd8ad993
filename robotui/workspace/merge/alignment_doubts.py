"""The places of an alignment that are guesses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, takewhile
from typing import Final, NamedTuple

from robotui.workspace.lines.align import likeness, words
from robotui.workspace.lines.indent import margin
from robotui.workspace.merge.alignment import Step, key, says

_CLEARLY: Final = 0.6
"""Lines at least as alike are versions of one line even where nothing beside them says so."""
_CERTAINLY: Final = 0.8
"""The same for lines that begin as many do."""
_COMMON: Final = {
    *("if", "elif", "else", "for", "while", "return", "with", "case", "when", "switch", "const"),
    *("let", "var", "val", "await", "yield", "raise", "throw", "print", "echo"),
    *("-", "*", "#", "//"),
}
_ANSWER: Final = re.compile(r"(?:return|raise|throw|break|continue|yield|exit|default)\b")
_DOTS: Final = re.compile(r"\.\.\.|…|⋮|⋯")


def doubts(
    steps: Sequence[Step], block: Sequence[str], lines: Sequence[str], moved: Sequence[str]
) -> tuple[int, ...]:
    """Gaps of the block that are guesses."""
    found = (
        *_adrift(steps, block, lines, moved),
        *_idle(steps, block, lines),
        *_given_anew(steps, lines, moved),
    )
    return tuple(dict.fromkeys(found))


class _Part(NamedTuple):
    """A stretch between gaps."""

    before: int | None
    """The gap before it, as a line of the block; None where it begins what there is."""
    steps: list[Step]
    behind: int | None


def _parts(steps: Sequence[Step]) -> Iterator[_Part]:
    part: list[Step] = []
    before: int | None = None
    for step in steps:
        if step.op == "gap":
            if part:
                yield _Part(before, part, step.ours)
            part, before = [], step.ours
        elif step.op != "passed":
            part.append(step)
    if part:
        yield _Part(before, part, None)


def _adrift(
    steps: Sequence[Step], block: Sequence[str], lines: Sequence[str], moved: Sequence[str]
) -> Iterator[int]:
    """Gaps of the block next to code that could as well be elsewhere."""
    for before, part, behind in _parts(steps):
        told = [step for step in part if step.op != "removed" and block[step.ours].strip()]
        if not told:
            continue
        held = any(step.op in ("kept", "changed") and is_firm(step, block, lines) for step in told)
        if not held and behind is None and not any(says(block[step.ours]) for step in told):
            continue  # what closes all of it
        if not held and behind is None and _ends_it(steps, told, lines, moved):
            continue
        for gap, run in ((before, told), (behind, told[::-1])):
            if (gap is not None and (not held or _is_vague(run, block, lines))) or (
                gap is not None and gap == behind and _opens(run[0], moved)
            ):
                yield gap


def _ends_it(
    steps: Sequence[Step], told: Sequence[Step], lines: Sequence[str], moved: Sequence[str]
) -> bool:
    """Whether new lines come last in what they are in, and nothing there keeps them from it."""
    last = [step for step in steps if step.op == "passed" and says(lines[step.theirs])]
    new = [step for step in told if says(moved[step.ours])]
    if not last or any(step.op != "added" for step in new):
        return False
    group = [margin(lines[step.theirs]) for step in last]
    own = margin(moved[new[0].ours])
    return min(group, key=len) == own and not _ANSWER.match(lines[last[-1].theirs].strip())


def _idle(steps: Sequence[Step], block: Sequence[str], lines: Sequence[str]) -> Iterator[int]:
    """Gaps in words that stand for nothing: comments of their own, as likely."""
    for is_left_out, group in groupby(steps, lambda step: step.op in ("gap", "passed")):
        run = list(group)
        if is_left_out and not any(s.op == "passed" and says(lines[s.theirs]) for s in run):
            yield from (s.ours for s in run if s.op == "gap" and not _DOTS.search(block[s.ours]))


def _given_anew(steps: Sequence[Step], lines: Sequence[str], moved: Sequence[str]) -> Iterator[int]:
    """Gaps that would keep a line beside a new one which gives the same thing another value."""
    left_out = [step.ours for step in steps if step.op == "gap"]
    passed = {_place(lines[step.theirs]) for step in steps if step.op == "passed"} - {None}
    for step in steps:
        if step.op == "added" and _place(moved[step.ours]) in passed:
            yield min(left_out, key=lambda at: abs(at - step.ours))


def _place(line: str) -> tuple[str, str] | None:
    named = key(line.strip())
    return (margin(line), named) if named else None


def _is_vague(run: Sequence[Step], block: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether lines next to a gap may be new as well as changed ones."""
    edge = list(takewhile(lambda step: step.op != "kept", run))
    new = [step for step in edge if step.op == "added"]
    changed = [step for step in edge if step.op == "changed"]
    if not changed:
        return False
    return bool(new) or not all(is_firm(step, block, lines) for step in changed)


def _opens(step: Step, moved: Sequence[str]) -> bool:
    """Whether a new line begins what the code that is left out would be in."""
    return step.op == "added" and moved[step.ours].rstrip().endswith((":", "{", "("))


def is_firm(step: Step, block: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether a line of both is the same, or a version of it, whatever is beside it."""
    if step.op == "kept":
        return says(block[step.ours])
    ours, theirs = block[step.ours].strip(), lines[step.theirs].strip()
    first = ours.split()[0]
    common = first.strip("}") in _COMMON
    if common and ours.split()[:2] != theirs.split()[:2]:
        return False  # ``case 2`` is not ``case 3``
    least = _CERTAINLY if common else _CLEARLY
    return likeness(words(ours), words(theirs)) >= least and first == theirs.split()[0]


def _is_another(step: Step, block: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether the line that opens something says another name than that in the file."""
    ours, theirs = block[step.ours].strip(), lines[step.theirs].strip()
    if not ours.endswith(("(", "{", ":", "[", "]", " do", " then")):
        return False
    mine, its = (set(re.findall(r"[^\W\d]\w*", line)) for line in (ours, theirs))
    return bool(mine - its and its - mine)


def is_loose(steps: Sequence[Step], block: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether the first or the last line of the block is new, or may be."""
    told = [step for step in steps if step.op not in ("removed", "passed")]
    told = [step for step in told if step.op == "gap" or block[step.ours].strip()]
    if told[0].op == "changed" and _is_another(told[0], block, lines):
        return True
    return any(
        edge.op == "added" or (edge.op == "changed" and not is_firm(edge, block, lines))
        for edge in (told[0], told[-1])
    )
