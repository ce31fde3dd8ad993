"""Commands for the editor ``ed``, as ``diff -e`` prints them: ``5,7c``, lines, ``.``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from robotui.edits.edit import Edit, FileEdit, Hunk, Line
from robotui.errors import WriteRefusedError

_COMMAND: Final = re.compile(r"(\d{1,9})(?:,(\d{1,9}))?([acdi])")
_OTHER: Final = re.compile(
    r"(?:\d+|\$|\.|%|/[^/]+/)?(?:,(?:\d+|\$))?(?:[acdimjt]\d*|s/.*/.*/[gp]*)|[ad]\d+ \d+"
)
_ENDS: Final = ("w", "q", "wq", "")
_LONGEST: Final = 200


def read(lines: Sequence[str]) -> Edit | None:
    """The changes that the lines are; None if they are something else.

    Raises WriteRefusedError for a script that has other commands too.
    """
    hunks: list[Hunk] = []
    marks: set[str] = set()
    at = 0
    while at < len(lines):
        line = lines[at][:_LONGEST].strip()
        told = _COMMAND.fullmatch(line)
        if told is None:
            if line not in _ENDS and not hunks:
                return None
            _refuse_others(line, at)
            at += 1
            continue
        start, texts = at, []
        at += 1
        if told[3] != "d":
            end = next((to for to in range(at, len(lines)) if lines[to] == "."), None)
            if end is None:
                return None
            texts = list(lines[at:end])
            at = end + 1
        marks.add(line)
        hunks.append(_hunk(told, texts, start))
    return Edit("ed script", (FileEdit("", tuple(hunks)),), frozenset(marks)) if hunks else None


def _refuse_others(line: str, at: int) -> None:
    if line not in _ENDS:
        what = "has a command that is not understood" if _OTHER.fullmatch(line) else "goes wrong"
        message = f"The block is a script for ed, which {what} at line {at + 1} of the block"
        raise WriteRefusedError(message, "Ask for a diff, or make the change by hand.")


def _hunk(told: re.Match[str], texts: Sequence[str], start: int) -> Hunk:
    first, last, verb = int(told[1]), int(told[2] or told[1]), told[3]
    if verb == "a":
        first = last + 1
    elif verb == "i":
        last = first - 1
    lines = tuple(Line("+", text) for text in texts)
    return Hunk(lines, start + 1, line=first, span=(first, last + 1))
