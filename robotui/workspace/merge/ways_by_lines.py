"""A block in place of lines of a file: those that both have, those like it, or none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from robotui.workspace.lines.indent import margin, shift
from robotui.workspace.lines.similar_regions import Fit, alike
from robotui.workspace.merge.anchored_lines import anchored
from robotui.workspace.merge.block_in_file import BlockInFile
from robotui.workspace.merge.placement import Placement, counted, span, unseen


def ways_by_lines(it: BlockInFile) -> Iterator[Placement]:
    """Where the lines of the block are in the file, with what it leaves out."""
    found = anchored(it.block, it.gaps, it.lines, it.haystack, it.hint)
    if found is None:
        return
    like = alike(it.lines[found.start : found.end], found.lines)
    said = f"replaces {span(found.start, found.end)}, {like:.0%} alike"
    if found.passed:
        said += f", keeps {counted(found.passed)} that the block leaves out"
    placed = it.put("region", found.start, found.end, found.lines, said, str(found.shift))
    yield replace(
        placed,
        alike=like,
        warnings=tuple(map(it.guess, found.guesses)),
        sure=found.sure,
        score=1.0 + like if found.sure else like,
        why=found.why,
        removes=found.unseen,
    )


def ways_by_likeness(it: BlockInFile) -> Iterator[Placement]:
    """Regions of the file that are like the block; none for a block that leaves code out."""
    if not it.gaps:
        for fit in it.haystack.fits(it.block):
            yield in_place_of(it, fit)


def in_place_of(it: BlockInFile, fit: Fit, more: float = 0.0) -> Placement:
    """The whole block in place of a region, not sure; ``more`` is added to its score."""
    new = fit.shift.apply(it.block)
    said = f"replaces {span(fit.start, fit.end)}, {fit.alike:.0%} alike"
    score = fit.alike + more
    if it.hint is not None and fit.start - 2 <= it.hint <= fit.end + 2:
        score += 0.1
    placed = it.put_as_guess("region", fit.start, fit.end, new, said, str(fit.shift))
    removes = unseen(it.lines[fit.start : fit.end], new)
    return replace(placed, alike=fit.alike, removes=removes, score=score)


def ways_beside(it: BlockInFile) -> Iterator[Placement]:
    """Places where it replaces nothing: at the line it is said to belong to, at the end."""
    if it.hint is not None:
        at = it.hint
        there = next((text for text in it.lines[at:] if text.strip()), "")
        low = min((text for text in it.block if text.strip()), key=lambda t: len(margin(t)))
        move = shift([(there, low)])
        said = f"before line {at + 1}"
        placed = it.put_as_guess("before", at, at, move.apply(it.block), said, str(move))
        yield replace(placed, score=0.15)
    end = len(it.lines)
    gap = [""] if it.lines[-1].strip() else []
    placed = it.put_as_guess("end", end, end, [*gap, *it.block], "at the end of the file")
    yield replace(placed, score=0.1)
