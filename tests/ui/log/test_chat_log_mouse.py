"""Clicks, and text selected with the mouse."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.reactive import Reactive
from textual.scrollbar import ScrollBar
from textual.widget import Widget

from robotui.chats.turns import Said
from robotui.ui.log.chat_log import ChatLog
from robotui.ui.log.messages import BlockActionRequested, RetryRequested
from tests.layout.replies import said
from tests.ui.log.log_app import LogApp, strips, synced, where

TEXT = """\
First paragraph that is long enough to wrap around the end of the row.

- item **one**
- item two 日本語 end

> quoted

```py
if x:
\ty = 1\x20\x20
```

| a | b |
|---|---|
| c | long |
"""


async def drag(pilot: Pilot[None], start: tuple[int, int], end: tuple[int, int]) -> str:
    await pilot.mouse_down(ChatLog, offset=start)
    await pilot.hover(ChatLog, offset=end)
    await pilot.mouse_up(ChatLog, offset=end)
    await pilot.pause()
    return pilot.app.screen.get_selected_text() or ""


@pytest.fixture
def app() -> LogApp:
    app = LogApp()
    said(app.transcript, TEXT)
    return app


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("First", "enough", "First paragraph that is long e"),
        ("First", "around", "First paragraph that is long enough to wrap a"),
        ("around", "First", "First paragraph that is long enough to wrap a"),
        ("enough", "two", "- item one\n- item t"),
        ("日", "語", "日本語"),
        ("語", "日", "日本語"),
        ("if", "y = 1", "if x:\n\ty"),
        ("end", "if", "end\n\n> quoted\n\ni"),
        ("c │", "│ long", "c |"),
    ],
)
async def test_selected_text_has_no_padding_and_no_soft_breaks(
    app: LogApp, start: str, end: str, expected: str
) -> None:
    async with app.run_test(size=(40, 30)) as pilot:
        await pilot.pause()
        text = await drag(pilot, where(app, start), where(app, end))
        assert text.endswith(expected)


async def test_a_whole_table_and_code_are_copied_as_source(app: LogApp) -> None:
    async with app.run_test(size=(40, 30)) as pilot:
        await pilot.pause()
        _, first = where(app, "if x:")
        _, last = where(app, "c │ long")
        text = await drag(pilot, (0, first), (38, last))
        assert text == "if x:\n\ty = 1  \n\n| a | b |\n| --- | --- |\n| c | long |"


async def test_a_selection_over_turns_leaves_out_badges_and_dividers(app: LogApp) -> None:
    app.transcript.switch("FrontEndAgent", "RepoAgent")
    said(app.transcript, "second")
    async with app.run_test(size=(40, 50)) as pilot:
        await pilot.pause()
        text = await drag(pilot, (0, 0), where(app, "second"))
        assert text.startswith("\n?\n\nFirst paragraph")
        assert text.endswith("| c | long |\n\n\n?\n\ns")
        assert "RepoAgent" not in text


async def test_the_selection_is_painted_and_a_click_clears_it(app: LogApp) -> None:
    async with app.run_test(size=(40, 30)) as pilot:
        await pilot.pause()
        x, y = where(app, "First")
        await drag(pilot, (x, y), (x + 4, y))
        marked = app.screen.get_component_rich_style("screen--selection").bgcolor
        found = [s.text for s in strips(app)[y] if s.style and s.style.bgcolor == marked]
        assert "".join(found) == "First"
        await pilot.click(ChatLog, offset=(30, 28))
        await pilot.pause()
        assert not [s for s in strips(app)[y] if s.style and s.style.bgcolor == marked]


async def test_the_selection_survives_streaming_scrolling_and_resizing(app: LogApp) -> None:
    async with app.run_test(size=(40, 30)) as pilot:
        part = Said(["```\nx"], open=True)
        app.transcript.ask("?", "RepoAgent").parts.append(part)
        await synced(pilot, app)
        before = await drag(pilot, where(app, "one"), where(app, "quoted"))
        assert before == "one\n- item two 日本語 end\n\n> q"
        for _ in range(20):
            part.pieces.append("\nmore")
            await synced(pilot, app)
        await pilot.resize_terminal(70, 12)
        await pilot.pause()
        assert app.screen.get_selected_text() == before


async def test_a_double_click_selects_a_word_and_a_triple_click_its_line(app: LogApp) -> None:
    async with app.run_test(size=(40, 30)) as pilot:
        await pilot.pause()
        place = where(app, "paragraph")
        await pilot.double_click(ChatLog, offset=place)
        assert app.screen.get_selected_text() == "paragraph"
        await pilot.triple_click(ChatLog, offset=place)
        assert app.screen.get_selected_text() == TEXT.partition("\n")[0]
        await pilot.double_click(ChatLog, offset=(38, 29))
        assert not app.screen.get_selected_text()


async def test_a_click_on_the_badge_asks_to_copy_the_block(app: LogApp) -> None:
    async with app.run_test(size=(40, 30)) as pilot:
        await pilot.pause()
        _, y = where(app, "Alt+1")
        for x in (4, where(app, "Alt+1")[0]):
            await pilot.click(ChatLog, offset=(x, y))
        await pilot.click(ChatLog, offset=(12, y))
        asked = [m.block for m in app.heard if isinstance(m, BlockActionRequested)]
        assert [block.source for block in asked] == ["if x:\n\ty = 1  \n"] * 2


async def test_links_are_followed_only_where_they_lead_to_the_web() -> None:
    app = LogApp()
    said(app.transcript, "[go](https://a.b/c) [no](file:///x) [mail](mailto:m@x.y) [r](retry)")
    async with app.run_test(size=(90, 10)) as pilot:
        await pilot.pause()
        for word in ("go", "no", "mail", "r (retry)", "(retry)"):
            await pilot.click(ChatLog, offset=where(app, word))
        followed = app.opened
        assert followed == ["https://a.b/c", "mailto:m@x.y"]
        assert not [m for m in app.heard if isinstance(m, RetryRequested)]


async def test_the_retry_of_a_notice() -> None:
    app = LogApp()
    app.transcript.note("error", "Refused", "Check it.", retry=True)
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        await pilot.click(ChatLog, offset=where(app, "[r] retry"))
        assert [type(message) for message in app.heard] == [RetryRequested]


async def test_what_scrolls_under_a_held_mouse_is_selected_too() -> None:
    app = LogApp()
    said(app.transcript, "".join(f"line {n}\n\n" for n in range(60)))
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.pause()
        await pilot.mouse_down(ChatLog, offset=where(app, "line 58"))
        await pilot.hover(ChatLog, offset=(5, 2))
        app.chat_log.scroll_y -= 10
        await pilot.pause()
        text = app.screen.get_selected_text() or ""
        assert text.endswith("line 57\n\nl")
        assert len(text.split("\n\n")) == 13


def test_the_names_of_textual_that_are_used_but_not_promised() -> None:
    for name in ("window_virtual_size", "window_size", "position"):
        assert isinstance(getattr(ScrollBar, name), Reactive)
    for name in ("virtual_size", "scroll_y", "scroll_target_y"):
        assert isinstance(getattr(Widget, name), Reactive)
