"""Text selected by a mouse that leaves the log, and while a reply comes in."""

from __future__ import annotations

import asyncio

import pytest
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.pilot import Pilot
from textual.widgets import Input, Static

from robotui.chats.transcript import Transcript
from robotui.chats.turns import Said
from robotui.ui.log.chat_log import ChatLog
from robotui.ui.log.messages import BlockActionRequested
from tests.layout.replies import said
from tests.ui.log.log_app import LogApp, rows, synced, where
from tests.waiting import PATIENCE


class Framed(LogApp):
    """Text at the left of the log and below it."""

    CSS = "ChatLog { height: 1fr; } #side { width: 10; } #below { height: 4; } Input { height: 1; }"

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static("aside " * 60, id="side")
            yield self.chat_log
        yield Static("below " * 60, id="below")
        yield Input()


def lines(count: int) -> Transcript:
    chat = Transcript()
    said(chat, "".join(f"line {n} ends\n\n" for n in range(count)))
    return chat


def selected(pilot: Pilot[None]) -> str:
    return pilot.app.screen.get_selected_text() or ""


async def drag(pilot: Pilot[None], start: tuple[int, int], *way: tuple[int, int]) -> str:
    """Press in the log, move and let go; all in cells of the screen."""
    await pilot.mouse_down(offset=start)
    for place in way:
        await pilot.hover(offset=place)
    await pilot.mouse_up(offset=way[-1])
    await pilot.pause()
    return selected(pilot)


async def test_a_drag_that_ends_outside_selects_what_is_nearest() -> None:
    app = Framed(lines(60))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        app.chat_log.action_scroll_up()
        await pilot.pause()
        x, y = where(app, "line 55")
        scroll_bar = app.chat_log.region.right - 1
        assert await drag(pilot, (x, y), (scroll_bar, y)) == "line 55 ends"
        assert await drag(pilot, (x + 4, y), (2, y)) == "line "
        assert await drag(pilot, (x + 4, y), (2, y + 2)) == " 55 ends"


async def test_a_drag_from_elsewhere_selects_nothing_here() -> None:
    app = Framed(lines(60))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        for start in ((3, 5), (30, 21)):
            text = await drag(pilot, start, (30, 10), (30, 12))
            assert "line" not in text
            assert "line" not in selected(pilot)


@pytest.mark.parametrize(("edge", "step"), [("top", -1), ("bottom", 1)])
async def test_the_log_scrolls_while_the_mouse_is_held_beyond_an_edge(edge: str, step: int) -> None:
    app = Framed(lines(60))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        app.chat_log.scroll_to(y=50)
        await pilot.pause()
        await pilot.mouse_down(offset=(15, 10))
        await pilot.hover(offset=(50, 0 if edge == "top" else 21))
        view = app.chat_log.view
        last = 0 if step < 0 else view.scrollback.heights.total - view.height
        async with asyncio.timeout(PATIENCE):
            while view.top != last:
                await pilot.pause(0.05)
        await pilot.pause()
        text = selected(pilot)
        assert text.startswith("\n?") if step < 0 else text.endswith("line 59 ends")
        assert not app.chat_log.view.following
        await pilot.mouse_up(offset=(15, 0))
        assert app.mouse_captured is None


async def test_what_is_selected_stays_under_the_mouse_while_a_reply_comes_in() -> None:
    app = LogApp(lines(60))
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.pause()
        part = Said(["new\n\n"], open=True)
        app.transcript.ask("?", "RepoAgent").parts.append(part)
        await synced(pilot, app)
        before, place = rows(app), where(app, "line 58")
        await pilot.mouse_down(ChatLog, offset=place)
        part.pieces.append("new\n\n" * 9)
        await synced(pilot, app)
        assert rows(app)[:-1] == before[:-1]
        await pilot.hover(ChatLog, offset=(place[0] + 6, place[1]))
        part.pieces.append("new\n\n" * 9)
        await synced(pilot, app)
        await pilot.mouse_up(ChatLog, offset=(place[0] + 6, place[1]))
        assert (selected(pilot), rows(app)[:-1]) == ("line 58", before[:-1])
        await pilot.click(ChatLog, offset=(30, 4))
        assert not app.chat_log.view.following


async def test_a_click_that_selects_nothing_leaves_the_end_followed() -> None:
    app = LogApp(lines(60))
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.pause()
        await pilot.mouse_down(ChatLog, offset=(5, 5))
        assert (app.chat_log.view.following, app.mouse_captured) == (False, app.chat_log)
        said(app.transcript, "more")
        await synced(pilot, app)
        await pilot.mouse_up(ChatLog, offset=(5, 5))
        await pilot.pause()
        assert app.chat_log.view.following
        assert rows(app)[-1] == "   more"


async def test_the_notice_is_a_button_and_hides_no_text_from_the_mouse() -> None:
    app = LogApp(lines(60))
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.pause()
        app.chat_log.scroll_to(y=50)
        await pilot.pause()
        said(app.transcript, "more")
        await synced(pilot, app)
        place = where(app, "new lines")
        assert place[1] == 18
        await pilot.mouse_down(ChatLog, offset=place)
        await pilot.hover(ChatLog, offset=(5, 5))
        await pilot.mouse_up(ChatLog, offset=(5, 5))
        assert selected(pilot) == ""
        await pilot.click(ChatLog, offset=place)
        assert app.chat_log.view.following
        assert not [message for message in app.heard if isinstance(message, BlockActionRequested)]


async def test_a_press_that_selects_is_not_a_click() -> None:
    app = LogApp()
    said(app.transcript, "word [link](https://a.b/c) word\n\n```\nx\n```")
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        x, y = where(app, "link")
        await drag(pilot, (x, y), (x + 2, y))
        assert selected(pilot) == "lin"
        x, y = where(app, "copy")
        await drag(pilot, (x, y), (x + 2, y))
        assert (selected(pilot), app.heard) == ("", [])
