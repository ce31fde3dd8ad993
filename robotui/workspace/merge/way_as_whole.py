"""A block in place of a whole file."""

from __future__ import annotations

from dataclasses import replace

from robotui.workspace.code.outline import Node
from robotui.workspace.lines.align import pairs, steps
from robotui.workspace.merge.block_in_file import BlockInFile
from robotui.workspace.merge.placement import Placement, unseen, whole


def way_as_whole(it: BlockInFile, source: str) -> Placement:
    """The block as the whole file; sure if it shows, or visibly changes, all that is there."""
    placed = whole(it.file, source)
    removes = unseen(it.lines, it.original)
    if it.gaps:
        return replace(placed, score=min(placed.alike, 0.05), sure=False, removes=removes)
    lost = _lost(it)
    complete = not (removes or lost or it.retabbed) and placed.alike >= 0.4
    if complete and (it.outline.top or it.begins_alike):
        return replace(placed, score=3.0, why="the block shows the whole file")
    warnings = (f"removes {lost[0]}",) if lost else ()
    score = placed.alike + (0.05 if it.begins_alike else 0.0)
    return replace(
        placed, score=score, sure=False, removes=removes, warnings=placed.warnings + warnings
    )


def _lost(it: BlockInFile) -> list[str]:
    """Symbols of the file that the block neither has nor shows under a new name."""
    mine = {node.path for node in it.ours}
    lost = [node for node in it.outline if node.path not in mine and _matters(node)]
    if not lost:
        return []
    partners = {}
    for tag, a, b, c, d in steps(it.haystack.bare, [line.strip() for line in it.block]):
        if tag == "replace":
            bare = [line.strip() for line in it.block[c:d]]
            for old, new in pairs(it.haystack.bare[a:b], bare):
                if old is not None and new is not None:
                    partners[a + old] = c + new
        elif tag == "equal":
            partners.update(zip(range(a, b), range(c, d), strict=True))
    return [node.name for node in lost if node.header not in partners]


def _matters(node: Node) -> bool:
    return node.symbol.kind != "value" or node.parent is None
