"""The words on hunks: where they are applied, or why they can't be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from robotui.edits import Edit, Hunk
from robotui.errors import WriteRefusedError
from robotui.text import one_line
from robotui.workspace.hunks.exact_places import Text
from robotui.workspace.hunks.steps import State, Step
from robotui.workspace.lines.align import steps
from robotui.workspace.lines.similar_regions import Haystack
from robotui.workspace.merge.placement import Placement
from robotui.workspace.text_file import TextFile

_ASK: Final = "Ask for it again with the file attached, or make it by hand."


def placement(
    file: TextFile,
    edit: Edit,
    way: State,
    count: int,
    warnings: tuple[str, ...],
    doubt: str,
) -> Placement:
    """A way to make ``count`` changes; ``doubt`` is what speaks against all ways, or empty."""
    after = "".join(way.text.raw)
    start = min((a for a, _ in way.made), default=0)
    end = max((b for _, b in way.made), default=0)
    sure = not (doubt or way.doubt or warnings)
    if after == file.text:
        said = f"changes nothing: the {edit.style} is applied already"
    else:
        where = ", ".join(span(a, b) for a, b in sorted(way.made)[:4])
        more = f" and {len(way.made) - 4} more" if len(way.made) > 4 else ""
        said = f"applies the {edit.style}: {count} change{'s' * (count > 1)}, {where}{more}"
        if doubt:
            said = f"{doubt}: {said}"
        elif way.doubt:
            said = f"not sure: {said}; {way.doubt}"
        elif warnings:
            said = f"not sure: {said}"
        elif not way.notes:
            said += f"; {'each' if count > 1 else 'it'} fits {'one' if count > 1 else 'this'}"
            said += " place only"
        said = "; ".join((said, *way.notes))
    return Placement("region", start, end, 1.0, after, said, warnings, sure=sure, score=1.0)


def refusal(file: TextFile, step: Step | None, text: Text, count: int) -> WriteRefusedError:
    """Which change does not fit, which line of it is not there, and what is."""
    if step is None:
        return WriteRefusedError("The changes fit in too many ways", "Make them by hand.")
    hunk = step.hunk
    which = f"Change {step.number} of {count}" if count > 1 else "The change"
    where = f"{which} (line {hunk.at} of the block)"
    if not hunk.old:
        message = f"{where} is for line {hunk.line}; {file.path.name} has {len(text.raw)}"
        return WriteRefusedError(message, _ASK)
    return WriteRefusedError(f"{where} does not fit {file.path.name}", _closest(hunk, text))


def _closest(hunk: Hunk, text: Text) -> str:
    """The region most like a change's lines, and the first line that differs."""
    fits = Haystack(text.lines).fits(hunk.old) if any(map(str.strip, hunk.old)) else []
    if not fits:
        first = next((line for line in hunk.old if line.strip()), "")
        return f"Nothing there is like its line “{one_line(first.strip(), 60)}”. {_ASK}"
    fit = fits[0]
    ours = [line.strip() for line in hunk.old]
    theirs = text.bare[fit.start : fit.end]
    apart = [step for step in steps(theirs, ours) if step[0] != "equal"]
    said = f"Closest is {span(fit.start, fit.end)}, {fit.alike:.0%} alike"
    missing = _first([line for _, _, _, c, d in apart for line in ours[c:d]])
    if missing:
        said += f"; its line “{missing}” is not there"
    numbers = [at for _, a, b, _, _ in apart for at in range(a, b)]
    if numbers:
        there = one_line(theirs[numbers[0]], 60)
        said += f"; the file has line {fit.start + numbers[0] + 1}: “{there}”"
    return f"{said}. {_ASK}"


def _first(lines: Sequence[str]) -> str:
    return one_line(lines[0], 60) if lines else ""


def span(start: int, end: int) -> str:
    """Lines of a file for people; both from 0, without the last."""
    if end <= start:
        return f"after line {start}" if start else "at the beginning"
    return f"line {end}" if end - start == 1 else f"lines {start + 1}-{end}"
