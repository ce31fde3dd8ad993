"""Unified diffs, with or without Git's headers, numbers, counts and file names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from robotui.edits import hunks
from robotui.edits.edit import Action, Edit, FileEdit, Hunk
from robotui.edits.header_names import NOWHERE, header_name, label_name, without_prefixes

_GIT: Final = re.compile(
    r'diff --git (?:"?a/(?P<same>.+?)"? "?b/(?P=same)"?'
    r'|(?P<old>"(?:[^"\\]|\\.)*"|.+?) (?P<new>"(?:[^"\\]|\\.)*"|b/.+|\S+))'
)
_COMMAND: Final = re.compile(r"diff (?:-|--git )")
_REMARK: Final = re.compile(
    r"index [0-9a-f]|(?:dis)?similarity index |Index: |={10,}$|\*{10,}$|RCS file"
    r"|retrieving revision|Only in |Property changes |Added: |Modified: "
    r"|[ ]\S.* \|\s+\d+ [+-]*$|[ ]\d+ files? changed"
)
_MAIL: Final = re.compile(r"(?:From|commit) [0-9a-f]{7,64}\b")
_DONE: Final = (
    ("old mode ", "changes the mode of"),
    ("new mode ", "changes the mode of"),
    ("Binary files ", "changes bytes of"),
    ("GIT binary patch", "changes bytes of"),
)
_COMMENT: Final = re.compile(r"\s*(?:#|//|--\s|/\*|<!--|;|```)")


@dataclass
class _File:
    """A file of a diff while it is read; its names are without prefixes."""

    old: str = ""
    new: str = ""
    action: Action = "change"
    done: str = ""
    hunks: list[Hunk] = field(default_factory=list)

    @property
    def made(self) -> FileEdit:
        action = self.action
        if NOWHERE in (self.old, self.new):
            action = "add" if self.old == NOWHERE else "delete"
        name = self.old if self.new in ("", NOWHERE) else self.new
        renamed = self.old not in ("", NOWHERE) and _is_move(self.old, name)
        return FileEdit(
            "" if name == NOWHERE else name,
            tuple(self.hunks),
            action,
            self.old if renamed else "",
            self.done,
        )


def _is_move(old: str, new: str) -> bool:
    """``x.py.orig`` beside ``x.py`` is the same file, kept for comparing."""
    short, long = sorted((old, new), key=len)
    kept = long.startswith(short) and re.fullmatch(
        r"(?:[.~](?:orig|old|bak|new|rej)?~?)?", long[len(short) :]
    )
    return not kept


def read(lines: Sequence[str]) -> Edit | None:
    """The diff that the lines are, all of them; None if they are something else."""
    found = _Reader(lines)
    if not found.read() or not found.marks:
        return None
    files = [each.made for each in found.files if each.hunks or each.old or each.new or each.done]
    return Edit("diff", tuple(files), frozenset(found.marks)) if files else None


class _Reader:
    """Goes through the lines of a block once."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.files: list[_File] = []
        self.marks: set[str] = set()
        self._in_mail = False

    @property
    def _file(self) -> _File:
        if not self.files:
            self.files.append(_File())
        return self.files[-1]

    def read(self) -> bool:
        """False if there is something that no diff has."""
        at = 0
        while at < len(self.lines):
            after = self._names(at) or self._hunk(at) or self._remark(at)
            if not after:
                return False
            at = after
        return True

    def _names(self, at: int) -> int:
        """Take a file's headers; returns the index after them, or 0."""
        line = self.lines[at]
        git = _GIT.fullmatch(line)
        if git:
            names = (git["same"], git["same"]) if git["same"] else (git["old"], git["new"])
            self.files.append(_File(*without_prefixes(*map(header_name, names))))
            self.marks.add(line.strip())
            self._in_mail = False
            return at + 1
        pair = begins_file(self.lines, at)
        if pair:
            self._named(*pair[0])
            self.marks |= {text.strip() for text in self.lines[at : pair[1]]}
            self._in_mail = False
            return self._unheaded(pair[1]) or pair[1]
        return 0

    def _named(self, old: str, new: str) -> None:
        if not self.files or self.files[-1].hunks or not (self.files[-1].old or self.files[-1].new):
            self.files.append(_File())
        self.files[-1].old, self.files[-1].new = without_prefixes(old, new)

    def _unheaded(self, at: int) -> int:
        """The change right below a file's name, if it has no line with ``@@``."""
        if at >= len(self.lines) or not self.lines[at][:1] or self.lines[at][0] not in " +-":
            return 0
        return self._take(at, at, hunks.Header())

    def _hunk(self, at: int) -> int:
        head = hunks.header(self.lines[at])
        if head is None or self._in_mail:
            return 0
        self.marks.add(self.lines[at].strip())
        return self._take(at, at + 1, head)

    def _take(self, at: int, start: int, head: hunks.Header) -> int:
        found = hunks.body(self.lines, start, head, _ends)
        under = (head.under,) if head.under else ()
        if found.lines:
            self._file.hunks.append(hunks.hunk(found, at + 1, head, under))
        return found.end

    def _remark(self, at: int) -> int:
        """Lines that say nothing about lines; what they say about files is kept."""
        line = self.lines[at]
        if _MAIL.match(line):
            self._in_mail = True
        renamed = re.match(r"(?:rename|copy) (from|to) (.+)", line)
        if renamed:
            name = header_name(renamed[2])
            self._file.old, self._file.new = (
                (name, self._file.new) if renamed[1] == "from" else (self._file.old, name)
            )
        elif line.startswith("deleted file"):
            self._file.action = "delete"
        elif line.startswith("new file"):
            self._file.action = "add"
        for start, done in _DONE:
            if line.startswith(start):
                self._file.done = done
                self.marks.add(line.strip())
        known = renamed or line.startswith(("deleted file", "new file", *(s for s, _ in _DONE)))
        return at + 1 if known or self._in_mail or self._harmless(at) else 0

    def _harmless(self, at: int) -> bool:
        line = self.lines[at]
        if _REMARK.match(line) or _COMMAND.match(line) or not line.strip():
            return True
        signature = line.rstrip() == "--" or (at and self.lines[at - 1].rstrip() == "--")
        return bool(_COMMENT.match(line) or label_name(line) or signature)


def begins_file(lines: Sequence[str], at: int) -> tuple[tuple[str, str], int] | None:
    """The names before and after, and the index behind them, if a file begins at ``at``.

    One of the two lines may be missing if ``@@`` follows.
    """
    line = lines[at]
    below = lines[at + 1] if at + 1 < len(lines) else ""
    if line.startswith("--- ") and line[4:].strip():
        if below.startswith("+++ ") and below[4:].strip():
            return (header_name(line[4:]), header_name(below[4:])), at + 2
        if hunks.header(below):
            return (header_name(line[4:]), ""), at + 1
    if line.startswith("+++ ") and line[4:].strip() and hunks.header(below):
        return ("", header_name(line[4:])), at + 1
    return None


def _ends(lines: Sequence[str], at: int) -> bool:
    line = lines[at]
    if line.startswith(("@@", "Index: ")) or _COMMAND.match(line):
        return True
    # A removed line "-- x" looks like a name too, and so does an added "++ y" below it.
    pair = begins_file(lines, at) if line.startswith("--- ") else None
    if pair is None:
        return False
    (old, new), end = pair
    same = bool(label_name(old)) and old.rpartition("/")[2] == new.rpartition("/")[2]
    return same or end >= len(lines) or lines[end].startswith("@@") or NOWHERE in (old, new)


def read_signed(lines: Sequence[str]) -> Edit | None:
    """Lines with signs and nothing else; where none stays, or some have no sign, it is a guess."""
    start = next((at for at, line in enumerate(lines) if line.strip()), 0)
    label = label_name(lines[start]) if lines and lines[start][:1] not in ("+", "-", " ") else ""
    start += bool(label)
    signed = [line for line in lines[start:] if line.startswith(("+", "-"))]
    if not signed:
        return None
    found = hunks.body(lines, start, hunks.Header(), lambda *_: False)
    both = {line[0] for line in signed} == {"+", "-"}
    listed = all(re.match(r"[-+] \S", line) for line in signed)  # or the points of a list
    certain = both and not listed and all(map(hunks.is_signed, lines[start:]))
    if not any(line.sign != "+" for line in found.lines):
        return None  # only additions: these are signs on every line, and no place is told
    change = hunks.hunk(found, start + 1, hunks.Header())
    marks = frozenset(line.strip() for line in signed)
    return Edit("diff", (FileEdit(label, (change,)),), marks, certain=certain)
