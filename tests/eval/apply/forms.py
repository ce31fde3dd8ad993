"""How an edit is written down: as diffs of several kinds, SEARCH/REPLACE, a patch, with numbers.

Every writer answers None where what it would write is not clear: the lines that it names are in
the file more than once.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from tests.eval.apply.changes import margin


class Hunk(NamedTuple):
    """A change and the lines around it."""

    start: int
    """Its first line in the old text, from 0."""
    to: int
    """And in the new one."""
    rows: list[tuple[str, str]]
    """Sign (blank, minus, plus) and text."""

    @property
    def old(self) -> list[str]:
        """The lines before the change."""
        return [text for sign, text in self.rows if sign != "+"]

    @property
    def new(self) -> list[str]:
        """The lines after it."""
        return [text for sign, text in self.rows if sign != "-"]


def hunks(before: Sequence[str], after: Sequence[str], context: int) -> Iterator[Hunk]:
    """What has changed, with so many lines around it."""
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for group in matcher.get_grouped_opcodes(context):
        rows: list[tuple[str, str]] = []
        for tag, a, b, c, d in group:
            if tag == "equal":
                rows += ((" ", text) for text in before[a:b])
            else:
                rows += (("-", text) for text in before[a:b])
                rows += (("+", text) for text in after[c:d])
        yield Hunk(group[0][1], group[0][3], rows)


def times(lines: Sequence[str], wanted: Sequence[str]) -> int:
    """How often lines stand one below the other in others; blanks at their ends don't count."""
    bare, need = [line.rstrip() for line in lines], [line.rstrip() for line in wanted]
    size = len(need)
    return sum(bare[at : at + size] == need for at in range(len(bare) - size + 1))


Writer = Callable[[str, Sequence[str], Sequence[str], random.Random], "str | None"]
"""Writes the change of a path's lines to others."""


def _header(path: str, draw: random.Random) -> list[str]:
    git = [f"diff --git a/{path} b/{path}", "index 3f1c2aa..9b0d4e1 100644"]
    names = [f"--- a/{path}", f"+++ b/{path}"]
    return draw.choice([names, [*git, *names], [f"--- {path}", f"+++ {path}"]])


def _rows(hunk: Hunk, draw: random.Random) -> list[str]:
    """Many models leave out the blank of an empty line."""
    bare = draw.random() < 0.4
    return [text if bare and sign == " " and not text else sign + text for sign, text in hunk.rows]


def diff(path: str, before: Sequence[str], after: Sequence[str], draw: random.Random) -> str | None:
    """A unified diff as ``diff`` writes it."""
    lines = _header(path, draw)
    for hunk in hunks(before, after, 3):
        numbers = f"-{hunk.start + 1},{len(hunk.old)} +{hunk.to + 1},{len(hunk.new)}"
        lines += [f"@@ {numbers} @@", *_rows(hunk, draw)]
    return "\n".join(lines)


def wrong_numbers(
    path: str, before: Sequence[str], after: Sequence[str], draw: random.Random
) -> str | None:
    """The numbers are made up."""
    lines = _header(path, draw)
    for hunk in hunks(before, after, draw.choice([2, 3, 3])):
        if times(before, hunk.old) != 1:
            return None
        start = max(1, hunk.start + draw.choice([-40, -17, -6, -2, 1, 4, 9, 30]))
        old, new = (max(1, len(side) + draw.randint(-3, 3)) for side in (hunk.old, hunk.new))
        lines += [f"@@ -{start},{old} +{start},{new} @@", *_rows(hunk, draw)]
    return "\n".join(lines)


def bare(path: str, before: Sequence[str], after: Sequence[str], draw: random.Random) -> str | None:
    """``@@`` without numbers, or with words."""
    lines = _header(path, draw)
    mark = draw.choice(["@@", "@@ @@", "@@ ... @@"])
    for hunk in hunks(before, after, 3):
        if times(before, hunk.old) != 1:
            return None
        lines += [mark, *_rows(hunk, draw)]
    return "\n".join(lines)


def headless(
    path: str, before: Sequence[str], after: Sequence[str], draw: random.Random
) -> str | None:
    """Signs before the lines, and nothing else: neither a header nor ``@@``."""
    found = list(hunks(before, after, 3))
    if len(found) != 1 or times(before, found[0].old) != 1:
        return None
    if not any(sign == "-" for sign, _ in found[0].rows):
        return None
    return "\n".join(sign + text for sign, text in found[0].rows)


_MARKS: Final = [
    ("<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE"),
    ("------- SEARCH", "=======", "+++++++ REPLACE"),
    ("<<<<<<< ORIGINAL", "=======", ">>>>>>> UPDATED"),
]


def search_replace(
    path: str, before: Sequence[str], after: Sequence[str], draw: random.Random
) -> str | None:
    """SEARCH/REPLACE with as much around a change as makes it clear."""
    for context in range(draw.choice([0, 1, 2]), 9):
        found = list(hunks(before, after, context))
        if all(times(before, hunk.old) == 1 for hunk in found):
            return _blocks(path, found, draw)
    return None


def _blocks(path: str, found: Sequence[Hunk], draw: random.Random) -> str:
    first, middle, last = draw.choice(_MARKS[:2]) if draw.random() < 0.85 else _MARKS[2]
    lines = []
    for hunk in found:
        lines += [first, *hunk.old, middle, *hunk.new, last, ""]
    name = [path] if draw.random() < 0.3 else []
    return "\n".join([*name, *lines[:-1]])


_ANCHOR: Final = re.compile(r"\s*(?:class|def|async def|func|impl|export class|pub fn|fn)\b.*")


def patch(
    path: str, before: Sequence[str], after: Sequence[str], draw: random.Random
) -> str | None:
    """``*** Begin Patch``; each ``@@`` names the function or class around it, if anything."""
    lines = ["*** Begin Patch", f"*** Update File: {path}"]
    for hunk in hunks(before, after, 3):
        if times(before, hunk.old) != 1:
            return None
        lines += [_anchor(before, hunk, draw), *(sign + text for sign, text in hunk.rows)]
    return "\n".join([*lines, "*** End Patch"])


def _anchor(before: Sequence[str], hunk: Hunk, draw: random.Random) -> str:
    low = min((len(margin(text)) for text in hunk.old if text.strip()), default=0)
    for line in reversed(before[: hunk.start]):
        if _ANCHOR.match(line) and len(margin(line)) < max(low, 1) and draw.random() < 0.7:
            return f"@@ {line.strip()}"
    return "@@"


WRITERS: Final[dict[str, Writer]] = {
    "diff": diff,
    "diff, wrong numbers": wrong_numbers,
    "diff, bare @@": bare,
    "diff, signs only": headless,
    "SEARCH/REPLACE": search_replace,
    "*** Begin Patch": patch,
}

STYLES: Final = (
    *("{n:4d} | ", "{n:>4}: ", "{n}\t", "{n:<6}", "{n:3d}  ", "{n:03d}| ", "L{n}: ", "[{n}] "),
    *("{n}. ", "{n:>5}│ ", "{n}|"),
)


def numbered(block: Sequence[str], first: int, draw: random.Random) -> str:
    """A block with the numbers of its lines before them, the first one being ``first``."""
    style = draw.choice(STYLES)
    wide = len(str(first + len(block)))
    if style == "{n:<6}":
        style = f"{{n:<{wide + 2}}}"
    rows = [style.format(n=number) + line for number, line in enumerate(block, first)]
    return "\n".join(row.rstrip() if draw.random() < 0.5 else row for row in rows)


def prompts(block: Sequence[str]) -> str:
    """A block as it looks in an interpreter."""
    rows = [">>> " + block[0], *("... " + line for line in block[1:])]
    return "\n".join(row.rstrip() for row in rows)
