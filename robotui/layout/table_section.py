"""A table of a reply in the log."""

from __future__ import annotations

from itertools import accumulate

from robotui.layout.rows import Row, line_row
from robotui.layout.section import Section, gap_lines
from robotui.layout.table_layout import TableLayout
from robotui.markdown.blocks import Table


class TableSection(Section):
    """A table: its lines are those of the Markdown source, without padding."""

    def __init__(self, table: Table, indent: int = 0) -> None:
        self._table = TableLayout(table)
        self._head = len(gap_lines(table.gap))
        super().__init__([*gap_lines(table.gap), *self._table.lines], table, indent)

    def _lay_out_from(self, first: int) -> None:
        super()._lay_out_from(first)
        self._table.lay_out(self._inner)
        heights = [*(1 for _ in range(self._head)), *self._table.heights]
        self._breaks = [(0,) * height for height in heights]
        *self._tops, self.height = accumulate(heights, initial=0)

    def _line_row(self, at: int, row: int) -> Row:
        if at < self._head:
            return line_row(self.lines[at], (0,), row, self._inner)
        return self._table.row(at - self._head, row)

    def place_of(self, row: int) -> tuple[int, int]:
        """The table's line, and the first place of it that the row shows."""
        at, row = self.locate(row)
        return at, self._table.start_of(at - self._head, row) if at >= self._head else 0

    def row_of(self, line: int, offset: int) -> int:
        """The row that shows this place: the cells of a row stand side by side."""
        line = max(0, min(line, len(self.lines) - 1))
        if line < self._head:
            return self._tops[line]
        return self._tops[line] + self._table.row_of(line - self._head, offset)
