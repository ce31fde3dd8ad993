"""Rows of the log as strips: for the screen, and for finding out what the mouse is over."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.segment import Segment
from textual.strip import Strip

from robotui.layout.rows import Row, Run
from robotui.layout.section import Section
from robotui.layout.wrap import cells_of, graphemes
from robotui.ui.painting.palette import Palette

MARGIN: Final = 1
"""Cells left free at the left and the right of the log."""


def strip_of(section: Section, row: int, width: int, palette: Palette) -> Strip:
    """A row of a section as a strip of this width; made once and kept with the section."""
    place = section.locate(row)
    strip = section.strips.get(place)
    if isinstance(strip, Strip) and strip.cell_length == width:
        return strip
    strip = paint(section.row(row), section.fill(row), width, palette)
    section.strips[place] = strip
    return strip


def paint(row: Row, fill: str, width: int, palette: Palette) -> Strip:
    """A row as a strip of exactly this width."""
    base = palette[""]
    segments = [Segment(" " * MARGIN, base)]
    segments += [Segment(run.text, palette[run.key]) for run in row if run.text]
    cells = MARGIN + sum(cells_of(run.text) for run in row)
    inner = width - MARGIN
    if cells > inner:
        return Strip(segments, cells).crop(0, inner).extend_cell_length(width, base)
    segments += [Segment(" " * (inner - cells), palette[fill]), Segment(" " * MARGIN, base)]
    return Strip(segments, width)


Mark = tuple[int, int, str]
"""Where a stretch of a line's text begins and ends, and the style that it gets besides its own."""


def with_mark(row: Row, mark: Mark) -> Row:
    """The row with what it shows of the marked text in the mark's style."""
    begin, end, key = mark
    marked: Row = []
    for run in row:
        # What stands for text without showing any has no length.
        first, last = max(begin, run.start), min(end, run.start + max(1, run.length))
        if run.start < 0 or first >= last:
            marked.append(run)
        elif len(run.text) != run.length:
            marked.append(run._replace(key=f"{run.key} {key}"))
        else:
            marked += _split(run, first - run.start, last - run.start, key)
    return marked


def _split(run: Run, first: int, last: int, key: str) -> Iterator[Run]:
    for start, end in ((0, first), (first, last), (last, run.length)):
        style = f"{run.key} {key}" if start == first else run.key
        if start < end:
            yield Run(run.text[start:end], style, run.start + start, end - start, run.target)


def text_at(row: Row, begin: int, x: int) -> tuple[int, int]:
    """Where the text begins and ends that the cell ``x`` of a row stands for.

    ``begin`` is the offset at which the row begins. Decoration stands for the end of the text
    before it.
    """
    column, last = MARGIN, begin
    for run in row:
        end = column + cells_of(run.text)
        if column <= x < end:
            if run.start < 0:
                break
            if len(run.text) != run.length:
                return run.start, run.start + run.length
            for start, stop, cells in graphemes(run.text):
                column += cells
                if x < column:
                    return run.start + start, run.start + stop
        column = end
        if run.start >= 0:
            last = run.start + run.length
    return (last, last) if x >= MARGIN else (begin, begin)


def target_at(row: Row, x: int) -> str:
    """Where a click on the cell ``x`` leads, if anywhere."""
    cells = MARGIN
    for run in row:
        cells += cells_of(run.text)
        if x < cells:
            return run.target if x >= MARGIN else ""
    return ""
