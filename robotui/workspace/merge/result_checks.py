"""Checks of the file as a change would leave it: whether it is still whole."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from robotui.workspace.code.bodies import is_hollow
from robotui.workspace.code.elision import stands_for_code
from robotui.workspace.code.outline import Node, Outline
from robotui.workspace.merge.lost_lines import lost
from robotui.workspace.merge.placement import counted

_LARGEST: Final = 400_000
"""Characters of Python that are parsed at most."""
_CONFLICT: Final = ("<<<<<<< ", ">>>>>>> ")


@dataclass(frozen=True)
class Finding:
    """What speaks against a change."""

    faults: tuple[str, ...]
    removes: int
    """Lines that go though nothing shows it."""


def vet(before: Outline, after: Sequence[str], name: str) -> Finding:
    """What speaks against a change, whatever it is made of."""
    if has_conflicts(before.lines):
        return Finding(("the file has conflict markers of git in it",), 0)
    if list(before.lines) == list(after):
        return Finding((), 0)
    now = Outline(after, before.family, name)
    removes = lost(before, now)
    found = [*_miscounted(before, now), *_hollowed(before, now), *_notes(before, now)]
    if before.masked.balanced and not now.masked.balanced:
        found.append("brackets would not be closed")
    if before.family == "indented" and _parses(before.lines) and not _parses(after):
        found.append("the file would be no Python any more")
    if removes:
        go = "goes" if removes == 1 else "go"
        found.append(f"{counted(removes)} {go} that the block does not show")
    return Finding(tuple(found), removes)


def has_conflicts(lines: Sequence[str]) -> bool:
    """Whether a merge by git is left unfinished in a file: which side is meant is not known."""
    return all(any(line.startswith(mark) for line in lines) for mark in _CONFLICT)


def _miscounted(before: Outline, now: Outline) -> Iterator[str]:
    """Symbols that are gone, or there twice."""
    old, new = (Counter(node.path for node in code if _counts(node)) for code in (before, now))
    for path, count in old.items():
        if new[path] < count:
            yield f"removes {path[-1][1]}"
    for path, count in new.items():
        if count > max(1, old[path]):
            yield f"{path[-1][1]} would be there twice"


def _counts(node: Node) -> bool:
    """What is in a function is its own affair."""
    above = node.parent
    while above is not None:
        if above.symbol.kind == "function":
            return False
        above = above.parent
    return node.symbol.kind != "value"


def _hollowed(before: Outline, now: Outline) -> Iterator[str]:
    """Functions that would do nothing any more: shown for their names, as likely."""
    old, new = (
        Counter(
            node.path for node in code if node.symbol.kind == "function" and is_hollow(code, node)
        )
        for code in (before, now)
    )
    known = {node.path for node in before}
    for path, count in new.items():
        if path in known and count > old[path]:
            yield f"{path[-1][1]} would do nothing any more"


def _notes(before: Outline, now: Outline) -> Iterator[str]:
    """New lines that say, alone or behind code, that some is left out."""
    known = {line.strip() for line in before.lines}
    for at, line in enumerate(now.lines):
        if line.strip() in known or at in now.masked.within:
            continue
        code = now.masked.lines[at].rstrip()
        note = line[len(code) :].strip() if len(code) < len(line.rstrip()) else ""
        if note and stands_for_code(note):
            yield f"{note!r} says that code is left out"


def _parses(lines: Sequence[str]) -> bool:
    text = "\n".join(lines)
    if len(text) > _LARGEST:
        return True
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
