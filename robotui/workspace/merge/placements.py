"""The ways to put a block into a file, ranked. They are shown to the user, who decides.

A way is ``sure`` for a reason only, never for being alike: the same symbol of the same kind in the
same container, shown whole, and the only one; a new symbol at a place that its neighbours or the
file's order give; lines that are in the file in order, at one place only, with the block's first
and last line among them. It is not sure if anything is left to guess, or if lines go that the
block does not show. Those are lines of the file in whose place nothing stands: of a stretch that
changes, as many as it has more lines before than after. A function that is shown whole may become
shorter, as long as its end is shown and no more than a few lines go from between lines that stay.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from robotui.errors import WriteRefusedError
from robotui.workspace.code.outline import Outline
from robotui.workspace.merge.block_in_file import BlockInFile
from robotui.workspace.merge.lost_lines import lost
from robotui.workspace.merge.placement import Placement, block_lines, whole
from robotui.workspace.merge.result_checks import vet
from robotui.workspace.merge.way_as_whole import way_as_whole
from robotui.workspace.merge.ways_by_lines import ways_beside, ways_by_likeness, ways_by_lines
from robotui.workspace.merge.ways_by_symbols import ways_by_symbols
from robotui.workspace.text_file import TextFile, content, file_lines

_ALIKE: Final = 0.5
"""A region less alike is no more than a guess."""
_APART: Final = 0.03
"""Regions whose scores are closer than this fit equally well."""
_WORTH_SHOWING: Final = 0.2


def placements(file: TextFile, source: str, line: int | None = None) -> list[Placement]:
    """The ways to put a block into a file, best first; ``line`` is where it is said to belong.

    If the first one is not ``sure``, the user has to choose. Raises WriteRefusedError for an empty
    block.
    """
    block = block_lines(source)
    if not any(text.strip() for text in block):
        raise WriteRefusedError("The block is empty", "Pick another block.")
    if not file.text.strip():
        return [whole(file, source)]
    it = BlockInFile(file, block, line)
    ways = [_vetted(it, way) for way in (*ways_by_symbols(it), way_as_whole(it, source))]
    if not any(way.sure for way in ways):  # it takes a while in large files
        ways += [_vetted(it, way) for way in ways_by_lines(it)]
    ways += [*ways_by_likeness(it), *ways_beside(it)]
    first, *rest = sorted(_distinct(ways), key=lambda each: -each.score)
    return _with_doubts([first if first.sure else _vetted(it, first), *rest])


def _vetted(it: BlockInFile, way: Placement) -> Placement:
    """The way, not sure if the file would not be whole afterwards."""
    after = [content(text) for text in file_lines(way.after)]
    if not way.sure:
        removes = lost(it.outline, Outline(after, it.family, it.name))
        return replace(way, removes=max(way.removes, removes))
    found = vet(it.outline, after, it.name)
    faults = found.faults
    if way.kind == "whole":
        faults = tuple(each for each in faults if not each.startswith("removes "))
    return replace(
        way,
        sure=not faults,
        warnings=(*way.warnings, *faults),
        removes=max(way.removes, found.removes),
        score=way.score if not faults else min(way.score, 1.0),
    )


def _distinct(found: Iterable[Placement]) -> list[Placement]:
    """One placement for each result; of equal ones the best, with what speaks against any."""
    best: dict[str, Placement] = {}
    for each in sorted(found, key=lambda each: -each.score):
        known = best.get(each.after)
        if known is not None and not known.sure:
            warnings = tuple(dict.fromkeys((*known.warnings, *each.warnings)))
            removes = max(known.removes, each.removes)
            best[each.after] = replace(known, warnings=warnings, removes=removes)
        elif known is None and (each.kind != "region" or each.score >= _WORTH_SHOWING):
            best[each.after] = each
    return list(best.values())


def _with_doubts(found: list[Placement]) -> list[Placement]:
    """The same, with the first one saying so if it is no more than a guess."""
    first, rest = found[0], found[1:]
    if first.sure:
        return found
    rivals = [
        each
        for each in rest
        if first.score - each.score < _APART
        and each.kind == "region"
        and (each.end <= first.start or first.end <= each.start)
    ]
    if first.score < _ALIKE or first.kind in ("before", "end"):
        doubt = "nothing in the file is much like the block; a guess"
    elif rivals:
        doubt = f"{len(rivals) + 1} places fit alike; one of them"
    else:
        doubt = "not sure"
    return [
        replace(first, description=f"{doubt}: {first.description}"),
        *(replace(each, sure=False) for each in rest),
    ]
