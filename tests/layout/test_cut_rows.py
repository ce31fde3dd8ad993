"""Lines that are cut and moved sideways: what is shown, and what each cell stands for."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from robotui.layout.rows import cut_row
from robotui.layout.wrap import cells_of, graphemes
from robotui.markdown.blocks import Line, Piece
from robotui.ui.painting.strips import text_at

texts = st.lists(st.sampled_from([*"ab c\t日é", "👩‍💻", "e\u0301"]), max_size=40).map("".join)


@given(texts, st.integers(0, 60), st.integers(9, 30))
def test_a_cut_line_fits_and_shows_what_is_there(text: str, shift: int, width: int) -> None:
    line = Line(text, (), (Piece(" "),), (Piece(" "),), "fold", fill="code")
    row = cut_row(line, shift, width, ())
    assert sum(cells_of(run.text) for run in row) <= width
    assert (row[1].text[:1] == "‹") == bool(shift and text)
    more = cells_of(text) > shift + width - 1
    assert (row[-2].text[-1:] == "›") == more
    column, at = 0, {}
    for start, _, cells in graphemes(text):
        at[start] = column - shift + 1
        column += cells
    cell = 0
    for run in row:
        if run.length:
            assert at[run.start] == cell
            shown = text[run.start : run.start + run.length]
            assert run.text == shown or (shown == "\t" and not run.text.strip())
        cell += cells_of(run.text)


def test_cells_of_a_cut_line_stand_for_what_they_show() -> None:
    line = Line("ab\t日本語 and more", (), (), (), "fold", fill="code")
    row = cut_row(line, 3, 10, ())
    assert "".join(run.text for run in row) == "‹日本語 a›"
    places = [text_at(row, 0, x) for x in range(14)]
    assert [start for start, _ in places] == [0, 3, 3, 3, 4, 4, 5, 5, 6, 7, 8, 15, 15, 15]
    assert [end for _, end in places] == [0, 3, 4, 4, 5, 5, 6, 6, 7, 8, 8, 15, 15, 15]
