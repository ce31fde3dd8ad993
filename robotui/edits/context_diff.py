"""Context diffs (``diff -c``): the lines before, then the lines after, changed ones with ``!``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from robotui.edits.edit import KEPT, Edit, FileEdit, Hunk, Line
from robotui.edits.header_names import NOWHERE, header_name, without_prefixes

_STARS: Final = re.compile(r"\*{7,}(?: .*)?")
_OLD: Final = re.compile(r"\*\*\* (\d+)(?:,(\d+))? \*{3,}")
_NEW: Final = re.compile(r"--- (\d+)(?:,(\d+))? -{3,}")
_LONGEST: Final = 1000

Rows = list[tuple[str, str]]
"""Sign and text."""


def begins_file(lines: Sequence[str], at: int) -> tuple[str, str] | None:
    """The names before and after, if a file's changes begin at ``at``."""
    if at + 2 >= len(lines) or not lines[at].startswith("*** "):
        return None
    below = lines[at + 1]
    if not below.startswith("--- ") or _NEW.fullmatch(below[:_LONGEST].rstrip()):
        return None
    third = lines[at + 2][:_LONGEST].rstrip()
    if not _STARS.fullmatch(third) and not _OLD.fullmatch(third):
        return None
    return without_prefixes(header_name(lines[at][4:]), header_name(below[4:]))


def read(lines: Sequence[str]) -> Edit | None:
    """The diff that the lines are; None if they are something else."""
    files: list[tuple[tuple[str, str], list[Hunk]]] = []
    marks: set[str] = set()
    at = 0
    while at < len(lines):
        line = lines[at][:_LONGEST].rstrip()
        names = begins_file(lines, at)
        if names:
            files.append((names, []))
            marks |= {lines[at].strip(), lines[at + 1].strip()}
            at += 2
        elif head := _OLD.fullmatch(line):
            marks.add(line)
            files = files or [(("", ""), [])]
            at, hunk = _take(lines, at, int(head[1]))
            files[-1][1].append(hunk)
        elif line and not _STARS.fullmatch(line) and not line.startswith(("diff ", "Index: ")):
            return None
        else:
            at += 1
    made = tuple(_file(*names, hunks) for names, hunks in files)
    return Edit("diff", made, frozenset(marks)) if any(each.hunks for each in made) else None


def _file(old: str, new: str, hunks: Sequence[Hunk]) -> FileEdit:
    if old == NOWHERE:
        return FileEdit(new, tuple(hunks), "add")
    if new == NOWHERE:
        return FileEdit(old, tuple(hunks), "delete")
    return FileEdit(new or old, tuple(hunks))


def _take(lines: Sequence[str], start: int, number: int) -> tuple[int, Hunk]:
    """The index behind a change, and the change. Of the two halves one may have no lines: they
    are those of the other that stay.
    """
    at, old = _rows(lines, start + 1)
    new: Rows = []
    if at < len(lines) and _NEW.fullmatch(lines[at][:_LONGEST].rstrip()):
        at, new = _rows(lines, at + 1)
    old = old or [row for row in new if row[0] == KEPT]
    new = new or [row for row in old if row[0] == KEPT]
    return at, Hunk(tuple(_woven(old, new)), start + 1, line=number)


def _rows(lines: Sequence[str], at: int) -> tuple[int, Rows]:
    taken: list[str] = []
    while at < len(lines) and (not lines[at] or lines[at][0] in " +-!\\"):
        if _NEW.fullmatch(lines[at][:_LONGEST].rstrip()) or lines[at].startswith("--- "):
            break
        if not lines[at].startswith("\\"):
            taken.append(lines[at])
        at += 1
    while taken and not taken[-1].strip():
        taken.pop()
    # A sign and a blank; what was written by hand may lack the blank.
    width = 2 if all(line[1:2] in ("", " ", "\t") for line in taken) else 1
    return at, [(line[:1] or KEPT, line[width:]) for line in taken]


def _woven(old: Rows, new: Rows) -> list[Line]:
    """Both halves as one; if the lines that stay differ, the one as gone, the other as come."""
    kept = [text for sign, text in old if sign == KEPT]
    if kept != [text for sign, text in new if sign == KEPT]:
        return [
            *(Line("-", text) for _, text in old),
            *(Line("+", text) for _, text in new),
        ]
    found: list[Line] = []
    rows = iter(new)
    for sign, text in [*old, (KEPT, "")]:
        if sign != KEPT:
            found.append(Line("-", text))
            continue
        for other, come in rows:
            if other == KEPT:
                break
            found.append(Line("+", come))
        found.append(Line(KEPT, text))
    return found[:-1]
