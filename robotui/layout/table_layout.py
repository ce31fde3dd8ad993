"""Tables at a width: cells wrap inside their columns; a table too wide even so becomes a list."""

from __future__ import annotations

import re
from typing import Final

from robotui.layout.rows import Row, Run, line_breaks, line_row, margin_runs, room, text_runs
from robotui.layout.wrap import breaks, cells_of
from robotui.markdown.blocks import Cell, Line, Margin, Span, Table, lead_of

_SEPARATOR: Final = " │ "
_WORD: Final = 20
"""Cells. A column is never narrower than its longest word, of longer ones so much of it: where that
is too much for the width, each row becomes a list, as broken words are hard to read."""

_PIPE: Final = re.compile(r"(\|)")

_DELIMITERS: Final = {"left": "---", "center": ":-:", "right": "--:"}


class TableLayout:
    """A table's lines, as in Markdown source, and their rows at a width.

    The line of a table row is ``| cell | cell |``; what is painted are the cells' slices of it.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._columns = len(table.aligns)
        self._cells = [_filled(row, self._columns) for row in table.rows]
        head, *body = [_source(row) for row in self._cells] or [""]
        rule = "| " + " | ".join(_DELIMITERS.get(a, "---") for a in table.aligns) + " |"
        self.lines = [
            _placed(text, table.rest if at else table.first, table.rest)
            for at, text in enumerate([head, rule, *body])
        ]
        self.heights: list[int] = []
        self._items: list[list[Line]] = []
        self._widths: list[int] = []
        self._wrapped: list[list[tuple[int, ...]]] = []
        self._spaced = False
        self._width = 0

    def lay_out(self, width: int) -> None:
        """Find the widths of the columns and the heights of the lines for this many cells."""
        self._width = width
        free = room(self.lines[0], width) - len(_SEPARATOR) * (self._columns - 1)
        self._widths = self._column_widths(free)
        if not self._widths:
            self._lay_out_as_list()
            return
        self._wrapped = [
            [_rows_of(cell, size) for cell, size in zip(row, self._widths, strict=True)]
            for row in self._cells
        ]
        heights = [max((len(starts) for starts in row), default=1) for row in self._wrapped]
        self._spaced = any(height > 1 for height in heights[1:])
        head, *body = heights
        self.heights = [head, 1, *(height + self._spaced for height in body)]
        if self._spaced and body:
            self.heights[-1] -= 1

    def _column_widths(self, free: int) -> list[int]:
        """What each column gets; nothing if there is too little room for a table."""
        natural = [
            max(1, *(_width_of(row[column]) for row in self._cells))
            for column in range(self._columns)
        ]
        least = [
            max(1, *(min(_WORD, _word_of(row[column])) for row in self._cells))
            for column in range(self._columns)
        ]
        if sum(least) > free:
            return []
        given = list(least)
        left = free - sum(least)
        while left > 0 and given != natural:
            wanting = [at for at in range(self._columns) if given[at] < natural[at]]
            share = max(1, left // len(wanting))
            for at in wanting:
                more = min(share, natural[at] - given[at], left)
                given[at] += more
                left -= more
        return given

    def row(self, line: int, row: int) -> Row:
        """The ``row``-th row of a line."""
        if not self._widths:
            return self._list_row(line, row)
        margin = margin_runs(self._table.rest if line or row else self._table.first)
        if line == 1:
            return [*margin, Run("─┼─".join("─" * size for size in self._widths), "table-line")]
        at = 0 if line == 0 else line - 1
        if row >= max(len(starts) for starts in self._wrapped[at]):
            bar = "─┼─".join("─" * size for size in self._widths)
            return [*margin, Run(bar, "table-thin")]
        return [*margin, *self._cells_row(at, row)]

    def row_of(self, line: int, offset: int) -> int:
        """Which row of a line shows this place of it."""
        starts = [
            (run.start, -row)
            for row in range(self.heights[line])
            for run in self.row(line, row)
            if run.length and run.start <= offset
        ]
        return -max(starts, default=(0, 0))[1]

    def start_of(self, line: int, row: int) -> int:
        """The first place of a line that its ``row``-th row shows; of the row above if none."""
        for at in range(row, -1, -1):
            found = [run.start for run in self.row(line, at) if run.length and run.start >= 0]
            if found:
                return min(found)
        return 0

    def _cells_row(self, at: int, row: int) -> Row:
        made: Row = []
        offset = 2
        for column, cell in enumerate(self._cells[at]):
            if column:
                place = (-1, 0) if row else (offset - 3, 3)
                made.append(Run(_SEPARATOR, "table-line", *place))
            made += self._cell_row(cell, self._wrapped[at][column], row, column, offset)
            offset += len(_escaped(cell.text)) + 3
        end = Run("", "", offset - 1)
        return [*made, end]

    def _cell_row(
        self, cell: Cell, starts: tuple[int, ...], row: int, column: int, offset: int
    ) -> Row:
        size = self._widths[column]
        if row >= len(starts):
            return [Run(" " * size, "")]
        end = starts[row + 1] if row + 1 < len(starts) else len(cell.text)
        end = starts[row] + len(cell.text[starts[row] : end].rstrip(" "))
        free = size - cells_of(cell.text[starts[row] : end])
        align = self._table.aligns[column]
        left = {"right": free, "center": free // 2}.get(align, 0)
        made = _in_source(text_runs(cell.text, cell.spans, starts[row], end), cell, 0, offset)
        return [Run(" " * left, ""), *made, Run(" " * (free - left), "")]

    # -- too narrow for columns: each row as "header: value" lines

    def _lay_out_as_list(self) -> None:
        self._items = [self._item_lines(at) for at in range(len(self._cells))]
        head, *body = [
            sum(len(line_breaks(line, self._width)) for line in item) for item in self._items
        ]
        self.heights = [0 if body else head, 0, *body]

    def _item_lines(self, at: int) -> list[Line]:
        heads = self._cells[0]
        rest = self._table.rest
        found = []
        for head, cell in zip(heads, self._cells[at], strict=True):
            name = f"{head.text}: "
            spans = [Span(len(name), "th")]
            spans += [span._replace(end=span.end + len(name)) for span in cell.spans]
            found.append(Line(name + cell.text, tuple(spans), rest, rest))
        if at + 1 < len(self._cells):
            found.append(Line("", first=rest))
        return found

    def _list_row(self, line: int, row: int) -> Row:
        item = self._items[max(0, line - 1)]
        offset = 2
        for part, cell in zip(item, [*self._cells[max(0, line - 1)], None], strict=False):
            starts = line_breaks(part, self._width)
            if row < len(starts):
                made = line_row(part, starts, row, self._width)
                name = len(part.text) - len(cell.text) if cell else 0
                return _in_source(made, cell or Cell(""), name, offset)
            row -= len(starts)
            offset += len(_escaped(cell.text)) + 3 if cell else 0
        return []


def _parts(cell: Cell) -> list[tuple[int, str]]:
    """The stretches of a cell's text between its line breaks, and where they begin."""
    starts = [0, *cell.rows]
    return [
        (at, cell.text[at:end])
        for at, end in zip(starts, [*cell.rows, len(cell.text)], strict=True)
    ]


def _rows_of(cell: Cell, width: int) -> tuple[int, ...]:
    """Where the rows of a cell begin in a column of this width."""
    if not cell.rows:
        return breaks(cell.text, width, words=True)
    return tuple(
        at + start for at, text in _parts(cell) for start in breaks(text, width, words=True)
    )


def _width_of(cell: Cell) -> int:
    if not cell.rows:
        return cells_of(cell.text)
    return max(cells_of(text.rstrip(" ")) for _, text in _parts(cell))


def _word_of(cell: Cell) -> int:
    """How wide the longest word of a cell is."""
    return max(map(cells_of, cell.text.split()), default=0)


def _in_source(row: Row, cell: Cell, name: int, offset: int) -> Row:
    """The runs of a cell as those of the table's line, in which the cell begins at ``offset``.

    The column's name in front of the value, so many characters, is decoration.
    """
    made: Row = []
    for run in row:
        if run.start < name:
            made.append(run._replace(start=-1, length=0))
            continue
        at = run.start - name
        for part in _PIPE.split(run.text):
            start = offset + at + cell.text.count("|", 0, at)
            at += len(part)
            if part:
                length = len(_escaped(part))
                made.append(run._replace(text=part, start=start, length=length))
    return made


def _placed(text: str, first: Margin, rest: Margin) -> Line:
    return Line(text, (), first, rest, lead=lead_of(first))


def _filled(row: list[Cell], columns: int) -> list[Cell]:
    return [*row[:columns], *(Cell("") for _ in range(columns - len(row)))]


def _source(row: list[Cell]) -> str:
    return "| " + " | ".join(_escaped(cell.text) for cell in row) + " |"


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")
