"""Whether what came out is what was meant.

Blank lines may differ at the seams, which is where new code meets old one, or where code was taken
out; everywhere else they count. In Python the trees have to be the same as well.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

from tests.eval.apply.python_source import parsed

Verdict = Literal["right", "asked", "wrong"]


def same(before: str, after: str, right: str, *, python: bool) -> bool:
    """Whether ``after`` is as good as ``right``."""
    if ("\r\n" in after) != ("\r\n" in right) or after.endswith("\n") != right.endswith("\n"):
        return False
    if after.count("\r\n") and after.count("\r\n") != after.count("\n"):
        return False
    found, gaps = _solid(after)
    wanted, wanted_gaps = _solid(right)
    if found != wanted:
        return False
    seams = _seams(_solid(before)[0], wanted)
    if any(gaps[at] != wanted_gaps[at] for at in range(len(wanted)) if at not in seams):
        return False
    return not python or _tree(after) == _tree(right)


def _solid(text: str) -> tuple[list[str], list[int]]:
    """The lines that are not blank, and how many blank ones stand before each."""
    lines: list[str] = []
    gaps: list[int] = []
    blank = 0
    for line in text.splitlines():
        if line.strip():
            lines.append(line.rstrip())
            gaps.append(blank)
            blank = 0
        else:
            blank += 1
    return lines, gaps


def _seams(before: Sequence[str], right: Sequence[str]) -> set[int]:
    """The lines of ``right`` before which old and new code meet, or something was taken out.

    Code that is much alike can be told apart in several ways: all of its seams are answered.
    """
    matcher = SequenceMatcher(None, before, right, autojunk=False)
    found: set[int] = set()
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag != "equal":
            found.update((c, d))
        if tag == "insert":
            found.update(c + by for by in _slides(right, c, d))
            found.update(d + by for by in _slides(right, c, d))
        elif tag == "delete":
            found.update(c + by for by in _slides(before, a, b))
    return found


def _slides(lines: Sequence[str], start: int, end: int) -> Iterator[int]:
    """How far a stretch can be moved so that the lines without it stay the same."""
    by = 0
    while start + by > 0 and lines[start + by - 1] == lines[end + by - 1]:
        by -= 1
        yield by
    by = 0
    while end + by < len(lines) and lines[start + by] == lines[end + by]:
        by += 1
        yield by


def _tree(text: str) -> str:
    tree = parsed(text)
    return ast.dump(tree) if tree is not None else "no Python: " + text
