"""The search for places for all hunks of a block at once (backtracking).

Each change is found by its lines. If it fits several places, each is a way to apply it; if it fits
none, the whole block is refused, with the line that is not there and what the file has instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from robotui.edits import Edit, FileEdit, Hunk, Line
from robotui.edits.edit import KEPT
from robotui.errors import WriteRefusedError
from robotui.text import one_line
from robotui.workspace.code.elision import gaps
from robotui.workspace.hunks.exact_places import Spot, Text, chosen, headings, spots
from robotui.workspace.hunks.near_places import nearly, unnumbered
from robotui.workspace.hunks.report import placement, refusal, span
from robotui.workspace.hunks.steps import State, Step, made, steps_of
from robotui.workspace.merge.placement import Placement
from robotui.workspace.text_file import TextFile, file_lines

_WAYS: Final = 20
"""Ways that are shown."""
_TRIES: Final = 400
"""Places that are tried before the search for more ways ends."""
_BY_NUMBER: Final = "nothing but a number says that it belongs there"


@dataclass
class _Failure:
    """The change that did not fit, the furthest of all tries."""

    depth: int = -1
    step: Step | None = None
    text: Text = field(default_factory=lambda: Text([]))


def edited(file: TextFile, part: FileEdit, edit: Edit) -> list[Placement]:
    """The ways to make the changes of ``part`` in a file that is there, likeliest first.

    Raises WriteRefusedError if a change does not fit.
    """
    hunks = [hunk for hunk in part.hunks if hunk.changes]
    if not hunks:
        raise WriteRefusedError("The block changes no line of the file", "There is nothing to do.")
    return _Search(file, hunks, edit).placements()


class _Search:
    """The ways to make changes in one file."""

    def __init__(self, file: TextFile, hunks: Sequence[Hunk], edit: Edit) -> None:
        self.file = file
        self.edit = edit
        self.start = Text(file_lines(file.text))
        self.count = len(hunks)
        self.searches = edit.style == "SEARCH/REPLACE"
        own = set(self.start.bare) - {""}
        hunks = [unnumbered(hunk, own) for hunk in hunks]
        self.steps = steps_of(hunks, own, in_order=not self.searches)
        self.drifts = self._drifts()
        self.failure = _Failure()
        self.tries = 0

    def placements(self) -> list[Placement]:
        """All ways, each result once."""
        ways = self._distinct(self._ways(State(self.start), 0))
        if not ways and not self.searches:
            self.steps = [replace(step, follows=False) for step in self.steps]
            self.tries = 0
            ways = self._distinct(self._ways(State(self.start), 0))
        if not ways:
            failed = self.failure
            raise refusal(self.file, failed.step, failed.text, self.count)
        doubt = f"{len(ways)} places fit alike; one of them" if len(ways) > 1 else ""
        if not doubt and self.tries > _TRIES:
            doubt = "it may fit other places too"
        warnings = self._left_out()
        return [placement(self.file, self.edit, way, self.count, warnings, doubt) for way in ways]

    def _distinct(self, found: Iterator[State]) -> list[State]:
        ways: dict[str, State] = {}
        for state in found:
            ways.setdefault("".join(state.text.raw), state)
            if len(ways) == _WAYS:
                break
        return list(ways.values())

    def _ways(self, state: State, depth: int) -> Iterator[State]:
        if depth == len(self.steps):
            yield state
            return
        step = self.steps[depth]
        after = list(self._next(state, step))
        if not after and depth > self.failure.depth:
            self.failure = _Failure(depth, step, state.text)
        for each in after:
            self.tries += 1
            if self.tries > _TRIES:
                return
            yield from self._ways(each, depth + 1)

    def _next(self, state: State, step: Step) -> Iterator[State]:
        """The file with one more change made, in each place that it fits."""
        hunk, low = step.hunk, state.low if step.follows else 0
        if not hunk.old:
            yield from self._inserted(state, hunk)
            return
        found = spots(hunk, state.text, low)
        if not found and (done := self._done(hunk, state.text)) is not None:
            note = f"change {step.number} is there already"
            yield replace(state, low=max(low, done.end), notes=(*state.notes, note))
            return
        found = found or nearly(hunk, state.text, low, parts=self.searches)
        number, trusted = self._expected(hunk, state)
        fitting = chosen(hunk, found, state.text, number, trusted=trusted)
        if len(found) > 1 and len(fitting) == 1:
            note = f"of {len(found)} places alike {span(*fitting[0][:2])} is the one it says"
            state = replace(state, notes=(*state.notes, note))
        for spot in fitting:
            yield made(state, spot, hunk, self.file.newline)

    def _inserted(self, state: State, hunk: Hunk) -> Iterator[State]:
        """A change that has no line of the file: by number, below a heading, at the end."""
        text, size = state.text, len(state.text.raw)
        first, end = hunk.span or (hunk.line, hunk.line)
        if first is not None and end is not None:
            if hunk.span is None and first:
                first, end = first + 1, end + 1  # a diff without context: behind that line
            known = end - 1 <= len(self.start.raw)
            start = text.now_at(first - 1)
            places = [(start, max(start, text.behind(end - 2)) if end > first else start)]
            places = places if known else []
        else:
            places = [(at + 1, at + 1) for at in headings(hunk.under, text)]
            places.append((size, size))
            if not hunk.under and not hunk.at_end and self.searches:
                places.append((0, 0))
        for start, stop in places:
            lines = [*(Line("-", old) for old in text.lines[start:stop]), *hunk.lines]
            spot = Spot(start, stop, tuple(lines), _BY_NUMBER)
            yield made(state, spot, hunk, self.file.newline)

    def _done(self, hunk: Hunk, text: Text) -> Spot | None:
        """Where the change has been made before."""
        told = [line for line in hunk.lines if line.sign != "-" and line.text.strip()]
        if len(told) < 2 and not any(line.sign == "+" for line in told):
            return None
        after = tuple(Line(KEPT, line.text) for line in hunk.lines if line.sign != "-")
        found = spots(replace(hunk, lines=after), text)
        return found[0] if found and not found[0].doubt else None

    # -- what is told beside the lines

    def _drifts(self) -> list[tuple[int, int]]:
        """For the changes that fit one place: their number, and how far it is off."""
        found = []
        for step in self.steps:
            hunk = step.hunk
            if hunk.line is not None and hunk.old and len(self.steps) > 1:
                places = spots(hunk, self.start)
                if len(places) == 1:
                    found.append((hunk.line, places[0].start + 1 - hunk.line))
        return found

    def _expected(self, hunk: Hunk, state: State) -> tuple[int | None, bool]:
        """The line, from 0, where a change with a number may be meant to begin; and whether all
        that is known of the block's numbers agrees with that.
        """
        if hunk.line is None:
            return None, False
        near = sorted(self.drifts, key=lambda drift: abs(drift[0] - (hunk.line or 0)))
        drift = near[0][1] if near else 0
        trusted = len({drift for _, drift in near}) < 2 and not hunk.miscounted
        return state.text.now_at(hunk.line - 1 + drift), trusted

    def _left_out(self) -> tuple[str, ...]:
        own = set(self.start.bare)
        found = []
        for step in self.steps:
            added = [line.text for line in step.hunk.lines if line.sign == "+"]
            found += [
                f"“{one_line(added[at].strip(), 40)}” in the new lines may stand for code left out"
                for at in gaps(added, own)
            ]
        return tuple(found)
