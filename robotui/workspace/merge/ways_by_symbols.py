"""Each function, class and value of a block to that of its name, or near its neighbours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from robotui.workspace.lines.indent import margin
from robotui.workspace.lines.similar_regions import alike
from robotui.workspace.merge.alignment import says
from robotui.workspace.merge.block_in_file import BlockInFile
from robotui.workspace.merge.placement import Kind, Placement, counted, span
from robotui.workspace.merge.symbol_merge import Merger
from robotui.workspace.merge.symbol_parts import Choice, Merge, NotSymbolsError, with_edits
from robotui.workspace.merge.ways_by_lines import in_place_of

_RIVALS: Final = 5
"""Places that are offered for a block which may belong to several."""


def ways_by_symbols(it: BlockInFile) -> Iterator[Placement]:
    """The ways to merge a block that is made of symbols; first the one that seems meant."""
    raw = min(len(margin(line)) for line in it.block if line.strip())
    choice = Choice(it.hint, raw, it.file.path.suffix.lower())
    try:
        merger = Merger(it.ours, it.gaps, it.outline, choice)
        merged = merger.run()
        if merged.only_new_values:
            yield _merged(it, merged, 0.12)
            return
        yield _merged(it, merged, 2.0)
        others = [replace(choice, target=node) for node in merger.matcher.rivals[:_RIVALS]]
        others += [replace(choice, home=node) for node in merger.home_finder.homes[1:_RIVALS]]
        for number, other in enumerate(others):
            other_merge = Merger(it.ours, it.gaps, it.outline, other).run()
            yield _merged(it, other_merge, 0.9 - number / 100)
    except NotSymbolsError:
        pass
    yield from _same_names(it)


def _merged(it: BlockInFile, found: Merge, score: float) -> Placement:
    doubts = [*found.doubts, *_all_but_some(it)]
    if not found.edits:
        doubts += _not_there(it, found)
        said = "changes nothing: all of it is in the file already"
        return Placement("region", 0, 0, 1.0, it.file.text, said, tuple(doubts), not doubts, score)
    start, end, new = with_edits(it.lines, found.edits)
    like = alike(it.lines[start:end], new)
    kind: Kind = "region" if end > start else "insert"
    said = _said(found, start, end, len(new), like)
    moved = str(found.shift) if found.replaced + found.inserted == 1 else ""
    placed = it.put(kind, start, end, new, said, moved)
    known = [at for at in found.guesses if at not in found.unfilled]
    warnings = [*placed.warnings, *map(it.guess, known), *it.unfilled(found.unfilled)]
    sure = not (doubts or found.guesses or found.removed or warnings)
    return replace(
        placed,
        alike=like,
        warnings=(*doubts, *dict.fromkeys(warnings)),
        removes=found.removed,
        sure=sure,
        score=score if sure else min(score, 1.0),
        why="; ".join(found.why),
    )


def _said(found: Merge, start: int, end: int, new: int, like: float) -> str:
    """What a merge does, in words; ``new`` is the number of lines that are there afterwards."""
    said = f"replaces {span(start, end)}, {like:.0%} alike"
    if start == end:
        said = f"inserts {counted(new)} at line {start + 1}"
    elif len(found.edits) > 1:
        said = f"changes {span(start, end)}, in {len(found.edits)} places"
    if found.kept:
        said += f", keeps {counted(found.kept)} that the block leaves out"
    return said


def _not_there(it: BlockInFile, found: Merge) -> Iterator[str]:
    """Lines that would be left out, though nothing says that they stand for others."""
    for at, line in enumerate(it.block):
        if at in found.guesses:
            yield it.guess(at)
        elif at not in it.gaps and says(line) and line.strip() not in it.haystack.bare:
            yield f"line {it.number(at)} of the block would not be written"


def _all_but_some(it: BlockInFile) -> list[str]:
    """The block may be the whole file, without something that is to go."""
    if it.gaps or not it.begins_alike:
        return []
    mine = {node.key for node in it.ours.top}
    theirs = [node for node in it.outline.top if node.symbol.kind != "value"]
    missing = [node for node in theirs if node.key not in mine]
    if not missing or len(missing) * 2 >= len(theirs):
        return []
    return [f"this may be the whole file, without {missing[0].name}"]


def _same_names(it: BlockInFile) -> Iterator[Placement]:
    """The block as it is in place of a symbol that has the name of the block's only one."""
    if len(it.ours.top) != 1:
        return
    ours = it.ours.top[0]
    for node in [node for node in it.outline if node.key == ours.key][:_RIVALS]:
        start = node.start if ours.start < ours.header else node.header
        yield in_place_of(it, it.haystack.fit(it.block, start, node.end), 0.3)
