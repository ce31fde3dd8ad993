from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.strip import Strip

from robotui.text import visible
from robotui.ui.painting.palette import Palette
from robotui.ui.widgets.diff_view import DiffView
from robotui.workspace.diff import Diff, Row

BEFORE = "".join(f"line {number}\n" for number in range(1, 41))
AFTER = BEFORE.replace("line 20\n", "line twenty\nand more\n")


class DiffApp(App[None]):
    def __init__(self, view: DiffView) -> None:
        super().__init__()
        self.view = view

    def compose(self) -> ComposeResult:
        yield self.view


@asynccontextmanager
async def shown(
    before: str,
    after: str,
    size: tuple[int, int] = (80, 24),
    *,
    side_by_side: bool = False,
    language: str = "",
) -> AsyncIterator[tuple[Pilot[None], DiffView]]:
    view = DiffView(before, after, side_by_side=side_by_side, language=language)
    app = DiffApp(view)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot, view


def rows(view: DiffView) -> list[str]:
    height, width = view.size.height, view.scrollable_content_region.width
    strips = [view.render_line(y) for y in range(height)]
    assert {strip.cell_length for strip in strips} == {width}
    return [strip.text.rstrip() for strip in strips]


def style(strip: Strip, text: str) -> Style:
    found = next(each.style for each in strip if each.text.strip() == text.strip())
    assert found is not None
    return found


async def test_changes_have_numbers_and_signs_and_gaps_are_told() -> None:
    async with shown(BEFORE, AFTER) as (_, view):
        assert [row for row in rows(view) if row] == [
            "  … 16 unchanged lines …",
            "17 17   line 17",
            "18 18   line 18",
            "19 19   line 19",
            "20    - line 20",
            "   20 + line twenty",
            "   21 + and more",
            "21 22   line 21",
            "22 23   line 22",
            "23 24   line 23",
            "  … 17 unchanged lines …",
        ]


async def test_side_by_side_where_there_is_room() -> None:
    async with shown(BEFORE, AFTER, (100, 24), side_by_side=True) as (pilot, view):
        half = (view.scrollable_content_region.width - 1) // 2
        left = [row[:half].rstrip() for row in rows(view)]
        right = [row[half + 1 :] for row in rows(view)]
        assert left[4:7] == ["20 - line 20", "", "21   line 21"]
        assert right[4:7] == ["20 + line twenty", "21 + and more", "22   line 21"]
        assert all(row[half] == "│" for row in rows(view)[1:8])
        view.toggle_layout()
        await pilot.pause()
        assert rows(view)[4] == "20    - line 20"
        view.toggle_layout()
        await pilot.resize_terminal(99, 24)
        await pilot.pause()
        assert rows(view)[4] == "20    - line 20"
        await pilot.resize_terminal(120, 24)
        await pilot.pause()
        assert "│" in rows(view)[4]


async def test_turning_keeps_the_line_at_the_top() -> None:
    old = "".join(f"{number} old\n" for number in range(300))
    new = "".join(f"{number} new\n" for number in range(300))
    async with shown(old, new, (120, 20), side_by_side=True) as (pilot, view):
        view.scroll_to(y=150, animate=False)
        await pilot.pause()
        top = rows(view)[0].split("│")[0].rstrip()
        assert top == "151 - 150 old"
        view.toggle_layout()
        await pilot.pause()
        assert rows(view)[0] == "151     - 150 old"
        view.toggle_layout()
        await pilot.pause()
        assert rows(view)[0].split("│")[0].rstrip() == top


async def test_only_what_is_seen_is_painted(monkeypatch: pytest.MonkeyPatch) -> None:
    painted = []
    real = DiffView._segments

    def counting(self: DiffView, row: Row, name: str, colours: Palette) -> Iterator[Segment]:
        painted.append(row)
        return real(self, row, name, colours)

    monkeypatch.setattr(DiffView, "_segments", counting)
    old = "".join(f"{number}\n" for number in range(20_000))
    async with shown(old, old.replace("\n", " x\n")) as (pilot, view):
        assert len(painted) < 60
        view.scroll_end(animate=False)
        await pilot.pause()
        assert rows(view)[-1].startswith("      20000 + 19999 x")
        assert len(painted) < 2000


async def test_keys_scroll_both_ways() -> None:
    long = "x" * 70 + "END"
    async with shown("a\n" * 5, "a\n" * 5 + long + "\n", (60, 10)) as (pilot, view):
        view.focus()
        assert "END" not in "\n".join(rows(view))
        view.scroll_to(x=30, animate=False)
        await pilot.pause()
        row = next(row for row in rows(view) if "END" in row)
        assert row.startswith("    6 + x")
        await pilot.press("home")
        assert view.max_scroll_x < 40


@pytest.mark.parametrize("turned", [False, True])
async def test_nothing_reaches_the_terminal_that_it_would_obey(turned: bool) -> None:
    nasty = "\x1b[2J\x9b31m [bold]x[/] \u202eevil\u2028 \r\x7f\x00\n"
    async with shown("a\n", nasty, (120, 10), side_by_side=turned) as (_, view):
        text = "\n".join(rows(view))
        assert "␛[2J" in text
        assert "[bold]x[/]" in text
        assert not {"\x1b", "\x9b", "\u202e", "\u2028", "\r", "\x7f", "\x00"} & set(text)


@pytest.mark.parametrize(
    "char", ["\x1b", "\x00", "\r", "\x9b", "\u2028", "\u202e", "é", "日", "\t"]
)
def test_a_shown_line_is_as_long_as_the_line(char: str) -> None:
    assert len(visible(f"a{char}b")) == 3


@pytest.mark.parametrize("size", [(30, 8), (100, 8), (121, 8)])
async def test_tabs_wide_and_combining_characters_fit(size: tuple[int, int]) -> None:
    old = "\tone\n日本語\tx\n👍🏽 yes e\u0301\n" + "日" * 60 + "\n"
    new = old.replace("one", "two").replace("x", "日").replace("yes", "no")
    async with shown(old, new, size, side_by_side=True) as (pilot, view):
        for x in range(5):
            view.scroll_to(x=x, animate=False)
            await pilot.pause()
            rows(view)


async def test_changed_words_look_different() -> None:
    async with shown("x = one(a)\n", "x = two(a)\n") as (_, view):
        strip = view.render_line(1)
        assert style(strip, "two").bgcolor != style(strip, "x = ").bgcolor
        assert style(strip, "x = ").bgcolor != view.background_colors[1].rich_color


async def test_code_has_its_colours_in_both_texts() -> None:
    async with shown("def f(): pass\n", "def g(): pass\n", language="python") as (_, view):
        for y in range(2):
            strip = view.render_line(y)
            assert style(strip, "def").color != style(strip, "():").color


async def test_line_endings_are_told_where_they_differ() -> None:
    async with shown("a\r\nb\n", "a\nb") as (_, view):
        assert [row for row in rows(view) if row] == [
            " 1    - a␍␊",
            " 2    - b␊",
            "    1 + a␊",
            "    2 + b no newline at end",
        ]


async def test_another_difference_is_shown_from_its_beginning() -> None:
    async with shown(BEFORE, "") as (pilot, view):
        view.scroll_to(y=30, animate=False)
        await pilot.pause()
        view.show(Diff.of("", "new\n"))
        await pilot.pause()
        assert [row for row in rows(view) if row] == ["    1 + new"]


async def test_a_theme_changes_the_colours() -> None:
    async with shown("a\n", "b\n") as (pilot, view):
        before = view.render_line(0)
        pilot.app.theme = "textual-light"
        await pilot.pause()
        assert [s.style for s in before] != [s.style for s in view.render_line(0)]
