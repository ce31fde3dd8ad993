"""A block that describes changes, applied to a file as what it is.

Each change is found by its lines. If it fits several places, each is a way to apply it; if it fits
none, the whole block is refused, with the line that is not there and what the file has instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from robotui.edits import Edit, FileEdit, Hunk, Line
from robotui.edits.parts import KEPT
from robotui.errors import WriteRefusedError
from robotui.text import one_line
from robotui.workspace.align import steps
from robotui.workspace.elision import gaps, stands_for_code
from robotui.workspace.fitting import Haystack
from robotui.workspace.locating import Spot, Text, chosen, headings, spots
from robotui.workspace.placing import Placement
from robotui.workspace.text_file import TextFile, content, file_lines

_WAYS: Final = 20
"""Ways that are shown."""
_TRIES: Final = 400
"""Places that are tried before the search for more ways ends."""


@dataclass(frozen=True)
class _Step:
    """A change to be made."""

    hunk: Hunk
    number: int
    """Which of the block's changes it is, from 1."""
    follows: bool
    """It is below the one before it."""


@dataclass(frozen=True)
class _State:
    """A file with some of the changes made."""

    text: Text
    low: int = 0
    """The line after the last change."""
    made: tuple[tuple[int, int], ...] = ()
    """The lines of the file, from 0, that were changed."""
    notes: tuple[str, ...] = ()
    exact: bool = True


@dataclass
class _Failure:
    """The change that did not fit, the furthest of all tries."""

    depth: int = -1
    step: _Step | None = None
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
        self.own = set(self.start.bare)
        self.count = len(hunks)
        in_order = edit.style != "SEARCH/REPLACE"
        self.steps = [
            _Step(part, number, follows=in_order or index > 0)
            for number, hunk in enumerate(hunks, 1)
            for index, part in enumerate(self._between_gaps(_told_apart(hunk)))
        ]
        self.drifts = self._drifts()
        self.failure = _Failure()
        self.tries = 0

    def placements(self) -> list[Placement]:
        """All ways, each result once."""
        ways = self._distinct(self._ways(_State(self.start), 0))
        if not ways and self.edit.style != "SEARCH/REPLACE":
            self.steps = [replace(step, follows=False) for step in self.steps]
            self.tries = 0
            ways = self._distinct(self._ways(_State(self.start), 0))
        if not ways:
            raise self._refusal()
        warnings = self._left_out()
        doubts = [
            reason
            for reason in (
                f"{len(ways)} places fit alike; one of them" if len(ways) > 1 else "",
                "it may fit other places too" if self.tries > _TRIES else "",
                "not sure" if warnings else "",
            )
            if reason
        ]
        return [self._placement(way, warnings, doubts) for way in ways]

    def _distinct(self, found: Iterator[_State]) -> list[_State]:
        ways: dict[str, _State] = {}
        for state in found:
            ways.setdefault("".join(state.text.raw), state)
            if len(ways) == _WAYS:
                break
        return list(ways.values())

    def _ways(self, state: _State, depth: int) -> Iterator[_State]:
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

    def _next(self, state: _State, step: _Step) -> Iterator[_State]:
        """The file with one more change made, in each place that it fits."""
        hunk, low = step.hunk, state.low if step.follows else 0
        if not hunk.old:
            yield from self._inserted(state, hunk)
            return
        found = spots(hunk, state.text, low)
        fitting = chosen(hunk, found, state.text, self._expected(hunk, state))
        if len(found) > 1 and len(fitting) == 1:
            note = f"of {len(found)} places alike {_span(*fitting[0][:2])} is the one it says"
            state = replace(state, notes=(*state.notes, note))
        for spot in fitting:
            yield self._made(state, spot, hunk)
        if not found and (done := self._done(hunk, state.text)) is not None:
            note = f"change {step.number} is there already"
            yield replace(state, low=max(low, done.end), notes=(*state.notes, note))

    def _made(self, state: _State, spot: Spot, hunk: Hunk) -> _State:
        text = self._ended(state.text.changed(spot, self.file.newline), spot, state.text, hunk)
        low = spot.end + len(text.raw) - len(state.text.raw)
        span = state.text.span(spot.start, spot.end)
        made = (*state.made, span) if hunk.changes else state.made
        return _State(text, low, made, state.notes, state.exact and spot.exact)

    def _ended(self, text: Text, spot: Spot, before: Text, hunk: Hunk) -> Text:
        """The text with the end of its last line as the file has it, or as the change says."""
        raw = list(text.raw)
        last = len(raw) - 1
        bare = bool(before.raw) and before.raw[-1] == before.lines[-1]
        if spot.end == len(before.raw) and (hunk.bare_old or hunk.bare_new):
            bare = hunk.bare_new
        for at in range(spot.start, len(raw)):
            line = content(raw[at])
            if at == last and bare:
                raw[at] = line
            elif raw[at] == line:
                raw[at] = line + self.file.newline
        return Text(raw, text.origin)

    def _inserted(self, state: _State, hunk: Hunk) -> Iterator[_State]:
        """A change that has no line of the file: by number, below a heading, at the end."""
        text, size = state.text, len(state.text.raw)
        first, end = hunk.span or (hunk.line, hunk.line)
        if first is not None and end is not None:
            if hunk.span is None and first:
                first, end = first + 1, end + 1  # a diff without context: behind that line
            known = end - 1 <= len(self.start.raw)
            places = [(text.now_at(first - 1), text.now_at(end - 1))] if known else []
        else:
            places = [(at + 1, at + 1) for at in headings(hunk.under, text)]
            places.append((size, size))
            if not hunk.under and not hunk.at_end and self.edit.style == "SEARCH/REPLACE":
                places.append((0, 0))
        for start, stop in places:
            lines = [*(Line("-", old) for old in text.lines[start:stop]), *hunk.lines]
            spot = Spot(start, stop, tuple(lines), exact=False)
            yield self._made(state, spot, hunk)

    def _done(self, hunk: Hunk, text: Text) -> Spot | None:
        """Where the change has been made before."""
        told = [line for line in hunk.lines if line.sign != "-" and line.text.strip()]
        if len(told) < 2 and not any(line.sign == "+" for line in told):
            return None
        after = tuple(Line(KEPT, line.text) for line in hunk.lines if line.sign != "-")
        found = spots(replace(hunk, lines=after), text)
        return found[0] if found and found[0].exact else None

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

    def _expected(self, hunk: Hunk, state: _State) -> list[int]:
        """The lines, from 0, where a change with a number may be meant to begin."""
        if hunk.line is None:
            return []
        near = sorted(self.drifts, key=lambda drift: abs(drift[0] - (hunk.line or 0)))
        drifts = {drift for _, drift in near[:1]} or {0}
        return [state.text.now_at(hunk.line - 1 + drift) for drift in drifts]

    def _between_gaps(self, hunk: Hunk) -> list[Hunk]:
        """The parts of a change between lines that stay and stand for code left out."""
        cuts = [
            at
            for at, line in enumerate(hunk.lines)
            if line.sign == KEPT
            and stands_for_code(line.text)
            and line.text.strip() not in self.own
        ]
        parts = []
        start = 0
        for end in (*cuts, len(hunk.lines)):
            lines = _trimmed(hunk.lines[start:end]) if cuts else hunk.lines
            if lines or not cuts:
                parts.append(replace(hunk, lines=lines, line=None if start else hunk.line))
            start = end + 1
        return parts

    def _left_out(self) -> tuple[str, ...]:
        own = {line.strip() for line in self.start.lines}
        found = []
        for step in self.steps:
            added = [line.text for line in step.hunk.lines if line.sign == "+"]
            found += [
                f"“{one_line(added[at].strip(), 40)}” in the new lines may stand for code left out"
                for at in gaps(added, own)
            ]
        return tuple(found)

    # -- in words

    def _placement(
        self, way: _State, warnings: tuple[str, ...], doubts: Sequence[str]
    ) -> Placement:
        after = "".join(way.text.raw)
        start = min((a for a, _ in way.made), default=0)
        end = max((b for _, b in way.made), default=0)
        where = ", ".join(_span(a, b) for a, b in sorted(way.made)[:4])
        more = f" and {len(way.made) - 4} more" if len(way.made) > 4 else ""
        count = f"{self.count} change{'s' * (self.count > 1)}"
        sure = not doubts and way.exact
        why = "each fits one place only" if self.count > 1 else "it fits this place only"
        why = "" if way.notes else f"; {why}"
        said = f"applies the {self.edit.style}: {count}, {where}{more}"
        if after == self.file.text:
            said = f"changes nothing: the {self.edit.style} is applied already"
        elif sure:
            said += why
        elif not doubts:
            numbered = any(not step.hunk.old for step in self.steps)
            reason = "nothing but a number" if numbered else "the indentation differs, so nothing"
            said = f"not sure: {said}; {reason} says that it belongs there"
        said = "; ".join((said, *way.notes)) if after != self.file.text else said
        said = ": ".join((*doubts[:1], said)) if after != self.file.text else said
        return Placement("region", start, end, 1.0, after, said, warnings, sure=sure, score=1.0)

    def _refusal(self) -> WriteRefusedError:
        """Which change does not fit, which line of it is not there, and what is."""
        step, text = self.failure.step, self.failure.text
        if step is None:
            return WriteRefusedError("The changes fit in too many ways", "Make them by hand.")
        hunk = step.hunk
        which = f"change {step.number} of {self.count}" if self.count > 1 else "the change"
        where = f"{which} (line {hunk.at} of the block)"
        if not hunk.old:
            message = f"{where} is for line {hunk.line}; {self.file.path.name} has {len(text.raw)}"
            return WriteRefusedError(message[0].upper() + message[1:], _ASK)
        message = f"{where} does not fit {self.file.path.name}"
        return WriteRefusedError(message[0].upper() + message[1:], _closest(hunk, text))


_ASK: Final = "Ask for it again with the file attached, or make it by hand."


def _closest(hunk: Hunk, text: Text) -> str:
    """The region most like a change's lines, and the first line that differs."""
    fits = Haystack(text.lines).fits(hunk.old) if any(map(str.strip, hunk.old)) else []
    if not fits:
        first = next((line for line in hunk.old if line.strip()), "")
        return f"Nothing there is like its line “{one_line(first.strip(), 60)}”. {_ASK}"
    fit = fits[0]
    ours = [line.strip() for line in hunk.old]
    theirs = text.bare[fit.start : fit.end]
    missing = next(
        (ours[c] for tag, _, _, c, d in steps(theirs, ours) if tag != "equal" and c < d), ""
    )
    there = next(
        (
            f"line {fit.start + a + 1}: “{one_line(theirs[a], 60)}”"
            for tag, a, b, _, _ in steps(theirs, ours)
            if tag != "equal" and a < b
        ),
        "",
    )
    said = f"Closest is {_span(fit.start, fit.end)}, {fit.alike:.0%} alike"
    if missing:
        said += f"; its line “{one_line(missing, 60)}” is not there"
    return f"{said}{'; the file has ' + there if there else ''}. {_ASK}"


def _told_apart(hunk: Hunk) -> Hunk:
    """A change with the lines that stay marked as such, if old and new were given apart."""
    if any(line.sign == KEPT for line in hunk.lines) or hunk.span is not None:
        return hunk
    old, new = hunk.old, hunk.new
    lines: list[Line] = []
    for tag, a, b, c, d in steps(old, new):
        if tag == "equal":
            lines += (Line(KEPT, text) for text in old[a:b])
        else:
            lines += (Line("-", text) for text in old[a:b])
            lines += (Line("+", text) for text in new[c:d])
    return replace(hunk, lines=tuple(lines))


def _trimmed(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Without empty lines that stay at the ends."""
    start, end = 0, len(lines)
    while start < end and lines[start] == Line(KEPT, ""):
        start += 1
    while end > start and lines[end - 1] == Line(KEPT, ""):
        end -= 1
    return tuple(lines[start:end])


def _span(start: int, end: int) -> str:
    if end <= start:
        return f"after line {start}" if start else "at the beginning"
    return f"line {end}" if end - start == 1 else f"lines {start + 1}-{end}"
