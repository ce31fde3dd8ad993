"""Lines of a block that stand for code left out: ``# ... existing code``, ``// rest unchanged``.

They are replaced by what the file has between the code around them, where that is found in order.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from robotui.workspace.fitting import Fit, Haystack
from robotui.workspace.symbols import symbol

_COMMENT: Final = re.compile(
    r"\s*(?:#+|//+|--+|;+|%+|\{?/\*+|<!--+|\"\"\")\s*(.*?)\s*(?:\*+/\}?|--+>|\"\"\")?\s*"
)
_DOTS: Final = re.compile(r"[\[(<]?\s*(?:\.{3,}|…)")
_DOTS_END: Final = re.compile(r"(?:\.{3,}|…)\s*[\])>]?$")
_THE_REST: Final = (
    r"^[\[(]?(?:(?:the|your|all|any|and)\s+)*(?:rest|remainder|remaining|existing|other|previous)\b"
)
_CODE: Final = (
    r"(?:code|logic|file|module|script|class|component|function|method|field|import|body|route"
    r"|propertie|prop|style|test|implementation|markup|config|setting|option)s?"
)
_LEFT_OUT: Final = re.compile(
    rf"{_THE_REST}.*\b(?:unchanged|the same|as before|as is|omitted|stays?|remains?|goes here)\b"
    rf"|{_THE_REST}\s+(?:of\s+(?:the|this|your|my)\s+)?(?:\w+\s+)?{_CODE}(?:\s+here)?\W*$"
    r"|^[\[(]?(?:unchanged|same as before|no changes?)\b",
    re.IGNORECASE,
)
_SURE: Final = 0.5
"""Code around a gap that is less alike is not found."""
_CERTAIN: Final = 0.75
"""What is less alike is found, but doubtful; so is what is no more alike than another place."""
_APART: Final = 0.05


@dataclass(frozen=True)
class Expanded:
    """A block with what it left out."""

    start: int
    end: int
    """The lines of the file that it could replace."""
    lines: list[str]
    shift: str
    taken: int
    """Lines that were taken from the file."""
    doubts: tuple[int, ...] = ()
    """The lines of the block for which the file's code is a guess."""


def stands_for_code(line: str) -> bool:
    """Whether a line of a block says that code was left out there."""
    comment = _COMMENT.fullmatch(line)
    if comment is None:
        return False
    text = comment[1]
    return bool(_DOTS.match(text) or _DOTS_END.search(text) or _LEFT_OUT.search(text))


def gaps(block: Sequence[str], file: Haystack) -> list[int]:
    """The lines of the block that stand for code; one that the file has itself does not."""
    own = set(file.bare)
    return [
        at for at, line in enumerate(block) if stands_for_code(line) and line.strip() not in own
    ]


def opened(block: Sequence[str]) -> list[str] | None:
    """A class with a gap behind its first line, for one that shows some of its functions only."""
    begun = symbol(block[0])
    if begun is None or not begun.holds_others or len(block) < 3:
        return None
    return [block[0], "", *block[1:]]


def expand(block: Sequence[str], left_out: Sequence[int], file: Haystack) -> Expanded | None:
    """The block with the file's code in its gaps; None where the code around them is not found.

    What a gap at the beginning or end stands for is not part of the region.
    """
    parts = _parts(block, left_out)
    doubts: list[int] = []
    lines: list[str] = []
    first: Fit | None = None
    at = taken = 0
    for number, part in parts:
        found = _next(part, file, at, first)
        if found is None:
            return None
        fit, sure = found
        if first is not None:
            lines += file.lines[at : fit.start]
            taken += fit.start - at
            if not sure:
                doubts.append(number)
        first = first or fit
        lines += fit.shift.apply(part)
        at = fit.end
    if first is None:
        return None
    return Expanded(first.start, at, lines, str(first.shift), taken, tuple(doubts))


def _parts(block: Sequence[str], left_out: Sequence[int]) -> list[tuple[int, list[str]]]:
    """The code between the gaps, without empty lines around it, each with the gap before it."""
    found = []
    start = 0
    for end in (*left_out, len(block)):
        part = list(block[start:end])
        while part and not part[-1].strip():
            part.pop()
        while part and not part[0].strip():
            part.pop(0)
        if part:
            found.append((start - 1, part))
        start = end + 1
    return found


def _next(
    part: Sequence[str], file: Haystack, at: int, before: Fit | None
) -> tuple[Fit, bool] | None:
    """Where the code between two gaps is, behind line ``at``; and whether that is sure."""
    if before is not None:
        moved = before.shift.apply(part)
        for start in range(at, len(file.lines) - len(moved) + 1):
            if list(file.lines[start : start + len(moved)]) == moved:
                return Fit(start, start + len(moved), 1.0, before.shift), True
    fits = [fit for fit in file.fits(part, at) if fit.alike >= _SURE]
    if not fits:
        return None
    rival = fits[1].alike if len(fits) > 1 else 0.0
    return fits[0], fits[0].alike >= _CERTAIN and fits[0].alike - rival > _APART
