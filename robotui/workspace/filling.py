"""A block laid along the lines of a file: what it keeps, changes, adds, and takes away.

Where the block leaves code out, lines of the file are passed over freely and stay. All else that
the file has there and the block does not show is counted, so that nothing goes unseen.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, takewhile
from typing import Final, Literal, NamedTuple

from robotui.workspace.align import likeness, words
from robotui.workspace.indent import Shift, margin

_CELLS: Final = 400_000
"""Pairs of lines that are weighed at most."""
_CHANGED: Final = 0.4
"""Lines less alike are not versions of one line."""
_CLEARLY: Final = 0.6
"""Lines at least as alike are versions of one line even where nothing beside them says so."""
_CERTAINLY: Final = 0.8
"""The same for lines that begin as many do."""
_COMMON: Final = {
    *("if", "elif", "else", "for", "while", "return", "with", "case", "when", "switch", "const"),
    *(
        "let",
        "var",
        "val",
        "await",
        "yield",
        "raise",
        "throw",
        "print",
        "echo",
        "-",
        "*",
        "#",
        "//",
    ),
}
_BLANK: Final = 0.02
_REMOVED: Final = 1.3
_ADDED: Final = 1.0

_ANOTHER_VALUE: Final = 1.5
"""What it costs that two lines have only that in common which they say something about."""
_CLOSED_ANOTHER_WAY: Final = 0.8
"""The same for lines that begin with the same brackets: ``}, []);`` and ``}, [id]);``."""
_ANSWER: Final = re.compile(r"(?:return|raise|throw|break|continue|yield|exit|default)\b")
_DOTS: Final = re.compile(r"\.\.\.|…|⋮|⋯")
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
            return _ANOTHER_VALUE if _key(ours) and _key(ours) == _key(theirs) else None
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
        unseen=sum(count for count, _ in _unseen(steps, block, lines)),
        tail=_tail(steps, block, lines),
        doubts=tuple(
            dict.fromkeys(
                (
                    *_doubts(steps, block, lines, moved),
                    *_idle(steps, block, lines),
                    *_given_anew(steps, lines, moved),
                )
            )
        ),
        loose_ends=_is_loose(steps, block, lines),
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


def _key(line: str) -> str:
    """What a line gives a value to: ``<h1``, ``id``."""
    found = _KEY.match(line)
    return found[0] if found else ""


def says(line: str) -> bool:
    """Whether a line has more than brackets and signs."""
    return any(map(str.isalnum, line))


def _unseen(
    steps: Sequence[Step], block: Sequence[str], lines: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """For each stretch of changes: how many lines more go than come, and how many come."""
    removed = added = 0
    for step in (*steps, Step("gap", -1, -1)):
        if step.op == "removed":
            removed += bool(lines[step.theirs].strip())
        elif step.op == "added":
            added += bool(block[step.ours].strip())
        elif step.op == "kept" and not lines[step.theirs].strip():
            continue
        else:
            if removed > added:
                yield removed - added, added
            removed = added = 0


def _tail(steps: Sequence[Step], block: Sequence[str], lines: Sequence[str]) -> int:
    """How many lines go after the last one of the block, if that is in the file too."""
    count = 0
    for step in reversed(steps):
        if step.op != "removed":
            held = step.op in ("kept", "changed") and _is_firm(step, block, lines)
            return count if held else 0
        count += bool(lines[step.theirs].strip())
    return count


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


def _doubts(
    steps: Sequence[Step], block: Sequence[str], lines: Sequence[str], moved: Sequence[str]
) -> Iterator[int]:
    """Gaps of the block next to code that could as well be elsewhere."""
    for before, part, behind in _parts(steps):
        told = [step for step in part if step.op != "removed" and block[step.ours].strip()]
        if not told:
            continue
        held = any(step.op in ("kept", "changed") and _is_firm(step, block, lines) for step in told)
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
    key = _key(line.strip())
    return (margin(line), key) if key else None


def _is_vague(run: Sequence[Step], block: Sequence[str], lines: Sequence[str]) -> bool:
    """Whether lines next to a gap may be new as well as changed ones."""
    edge = list(takewhile(lambda step: step.op != "kept", run))
    new = [step for step in edge if step.op == "added"]
    changed = [step for step in edge if step.op == "changed"]
    if not changed:
        return False
    return bool(new) or not all(_is_firm(step, block, lines) for step in changed)


def _opens(step: Step, moved: Sequence[str]) -> bool:
    """Whether a new line begins what the code that is left out would be in."""
    return step.op == "added" and moved[step.ours].rstrip().endswith((":", "{", "("))


def _is_firm(step: Step, block: Sequence[str], lines: Sequence[str]) -> bool:
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


def _is_loose(steps: Sequence[Step], block: Sequence[str], lines: Sequence[str]) -> bool:
    told = [step for step in steps if step.op not in ("removed", "passed")]
    told = [step for step in told if step.op == "gap" or block[step.ours].strip()]
    if told[0].op == "changed" and _is_another(told[0], block, lines):
        return True
    return any(
        edge.op == "added" or (edge.op == "changed" and not _is_firm(edge, block, lines))
        for edge in (told[0], told[-1])
    )


def move(steps: Sequence[Step], block: Sequence[str], lines: Sequence[str]) -> Shift:
    """How the block has to be moved to be indented as the first line that both have."""
    for step in steps:
        if step.op in ("kept", "changed") and block[step.ours].strip():
            theirs, ours = margin(lines[step.theirs]), margin(block[step.ours])
            more = len(theirs) - len(ours)
            return Shift(add=theirs[:more]) if more > 0 else Shift(cut=-more)
    return Shift()
