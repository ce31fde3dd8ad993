"""Code that is cut and moved sideways: what is shown, what the mouse hits, what is copied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events

from robotui.layout.rows import cut_row
from robotui.layout.wrap import cells_of, graphemes
from robotui.markdown.blocks import Line, Piece
from robotui.ui.log.chat_log import ChatLog
from robotui.ui.painting.strips import text_at
from tests.ui.log.log_app import LogApp, rows, said, where

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


async def wheel(app: LogApp, kind: type[events.MouseEvent], y: int, *, shift: bool) -> None:
    app.chat_log._forward_event(kind(app.chat_log, 5, y, 0, 0, 0, shift, False, False))


@pytest.mark.parametrize("shift", [True, False])
async def test_the_wheel_moves_the_block_under_the_mouse(shift: bool) -> None:
    app = LogApp(code_wrap=False)
    line = "0123456789" * 8
    said(app.transcript, f"```\n{line}\nshort\n```\n\n```\n{line}\n```\n")
    right = events.MouseScrollDown if shift else events.MouseScrollRight
    left = events.MouseScrollUp if shift else events.MouseScrollLeft
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        _, y = where(app, line[:20])
        assert rows(app)[y].strip() == line[:53] + "›"

        async def move(kind: type[events.MouseEvent], times: int) -> None:
            for _ in range(times):
                await wheel(app, kind, y, shift=shift)
            await pilot.pause()

        await move(right, 1)
        assert [row.strip() for row in rows(app)[y : y + 2]] == ["‹" + line[9:61] + "›", "‹"]
        assert [row.strip() for row in rows(app)].count(line[:53] + "›") == 1
        await move(right, 9)
        assert rows(app)[y].strip() == "‹" + line[27:]
        await move(left, 9)
        assert rows(app)[y].strip() == line[:53] + "›"


async def test_keys_move_all_code_in_view_and_a_copy_is_whole() -> None:
    app = LogApp(code_wrap=False)
    line = "\tx = '日本語' + " + "word " * 20
    said(app.transcript, f"```\n{line}\n```\n\n```\n{line}\n```\n")
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        app.chat_log.blocks.scroll_sideways(1)
        await pilot.pause()
        assert sum(row.strip().startswith("‹") for row in rows(app)) == 2
        _, y = where(app, "‹")
        await pilot.mouse_down(ChatLog, offset=(0, y))
        await pilot.hover(ChatLog, offset=(58, y))
        await pilot.mouse_up(ChatLog, offset=(58, y))
        assert app.screen.get_selected_text() == line
        app.chat_log.blocks.scroll_sideways(-1)
        await pilot.pause()
        assert not any("‹" in row for row in rows(app))


async def test_code_that_is_wrapped_does_not_move() -> None:
    app = LogApp(code_wrap=True)
    said(app.transcript, f"```\n{'0123456789' * 8}\n```\n")
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        app.chat_log.blocks.scroll_sideways(1)
        await pilot.pause()
        assert not any("‹" in row or "›" in row for row in rows(app))
