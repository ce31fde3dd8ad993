"""Edges of selecting with the mouse: a click while the view moves, a drag on an outermost row."""

from __future__ import annotations

import pytest

from robotui.chats.transcript import Transcript
from robotui.ui.log.chat_log import ChatLog
from tests.layout.replies import said
from tests.ui.log.log_app import LogApp, synced

HEIGHT = 19  # of the log in a screen of 20 rows


def lines(count: int) -> Transcript:
    chat = Transcript()
    said(chat, "".join(f"line {n} ends\n\n" for n in range(count)))
    return chat


@pytest.mark.parametrize("step", [-3, 3])
async def test_a_click_in_a_view_that_was_scrolled_meanwhile_does_not_jump_to_the_end(
    step: int,
) -> None:
    app = LogApp(lines(60))
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.pause()
        await pilot.mouse_down(ChatLog, offset=(5, 5))
        said(app.transcript, "more\n\n" * 9)
        await synced(pilot, app)
        view = app.chat_log.view
        top = view.top + step
        app.chat_log.scroll_to(y=top)
        await pilot.pause()
        await pilot.mouse_up(ChatLog, offset=(5, 5))
        await pilot.pause()
        assert (view.top, app.chat_log.view.following) == (top, False)


@pytest.mark.parametrize(
    ("pressed", "moved", "step"),
    [
        (5, HEIGHT - 1, 1),
        (5, HEIGHT - 2, 0),
        (10, 0, -1),
        (10, 1, 0),
        (HEIGHT - 1, HEIGHT - 1, 0),
        (0, 0, 0),
    ],
)
async def test_a_drag_scrolls_on_the_outermost_rows_unless_it_began_there(
    pressed: int, moved: int, step: int
) -> None:
    app = LogApp(lines(60))
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.pause()
        log, view = app.chat_log, app.chat_log.view
        assert view.height == HEIGHT
        log.scroll_to(y=50)
        await pilot.pause()
        await pilot.mouse_down(ChatLog, offset=(5, pressed))
        await pilot.hover(ChatLog, offset=(8, moved))
        assert log.selecting._scrolling is not None
        log.selecting._scrolling.stop()  # each step is made here
        before = view.top
        log.selecting._scroll_on()
        await pilot.pause()
        assert view.top == before + step
        await pilot.mouse_up(ChatLog, offset=(8, moved))
