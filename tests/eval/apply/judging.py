"""Whether what came out is what was meant.

Blank lines may differ at the seams, which is where new code meets old one, or where code was taken
out; everywhere else they count. In Python the trees have to be the same as well.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal

from tests.eval.apply.sources import parsed

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
    fixed = _fixed(_solid(before)[0], wanted)
    if any(gaps[at] != wanted_gaps[at] for at in fixed):
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


def _fixed(before: Sequence[str], right: Sequence[str]) -> list[int]:
    """The lines before which blank ones count: not where old and new code meet."""
    matcher = SequenceMatcher(None, before, right, autojunk=False)
    found: list[int] = []
    for tag, _, _, first, last in matcher.get_opcodes():
        start = first if tag == "equal" and first == 0 else first + 1
        found += range(start, last)
    return found


def _tree(text: str) -> str:
    tree = parsed(text)
    return ast.dump(tree) if tree is not None else "no Python: " + text
