"""Changes given by line numbers: "replace lines 10-20 with:", and what plain ``diff`` prints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from robotui.edits.edit import Edit, FileEdit, Hunk, Line
from robotui.edits.header_names import LONGEST, label_name

_RANGE: Final = (
    r"lines?\s+(?P<first>\d+)(?:\s*(?:-|–|—|to|through|thru|until|and|,|\.\.+)\s*(?P<last>\d+))?"
)
_COMMENT: Final = r"\s*(?:#+|//+|--+|;+|%+|/\*+|<!--+)?\s*[*_\[(]*"
_TAIL: Final = (
    r"(?:\s+(?:in|of|from)\s+[`'\"]?(?P<file>[^\s`'\":]+?)[`'\"]?)?"
    r"(?:\s+(?:with|by|to|as)(?:\s+(?:this|the following)(?:\s+\w+)?)?)?"
    r"\s*[\])*_]*[:.]?\s*(?:\*+/|--+>)?\s*"
)
_SAID: Final = re.compile(
    rf"{_COMMENT}(?P<verb>replace|change|update|edit|delete|remove|insert|add)\s+"
    rf"(?:(?P<where>after|before|at|below|above)\s+)?(?:the\s+)?{_RANGE}{_TAIL}",
    re.IGNORECASE,
)
_PLAIN: Final = re.compile(r"(\d+)(?:,(\d+))?([acd])(\d+)(?:,(\d+))?")


def read(lines: Sequence[str]) -> Edit | None:
    """The changes that the lines are; None if they are something else."""
    return _plain(lines) or _said(lines)


def _said(lines: Sequence[str]) -> Edit | None:
    start = next((at for at, line in enumerate(lines) if line.strip()), len(lines))
    heads = [
        (at, told)
        for at, line in enumerate(lines)
        if len(line) <= LONGEST and (told := _SAID.fullmatch(line))
    ]
    if not heads or heads[0][0] != start:
        return None
    ends = [at for at, _ in heads[1:]] + [len(lines)]
    name = next((told["file"] for _, told in heads if told["file"]), "")
    hunks = tuple(_hunk(lines, at, end, told) for (at, told), end in zip(heads, ends, strict=True))
    marks = frozenset(lines[at].strip() for at, _ in heads)
    return Edit("line numbers", (FileEdit(label_name(name), hunks),), marks)


def _hunk(lines: Sequence[str], at: int, end: int, told: re.Match[str]) -> Hunk:
    first, last = int(told["first"]), int(told["last"] or told["first"])
    verb, where = told["verb"].lower(), (told["where"] or "").lower()
    body = list(lines[at + 1 : end])
    while body and not body[-1].strip():
        body.pop()
    if verb in ("insert", "add"):
        first = last = last + 1 if where in ("after", "below") else first
    else:
        last += 1
    if verb in ("delete", "remove"):
        body = []
    return Hunk(tuple(Line("+", text) for text in body), at + 1, line=first, span=(first, last))


def _plain(lines: Sequence[str]) -> Edit | None:
    """What ``diff`` prints without options: ``3c3``, ``< old``, ``---``, ``> new``."""
    hunks: list[Hunk] = []
    marks: set[str] = set()
    at = 0
    while at < len(lines):
        head = _PLAIN.fullmatch(lines[at].rstrip())
        if head is None:
            if lines[at].strip() and (hunks or not lines[at].startswith("diff ")):
                return None
            at += 1
            continue
        marks.add(lines[at].strip())
        start, taken = at, []
        at += 1
        while at < len(lines) and re.match(r"[<>](?: |$)|---$|\\ ", lines[at]):
            if lines[at][0] in "<>":
                taken.append(Line("-" if lines[at][0] == "<" else "+", lines[at][2:]))
            at += 1
        first = int(head[1]) + (head[3] == "a")
        span = None if any(line.sign == "-" for line in taken) else (first, first)
        hunks.append(Hunk(tuple(taken), start + 1, line=first, span=span))
    return Edit("diff", (FileEdit("", tuple(hunks)),), frozenset(marks)) if hunks else None
