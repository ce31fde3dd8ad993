"""What a block of code, or a class in it, is made of: symbols, gaps, and other lines."""

from __future__ import annotations

from robotui.workspace.code.outline import Node, Outline
from robotui.workspace.merge.imports import imports
from robotui.workspace.merge.symbol_parts import Item, NotSymbolsError


def items_of(block: Outline, gaps: set[int], node: Node | None = None) -> list[Item]:
    """What is right inside a class of the block, or in the block itself; without its imports.

    ``gaps`` are the lines that stand for code left out.
    """
    low, high = (node.header + 1, node.end) if node else (0, len(block.lines))
    imported = set() if node else _import_lines(block)
    taken: dict[int, Node] = {}
    for child in block.inside(node):
        if child.header not in imported:
            taken.update(dict.fromkeys(range(child.start, child.end), child))
    items: list[Item] = []
    at = low
    while at < high:
        child_here = taken.get(at)
        if at in gaps and not (child_here and at > child_here.header):
            items.append(Item(at, at + 1, gap=True))
        elif child_here is not None:
            items.append(Item(at, child_here.end, node=child_here))
            at = child_here.end
            continue
        elif block.lines[at].strip() and at not in imported:
            items.append(Item(at, at + 1))
        at += 1
    return items


def _import_lines(block: Outline) -> set[int]:
    return {line for each in imports(block) for line in range(each.start, each.end)}


def find_lines(items: list[Item], block: Outline, file: Outline, home: Node | None) -> None:
    """Find the lines that are no symbols in ``home``, or in the whole file, in order.

    Raises NotSymbolsError for code that is not there.
    """
    covered = {line for node in file.inside(home) for line in range(node.header, node.end)}
    low, high = (home.header, home.end) if home else (0, len(file.lines))
    at = low
    for item in items:
        if item.node is not None or item.gap:
            continue
        text = block.lines[item.start].strip()
        places = (
            line
            for line in [*range(at, high), *range(low, at)]
            if line not in covered and file.lines[line].strip() == text
        )
        found = next(places, None)
        if found is not None:
            item.at, at = found, found + 1
        elif any(map(str.isalnum, block.masked.lines[item.start])):
            raise NotSymbolsError
        else:
            item.gap = True  # a comment or a bracket between the symbols: left alone
