"""Activities and remarks are one row each, however long they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.chats.turns import Did, Remark
from robotui.layout.activity_section import ActivitySection
from robotui.layout.rows import line_breaks, line_row
from robotui.layout.wrap import cells_of
from robotui.markdown.blocks import Line, Span

LONG = "a title of words that go on and on and on until the row is full and then some"


# Joiners only where they join: the width of a stray one is anyone's guess.
SIGNS = ("a", "b", " ", "日", "本", "é", "e\u0301", "👩\u200d💻", "💻")


@given(st.lists(st.sampled_from(SIGNS), max_size=40).map("".join), st.integers(8, 30))
def test_a_cut_line_is_one_row_that_stands_for_all_of_it(text: str, width: int) -> None:
    line = Line(text, (Span(len(text) // 2, "did", "toggle"), Span(len(text), "muted")), wrap="cut")
    assert line_breaks(line, width) == (0,)
    row = line_row(line, (0,), 0, width)
    shown = "".join(run.text for run in row)
    assert cells_of(shown) <= width
    assert shown == text or (shown.endswith("…") and text.startswith(shown[:-1]))
    assert sum(run.length for run in row) == len(text)


@pytest.mark.parametrize("detail", ["", "detail"])
def test_a_long_title_is_one_row_until_it_is_expanded(detail: str) -> None:
    for part in (Did(LONG, detail, "exit 0"), Remark("warning", LONG, detail)):
        section = ActivitySection(part, expanded=False, gap=True)
        assert section.lay_out(40) == 2
        shown = "".join(run.text for run in section.row(1))
        assert shown.startswith("  ▸ a title of words")
        assert shown.endswith("…")
        assert cells_of(shown) <= 40
        assert section.lines[1].text.startswith(LONG)
        assert section.can_expand
        section = ActivitySection(part, expanded=True, gap=True)
        assert section.lay_out(40) == 4 + bool(detail)
        joined = "".join(run.text for at in range(1, section.height) for run in section.row(at))
        assert "▾" in joined
        assert "…" not in joined


def test_only_where_there_is_more_it_can_be_expanded() -> None:
    section = ActivitySection(Did(LONG), expanded=False, gap=False)
    for width, sign, more in ((40, "▸", True), (100, "·", False), (40, "▸", True)):
        section.lay_out(width)
        assert section.can_expand is more
        assert [run.text for run in section.row(0)][1] == f"{sign} "
        assert ("toggle" in {run.target for run in section.row(0)}) is more


def test_stray_joiners_break_nothing() -> None:
    line = Line("\u200d\u200d日aaa日日", (), wrap="cut")
    assert "".join(run.text for run in line_row(line, (0,), 0, 8)).startswith("\u200d\u200d日aaa")
