"""What is read stays where it is: at every width, in tables, sideways, while blocks are walked."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from robotui.chats.turns import Reply, Said
from robotui.layout.scrollback import Place
from robotui.ui.log.messages import NoMoreBlocks
from tests.layout.replies import code, said
from tests.ui.log.log_app import LogApp, reveal, rows, synced, where

COUNTED = " ".join(f"c{n:04}" for n in range(1000))


async def test_small_steps_of_the_width_move_nothing() -> None:
    app = LogApp()
    said(app.transcript, COUNTED)
    table = "| a | b |\n|---|---|\n" + "".join(f"| {n} | {COUNTED} |\n" for n in range(3))
    said(app.transcript, table)
    async with app.run_test(size=(70, 20)) as pilot:
        await pilot.pause()
        for y in (30, 260):
            await pilot.resize_terminal(70, 20)
            await pilot.pause()
            app.chat_log.scroll_to(y=y)
            await pilot.pause()
            before = rows(app)
            for width in (*range(71, 91), *range(89, 69, -1)):
                await pilot.resize_terminal(width, 20)
                await pilot.pause()
                assert before[0].split("│")[-1].split()[0] in rows(app)[0]
            assert rows(app) == before


async def test_a_place_far_to_the_right_is_revealed() -> None:
    app = LogApp(code_wrap=False)
    said(app.transcript, "```\n" + "." * 200 + "needle" + "." * 100 + "\n```\n" + "text\n\n" * 40)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        log = app.chat_log.view.scrollback
        log.measure(1)
        at = next(n for n, line in enumerate(log.entries[1].stack.lines()) if "needle" in line.text)
        reveal(app, Place(1, at, 200))
        await pilot.pause()
        assert where(app, "needle")[0] in range(10, 40)
        reveal(app, Place(1, at, 0))
        await pilot.pause()
        assert not any("‹" in row for row in rows(app))


async def test_a_place_in_a_tall_row_of_a_table_is_revealed() -> None:
    app = LogApp()
    said(app.transcript, f"| a | b |\n|---|---|\n| x | {COUNTED} |\n")
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        line = app.chat_log.view.scrollback.entries[1].stack.lines()[-1].text
        at = len(app.chat_log.view.scrollback.entries[1].stack.lines()) - 1
        reveal(app, Place(1, at, line.index("c0500")))
        await pilot.pause()
        assert any("c0500" in row for row in rows(app))


async def test_a_walked_block_stays_in_view_while_a_reply_comes_in() -> None:
    app = LogApp()
    said(app.transcript, "```\nx\n```\n")
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        app.chat_log.blocks.step(-1)
        assert not app.chat_log.view.following
        part = Said(["new\n\n"], open=True)
        app.transcript.ask("?", "RepoAgent").parts.append(part)
        for _ in range(20):
            part.pieces.append("new\n\n")
            await synced(pilot, app)
            assert any("▶1" in row for row in rows(app))
        await pilot.press("escape")
        assert not app.chat_log.view.following
        app.chat_log.action_scroll_end()
        await pilot.pause()
        app.chat_log.blocks.step(-1)
        await pilot.press("end")
        app.chat_log.view.following = False
        await pilot.press("escape")
        assert app.chat_log.view.following


async def test_keys_right_after_the_one_that_walks_are_the_walks() -> None:
    app = LogApp()
    said(app.transcript, "```\nx\n```\n")
    async with app.run_test(size=(60, 12)) as pilot:
        await pilot.pause()
        app.chat_log.blocks.step(-1)
        assert app.focused is app.chat_log
        await pilot.press("c")
        assert app.query_one(Input).value == ""


async def test_the_first_step_down_goes_to_the_first_block_in_or_below_the_view() -> None:
    app = LogApp(fold_lines=0)
    for _ in range(6):
        said(app.transcript, code(20) + "\ntext" * 5)
    second = app.transcript.turns[3]
    assert isinstance(second, Reply)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        app.chat_log.scroll_to(y=20)
        await pilot.pause()
        app.chat_log.blocks.step(1)
        assert app.chat_log.blocks.walked is app.chat_log.blocks.of_reply(second)[0]
        for _ in range(5):
            app.chat_log.blocks.step(1)
        await pilot.pause()
        told = [m.step for m in app.heard if isinstance(m, NoMoreBlocks)]
        assert told == [1]


@pytest.mark.parametrize("width", [60, 50, 40, 38])
async def test_a_narrow_header_keeps_what_is_needed_most(width: int) -> None:
    app = LogApp()
    said(app.transcript, "```py\nx\n```\n")
    async with app.run_test(size=(width, 20)) as pilot:
        await pilot.pause()
        app.chat_log.blocks.step(-1)
        await pilot.pause()
        header = next(row for row in rows(app) if "▶1" in row)
        assert any(row.strip() == "x" for row in rows(app))
        for word in ("c copy", "s save", "a apply"):
            assert word in header
        assert ("Enter menu" in header) == (width >= 50)


async def test_a_long_name_leaves_room_for_what_can_be_done() -> None:
    app = LogApp()
    said(app.transcript, "```py title=src/a/very/long/name/of/a/file.py\nx\n```\n")
    async with app.run_test(size=(66, 20)) as pilot:
        await pilot.pause()
        assert any("src/a/very/long/name/of/a/file.py" in row for row in rows(app))
        app.chat_log.blocks.step(-1)
        await pilot.pause()
        header = next(row for row in rows(app) if "▶1" in row)
        assert "…" in header
        assert "/of/a/file.py" in header
        assert "a apply  s save  c copy" in header


async def test_what_is_new_is_what_came_since_the_end_was_left() -> None:
    app = LogApp()
    for _ in range(30):
        said(app.transcript, COUNTED)
    async with app.run_test(size=(60, 20)) as pilot:
        await pilot.pause()
        app.chat_log.scroll_to(y=100)
        await pilot.pause()
        assert rows(app)[-1].endswith(" ↓ End")
        part = Said(["one\n\ntwo"], open=True)
        app.transcript.ask("?", "RepoAgent").parts.append(part)
        await synced(pilot, app)
        assert rows(app)[-1].endswith(" ↓ 7 new lines · End")
        await pilot.resize_terminal(90, 25)
        await pilot.pause()
        assert app.chat_log.view.new == 7
        part.pieces.append("\n\nthree")
        await synced(pilot, app)
        assert app.chat_log.view.new == 9
