"""Walking over the code blocks of a chat."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Input

from robotui.chats.transcript import Transcript
from robotui.chats.turns import Prompt, Reply, Said
from robotui.ui.log.chat_log import ChatLog
from robotui.ui.log.messages import BlockActionRequested, BlockLeft
from tests.layout.replies import code, said
from tests.ui.log.log_app import LogApp, rows, synced, where


def chat_of(count: int, text: str = "") -> Transcript:
    """Replies with two blocks each, and as many without any between them."""
    chat = Transcript()
    for n in range(count):
        said(chat, f"text\n\n```py\nfirst_{n}\n```\n\n```sh\nsecond_{n}\n```\n")
        said(chat, text or "no code\n\nat all\n")
    return chat


def walked(app: LogApp) -> str:
    block = app.chat_log.blocks.walked
    return block.source.strip() if block else ""


async def walk(pilot: Pilot[None], app: LogApp, step: int) -> str:
    if step < 0:
        app.chat_log.blocks.step(-1)
    else:
        app.chat_log.blocks.step(1)
    await pilot.pause()
    return walked(app)


async def test_the_walk_begins_at_the_last_block_and_goes_over_all_replies() -> None:
    app = LogApp(chat_of(20))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        found = [await walk(pilot, app, -1) for _ in range(41)]
        expected = [f"{which}_{n}" for n in range(20) for which in ("first", "second")]
        assert found == [*reversed(expected), "first_0"]
        found = [await walk(pilot, app, 1) for _ in range(40)]
        assert found == [*expected[1:], "second_19"]


async def test_the_walked_block_is_marked_and_in_view() -> None:
    app = LogApp(chat_of(20))
    async with app.run_test(size=(70, 24)) as pilot:
        await pilot.pause()
        for _ in range(40):
            name = await walk(pilot, app, -1)
            marks = [y for y, row in enumerate(rows(app)) if "▶" in row]
            assert len(marks) == 1
            assert rows(app)[marks[0] + 1].strip() == name
            assert "c copy" in rows(app)[marks[0]]
        await pilot.press("escape")
        assert not any("▶" in row for row in rows(app))


async def test_a_block_in_view_does_not_move_it_and_a_far_one_releases_the_end() -> None:
    app = LogApp(chat_of(3))
    app.transcript.turns += chat_of(1, "word\n\n" * 60).turns
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        app.chat_log.blocks.step(-1)
        await pilot.pause()
        assert not app.chat_log.view.following
        assert await walk(pilot, app, -1) == "first_0"
        before = app.chat_log.view.top
        assert await walk(pilot, app, 1) == "second_0"
        assert app.chat_log.view.top == before


async def test_a_block_too_tall_for_the_view_has_its_header_at_the_top() -> None:
    app = LogApp(fold_lines=0)
    said(app.transcript, "text\n\n" * 20 + code(100) + "\ntext" * 40)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        assert (await walk(pilot, app, -1)).startswith("line_0")
        assert "▶1" in rows(app)[1]


async def test_the_keys_of_the_walk() -> None:
    app = LogApp(chat_of(3))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        assert not app.chat_log.focusable
        await walk(pilot, app, -1)
        assert app.focused is app.chat_log
        await pilot.press("c", "up", "s", "down", "a", "enter")
        asked = [
            (message.action, message.block.source.strip())
            for message in app.heard
            if isinstance(message, BlockActionRequested)
        ]
        assert asked == [
            ("copy", "second_2"),
            ("save", "first_2"),
            ("apply", "second_2"),
            ("menu", "second_2"),
        ]
        top = app.chat_log.view.top
        await pilot.press("pageup")
        assert app.chat_log.view.top < top
        await pilot.press("home", "end", "escape")
        assert app.chat_log.view.following
        assert any(isinstance(message, BlockLeft) for message in app.heard)
        assert isinstance(app.focused, Input)
        assert (walked(app), app.chat_log.focusable) == ("", False)


async def test_what_is_typed_or_pasted_goes_to_the_prompt() -> None:
    app = LogApp(chat_of(2))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        await walk(pilot, app, -1)
        await pilot.press("h", "i")
        await pilot.pause()
        assert app.query_one(Input).value == "hi"
        assert walked(app) == ""
        await walk(pilot, app, -1)
        await pilot.press("C", "é")
        assert app.query_one(Input).value == "hiCé"
        assert not any(isinstance(message, BlockActionRequested) for message in app.heard)


async def test_space_folds_and_unfolds_the_walked_block() -> None:
    app = LogApp()
    said(app.transcript, "text\n\n" + code(200) + "\nafter")
    async with app.run_test(size=(60, 40)) as pilot:
        await pilot.pause()
        await walk(pilot, app, -1)
        await pilot.press("space")
        assert "line_20 = 20" in [row.strip() for row in rows(app)]
        await pilot.press("pagedown", "pagedown", "space")
        assert any("▶1" in row for row in rows(app))
        assert "… +172 lines" in [row.strip() for row in rows(app)]


async def test_only_the_walked_block_moves_sideways() -> None:
    app = LogApp(code_wrap=False)
    said(app.transcript, f"```\n{'x' * 100}\n```\n\n```\n{'y' * 100}\n```\n")
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        await walk(pilot, app, -1)
        await pilot.press("right", "right", "left")
        assert [row.strip()[0] for row in rows(app) if row.endswith("›")] == ["x", "‹"]


async def test_a_click_on_a_header_walks_the_block_and_on_its_words_does_what_they_say() -> None:
    app = LogApp(chat_of(1))
    async with app.run_test(size=(70, 30)) as pilot:
        await pilot.pause()
        await pilot.click(ChatLog, offset=where(app, "py"))
        assert walked(app) == "first_0"
        for word in ("s save", "a apply", "Enter menu"):
            await pilot.click(ChatLog, offset=where(app, word))
        asked = [m.action for m in app.heard if isinstance(m, BlockActionRequested)]
        assert asked == ["save", "apply", "menu"]
        await pilot.click(ChatLog, offset=where(app, "c copy"))
        asked = [m.action for m in app.heard if isinstance(m, BlockActionRequested)]
        assert asked[3:] == ["copy"]


async def test_a_block_that_still_comes_in_can_be_walked() -> None:
    app = LogApp()
    part = Said(["- item\n\n  ```py\n  one\n"], open=True)
    app.transcript.ask("?", "RepoAgent").parts.append(part)
    async with app.run_test(size=(60, 24)) as pilot:
        await synced(pilot, app)
        assert await walk(pilot, app, -1) == "one"
        part.pieces.append("  two\n")
        await synced(pilot, app)
        assert walked(app) == "one\ntwo"
        assert any("▶1" in row for row in rows(app))


async def test_the_walk_ends_with_the_chat_and_with_the_focus() -> None:
    app = LogApp(chat_of(2))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        await walk(pilot, app, -1)
        app.query_one(Input).focus()
        await pilot.pause()
        assert walked(app) == ""
        await walk(pilot, app, -1)
        await app.push_screen(ModalScreen[None]())
        await app.pop_screen()
        await pilot.pause()
        assert walked(app) == "second_1"
        assert app.focused is app.chat_log
        app.app_focus = False
        await pilot.pause()
        assert walked(app) == "second_1"
        app.app_focus = True
        await pilot.pause()
        assert app.focused is app.chat_log
        app.chat_log.show(chat_of(1))
        await pilot.pause()
        assert walked(app) == ""
        assert isinstance(app.focused, Input)


async def test_a_jump_walks_the_block_it_leads_to() -> None:
    app = LogApp(chat_of(50))
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        app.chat_log.blocks.jump_to(81, 2)
        await pilot.pause()
        assert walked(app) == "second_20"
        assert any("second_20" in row for row in rows(app))
        for turn_index, number in ((81, 3), (80, 1), (9999, 1), (-1, 1)):
            app.chat_log.blocks.jump_to(turn_index, number)
            await pilot.pause()
            assert walked(app) == "second_20"


async def test_a_chat_without_code_has_nothing_to_walk() -> None:
    app = LogApp()
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        assert await walk(pilot, app, -1) == ""
        said(app.transcript, "no code")
        await synced(pilot, app)
        assert await walk(pilot, app, 1) == ""
        assert isinstance(app.focused, Input)


@pytest.mark.parametrize("code_at", [0, 5000])
async def test_only_what_is_needed_is_made_in_a_long_chat(code_at: int) -> None:
    chat = Transcript()
    for n in range(10_000):
        text = "```\nx\n```\n" if n == code_at else "words and more\n\n" * 20
        chat.turns += [Prompt("?", "RepoAgent"), Reply("RepoAgent", [Said([text])], "done")]
    app = LogApp(chat)
    async with app.run_test(size=(60, 24)) as pilot:
        await pilot.pause()
        assert await walk(pilot, app, -1) == "x"
        assert sum(entry.made for entry in app.chat_log.view.scrollback.entries) < 30
        assert any("▶1" in row for row in rows(app))
