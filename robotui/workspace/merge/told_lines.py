"""A block put at the line numbers that the text above it mentions.

Numbers are often off by some lines. So they are followed as sure only where what is there begins
and ends as the block does, or where the block is found in the same place without them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from robotui.edits import LineMention
from robotui.workspace.code.elision import stands_for_code
from robotui.workspace.lines.align import pairs, steps
from robotui.workspace.lines.indent import like_file, margin, shift
from robotui.workspace.lines.similar_regions import alike
from robotui.workspace.merge.disguised_changes import doubt
from robotui.workspace.merge.placement import Kind, Placement, counted, doubtful, spliced
from robotui.workspace.text_file import TextFile, content, file_lines

_ALIKE: Final = 0.5
"""Lines that are less like a block are not what it replaces."""
_MOST: Final = 5
"""Places that are offered, of many where the same lines are."""
_SAYS: Final = "as the text above it says"


def as_told(
    file: TextFile, source: str, told: LineMention, ways: list[Placement]
) -> list[Placement]:
    """The ways to put a block there, with the one first that was told."""
    lines = [content(line) for line in file_lines(file.text)]
    block = _without_empty_ends([content(line) for line in file_lines(source)])
    if told.verb == "see" or any(map(stands_for_code, block)):
        return ways
    if told.end - 1 > len(lines):
        reason = f"the text above the block tells of line {told.end - 1}, the file has {len(lines)}"
        return doubtful(ways, reason)
    block, _ = like_file(block, lines)
    if told.verb == "delete":
        return _deleted(file, lines, block, told, ways)
    first = _put(file, lines, block, told)
    if first.after == ways[0].after:
        said = f"{ways[0].description}, {_SAYS}"
        sure = not ways[0].warnings and (ways[0].sure or first.sure)
        return [replace(ways[0], description=said, sure=sure), *ways[1:]]
    best = ways[0]
    if told.verb == "replace" and best.sure and best.start < told.first < told.end <= best.end + 1:
        return ways  # more is shown than was told of, and all of it is found there
    others = [way for way in ways if way.after != first.after]
    if first.sure and not best.sure and doubt(source, file) is None:
        return [first, *others]
    if first.kind == "region" and first.alike < _ALIKE:
        first = replace(first, warnings=("what is there is not like the block",))
    if best.sure and first.warnings:
        return [replace(way, sure=False) for way in (best, first, *others[1:])]
    return [replace(way, sure=False) for way in (first, *others)]


def _put(
    file: TextFile, lines: Sequence[str], block: Sequence[str], told: LineMention
) -> Placement:
    """The block in place of the lines, or before the first of them."""
    start, end = told.first - 1, told.end - 1
    there = lines[start:end]
    if there:
        same = pairs([line.strip() for line in there], [line.strip() for line in block])
        both = [(there[a], block[b]) for a, b in same if a is not None and b is not None]
        both = [(a, b) for a, b in both if a.strip() and b.strip()]
        new = shift(both).apply(block) if both else list(block)
        said = f"replaces lines {told.first}-{end}" if end > told.first else f"replaces line {end}"
    else:
        new = _beside(lines, start, block)
        said = f"inserts {counted(len(new))} at line {told.first}"
    like = alike(there, new) if there else 0.0
    after = spliced(file, start, end, new)
    sure = _fits(lines, start, end, new) and like >= _ALIKE
    kind: Kind = "region" if there else "before"
    return Placement(kind, start, end, like, after, f"{said}, {_SAYS}", sure=sure, score=1.5)


def _beside(lines: Sequence[str], at: int, block: Sequence[str]) -> list[str]:
    """The block, moved as far in as the line above if it has come without any margin."""
    above = next((line for line in reversed(lines[:at]) if line.strip()), "")
    least = min((len(margin(line)) for line in block if line.strip()), default=0)
    if least or above.rstrip().endswith((":", "{", "(", "[")):
        return list(block)
    return [margin(above) + line if line.strip() else line for line in block]


def _fits(lines: Sequence[str], start: int, end: int, new: Sequence[str]) -> bool:
    """Whether lines begin and end as the new ones do, none go unseen, and no line comes twice."""
    there = lines[start:end]
    if not there or not new:
        return False
    ends = ((there[0], new[0]), (there[-1], new[-1]))
    for old, come in ends:
        if alike([old], [come]) < _ALIKE:
            return False
    before = lines[start - 1] if start else ""
    behind = lines[end] if end < len(lines) else ""
    twice = (before.strip() and before.strip() == new[0].strip()) or (
        behind.strip() and behind.strip() == new[-1].strip()
    )
    unseen = sum(
        max(0, (b - a) - (d - c))
        for tag, a, b, c, d in steps(list(there), list(new))
        if tag != "equal"
    )
    return not twice and not unseen


def _deleted(
    file: TextFile,
    lines: Sequence[str],
    block: Sequence[str],
    told: LineMention,
    ways: list[Placement],
) -> list[Placement]:
    """Without the lines, if the block shows them."""
    start, end = told.first - 1, told.end - 1
    shown = [line.strip() for line in block]
    if shown != [line.strip() for line in _without_empty_ends(lines[start:end])]:
        reason = "the text above the block tells of lines to delete, which these are not"
        bare, size = [line.strip() for line in lines], len(shown)
        places = [at for at in range(len(bare) - size + 1) if bare[at : at + size] == shown]
        gone = [_without(file, at, at + size) for at in places[:_MOST]]
        return doubtful([*gone, *ways], reason)
    first = _without(file, start, end)
    first = replace(first, description=f"{first.description}, {_SAYS}")
    return [first, *(replace(way, sure=False) for way in ways)]


def _without(file: TextFile, start: int, end: int) -> Placement:
    said = f"deletes line {end}" if end == start + 1 else f"deletes lines {start + 1}-{end}"
    return Placement("region", start, end, 1.0, spliced(file, start, end, []), said, score=1.5)


def _without_empty_ends(lines: Sequence[str]) -> list[str]:
    told = [at for at, line in enumerate(lines) if line.strip()]
    return list(lines[told[0] : told[-1] + 1]) if told else []
