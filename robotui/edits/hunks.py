"""The hunks of diffs and patches: lines with ``+``, ``-`` or a blank before them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from robotui.edits.edit import KEPT, Hunk, Line, Sign

_HEADER: Final = re.compile(
    r"@@+[ \t]*(?:(?:lines?[ \t]+)?-?(?P<old>\d+)(?:[,-](?P<olds>\d+))?"
    r"(?:[ \t]+\+?(?P<new>\d+)(?:[,-](?P<news>\d+))?)?[ \t]*|[-+.,…?xXnNmM \t]*)"
    r"(?:@@+(?P<under>.*)|$)"
)
_UNNUMBERED: Final = re.compile(r"@@(?:[ \t]+(?P<under>[^@].*?))?[ \t]*(?:@@)?")
_LONGEST: Final = 1000
_LOST: Final = 2
"""Empty lines that a copy may have lost at the end of a change."""
_SIGNATURE: Final = re.compile(r"-- ?")
_VERSION: Final = re.compile(r"\d+\.[\w.() -]+")


class Header(NamedTuple):
    """What a line with ``@@`` says."""

    line: int | None = None
    olds: int | None = None
    """How many lines were there; often wrong."""
    news: int | None = None
    under: str = ""


@dataclass(frozen=True)
class Body:
    """The signed lines below a header."""

    lines: tuple[Line, ...]
    end: int
    """The index of the line after them."""
    bare_old: bool = False
    bare_new: bool = False


def header(line: str) -> Header | None:
    """What a line with ``@@`` says; None for any other line. The numbers may be missing."""
    if not line.startswith("@@") or line.startswith("@@@") or len(line) > _LONGEST:
        return None
    found = _HEADER.fullmatch(line)
    if found is None:
        bare = _UNNUMBERED.fullmatch(line)
        return Header(under=(bare["under"] or "").strip()) if bare else None
    under = (found["under"] or "").strip()
    if found["old"] is None:
        return Header(under=under)
    if found["new"] is None:
        return Header(line=int(found["old"]), under=under)
    olds, news = (int(count) if count else 1 for count in (found["olds"], found["news"]))
    return Header(int(found["old"]), olds, news, under)


def is_signed(line: str) -> bool:
    """Whether a line may stand below ``@@``; an empty one has lost its blank."""
    return not line or line[0] in " +-\\\t"


def body(
    lines: Sequence[str], start: int, head: Header, ends: Callable[[Sequence[str], int], bool]
) -> Body:
    """The lines below a header; ``ends`` says what is a header of the next thing.

    Counts are often wrong, so they decide nothing but where lines without a sign belong: a line of
    the text that was never given its blank, or what comes behind the change.
    """
    at = start
    old = new = 0
    taken: list[tuple[str, str]] = []
    bare = {"-": False, "+": False}
    while at < len(lines):
        line = lines[at]
        full = head.olds is not None and old >= head.olds and new >= (head.news or 0)
        last_pair = head.olds is not None and (head.olds - old, (head.news or 0) - new) == (1, 1)
        if (ends(lines, at) and not (line.startswith("--- ") and last_pair)) or (
            full and (not is_signed(line) or _is_signature(lines, at))
        ):
            break
        if line.startswith("\\"):
            for sign in "-+":
                bare[sign] |= bool(taken) and taken[-1][0] in (sign, KEPT)
        else:
            sign = line[0] if line[:1] in ("+", "-") else KEPT
            taken.append((sign, line))
            old, new = old + (sign != "+"), new + (sign != "-")
        at += 1
    while taken and not taken[-1][1]:
        taken.pop()  # an empty line between two changes, more often than a context line
    return Body(tuple(_without_signs(taken)), at, bare["-"], bare["+"])


def hunk(found: Body, at: int, head: Header, under: tuple[str, ...] = ()) -> Hunk:
    """The change that a header and its lines are; ``at`` is the header's line in the block."""
    return Hunk(
        found.lines,
        at,
        line=head.line,
        under=under,
        bare_old=found.bare_old,
        bare_new=found.bare_new,
        miscounted=_is_miscounted(found, head),
    )


def _is_miscounted(found: Body, head: Header) -> bool:
    """Whether the counts are wrong; empty lines at the end may have been lost."""
    if head.olds is None or head.news is None:
        return False
    more_old = head.olds - sum(line.sign != "+" for line in found.lines)
    more_new = head.news - sum(line.sign != "-" for line in found.lines)
    return more_old != more_new or not 0 <= more_old <= _LOST


def _is_signature(lines: Sequence[str], at: int) -> bool:
    """The end of a mail made by ``git format-patch``."""
    return bool(
        _SIGNATURE.fullmatch(lines[at])
        and at + 1 < len(lines)
        and _VERSION.fullmatch(lines[at + 1])
    )


def _without_signs(taken: Sequence[tuple[str, str]]) -> list[Line]:
    """The texts. If a line that stays has no blank before it, none of those has."""
    raw = any(sign == KEPT and line and line[0] != " " for sign, line in taken)
    found = []
    for sign, line in taken:
        text = line if raw and sign == KEPT else line[1:]
        kind: Sign = "+" if sign == "+" else "-" if sign == "-" else " "
        found.append(Line(kind, text))
    return found
