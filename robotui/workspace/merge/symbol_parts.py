"""What merging symbols works with: the items of a block, the edits of a file, reasons, doubts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from robotui.workspace.code.outline import Node
from robotui.workspace.lines.indent import Shift


@dataclass
class Edit:
    """Lines of the file, and what takes their place."""

    start: int
    end: int
    lines: list[str]
    apart: int | None = None
    """Empty lines around something new; None for what takes the place of something."""


@dataclass
class Merge:
    """What a block makes of a file, and how sure that is."""

    edits: list[Edit] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    removed: int = 0
    """Lines that go and that the block does not show."""
    kept: int = 0
    """Lines that stay, for the block leaves them out."""
    inserted: int = 0
    replaced: int = 0
    shift: Shift = field(default_factory=Shift)
    guesses: list[int] = field(default_factory=list)
    """Lines of the block that stand for code which may be another."""
    unfilled: list[int] = field(default_factory=list)
    """Of these, those for which the file has nothing."""
    only_new_values: bool = False
    """All it has is assignments to names that the file has not: as likely mere lines."""


class NotSymbolsError(Exception):
    """The block is no list of functions, classes, values and imports."""


@dataclass(frozen=True)
class Choice:
    """Which of the symbols of one name is meant, and into which class a new one goes."""

    line: int | None = None
    """The line of the file, from 0, at which the block is said to belong."""
    raw_margin: int = 0
    """How deep the block was indented."""
    suffix: str = ""
    target: Node | None = None
    """The one of several that is tried."""
    home: Node | None = None
    """The class that is tried for what is new."""


@dataclass
class Item:
    """One thing of a block: a symbol, a gap, or lines that the file has as well."""

    start: int
    end: int
    node: Node | None = None
    gap: bool = False
    match: Node | None = None
    """The symbol of the file."""
    at: int | None = None
    """The line of the file, for what is no symbol."""


def owner(name: str) -> str:
    """``A`` of ``A::run`` and ``A.run``; empty where a name has no such part."""
    found = re.match(r"(\w+)(?:\.|::)", name)
    return found[1] if found else ""


def with_edits(lines: Sequence[str], edits: Sequence[Edit]) -> tuple[int, int, list[str]]:
    """The lines from the first edit to the last, and what they become."""
    edits = sorted(edits, key=lambda edit: (edit.start, edit.end))
    low, high = edits[0].start, max(edit.end for edit in edits)
    result: list[str] = []
    at = low
    for edit in edits:
        result += lines[at : edit.start]
        at = max(at, edit.end)
        if edit.apart is None:
            result += edit.lines
            continue
        before = result[-1] if result else lines[low - 1] if low else ""
        after = lines[at] if at < len(lines) else ""
        gap = [""] * edit.apart
        result += gap if before.strip() and not before.rstrip().endswith(("{", ":", "(")) else []
        result += edit.lines
        result += gap if after.strip() and not _closes(after) else []
    return low, high, result


def _closes(line: str) -> bool:
    return line.strip()[0] in ")]}" or line.split(maxsplit=1)[0] in ("end", "end;")
