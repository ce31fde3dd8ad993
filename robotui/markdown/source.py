"""Source text as lines, as CommonMark counts them."""

from __future__ import annotations

import re
from typing import Final

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


def split_lines(text: str) -> list[str]:
    """The lines of ``text``, each with the line ending it came with."""
    if "\r" in text:
        return _LINE.findall(text)
    *lines, last = text.split("\n")
    return [*(f"{line}\n" for line in lines), *([last] if last else [])]


def without_ending(line: str) -> str:
    """The line without its line ending."""
    return line.rstrip("\r\n")


def unindent(line: str, columns: int) -> str:
    """A fence's content line without the indentation that its opening line has (0 to 3 columns)."""
    line = line.replace("\0", "\ufffd")
    column = at = 0
    while column < columns and line[at : at + 1] in {" ", "\t"}:
        column += 4 - column % 4 if line[at] == "\t" else 1
        at += 1
    return " " * (column - columns) + line[at:]
