"""Code blocks as things, as a user meets them in the workbench."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from textual.widgets import Input

from robotui.ui.dialogs.menu import BlockMenu
from robotui.ui.dialogs.shelf import ShelfDialog
from robotui.ui.dialogs.write import Write
from robotui.ui.find.find_bar import FindBar
from tests.ui.fakes import Bench, said, workbench

FIRST = "Take this:\n\n```python title=config.py\nA = 1\n```\n"
SECOND = "Better:\n\n```python title=config.py\nA = 2  \n```\n\nand\n\n```sh\nls\n```\n"


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


async def two_replies(bench: Bench) -> None:
    await bench.ask("one")
    await bench.ready()
    await bench.ask("two")
    await bench.ready()
    await bench.shows("ls")


async def copied(bench: Bench, text: str) -> None:
    await bench.until(lambda: bench.pilot.app.clipboard == text, f"a copy of {text!r}")


async def dialog(bench: Bench, kind: type) -> None:
    await bench.until(lambda: isinstance(bench.pilot.app.screen, kind), kind.__name__)


async def back(bench: Bench) -> None:
    await bench.until(lambda: bench.pilot.app.screen is bench.screen, "the workbench again")


async def test_walking_over_all_blocks_and_copying_each() -> None:
    async with workbench([said(FIRST)], [said(SECOND)]) as bench:
        await two_replies(bench)
        for source in ("ls\n", "A = 2  \n", "A = 1\n"):
            await bench.pilot.press("alt+up", "c")
            await copied(bench, source)
        await bench.pilot.press("alt+down", "c")
        await copied(bench, "A = 2  \n")
        assert bench.screen.focused is bench.screen.chat_log


async def test_typing_on_a_block_goes_on_in_the_prompt() -> None:
    async with workbench([said(FIRST)]) as bench:
        await bench.ask("one")
        await bench.ready()
        await bench.pilot.press("alt+up")
        await bench.until(lambda: bench.screen.chat_log.blocks.walked is not None)
        await bench.pilot.press("W", "h", "y")
        await bench.until(lambda: bench.screen.prompt.text == "Why")
        assert bench.screen.chat_log.blocks.walked is None


async def test_escape_leaves_the_block_before_it_interrupts() -> None:
    gate = asyncio.Event()
    async with workbench([said(FIRST, delta=True), gate]) as bench:
        await bench.ask("one")
        await bench.shows("A = 1")
        await bench.pilot.press("alt+up", "escape")
        await bench.until(lambda: bench.screen.focused is bench.screen.prompt)
        assert bench.busy
        await bench.pilot.press("escape")
        await bench.ready()


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("/copy", "ls\n"),
        ("/copy 1", "A = 2  \n"),
        ("/copy all", "A = 2  \n\nls\n"),
        ("/copy reply", SECOND),
    ],
)
async def test_copy_commands(command: str, text: str) -> None:
    async with workbench([said(FIRST)], [said(SECOND)]) as bench:
        await two_replies(bench)
        await bench.ask(command)
        await copied(bench, text)


@pytest.mark.parametrize("command", ["/copy all", "/copy reply", "/copy 1", "/save", "/apply 2"])
async def test_where_there_is_nothing_a_word_says_so(command: str) -> None:
    async with workbench() as bench:
        await bench.ask(command)
        await bench.shows("no ")


async def test_a_reply_is_copied_while_it_streams() -> None:
    async with workbench([said(FIRST, delta=True), asyncio.Event()]) as bench:
        await bench.ask("one")
        await bench.shows("A = 1")
        await bench.ask("/copy reply")
        await copied(bench, FIRST)
        await bench.shows("so far")


async def test_a_block_is_saved_under_its_name_and_taken_back(workspace: Path) -> None:
    async with workbench([said(FIRST)]) as bench:
        await bench.ask("one")
        await bench.ready()
        await bench.pilot.press("alt+up", "s")
        await dialog(bench, Write)
        await bench.until(lambda: "new file" in bench.text)
        await bench.pilot.press("enter")
        await bench.until((workspace / "config.py").exists, "the file")
        await back(bench)
        assert (workspace / "config.py").read_bytes() == b"A = 1\n"
        await bench.shows("/undo takes it back")
        await bench.pilot.press("escape")
        await bench.ask("/undo")
        await bench.until(lambda: not (workspace / "config.py").exists(), "the file gone")
        await bench.shows("config.py was removed again.")
        assert str(workspace) not in bench.text
        await bench.ask("/undo")
        await bench.shows("no change to take back")


async def test_a_block_is_applied_after_its_difference_was_seen(workspace: Path) -> None:
    file = workspace / "config.py"
    file.write_bytes(b"A = 1\r\nB = 2\r\n")
    async with workbench([said(FIRST)], [said(SECOND)]) as bench:
        await two_replies(bench)
        await bench.ask("/apply 1")
        await dialog(bench, Write)
        await bench.until(lambda: "A = 2" in bench.text)
        await bench.pilot.press("n", "p", "y")
        await bench.until(lambda: file.read_bytes() != b"A = 1\r\nB = 2\r\n", "the change")
        assert file.read_bytes().count(b"\n") == file.read_bytes().count(b"\r\n")


async def test_the_menu_of_a_block() -> None:
    async with workbench([said(FIRST)]) as bench:
        await bench.ask("one")
        await bench.ready()
        await bench.pilot.press("alt+up", "enter")
        await dialog(bench, BlockMenu)
        await bench.pilot.press("c")
        await back(bench)
        await copied(bench, "A = 1\n")


async def test_the_shelf_jumps_to_a_block() -> None:
    async with workbench([said(FIRST)], [said(SECOND)]) as bench:
        await two_replies(bench)
        await bench.pilot.press("f6")
        await dialog(bench, ShelfDialog)
        await bench.pilot.press(*"A = 1")
        await bench.until(lambda: "A = 2" not in bench.text)
        await bench.pilot.press("alt+c")
        await copied(bench, "A = 1\n")
        await bench.pilot.press("enter")
        await back(bench)
        walked = bench.screen.chat_log.blocks.walked
        assert walked is not None
        assert walked.source == "A = 1\n"


async def test_finding_and_leaving() -> None:
    async with workbench([said(FIRST)], [said(SECOND)]) as bench:
        await two_replies(bench)
        await bench.pilot.press("ctrl+f", *"a = ")
        await bench.shows("/2")
        await bench.pilot.press("enter")
        await bench.pilot.press("escape")
        await bench.until(lambda: bench.screen.focused is bench.screen.prompt)
        assert not bench.screen.query_one(FindBar).display
        await bench.ask("/find ls")
        await bench.until(lambda: bench.screen.query_one(FindBar).display)
        await bench.shows("1/1")


async def test_keys_of_the_bar_are_its_own() -> None:
    async with workbench([said(FIRST)]) as bench:
        await bench.ask("one")
        await bench.ready()
        await bench.pilot.press("ctrl+f", *"this")
        await bench.shows("1/1")
        await bench.pilot.press("home", "x", "end", "y")
        field = bench.screen.query_one(FindBar).query_one(Input)
        await bench.until(lambda: field.value == "xthisy")
        await bench.pilot.press("shift+home", "ctrl+c")
        await copied(bench, "xthisy")


DIFFS = (
    "Both:\n\n```diff\n--- a/one.py\n+++ b/one.py\n@@ -1 +1 @@\n-A = 1\n+A = 2\n"
    "--- a/two.py\n+++ b/two.py\n@@ -1 +1 @@\n-B = 1\n+B = 2\n```\n"
)


async def test_a_diff_of_two_files_is_applied_to_one_after_the_other(workspace: Path) -> None:
    one, two = workspace / "one.py", workspace / "two.py"
    one.write_text("A = 1\n")
    two.write_text("B = 1\n")
    async with workbench([said(DIFFS)]) as bench:
        await bench.ask("both")
        await bench.ready()
        await bench.shows("one.py +1")
        await bench.ask("/apply")
        await dialog(bench, Write)
        await bench.shows("also changes two.py")
        await bench.pilot.press("y")
        await bench.until(lambda: one.read_text() == "A = 2\n", "the first change")
        await bench.shows("also changes one.py")
        await bench.pilot.press("escape")
        await back(bench)
        await bench.shows("Not applied: two.py")
        assert two.read_text() == "B = 1\n"


NUMBERED = "Look:\n\n```python\n11  def f():\n12      return 1\n```\n"


@pytest.mark.parametrize("way", ["menu", "/copy 1 plain", "/copy plain"])
async def test_a_block_is_copied_without_its_line_numbers(way: str) -> None:
    async with workbench([said(NUMBERED)]) as bench:
        await bench.ask("one")
        await bench.ready()
        if way == "menu":
            await bench.pilot.press("alt+up", "c")
            await copied(bench, "11  def f():\n12      return 1\n")
            await bench.pilot.press("enter")
            await dialog(bench, BlockMenu)
            await bench.shows("copy it without line numbers")
            await bench.pilot.press("p")
        else:
            await bench.ask(way)
        await copied(bench, "def f():\n    return 1\n")


async def test_a_block_without_line_numbers_does_not_offer_it() -> None:
    async with workbench([said(FIRST)]) as bench:
        await bench.ask("one")
        await bench.ready()
        await bench.ask("/copy 1 plain")
        await bench.shows("no line numbers")
        await bench.pilot.press("alt+up", "enter")
        await dialog(bench, BlockMenu)
        assert "copy it without" not in bench.text
        await bench.pilot.press("p", "escape")
        await back(bench)
