"""Long code is folded to head and tail, and never under a reader."""

from __future__ import annotations

import pytest

from robotui.chats.transcript import Transcript
from robotui.chats.turns import Did, Said
from robotui.layout.scrollback import Place
from robotui.ui.log.chat_log import ChatLog
from tests.layout.replies import code, said
from tests.ui.log.log_app import LogApp, reveal, rows, strips, synced, where


async def test_a_long_block_shows_its_head_and_its_tail() -> None:
    app = LogApp()
    said(app.transcript, "text\n\n" + code(100))
    async with app.run_test(size=(60, 40)) as pilot:
        await pilot.pause()
        shown = [row.strip() for row in rows(app)]
        at = shown.index("… +72 lines")
        assert shown[at - 1] == "line_19 = 19"
        assert shown[at + 1] == "line_92 = 92"
        assert [row for row in shown if row][-1] == "line_99 = 99"
        assert "100 lines" in shown[at - 21]
        assert "fold" not in shown[at - 21]


async def test_a_click_unfolds_and_folds_and_moves_nothing_above() -> None:
    app = LogApp()
    said(app.transcript, code(100) + "\nafter\n")
    async with app.run_test(size=(60, 40)) as pilot:
        await pilot.pause()
        before = rows(app)
        place = where(app, "… +72 lines")
        await pilot.click(ChatLog, offset=place)
        header = next(y for y, row in enumerate(before) if "100 lines" in row)
        assert rows(app)[: header - 1] == before[: header - 1]
        assert rows(app)[place[1]].strip() == "line_20 = 20"
        assert not app.chat_log.view.following
        await pilot.click(ChatLog, offset=where(app, "fold"))
        assert rows(app) == before
        assert app.chat_log.view.following


async def test_a_block_that_grows_folds_and_keeps_its_head_in_view() -> None:
    app = LogApp()
    part = Said(["```py\n"], open=True)
    app.transcript.ask("?", "RepoAgent").parts.append(part)
    async with app.run_test(size=(60, 40)) as pilot:
        for n in range(90):
            part.pieces.append(f"line_{n} = {n}\n")
            await synced(pilot, app)
        shown = [row.strip() for row in rows(app)]
        assert "… +62 lines" in shown
        assert {"line_0 = 0", "line_19 = 19", "line_82 = 82", "line_89 = 89"} <= {*shown}
        assert "90 lines …" in "".join(shown)


@pytest.mark.parametrize("already", [40, 70])
async def test_nothing_folds_under_a_reader(already: int) -> None:
    app = LogApp()
    part = Said([code(already).removesuffix("```\n")], open=True)
    app.transcript.ask("?", "RepoAgent").parts.append(part)
    async with app.run_test(size=(60, 20)) as pilot:
        await synced(pilot, app)
        app.chat_log.action_scroll_up()
        app.chat_log.action_scroll_up()
        await pilot.pause()
        before = rows(app)[:-1]
        for n in range(50):
            part.pieces.append(f"more_{n}\n")
            await synced(pilot, app)
            assert rows(app)[:-1] == before
        part.pieces.append("```\n\nafter")
        app.transcript.close("done")
        await synced(pilot, app)
        assert rows(app)[:-1] == before
        app.chat_log.action_scroll_end()
        await pilot.pause()
        assert "more_49" in "".join(rows(app))  # What was read does not fold afterwards either.
        assert "more_35" in "".join(rows(app))


async def test_blocks_below_a_reader_fold_before_they_are_seen() -> None:
    app = LogApp()
    part = Said(["word\n\n" * 40], open=True)
    app.transcript.ask("?", "RepoAgent").parts.append(part)
    async with app.run_test(size=(60, 20)) as pilot:
        await synced(pilot, app)
        app.chat_log.scroll_to(y=0)
        before = rows(app)[:-1]
        for line in code(100).splitlines(keepends=True):
            part.pieces.append(line)
            await synced(pilot, app)
        assert rows(app)[:-1] == before
        app.chat_log.action_scroll_end()
        await pilot.pause()
        assert "… +72 lines" in [row.strip() for row in rows(app)]


async def test_what_was_unfolded_stays_so_when_its_turn_was_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("robotui.layout.scrollback.KEPT", 12)
    app = LogApp()
    for _ in range(30):
        said(app.transcript, code(100))
    async with app.run_test(size=(60, 40)) as pilot:
        await pilot.pause()
        block = app.chat_log.blocks.of_reply()[0]
        app.chat_log.blocks.toggle_fold(block)
        said(app.transcript, "the last words")
        await synced(pilot, app)
        app.chat_log.action_scroll_end()
        for y in (0, 200, 400):
            app.chat_log.scroll_to(y=y)
        assert not app.chat_log.view.scrollback.entries[-3].made
        app.chat_log.action_scroll_end()
        await pilot.pause()
        assert "line_70 = 70" in [row.strip() for row in rows(app)]


async def test_a_selection_over_a_fold_takes_what_is_folded() -> None:
    app = LogApp()
    reply = said(app.transcript, "before\n\n" + code(100) + "\nafter")
    reply.parts.insert(0, Did("runs", "one\ntwo"))
    async with app.run_test(size=(60, 50)) as pilot:
        await pilot.pause()
        start, end = where(app, "line_19"), where(app, "line_93")
        await pilot.mouse_down(ChatLog, offset=start)
        await pilot.hover(ChatLog, offset=end)
        await pilot.mouse_up(ChatLog, offset=end)
        expected = "\n".join(f"line_{n} = {n}" for n in range(19, 93)) + "\nl"
        assert app.screen.get_selected_text() == expected
        marked = app.screen.get_component_rich_style("screen--selection").bgcolor
        y = where(app, "… +72")[1]
        found = [s.text for s in strips(app)[y] if s.style and s.style.bgcolor == marked]
        assert "".join(found).strip() == "… +72 lines"
        await pilot.click(ChatLog, offset=where(app, "runs"))
        await pilot.click(ChatLog, offset=where(app, "… +72"))
        assert app.screen.get_selected_text() in {None, "", expected}


async def test_a_selection_leaves_out_what_a_collapsed_activity_hides() -> None:
    app = LogApp()
    reply = said(app.transcript, "last words")
    activity = Did("runs", "secret detail")
    reply.parts[:0] = [Said(["first words"]), activity]
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        for expected in ("irst words\n\nruns\n\nla", "irst words\n\nruns\nsecret detail\n\nla"):
            start, end = where(app, "first"), where(app, "last")
            await pilot.mouse_down(ChatLog, offset=(start[0] + 1, start[1]))
            await pilot.hover(ChatLog, offset=(end[0] + 1, end[1]))
            await pilot.mouse_up(ChatLog, offset=(end[0] + 1, end[1]))
            assert app.screen.get_selected_text() == expected
            await pilot.click(ChatLog, offset=where(app, "runs"))
            await pilot.pause()


async def test_what_is_hidden_is_revealed() -> None:
    app = LogApp()
    reply = said(app.transcript, "text\n\n" + code(300))
    reply.parts.insert(0, Did("runs", "\n".join(f"detail {n}" for n in range(50))))
    for _ in range(5):
        said(app.transcript, "more\n\n" * 30)
    async with app.run_test(size=(60, 30)) as pilot:
        await pilot.pause()
        log = app.chat_log.view.scrollback
        log.measure(1)
        lines = [line.text for line in log.entries[1].stack.lines()]
        for text in ("line_150 = 150", "detail 30"):
            reveal(app, Place(1, lines.index(text), 3))
            await pilot.pause()
            assert where(app, text)[1] in range(5, 15)
            assert not app.chat_log.view.following
        before = rows(app)
        reveal(app, Place(1, lines.index("detail 33"), 0))
        await pilot.pause()
        assert rows(app) == before


async def test_the_place_that_is_read_stays_when_the_width_changes() -> None:
    app = LogApp()
    for _ in range(6):
        said(app.transcript, "text\n\n" + code(100) + "\nafter\n")
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        app.chat_log.scroll_to(y=100)
        await pilot.pause()
        while "line_95" not in rows(app)[0]:
            app.chat_log.action_scroll_down()
            await pilot.pause()
        for width in (50, 110, 30, 60):
            await pilot.resize_terminal(width, 20)
            await pilot.pause()
            assert rows(app)[0].strip() == "line_95 = 95"


async def test_what_grows_above_in_the_same_reply_does_not_move_the_view() -> None:
    app = LogApp(Transcript())
    activity = Did("runs", "out\n" * 5, event_id=1)
    reply = app.transcript.ask("?", "RepoAgent")
    reply.parts += [activity, Said(["word\n\n" * 60], open=True)]
    async with app.run_test(size=(60, 20)) as pilot:
        await synced(pilot, app)
        app.chat_log.scroll_to(y=0)
        await pilot.pause()
        await pilot.click(ChatLog, offset=where(app, "runs"))
        app.chat_log.scroll_to(y=30)
        await pilot.pause()
        before = rows(app)[:-1]
        activity.detail += "more\n" * 7
        await synced(pilot, app)
        assert rows(app)[:-1] == before


async def test_a_long_file_name_leaves_room_for_the_key_that_copies() -> None:
    app = LogApp()
    said(app.transcript, "```python title=a/long/way/down/to/some/folder/module.py\nx = 1\n```\n")
    async with app.run_test(size=(100, 12)) as pilot:
        await pilot.pause()
        assert any("python  a/long/way" in row and "copy: Alt+1" in row for row in rows(app))
        await pilot.resize_terminal(46, 12)
        await pilot.pause()
        assert any("…" in row and "module.py" in row and "Alt+1" in row for row in rows(app))
