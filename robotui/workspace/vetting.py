"""A last look at a change that seems sure: whether the file is still whole afterwards."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Sequence
from typing import Final

from robotui.workspace.outline import Node, Outline

_LARGEST: Final = 400_000
"""Characters of Python that are parsed at most."""


def faults(before: Outline, after: Sequence[str], name: str) -> list[str]:
    """What speaks against a change: symbols that are gone, or there twice; broken code."""
    now = Outline(after, before.family, name)
    old, new = (Counter(node.path for node in code if _counts(node)) for code in (before, now))
    found = [f"removes {path[-1][1]}" for path, count in old.items() if new[path] < count]
    found += [
        f"{path[-1][1]} would be there twice"
        for path, count in new.items()
        if count > max(1, old[path])
    ]
    if before.masked.balanced and not now.masked.balanced:
        found.append("brackets would not be closed")
    if before.family == "indented" and _parses(before.lines) and not _parses(after):
        found.append("the file would be no Python any more")
    return found


def _counts(node: Node) -> bool:
    """What is in a function is its own affair."""
    above = node.parent
    while above is not None:
        if above.symbol.kind == "function":
            return False
        above = above.parent
    return node.symbol.kind != "value"


def _parses(lines: Sequence[str]) -> bool:
    text = "\n".join(lines)
    if len(text) > _LARGEST:
        return True
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
