"""The places in a file that a hunk fits nearly: other empty lines, parts of a line, line numbers
before its lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from robotui.edits import Hunk, Line
from robotui.edits.edit import KEPT
from robotui.errors import WriteRefusedError
from robotui.workspace.code.line_prefixes import Plain, undecorated
from robotui.workspace.hunks.exact_places import Spot, Text, before_new, best

_LEAST: Final = 3
"""Characters of a part of a line that is looked for, without blanks."""
_MOST: Final = 30
"""Places that are told apart."""


def nearly(hunk: Hunk, text: Text, low: int, *, parts: bool) -> list[Spot]:
    """The places below line ``low`` that a change fits nearly; ``parts``: also within lines."""
    found = [*_but_for_empty_lines(hunk, text, low)]
    if not found and parts:
        found = [*_within_lines(hunk, text, low)]
    return before_new(found, text)


def _but_for_empty_lines(hunk: Hunk, text: Text, low: int) -> Iterator[Spot]:
    need = [line.strip() for line in hunk.old if line.strip()]
    if len(need) < 2:
        return
    told = [at for at in range(low, len(text.bare)) if text.bare[at]]
    bare = [text.bare[at] for at in told]
    starts = (
        at
        for at in range(len(bare) - len(need) + 1)
        if bare[at] == need[0] and bare[at : at + len(need)] == need
    )
    for _, at in zip(range(_MOST), starts, strict=False):
        lines = _with_empty_lines(hunk.lines, told[at : at + len(need)], text)
        spots = (spot for spot in best(lines, text, told[at]) if spot.start == told[at])
        for spot in spots:
            yield spot._replace(note="but for empty lines")


def _with_empty_lines(lines: Sequence[Line], places: Sequence[int], text: Text) -> list[Line]:
    """A change with the empty lines that the file has between its lines; ``places`` are those of
    its lines that have text.
    """
    found: list[Line] = []
    before = at = -1
    last = KEPT
    for line in lines:
        if line.sign == "+":
            found.append(line)
        elif line.text.strip():
            at += 1
            goes = line.sign == last == "-"
            empty = text.lines[before + 1 : places[at]] if at else []
            found += (Line("-" if goes else " ", each) for each in empty)
            found.append(line)
            before, last = places[at], line.sign
    return found


def _within_lines(hunk: Hunk, text: Text, low: int) -> Iterator[Spot]:
    """Where the text to look for is a part of lines, not cutting a word."""
    old, new = "\n".join(hunk.old), "\n".join(hunk.new)
    if "\n" not in old:
        old, new = old.strip(), new.strip()
    if len("".join(old.split())) < _LEAST:
        return
    whole = "\n".join(text.lines[low:])
    starts = (match.start() for match in re.finditer(re.escape(old), whole))
    for _, start in zip(range(_MOST), starts, strict=False):
        end = start + len(old)
        if _cuts_a_word(whole, start) or _cuts_a_word(whole, end):
            continue
        first, last = whole.rfind("\n", 0, start) + 1, (whole + "\n").find("\n", end)
        top = low + whole.count("\n", 0, first)
        gone = whole[first:last].split("\n")
        come = (whole[first:start] + new + whole[end:last]).split("\n")
        lines = (*(Line("-", each) for each in gone), *(Line("+", each) for each in come))
        doubt = "what it looks for is only a part of what stands there"
        yield Spot(top, top + len(gone), lines, doubt)


def _cuts_a_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and _is_letter(text[at - 1]) and _is_letter(text[at])


def _is_letter(char: str) -> bool:
    return char.isalnum() or char == "_"


def unnumbered(hunk: Hunk, own: set[str]) -> Hunk:
    """A change without line numbers before its lines; ``own`` are the lines of the file.

    Raises WriteRefusedError if only some of them have numbers.
    """
    old = [line.text for line in hunk.lines if line.sign != "+"]
    plain = undecorated("".join(f"{text}\n" for text in old))
    if plain is None or plain.what != "line numbers" or any(map(plain.form, own)):
        return hunk
    there = plain.text.split("\n")[: len(old)]
    if len({*map(str.strip, there)} & own) <= len({*map(str.strip, old)} & own):
        return hunk
    news = _new_lines(hunk, plain)
    olds = iter(there)
    lines = []
    for line in hunk.lines:
        kept = next(olds) if line.sign != "+" else ""
        come = next(news) if line.sign != "-" else ""
        lines.append(Line(line.sign, come if line.sign == "+" else kept))
    return replace(hunk, lines=tuple(lines), line=hunk.line or plain.line)


def _new_lines(hunk: Hunk, plain: Plain) -> Iterator[str]:
    """The lines that stand there afterwards; they may lack numbers if all do."""
    found = undecorated("".join(f"{text}\n" for text in hunk.new))
    if found is not None and found.what == plain.what:
        return iter(found.text.split("\n"))
    added = [line.text for line in hunk.lines if line.sign == "+"]
    stays = any(line.sign == KEPT for line in hunk.lines)
    if any(map(plain.form, added)) or (added and stays):
        message = f"Some lines of the change at line {hunk.at} of the block have line numbers"
        raise WriteRefusedError(message, "Ask for it again without line numbers.")
    return iter(hunk.new)
