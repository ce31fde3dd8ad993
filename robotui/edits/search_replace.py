"""SEARCH/REPLACE blocks: the text to look for and the text to put there, between marks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from robotui.edits.edit import Action, Edit, FileEdit, Hunk, Line
from robotui.edits.header_names import header_name, label_name
from robotui.errors import WriteRefusedError

_FIND: Final = "SEARCH|ORIGINAL|ORIG|OLD|FIND|BEFORE|CURRENT"
_PUT: Final = "REPLACE|UPDATED|UPDATE|NEW|REPLACEMENT|AFTER|MODIFIED"
_START: Final = re.compile(
    rf"\s*(?P<marks><{{3,}}|-{{5,}})\s*(?:{_FIND})(?:\s+BLOCK)?\b\s*[>:-]*\s*(?P<rest>.*)",
    re.IGNORECASE,
)
_DIVIDER: Final = re.compile(r"\s*(={3,})\s*")
_STOP: Final = re.compile(rf"\s*(>{{3,}}|\+{{5,}})\s*(?:{_PUT})(?:\s+BLOCK)?\b.*", re.IGNORECASE)
_LINE: Final = re.compile(r":(?:start_)?line:\s*(\d+)")
_USUAL: Final = 5
"""Marks at least, of all three lines; fewer only where the first line has fewer."""
_REMEDY: Final = "Ask for the change again, or copy the block and make it by hand."


def begins(line: str) -> bool:
    """Whether the text to look for begins below this line."""
    return bool(_START.fullmatch(line))


def read(lines: Sequence[str]) -> Edit | None:
    """The changes that the lines are; None if they are none, or something else is among them.

    Raises WriteRefusedError for one that is not whole.
    """
    files: list[tuple[str, list[Hunk]]] = []
    marks: set[str] = set()
    name, at = "", 0
    while at < len(lines):
        start = _START.fullmatch(lines[at])
        if start is None:
            name = label_name(lines[at]) or name
            if lines[at].strip() and not _is_remark(lines[at]):
                return None
            at += 1
            continue
        rest = start["rest"].strip("`*: ")
        name = label_name(rest) or name
        end, hunk = _take(lines, at, start["marks"])
        marks |= {lines[at].strip(), lines[end - 1].strip()}
        if not files or files[-1][0] != name:
            files.append((name, []))
        files[-1][1].append(hunk)
        at = end
    return Edit("SEARCH/REPLACE", _joined(files), frozenset(marks)) if files else None


def _take(lines: Sequence[str], start: int, marks: str) -> tuple[int, Hunk]:
    """The index behind a change, and the change."""
    least = min(len(marks), _USUAL)
    end = next(
        (at for at in range(start + 1, len(lines)) if _marks(_STOP, lines[at]) >= least), None
    )
    again = next((at for at in range(start + 1, len(lines)) if begins(lines[at])), len(lines))
    if end is None or end > again:
        message = f"The SEARCH that begins at line {start + 1} of the block has no REPLACE mark"
        raise WriteRefusedError(message, _REMEDY)
    dividers = [at for at in range(start + 1, end) if _marks(_DIVIDER, lines[at]) >= least]
    alike = [at for at in dividers if len(lines[at].strip()) == len(marks)]
    dividers = alike or dividers
    if len(dividers) != 1:
        what = "more than one ======= line" if dividers else "no ======= line"
        message = f"The SEARCH that begins at line {start + 1} of the block has {what}"
        raise WriteRefusedError(message, _REMEDY)
    first, line = start + 1, None
    while first < dividers[0] and (told := _LINE.match(lines[first])):
        line = line or int(told[1])
        first += 1
    if first > start + 1 and re.fullmatch(r"-{3,}", lines[first].strip()):
        first += 1
    old = [Line("-", text) for text in lines[first : dividers[0]]]
    if not any(line.text.strip() for line in old):
        old = []  # to be put in, or a new file
    new = [Line("+", text) for text in lines[dividers[0] + 1 : end]]
    return end + 1, Hunk((*old, *new), start + 1, line=line)


def _marks(form: re.Pattern[str], line: str) -> int:
    """How many marks a line of this form begins with; 0 for other lines."""
    found = form.fullmatch(line)
    return len(found[1]) if found else 0


def _is_remark(line: str) -> bool:
    """A file's name, a fence, a comment."""
    return bool(label_name(line) or re.match(r"\s*(?:```|~~~|#|//|/\*|<!--|--\s)", line))


def _joined(files: Sequence[tuple[str, list[Hunk]]]) -> tuple[FileEdit, ...]:
    """The changes of each file together, in their order."""
    found: dict[str, list[Hunk]] = {}
    for name, hunks in files:
        found.setdefault(name and header_name(name), []).extend(hunks)
    return tuple(FileEdit(name, tuple(hunks), _action(hunks)) for name, hunks in found.items())


def _action(hunks: Sequence[Hunk]) -> Action:
    return "add" if len(hunks) == 1 and not any(text.strip() for text in hunks[0].old) else "change"
