"""The last look at a block of plain code: it may be decorated, or describe a change, in a form that
no reader has understood. Then it is never put into a file as sure.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import replace
from itertools import pairwise
from typing import Final

from robotui import edits
from robotui.workspace.merge.placement import Placement, doubtful
from robotui.workspace.text_file import TextFile, file_lines

_LONGEST: Final = 400
"""Characters of a line that are looked at."""
_WIDEST: Final = 40
"""Characters that may stand before or behind every line."""
_MOST: Final = 2000
"""Lines that are looked at."""
_NUMBER: Final = re.compile(r"\d+")
_BEFORE: Final = re.compile(r"\W*(?:(?:[A-Za-z]{1,5}[ .]?)?\d+\W*)*|\S+?:\d+(?:\W+\d+)*\W+")
"""What stands before every line to show it: signs, numbers, a file with a number; no words."""
_BEHIND: Final = re.compile(r"\s*\W*\s\W*(?:[A-Za-z]{1,5}[ .]?)?\d+\W*")
_MARK: Final = re.compile(r"([<>=*+-])\1{2,}(?:\s*\S+){0,4}|@@+(?:\s.*)?|\*{3} .*|--- .*")
_MARKS: Final = ("<=", "<>", "@", "*-")
"""Kinds of marks that no code has together."""
_OLD: Final = r"(?:search|find|old|original|before|orig)"
_NEW: Final = r"(?:replace(?:ment| with)?|new|updated|after|modified|fixed)"
_WHAT: Final = r"(?:[ _-]?(?:str|string|text|code|content|contents|block|version|lines?))?"
_LABELS: Final = tuple(
    re.compile(rf"\W*{word}{_WHAT}\W*(?:[ ]\W*)?", re.IGNORECASE) for word in (_OLD, _NEW)
)
_KEYS: Final = tuple(
    re.compile(rf"""[{{\s,]*(?:["']{word}{_WHAT}["']\s*:|<{word}{_WHAT}>)\s*\S.*""", re.IGNORECASE)
    for word in (_OLD, _NEW)
)
_WORDS: Final = re.compile(
    r"\[-.+?-\] ?\{\+.+?\+\}|\{--.+?--\}|\{\+\+.+?\+\+\}|\{~~.+?~>.+?~~\}|^~~.+~~$"
    r"|^</?(?:del|ins|s|strike|added?|removed?|deleted?|inserted)>"
)
_ARROW: Final = re.compile(r"[-=~]+>|[↓⇓→⇒➜⬇]+️?|(?:becomes|changes to):?", re.IGNORECASE)
_SIGN: Final = re.compile(r"[\d\s|│:]*[-+!<>~](?:\s*|$)")
_COLUMNS: Final = re.compile(r"(\S.*?)(?:\s{2,}| )[|<>](?:\s.*)?|(\S.*?\S)\s{3,}(\S.*)")
_COMMANDS: Final = re.compile(
    r"(?:%|\d+(?:,(?:\d+|\$))?|,|/[^/]+/)?s([/|#])[^/|#]+\1[^/|#]*\1[gip]*|[ad]\d+ \d+"
    r"|(?:\d+|\$|/[^/]+/)(?:,(?:\d+|\$|/[^/]+/))?[acdi]\\?"
)


def guarded(ways: list[Placement], file: TextFile, source: str) -> list[Placement]:
    """The same, doubtful if the block or the file looks like something else than plain code.

    A new file may have anything in it; there it is only said.
    """
    reason = doubt(source, file)
    if reason is None:
        return ways
    if not file.text.strip():
        return [replace(ways[0], warnings=(*ways[0].warnings, reason)), *ways[1:]]
    return doubtful(ways, reason)


def doubt(source: str, file: TextFile) -> str | None:
    """Why a block of plain code may not be meant as it stands; None: nothing speaks against it."""
    theirs = [line.strip() for line in file_lines(file.text)]
    conflict = _conflict(theirs)
    if conflict is not None:
        return f"the file has an unsolved conflict of a merge at line {conflict}"
    own = {*theirs} - {""}
    told = [line[:_LONGEST].rstrip() for line in edits.split(source)[:_MOST]]
    told = [line for line in told if line.strip()]
    trace = edits.traces(source)
    if trace is not None and edits.split(source)[trace - 1].strip() not in own:
        return f"line {trace} of the block looks like a change of a file, the rest does not"
    foreign = [line for line in told if line.strip() not in own]
    return (
        _marked(foreign)
        or _labelled(foreign)
        or _signed(foreign, own)
        or _in_columns(foreign, own)
        or _framed(told, own)
    )


def _conflict(lines: Sequence[str]) -> int | None:
    """The line, from 1, where a conflict begins that a merge has left."""
    wanted = iter(("<", "=", ">"))
    sign = next(wanted)
    start = 0
    for at, line in enumerate(lines, 1):
        if line[:7] == sign * 7 and line[7:8] in ("", " "):
            start = start or at
            sign = next(wanted, "")
            if not sign:
                return start
    return None


def _marked(foreign: Sequence[str]) -> str | None:
    """Lines of marks, commands of an editor, changes within lines."""
    bare = [line.strip() for line in foreign]
    kinds = {line[0] for line in bare if _MARK.fullmatch(line)}
    if any(kinds.issuperset(marks) for marks in _MARKS) or any(map(_ARROW.fullmatch, bare)):
        return "the block has lines of marks, as a description of a change has"
    if bare and _COMMANDS.fullmatch(bare[0]):
        return "the block begins with a command for an editor"
    if any(_WORDS.search(line) for line in bare):
        return "the block has marks of a change within its lines"
    return None


def _labelled(foreign: Sequence[str]) -> str | None:
    """The code before and after, one below the other, with words or tags over each."""
    for before, after in (_LABELS, _KEYS):
        old = next((at for at, line in enumerate(foreign) if before.fullmatch(line)), None)
        if old is not None and any(after.fullmatch(line) for line in foreign[old + 1 :]):
            return "the block seems to show the code both before and after a change"
    return None


def _signed(foreign: Sequence[str], own: Set[str]) -> str | None:
    """A sign, and behind it a line of the file."""
    for line in foreign:
        sign = _prefix(line.strip(), own)
        if sign and _SIGN.fullmatch(sign):
            return f"the block has “{sign[-1]}” before lines of the file, as a diff has"
    return None


def _in_columns(foreign: Sequence[str], own: Set[str]) -> str | None:
    """A line of the file, and beside it what it becomes."""
    beside = 0
    for line in map(str.strip, foreign):
        found = _COLUMNS.fullmatch(line)
        left = (found[1] or found[2]).strip() if found else ""
        beside += _tells(left) and left in own
    return "the block seems to show two versions side by side" if beside > 1 else None


def _framed(told: Sequence[str], own: Set[str]) -> str | None:
    """Something before or behind nearly every line, without which they are lines of the file."""
    for where, form, cut in (("before", _BEFORE, _prefix), ("behind", _BEHIND, _suffix)):
        found = [part for line in told if (part := cut(line, own)) and form.fullmatch(part)]
        shapes = Counter(map(_shape, found))
        for shape, count in shapes.most_common(1):
            like = re.compile(shape + (".*" if where == "before" else "$"))
            parts = [like.match(line) if where == "before" else like.search(line) for line in told]
            known = sum(line.strip() in own for line in told)
            if (
                len(told) > 1
                and sum(map(bool, parts)) >= 0.8 * len(told)
                and count * 3 >= len(told)
                and count > known
                and (where == "before" or _rising([part[0] for part in parts if part]))
            ):
                return f"there seems to be something {where} every line of the block"
    return None


def _tells(text: str) -> bool:
    return sum(map(str.isalnum, text)) > 2


def _prefix(line: str, own: Set[str]) -> str:
    """What stands before a line of the file."""
    for at in range(1, min(_WIDEST, len(line))):
        if line[:at].strip() and line[at:].strip() in own and _tells(line[at:]):
            return line[:at].rstrip()
    return ""


def _suffix(line: str, own: Set[str]) -> str:
    for at in range(1, min(_WIDEST, len(line))):
        if line[:-at].strip() in own and _tells(line[:-at]):
            return line[-at:] if line[-at].isspace() else " " + line[-at:]
    return ""


def _shape(part: str) -> str:
    """A pattern for such parts, with any numbers."""
    pieces = (r"\s+" if piece.isspace() else re.escape(piece) for piece in re.split(r"(\s+)", part))
    return _NUMBER.sub(r"\\d+", "".join(pieces))


def _rising(parts: Sequence[str]) -> bool:
    numbers = [int(found[0]) for part in parts if (found := _NUMBER.search(part))]
    return len(numbers) > 1 and all(a < b for a, b in pairwise(numbers))
