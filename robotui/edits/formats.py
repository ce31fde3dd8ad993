"""The parser of described changes: it finds out which format a text has, if any."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from robotui.edits import (
    begin_patch,
    context_diff,
    ed_script,
    hunks,
    line_numbers,
    search_replace,
    unified_diff,
)
from robotui.edits.edit import Edit
from robotui.edits.header_names import LONGEST, NOWHERE, header_name, label_name, without_prefixes
from robotui.errors import WriteRefusedError

_READERS: Final = (
    begin_patch.read,
    search_replace.read,
    context_diff.read,
    unified_diff.read,
    line_numbers.read,
    ed_script.read,
)
_COMBINED: Final = re.compile(r"@@@+ -\d.* @@@+|diff --(?:cc|combined) \S")
_LOOKED_AT: Final = 40
"""Lines among which the first file has to be named."""
_PATCH_FILE: Final = re.compile(
    r"\*\*\* (?:(?:Update|Add|Create|Delete|Remove) File): *(.+)", re.IGNORECASE
)
_CONFLICT: Final = re.compile(r"(?:<{7}|>{7}) \S")
_STARTS: Final = ("--- ", "+++ ", "diff --git ", "*** ", "<<<", "---", "rename ")


def read(text: str) -> Edit | None:
    """The changes that ``text`` describes, all of it; None if it is ordinary text.

    Raises WriteRefusedError for a change that is not whole, or of a merge.
    """
    lines = _dedented(split(text))
    _refuse_combined(lines)
    for reader in _READERS:
        found = reader(lines)
        if found is not None:
            return found
    return unified_diff.read_signed(lines)


def _refuse_combined(lines: Sequence[str]) -> None:
    """A diff of a merge has two signs on every line, of which both may tell of other files."""
    first = next((line for line in lines if line.strip()), "")
    named = first.startswith(("--- ", "commit "))
    if any(_COMBINED.match(line[:LONGEST]) for line in (lines[:_LOOKED_AT] if named else [first])):
        message = "The block is a combined diff, of a merge with several files before it"
        raise WriteRefusedError(message, "Ask for a diff against the file as it is now.")


def split(text: str) -> list[str]:
    r"""The lines without endings; ``\r`` ends one only where nothing else does."""
    lines = re.split(r"\r?\n" if "\n" in text else r"\r", text)
    return lines[:-1] if not lines[-1] else lines


def traces(text: str) -> int | None:
    """The line, from 1, where something like a change is described, or a merge's conflict; None:
    nowhere.
    """
    lines = split(text)
    for at, line in enumerate(lines):
        pair = unified_diff.begins_file(lines, at)
        if (
            (pair and pair[1] < len(lines) and lines[pair[1]].startswith("@@"))
            or search_replace.begins(line)
            or _PATCH_FILE.fullmatch(line)
            or _CONFLICT.match(line)
            or (line.startswith("@@ -") and hunks.header(line))
        ):
            return at + 1
    return None


def files_named(lines: Sequence[str]) -> list[str]:
    """The files that a block changes by its own account, each once; quick, for it may be shown
    while it comes in. The lines may have their endings.
    """
    if not any(line.lstrip()[:12].startswith(_STARTS) for line in lines[:_LOOKED_AT]):
        return []
    bare = [line.rstrip("\r\n") for line in lines]
    found = dict.fromkeys(name for name in _named(bare) if _is_sane(name))
    return list(found)


def _named(lines: Sequence[str]) -> Iterator[str]:
    old = ""
    for at, line in enumerate(lines):
        if line.startswith("*** "):
            told, both = _PATCH_FILE.fullmatch(line.rstrip()), context_diff.begins_file(lines, at)
            if told:
                yield header_name(told[1])
            elif both:
                yield both[0] if both[1] in ("", NOWHERE) else both[1]
        elif line.startswith("rename to "):
            yield header_name(line.removeprefix("rename to "))
        elif line.startswith(("--- ", "+++ ")):
            pair = (
                None
                if context_diff.begins_file(lines, at - 1)
                else unified_diff.begins_file(lines, at)
            )
            if pair:
                old, new = without_prefixes(*pair[0])
                yield old if new in ("", NOWHERE) else new
        elif line.lstrip()[:1] in ("<", "-") and search_replace.begins(line) and at:
            yield label_name(lines[at - 1])


def _is_sane(name: str) -> bool:
    return bool(name) and len(name) <= LONGEST and name.isprintable() and name != NOWHERE


def _dedented(lines: list[str]) -> list[str]:
    """The lines without the margin of the first one, if all have it: a block out of a list."""
    first = next((line for line in lines if line.strip()), "")
    margin = first[: len(first) - len(first.lstrip(" \t"))]
    if not margin or not all(line.startswith(margin) or not line.strip() for line in lines):
        return lines
    return [line.removeprefix(margin) for line in lines]
