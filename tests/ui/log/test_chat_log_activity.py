"""Activities and remarks are one row each, however long they are."""

from __future__ import annotations

from robotui.chats.turns import Did
from robotui.ui.log.chat_log import ChatLog
from tests.layout.replies import said
from tests.ui.log.log_app import LogApp, rows

LONG = "a title of words that go on and on and on until the row is full and then some"


async def test_a_long_title_expands_by_click_and_by_key() -> None:
    app = LogApp()
    reply = app.transcript.ask("?", "RepoAgent")
    reply.parts += [Did(LONG), Did("short")]
    async with app.run_test(size=(40, 20)) as pilot:
        await pilot.pause()
        assert rows(app)[4:6] == ["   ▸ a title of words that go on and …", "   · short"]
        await pilot.click(ChatLog, offset=(36, 4))
        expanded = [
            *("   ▾ a title of words that go on and", "     on and on until the row is full"),
            *("     and then some", "   · short"),
        ]
        assert rows(app)[4:8] == expanded
        app.chat_log.toggle_last_activity()
        await pilot.pause()
        assert rows(app)[5] == "   · short"
        app.chat_log.toggle_last_activity()
        await pilot.pause()
        assert rows(app)[4:8] == expanded


async def test_a_reply_that_went_on_by_itself_says_so() -> None:
    app = LogApp()
    reply = said(app.transcript, "all of it")
    reply.continued = 2
    async with app.run_test(size=(60, 10)) as pilot:
        await pilot.pause()
        assert any("RepoAgent" in row and "continued 2x" in row for row in rows(app))
