"""How an edit is written down: as diffs of several kinds, SEARCH/REPLACE, a patch, with numbers.

Every writer says whether what it writes is clear: whether the lines that it names are in the file
once, or numbers or names tell which ones are meant.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
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


class Written(NamedTuple):
    """What a reply shows."""

    text: str
    clear: bool = True
    """It tells where it belongs."""


Writer = Callable[[str, Sequence[str], Sequence[str], random.Random], Written]
"""Writes the change of a path's lines to others."""


def clear(before: Sequence[str], found: Iterable[Hunk]) -> bool:
    """Whether the file has the lines before each change once."""
    return all(times(before, hunk.old) == 1 for hunk in found)


def _header(path: str, draw: random.Random) -> list[str]:
    git = [f"diff --git a/{path} b/{path}", "index 3f1c2aa..9b0d4e1 100644"]
    names = [f"--- a/{path}", f"+++ b/{path}"]
    return draw.choice([names, [*git, *names], [f"--- {path}", f"+++ {path}"]])


def _rows(hunk: Hunk, draw: random.Random) -> list[str]:
    """Many models leave out the blank of an empty line."""
    bare = draw.random() < 0.4
    return [text if bare and sign == " " and not text else sign + text for sign, text in hunk.rows]


def diff(path: str, before: Sequence[str], after: Sequence[str], draw: random.Random) -> Written:
    """A unified diff as ``diff`` writes it."""
    lines = _header(path, draw)
    for hunk in hunks(before, after, 3):
        numbers = f"-{hunk.start + 1},{len(hunk.old)} +{hunk.to + 1},{len(hunk.new)}"
        lines += [f"@@ {numbers} @@", *_rows(hunk, draw)]
    return Written("\n".join(lines))


def wrong_numbers(
    path: str, before: Sequence[str], after: Sequence[str], draw: random.Random
) -> Written:
    """The numbers are made up."""
    lines = _header(path, draw)
    found = list(hunks(before, after, draw.choice([2, 3, 3])))
    for hunk in found:
        start = max(1, hunk.start + draw.choice([-40, -17, -6, -2, 3, 5, 9, 30]))
        old, new = (max(1, len(side) + draw.randint(-3, 3)) for side in (hunk.old, hunk.new))
        lines += [f"@@ -{start},{old} +{start},{new} @@", *_rows(hunk, draw)]
    return Written("\n".join(lines), clear(before, found))


def bare(path: str, before: Sequence[str], after: Sequence[str], draw: random.Random) -> Written:
    """``@@`` without numbers, or with dots."""
    lines = _header(path, draw)
    mark = draw.choice(["@@", "@@ @@", "@@ ... @@"])
    found = list(hunks(before, after, 3))
    for hunk in found:
        lines += [mark, *_rows(hunk, draw)]
    return Written("\n".join(lines), clear(before, found))


def headless(
    path: str, before: Sequence[str], after: Sequence[str], draw: random.Random
) -> Written:
    """Signs before the lines, and nothing else: neither a header nor ``@@``."""
    found = list(hunks(before, after, 3))
    text = "\n".join(sign + text for hunk in found for sign, text in hunk.rows)
    return Written(text, len(found) == 1 and clear(before, found))


_MARKS: Final = [
    ("<<<<<<< SEARCH", "=======", ">>>>>>> REPLACE"),
    ("------- SEARCH", "=======", "+++++++ REPLACE"),
    ("<<<<<<< ORIGINAL", "=======", ">>>>>>> UPDATED"),
]


def search_replace(
    path: str, before: Sequence[str], after: Sequence[str], draw: random.Random
) -> Written:
    """SEARCH/REPLACE with as much around a change as makes it clear, if seven lines do."""
    found: list[Hunk] = []
    for context in range(draw.choice([0, 1, 2]), 8):
        found = list(hunks(before, after, context))
        if clear(before, found):
            break
    return Written(_blocks(path, found, draw), clear(before, found))


def _blocks(path: str, found: Sequence[Hunk], draw: random.Random) -> str:
    first, middle, last = draw.choice(_MARKS[:2]) if draw.random() < 0.85 else _MARKS[2]
    lines = []
    for hunk in found:
        lines += [first, *hunk.old, middle, *hunk.new, last, ""]
    name = [path] if draw.random() < 0.3 else []
    return "\n".join([*name, *lines[:-1]])


_ANCHOR: Final = re.compile(r"\s*(?:class|def|async def|func|impl|export class|pub fn|fn)\b.*")


def patch(path: str, before: Sequence[str], after: Sequence[str], draw: random.Random) -> Written:
    """``*** Begin Patch``; each ``@@`` names the function or class around it, if anything."""
    lines = ["*** Begin Patch", f"*** Update File: {path}"]
    told = True
    for hunk in hunks(before, after, 3):
        at = _anchor(before, hunk) if draw.random() < 0.7 else None
        lines.append("@@" if at is None else f"@@ {before[at].strip()}")
        lines += (sign + text for sign, text in hunk.rows)
        told &= _is_told(before, hunk, at)
    return Written("\n".join([*lines, "*** End Patch"]), told)


def _anchor(before: Sequence[str], hunk: Hunk) -> int | None:
    """The line above that begins the class, or the function, around a change."""
    low = min((len(margin(text)) for text in hunk.old if text.strip()), default=0)
    for at in range(hunk.start - 1, -1, -1):
        if _ANCHOR.match(before[at]) and len(margin(before[at])) < low:
            return at
    return None


def _is_told(before: Sequence[str], hunk: Hunk, at: int | None) -> bool:
    """Whether the lines are in the file once, or the first ones below a line that is there once."""
    size = len(hunk.old)
    if times(before, hunk.old) == 1:
        return True
    return (
        at is not None
        and [line.strip() for line in before].count(before[at].strip()) == 1
        and times(before[at : hunk.start + size], hunk.old) == 1
        and times(before[at : hunk.start], hunk.old) == 0
    )


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
