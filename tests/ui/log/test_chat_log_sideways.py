"""Code that is cut and moved sideways: what is shown, what the mouse hits, what is copied."""

from __future__ import annotations

import pytest
from textual import events

from robotui.ui.log.chat_log import ChatLog
from tests.layout.replies import said
from tests.ui.log.log_app import LogApp, rows, where


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
