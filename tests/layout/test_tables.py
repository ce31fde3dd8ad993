"""Tables: which row shows which place."""

from __future__ import annotations

import pytest

from robotui.layout.table_layout import TableLayout
from robotui.layout.table_section import TableSection
from robotui.markdown.blocks import Cell, Table

COUNTED = " ".join(f"c{n:04}" for n in range(1000))


def table_of(cells: list[list[str]]) -> Table:
    return Table(rows=[[Cell(text) for text in row] for row in cells], aligns=["", "", ""])


WIDE = table_of(
    [["one", "two", "three"], [COUNTED[:300], "b|c " * 30, "x"], ["short", COUNTED[:200], "é"]]
)


@pytest.mark.parametrize("width", [12, 30, 60, 200])
def test_each_place_of_a_table_is_in_the_row_that_shows_it(width: int) -> None:
    layout = TableLayout(WIDE)
    layout.lay_out(width)
    for line, height in enumerate(layout.heights):
        for row in range(height):
            for run in layout.row(line, row):
                if run.length:
                    assert layout.row_of(line, run.start) == row
                    assert layout.row_of(line, run.start + run.length - 1) == row


@pytest.mark.parametrize("width", [12, 30, 60])
def test_a_row_of_a_table_is_found_again(width: int) -> None:
    section = TableSection(WIDE)
    for row in range(section.lay_out(width)):
        line, offset = section.place_of(row)
        assert row - section.row_of(line, offset) in {0, 1}  # what shows no text is below some


def test_a_line_break_in_a_cell_begins_a_row() -> None:
    table = Table(rows=[[Cell("h"), Cell("i")], [Cell("a bc d", rows=(2, 5)), Cell("e")]])
    table.aligns = ["left", "right"]
    layout = TableLayout(table)
    layout.lay_out(40)
    assert layout.heights == [1, 1, 3]
    shown = ["".join(run.text for run in layout.row(2, row)) for row in range(3)]
    assert shown == ["a  │ e", "bc │  ", "d  │  "]
    assert layout.lines[2].text == "| a bc d | e |"


@pytest.mark.parametrize("width", range(10, 80, 3))
def test_words_are_broken_in_no_column(width: int) -> None:
    cells = [
        ["Function", "Description", "Cost"],
        ["merge_sort(items)", "Sorts the given items in place", "O(n)"],
    ]
    layout = TableLayout(table_of(cells))
    layout.lay_out(width)
    shown = [
        "".join(run.text for run in layout.row(line, row))
        for line, height in enumerate(layout.heights)
        for row in range(height)
    ]
    is_table = "│" in "".join(shown)
    assert is_table == (width >= 17 + 11 + 4 + 2 * 3)
    if is_table:
        words = {word for row in cells for cell in row for word in cell.split()}
        parts = (part for row in shown if "─" not in row for part in row.split())
        assert {part for part in parts if part != "│"} <= words
