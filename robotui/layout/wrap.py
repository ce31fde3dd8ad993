"""Where a line breaks at a width in terminal cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len, split_graphemes

TAB: Final = 4
"""Columns between tab stops."""

Grapheme = tuple[int, int, int]
"""Start and end in the text, and the cells it takes."""


def is_simple(text: str) -> bool:
    """Each character takes one cell."""
    return text.isascii() and "\t" not in text


def graphemes(text: str) -> Iterator[Grapheme]:
    """What takes cells in ``text``, one after the other; a tab reaches to its next stop."""
    at = column = 0
    for part in text.split("\t"):
        for start, end, cells in split_graphemes(part)[0] if part else ():
            yield at + start, at + end, cells
            column += cells
        at += len(part)
        if at < len(text):
            cells = TAB - column % TAB
            yield at, at + 1, cells
            column += cells
            at += 1


def cells_of(text: str) -> int:
    """The cells that ``text`` takes, tabs included."""
    if "\t" in text:
        return sum(cells for _, _, cells in graphemes(text))
    return len(text) if text.isascii() else cell_len(text)


def breaks(text: str, width: int, *, words: bool) -> tuple[int, ...]:
    """The offsets in ``text`` at which its rows begin, for rows of ``width`` cells.

    With ``words`` breaks are behind blanks where possible; the blanks hang over the end of the row.
    Without, text is cut where the row is full.
    """
    width = max(1, width)
    if is_simple(text):
        if len(text) <= width:
            return (0,)
        return _simple_words(text, width) if words else tuple(range(0, len(text), width))
    if not words and "\t" not in text and len(text) * 2 <= width:
        return (0,)
    return _any_breaks(text, width, words=words)


def _simple_words(text: str, width: int) -> tuple[int, ...]:
    found, start, end = [0], 0, len(text.rstrip(" "))
    while end - start > width:
        cut = text.rfind(" ", start, start + width + 1)
        if cut > start and text[start:cut].strip(" "):
            start = cut
            while text[start] == " ":
                start += 1
        else:
            start += width
        found.append(start)
    return tuple(found)


def _any_breaks(text: str, width: int, *, words: bool) -> tuple[int, ...]:
    found = [0]
    column = 0
    chance, chance_column = 0, 0
    for start, end, cells in graphemes(text):
        blank = words and text[start] in " \t"
        if words and cells > 1 and not blank:
            chance, chance_column = start, column
        if not blank and column + cells > width and column:
            if chance > found[-1]:
                found.append(chance)
                column -= chance_column
            else:
                found.append(start)
                column = 0
        column += cells
        if blank or (words and cells > 1):
            chance, chance_column = end, column
    return tuple(found)
