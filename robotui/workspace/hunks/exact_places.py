"""The places in a file that have the very lines of a hunk, but for indentation."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Final, NamedTuple

from robotui.edits import Hunk, Line
from robotui.edits.edit import KEPT
from robotui.workspace.lines.indent import Shift, like_file, margin, shift
from robotui.workspace.text_file import content

_MOST: Final = 30
"""Places of one change that are told apart."""
_INDENTED: Final = "the indentation differs, so nothing says that it belongs there"


class Spot(NamedTuple):
    """Lines of a file that a change fits."""

    start: int
    end: int
    lines: tuple[Line, ...]
    """The change's, moved and with tabs or blanks as the file has them."""
    doubt: str = ""
    """Why they may not be meant; empty: they are the very lines, but for blanks at their ends and
    for one shift of all."""
    note: str = ""
    """What else differs, for people."""


class Text:
    """A file's lines while it is changed."""

    def __init__(self, raw: Sequence[str], origin: Sequence[int] | None = None) -> None:
        self.raw = raw
        """With their endings."""
        self.origin = range(len(raw)) if origin is None else origin
        """Which lines they were before, from 0; -1 for those that a change has put there."""

    @cached_property
    def lines(self) -> list[str]:
        """Without their endings."""
        return [content(line) for line in self.raw]

    @cached_property
    def bare(self) -> list[str]:
        """Without blanks around them."""
        return [line.strip() for line in self.raw]

    def changed(self, spot: Spot, newline: str) -> Text:
        """The same with a change made; lines that stay are the file's own."""
        raw, origin = list(self.raw[: spot.start]), list(self.origin[: spot.start])
        at = spot.start
        for line in spot.lines:
            if line.sign == "+":
                raw.append(line.text + newline)
                origin.append(-1)
                continue
            if line.sign == KEPT:
                raw.append(self.raw[at])
                origin.append(self.origin[at])
            at += 1
        return Text([*raw, *self.raw[at:]], [*origin, *self.origin[at:]])

    def now_at(self, line: int) -> int:
        """Where a line is now that was at ``line`` before; both from 0."""
        return next((at for at, was in enumerate(self.origin) if was >= line), len(self.raw))

    def behind(self, line: int) -> int:
        """What is now behind the lines that were there before, up to ``line``, from 0."""
        return max((at + 1 for at, was in enumerate(self.origin) if 0 <= was <= line), default=0)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Which lines those from ``start`` to ``end`` were before, or which one they follow."""
        within = [was for was in self.origin[start:end] if was >= 0]
        if within:
            return min(within), max(within) + 1
        above = next((was + 1 for was in reversed(self.origin[:start]) if was >= 0), 0)
        return above, above


def spots(hunk: Hunk, text: Text, low: int = 0) -> list[Spot]:
    """The places below line ``low`` that a change fits, the first ones; the best kind of fit only.

    Lines that an earlier change has put there count if there are no others.
    """
    found = best(hunk.lines, text, low)
    if not found:
        changed, word = like_file([line.text for line in hunk.lines], text.lines)
        if word:
            lines = [Line(line.sign, new) for line, new in zip(hunk.lines, changed, strict=True)]
            found = [spot for spot in best(lines, text, low) if not spot.doubt]
    return before_new(found, text)


def before_new(found: list[Spot], text: Text) -> list[Spot]:
    """The places without lines that a change has put there, if there are any."""
    old = [spot for spot in found if -1 not in text.origin[spot.start : spot.end]]
    return old or found


def best(lines: Sequence[Line], text: Text, low: int) -> list[Spot]:
    """The places below line ``low`` that have these lines, but for their indentation."""
    there = [line for line in lines if line.sign != "+"]
    if not there:
        return []
    bare = [line.text.strip() for line in there]
    size = len(bare)
    starts = [
        at
        for at in range(low, len(text.bare) - size + 1)
        if text.bare[at] == bare[0] and text.bare[at : at + size] == bare
    ]
    ours = [line.text for line in there]
    same = [at for at in starts if text.lines[at : at + size] == ours]
    if not same:
        ours = [line.rstrip() for line in ours]
        same = [at for at in starts if [x.rstrip() for x in text.lines[at : at + size]] == ours]
    if same:
        return [Spot(at, at + size, tuple(lines)) for at in same[:_MOST]]
    found = [_shifted(lines, there, text, at) for at in starts[:_MOST]]
    return [spot for spot in found if not spot.doubt] or found


def _shifted(lines: Sequence[Line], there: Sequence[Line], text: Text, at: int) -> Spot:
    """The place at ``at``, where the lines are but for their indentation."""
    pairs = [
        (their, line)
        for their, line in zip(text.lines[at : at + len(there)], there, strict=True)
        if their.strip()
    ]
    gone = {shift([(their, line.text)]) for their, line in pairs if line.sign == "-"}
    kept = {shift([(their, line.text)]) for their, line in pairs if line.sign == KEPT}
    moves = gone or kept
    move = next(iter(moves)) if len(moves) == 1 else shift((a, b.text) for a, b in pairs)
    exact = len(moves) == 1 and (not gone or kept <= gone or _lost_a_blank(kept))
    if not gone and _lost_a_blank(kept):
        move = Shift()  # the lines that stay lack the sign's blank; the new ones have their sign
    added = [line.text for line in lines if line.sign == "+" and line.text.strip()]
    exact &= all(len(margin(line)) >= move.cut for line in added)
    moved = (Line(line.sign, move.apply([line.text])[0]) for line in lines)
    return Spot(at, at + len(there), tuple(moved), "" if exact else _INDENTED)


def _lost_a_blank(kept: set[Shift]) -> bool:
    return kept == {Shift(add=" ")}


def chosen(
    hunk: Hunk, found: Sequence[Spot], text: Text, number: int | None, *, trusted: bool
) -> list[Spot]:
    """The places that what is told beside the lines allows, likeliest first.

    ``number`` is the line, from 0, at which the change is said to begin. Such numbers are often
    made up. So one decides between places alike only if it is ``trusted``, if it is that of a place
    exactly, and if the heading that is given fits that place as well; a heading decides only if no
    number says otherwise. Else all places are left, to be asked about.
    """
    if hunk.at_end:
        found = [spot for spot in found if spot.end == len(text.lines)] or found
    if len(found) < 2:
        return list(found)
    said = [spot for spot in found if trusted and spot.start == number]
    under = [spot for spot in found if _is_under(spot, hunk.under, text)] if hunk.under else []
    if said and (not hunk.under or said[0] in under):
        return said
    if len(under) == 1 and not said:
        return under
    if number is not None:
        found = sorted(found, key=lambda spot: abs(spot.start - number))
    return sorted(found, key=lambda spot: spot not in under)


def headings(under: Sequence[str], text: Text) -> list[int]:
    """The lines that a change is said to be under."""
    ranges = [(0, len(text.lines))]
    found: list[int] = []
    for wanted in under:
        bare = wanted.strip()
        found = [
            at
            for start, end in ranges
            for at in range(start, end)
            if bare and text.bare[at].startswith(bare)
        ]
        ranges = [(at + 1, extent(text.lines, at)) for at in found]
    return found


def _is_under(spot: Spot, under: Sequence[str], text: Text) -> bool:
    """Whether a place is inside one of the headings, begins in the empty lines behind it (which
    is what ``diff -p`` calls under), or has it among its own lines.
    """
    for at in headings(under, text):
        end = extent(text.lines, at)
        behind = at < spot.start and not any(text.bare[end : spot.start])
        if behind or spot.start <= at < spot.end:
            return True
    return False


def extent(lines: Sequence[str], header: int) -> int:
    """The line after the last one that is further in than ``header``, or closes it."""
    indent = len(margin(lines[header]))
    end = header + 1
    for at in range(header + 1, len(lines)):
        text = lines[at].strip()
        if not text:
            continue
        here = len(margin(lines[at]))
        closes = text[0] in ")]}" or text.split()[0] in ("end", "end;", "{")
        if here < indent or (here == indent and not closes):
            break
        end = at + 1
        if here == indent and text[-1] not in ":{(,":
            break
    return end
