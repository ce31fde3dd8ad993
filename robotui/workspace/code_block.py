"""A block of plain code: its line prefixes taken off, and the mentioned line numbers followed."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from robotui.edits import LineMention
from robotui.workspace.code.line_prefixes import Plain, undecorated
from robotui.workspace.merge.disguised_changes import guarded
from robotui.workspace.merge.placement import Placement
from robotui.workspace.merge.placements import placements
from robotui.workspace.merge.told_lines import as_told
from robotui.workspace.text_file import TextFile, file_lines

_ALIKE: Final = 0.6
"""Lines that are less like a block are not meant by its numbers."""


def ways(file: TextFile, source: str, told: LineMention | None = None) -> list[Placement]:
    """The ways to put a block into a file, best first.

    Raises WriteRefusedError for an empty block.
    """
    hint = told.first if told else None
    plain = undecorated(source)
    if plain is not None and (_knows(file, plain) or not any(map(plain.form, own_lines(file)))):
        found, source = _undecorated(file, source, plain, hint), plain.text
    else:
        found = guarded(placements(file, source, hint), file, source)
    return as_told(file, source, told, found) if told and file.text.strip() else found


def own_lines(file: TextFile) -> set[str]:
    """The lines of the file that have text."""
    return {text.strip() for text in file_lines(file.text)} - {""}


def _undecorated(file: TextFile, source: str, plain: Plain, line: int | None) -> list[Placement]:
    """The ways to put a block there without what is before its lines; or with it, if that may be
    what it is about.
    """
    # What is counted from 1 is the block more often than the file.
    hint = plain.line if plain.line not in (None, 1) else line
    ways = placements(file, plain.text, hint)
    ways = _as_numbered(ways, plain)
    said = f", without the {plain.what} of the block"
    ways = [replace(way, description=way.description + said) for way in ways]
    own = own_lines(file)
    if plain.certain and _knows(file, plain) and not any(map(plain.form, own)):
        return guarded(ways, file, plain.text)
    literal = placements(file, source, line)
    known = {way.after for way in ways}
    both = [ways[0], *(way for way in literal[:1] if way.after not in known), *ways[1:]]
    return [replace(way, sure=False) for way in [*both, *literal[1:]]]


def _as_numbered(ways: list[Placement], plain: Plain) -> list[Placement]:
    """The same with the lines first that the numbers of the block say, if they are like it."""
    if plain.line is None or not plain.certain:
        return ways
    told = plain.line - 1, plain.line - 1 + len(file_lines(plain.text))
    for way in ways:
        if way.kind == "region" and (way.start, way.end) == told and way.alike >= _ALIKE:
            said = f"{way.description}, as its line numbers say"
            first = replace(way, sure=not way.warnings, description=said)
            return [first, *(other for other in ways if other is not way)]
    return ways


def _knows(file: TextFile, plain: Plain) -> bool:
    """Whether the file has some of the lines, so that what was taken off is none of theirs.

    Of lines that are numbered one after the other a single one is enough.
    """
    own = own_lines(file)
    lines = [text.strip() for text in file_lines(plain.text)]
    told = [text for text in lines if sum(map(str.isalnum, text)) > 2]
    known = sum(text in own for text in told)
    counted = plain.certain and plain.line is not None and len(lines) > 2
    return known > 0 if counted else known * 3 >= len(told) > 0
