"""The ``*** Begin Patch`` format: files by name, changes by what is around them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from robotui.edits import hunks
from robotui.edits.edit import Action, Edit, FileEdit, Hunk, Line
from robotui.edits.header_names import header_name, label_name

_FILE: Final = re.compile(r"\*\*\* (Update|Add|Create|Delete|Remove) File: *(.+)", re.IGNORECASE)
_MOVE: Final = re.compile(r"\*\*\* (?:Move|Rename) (?:to|File): *(.+)", re.IGNORECASE)
_FRAME: Final = re.compile(r"\*\*\* (?:Begin|End) (?:of )?Patch\b.*", re.IGNORECASE)
_END: Final = re.compile(r"\*\*\* End of File", re.IGNORECASE)
_ACTIONS: Final[dict[str, Action]] = {
    "update": "change",
    "add": "add",
    "create": "add",
    "delete": "delete",
    "remove": "delete",
}


@dataclass
class _File:
    """A file of a patch while it is read."""

    name: str
    action: Action
    moved_to: str = ""
    hunks: list[Hunk] = field(default_factory=list)

    @property
    def made(self) -> FileEdit:
        moved = self.moved_to not in ("", self.name)
        name, old = (self.moved_to, self.name) if moved else (self.name, "")
        return FileEdit(name, tuple(self.hunks), self.action, old)


def read(lines: Sequence[str]) -> Edit | None:
    """The patch that the lines are; None if they are none."""
    files: list[_File] = []
    marks: set[str] = set()
    at = 0
    while at < len(lines):
        line = lines[at].rstrip()
        begun, moved = _FILE.fullmatch(line), _MOVE.fullmatch(line)
        if begun or moved or _FRAME.fullmatch(line) or _END.fullmatch(line):
            marks.add(line.strip())
        if begun:
            action = _ACTIONS[begun[1].lower()]
            files.append(_File(header_name(begun[2]), action))
        elif moved and files:
            files[-1].moved_to = header_name(moved[1])
        elif files and not _is_frame(line):
            at = _take(files[-1], lines, at)
            continue
        elif line and not files and not _is_frame(line) and not label_name(line):
            return None
        at += 1
    return Edit("patch", tuple(file.made for file in files), frozenset(marks)) if files else None


def _is_frame(line: str) -> bool:
    return bool(_FRAME.fullmatch(line) or _END.fullmatch(line))


def _ends(lines: Sequence[str], at: int) -> bool:
    return lines[at].startswith(("*** ", "@@"))


def _take(file: _File, lines: Sequence[str], at: int) -> int:
    """Take a change, or a new file's lines; returns the index after it."""
    if file.action == "add":
        found = hunks.body(lines, at, hunks.Header(), _ends)
        texts = found.lines
        if not any(line.sign == "+" for line in texts):  # its lines have come without signs
            texts = tuple(Line("+", line) for line in lines[at : found.end])
        added = tuple(line for line in texts if line.sign == "+")
        file.hunks.append(Hunk(added, at + 1))
        return max(found.end, at + 1)
    under: list[str] = []
    start = at
    head = hunks.Header()
    while at < len(lines) and lines[at].startswith("@@"):
        head = hunks.header(lines[at]) or hunks.Header(under=lines[at].strip("@ "))
        under += [head.under] if head.under else []
        at += 1
    found = hunks.body(lines, at, hunks.Header(line=head.line), _ends)
    if found.lines:
        at_end = found.end < len(lines) and bool(_END.fullmatch(lines[found.end].rstrip()))
        made = hunks.hunk(found, start + 1, head, tuple(under))
        file.hunks.append(replace(made, at_end=at_end))
    return max(found.end, start + 1)
