"""A file while hunks are applied to it, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from robotui.edits import Hunk, Line
from robotui.edits.edit import KEPT
from robotui.workspace.code.elision import stands_for_code
from robotui.workspace.hunks.exact_places import Spot, Text
from robotui.workspace.lines.align import steps
from robotui.workspace.text_file import content


@dataclass(frozen=True)
class Step:
    """A change to be made."""

    hunk: Hunk
    number: int
    """Which of the block's changes it is, from 1."""
    follows: bool
    """It is below the one before it."""


def steps_of(hunks: Sequence[Hunk], own: set[str], *, in_order: bool) -> list[Step]:
    """The changes of a block one after the other; ``own`` are the lines of the file."""
    return [
        Step(part, number, follows=in_order or index > 0)
        for number, hunk in enumerate(hunks, 1)
        for index, part in enumerate(_between_gaps(_told_apart(hunk), own))
    ]


def _between_gaps(hunk: Hunk, own: set[str]) -> list[Hunk]:
    """The parts of a change between lines that stay and stand for code left out."""
    cuts = [
        at
        for at, line in enumerate(hunk.lines)
        if line.sign == KEPT and stands_for_code(line.text) and line.text.strip() not in own
    ]
    parts = []
    start = 0
    for end in (*cuts, len(hunk.lines)):
        lines = _trimmed(hunk.lines[start:end]) if cuts else hunk.lines
        if lines or not cuts:
            parts.append(replace(hunk, lines=lines, line=None if start else hunk.line))
        start = end + 1
    return parts


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


@dataclass(frozen=True)
class State:
    """A file with some of the changes made."""

    text: Text
    low: int = 0
    """The line after the last change."""
    made: tuple[tuple[int, int], ...] = ()
    """The lines of the file, from 0, that were changed."""
    notes: tuple[str, ...] = ()
    doubt: str = ""
    """Why one of the changes may not belong where it was made."""


def made(state: State, spot: Spot, hunk: Hunk, newline: str) -> State:
    """The file with one more change."""
    text = _ended(state.text.changed(spot, newline), spot, state.text, hunk, newline)
    low = spot.end + len(text.raw) - len(state.text.raw)
    span = state.text.span(spot.start, spot.end)
    spans = (*state.made, span) if hunk.changes else state.made
    notes = (*state.notes, spot.note) if spot.note else state.notes
    return State(text, low, spans, notes, state.doubt or spot.doubt)


def _ended(text: Text, spot: Spot, before: Text, hunk: Hunk, newline: str) -> Text:
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
            raw[at] = line + newline
    return Text(raw, text.origin)
