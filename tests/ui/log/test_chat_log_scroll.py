"""The view of the log: it follows the end or stays where the reader is, whatever happens."""

from __future__ import annotations

import pytest
from textual import events
from textual.pilot import Pilot

from robotui.chats.transcript import Transcript
from robotui.chats.turns import Did, Reply, Said
from robotui.layout import scrollback
from robotui.ui.log.chat_log import ChatLog
from tests.layout.replies import said
from tests.ui.log.log_app import LogApp, rows, synced

TEXT = "Text of reply {n} that is a bit longer, so that it wraps.\n\n```py\nx = {n}\n" + (
    "y = 'a long line that has to be folded when the screen is narrow'\n```\n\n- a\n- b\n"
)


def long_chat(replies: int = 40) -> Transcript:
    chat = Transcript()
    for n in range(replies):
        said(chat, TEXT.format(n=n) * (1 + n % 3))
    return chat


async def wheel(pilot: Pilot[None], app: LogApp, kind: type[events.MouseEvent]) -> None:
    app.chat_log._forward_event(kind(app.chat_log, 5, 5, 0, 0, 0, False, False, False))
    await pilot.pause()


async def test_a_chat_is_shown_at_its_end() -> None:
    app = LogApp(long_chat())
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert rows(app)[-2:] == ["   • a", "   • b"]
        assert (app.chat_log.view.following, app.chat_log.view.below) == (True, 0)


async def test_pages_continue_exactly() -> None:
    app = LogApp(long_chat())
    async with app.run_test(size=(50, 20)) as pilot:
        await pilot.pause()
        seen = rows(app)
        while app.chat_log.view.top:
            before, top = rows(app), app.chat_log.view.top
            app.chat_log.action_page_up()
            await pilot.pause()
            if app.chat_log.view.top and top > 19:
                assert rows(app)[18] == before[0] or "↓ End" in rows(app)[18]
                seen = rows(app)[:18] + seen
            else:
                break
        assert sum("?" in row for row in seen) >= 38


async def test_scrolling_up_releases_the_end_and_end_takes_it_again() -> None:
    app = LogApp(long_chat())
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        log = app.chat_log
        log.action_scroll_up()
        await pilot.pause()
        assert (log.view.following, log.view.below, log.view.new) == (False, 1, 0)
        assert rows(app)[-1].endswith(" ↓ End")
        said(app.transcript, "new\n\nlines")
        await synced(pilot, app)
        assert (log.view.below, log.view.new) == (8, 7)
        assert rows(app)[-1].endswith(" ↓ 7 new lines · End")
        log.action_scroll_end()
        await pilot.pause()
        assert (log.view.following, log.view.below, rows(app)[-1]) == (True, 0, "   lines")
        assert log.view.new == 0


async def test_scrolling_down_to_the_end_follows_again() -> None:
    app = LogApp(long_chat())
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        for step in ("scroll_up", "page_up", "page_down", "scroll_down"):
            getattr(app.chat_log, f"action_{step}")()
        await pilot.pause()
        assert app.chat_log.view.following


async def test_the_wheel_scrolls_and_leaves_the_focus_where_it_is() -> None:
    app = LogApp(long_chat())
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        focused = app.focused
        await wheel(pilot, app, events.MouseScrollUp)
        assert app.chat_log.view.below == app.scroll_sensitivity_y
        await wheel(pilot, app, events.MouseScrollDown)
        assert app.chat_log.view.following
        await pilot.click(ChatLog, offset=(5, 5))
        assert app.focused is focused


async def test_the_view_stands_still_under_a_reader_while_a_reply_comes_in() -> None:
    app = LogApp(long_chat())
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        part = Said([], open=True)
        app.transcript.ask("?", "RepoAgent").parts.append(part)
        await synced(pilot, app)
        app.chat_log.scroll_to(y=app.chat_log.view.top - 3)
        await pilot.pause()
        before = rows(app)[:-1]
        for _ in range(30):
            part.pieces.append("word " * 30 + "\n\n```\ncode\n")
            await synced(pilot, app)
            assert rows(app)[:-1] == before
        app.transcript.close("done")
        await synced(pilot, app)
        assert rows(app)[:-1] == before


async def test_a_jump_into_the_unknown_does_not_move_afterwards() -> None:
    app = LogApp(long_chat(300))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        for target in (500, 3000, 40, 2000):
            app.chat_log.scroll_to(y=target)
            await pilot.pause()
            before = rows(app)
            app.chat_log.update()
            await pilot.pause()
            assert rows(app) == before
            app.chat_log.action_scroll_down()
            await pilot.pause()
            assert rows(app)[:-2] == before[1:-1]


async def test_a_resize_keeps_the_line_that_was_read_at_the_top() -> None:
    app = LogApp(long_chat())
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        app.chat_log.scroll_to(y=100)
        await pilot.pause()
        while "Text of reply" not in rows(app)[0]:
            app.chat_log.action_scroll_down()
            await pilot.pause()
        top = rows(app)[0].strip()[:20]
        for size in ((40, 20), (90, 12), (25, 30), (60, 20)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert rows(app)[0].strip()[:20] == top
            assert not app.chat_log.view.following


async def test_a_resize_at_the_end_stays_at_the_end() -> None:
    app = LogApp(long_chat())
    async with app.run_test(size=(60, 20)) as pilot:
        for size in ((40, 20), (90, 12), (25, 30), (60, 20)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert rows(app)[-1] == "   • b"


async def test_the_picture_does_not_depend_on_how_the_reply_came() -> None:
    text = "".join(TEXT.format(n=n) for n in range(3))
    whole, pieces = LogApp(), LogApp()
    said(whole.transcript, text)
    async with whole.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        expected = rows(whole)
    part = Said([], open=True)
    pieces.transcript.ask("?", "RepoAgent").parts.append(part)
    async with pieces.run_test(size=(60, 20)) as pilot:
        for at in range(0, len(text), 3):
            part.pieces.append(text[at : at + 3])
            pieces.chat_log.sync.flush()
        pieces.transcript.close("done")
        await synced(pilot, pieces)
        assert rows(pieces) == expected


async def test_painting_is_put_together() -> None:
    app = LogApp()
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        painted = 0
        update = app.chat_log.update

        def count() -> None:
            nonlocal painted
            painted += 1
            update()

        app.chat_log.update = count  # type: ignore[method-assign] # counted, not replaced
        part = Said([], open=True)
        app.transcript.ask("?", "RepoAgent").parts.append(part)
        app.chat_log.sync._next_at = float("-inf")
        for _ in range(40):
            part.pieces.append("x")
            app.chat_log.sync()
        assert painted == 1
        while app.chat_log.sync._is_waiting:
            await pilot.pause(0.01)
        assert painted == 2
        assert rows(app)[4] == "   " + "x" * 40


async def test_rows_that_do_not_change_are_not_painted_again() -> None:
    app = LogApp(long_chat())
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        before = list(app.chat_log.frame.strips)
        app.chat_log.sync.flush()
        assert all(a is b for a, b in zip(before, app.chat_log.frame.strips, strict=True))
        app.chat_log.action_scroll_up()
        assert all(a is b for a, b in zip(before, app.chat_log.frame.strips[1:-1], strict=False))


async def test_only_entries_near_the_view_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrollback, "KEPT", 20)
    app = LogApp(long_chat(500))
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        made = [entry.made for entry in app.chat_log.view.scrollback.entries]
        assert sum(made) < 20
        height = app.chat_log.view.scrollback.heights[990]
        for _ in range(60):
            app.chat_log.action_page_up()
        assert sum(entry.made for entry in app.chat_log.view.scrollback.entries) <= 20
        assert app.chat_log.view.scrollback.heights[990] == height


async def test_an_activity_expands_where_it_stands() -> None:
    app = LogApp()
    reply = app.transcript.ask("?", "RepoAgent")
    reply.parts += [Did("runs", "one\n\ttwo", "exit 0"), Said(["text\n\n" * 30])]
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        app.chat_log.scroll_to(y=0)
        await pilot.pause()
        await pilot.click(ChatLog, offset=(4, 4))
        assert rows(app)[4:8] == ["   ▾ runs — exit 0", "   │ one", "   │     two", ""]
        app.chat_log.toggle_last_activity()
        await pilot.pause()
        assert rows(app)[4:6] == ["   ▸ runs — exit 0", ""]


async def test_another_chat_replaces_the_one_before() -> None:
    app = LogApp(long_chat())
    async with app.run_test(size=(60, 20)) as pilot:
        app.chat_log.scroll_to(y=10)
        other = Transcript()
        other.note("info", "An empty chat")
        app.chat_log.show(other)
        await pilot.pause()
        assert rows(app)[:3] == ["", " · An empty chat", ""]
        app.chat_log.show(Transcript())
        await pilot.pause()
        assert set(rows(app)) == {""}
        assert app.chat_log.blocks.of_reply() == []


async def test_code_blocks_of_any_reply_as_far_as_it_came() -> None:
    chat = long_chat(300)
    first = chat.turns[1]
    assert isinstance(first, Reply)
    app = LogApp(chat)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        assert [block.source[:6] for block in app.chat_log.blocks.of_reply(first)] == ["x = 0\n"]
        chat.ask("?", "RepoAgent").parts.append(Said(["```sh\nls"], open=True))
        assert [block.source for block in app.chat_log.blocks.of_reply()] == ["ls"]
        assert app.chat_log.blocks.of_reply(Reply("RepoAgent")) == []
