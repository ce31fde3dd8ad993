"""Earlier prompts, searched."""

from __future__ import annotations

from textual.widgets import OptionList

from robotui.ui.dialogs.history import History
from tests.ui.fakes import Bench, workbench

PROMPTS = ["where is the token?", "write a parser", "where is the parser?", "write a parser"]


async def opened(bench: Bench) -> History:
    bench.parts.prompts.history.entries[:] = PROMPTS
    await bench.type("half a thought")
    await bench.pilot.press("ctrl+r")
    await bench.until(lambda: isinstance(bench.pilot.app.screen, History))
    dialog = bench.pilot.app.screen
    assert isinstance(dialog, History)
    await bench.until(lambda: dialog.query_one(OptionList).option_count == 3)
    return dialog


async def test_the_newest_is_taken_first_and_the_draft_is_kept() -> None:
    async with workbench() as bench:
        await opened(bench)
        await bench.pilot.press("enter")
        await bench.until(lambda: bench.screen.prompt.text == "write a parser")
        assert bench.parts.prompts.history.entries[-1] == "half a thought"


async def test_all_words_must_be_in_a_prompt() -> None:
    async with workbench() as bench:
        dialog = await opened(bench)
        await bench.pilot.press(*"PARSER wh")
        await bench.until(lambda: dialog.query_one(OptionList).option_count == 1)
        await bench.pilot.press("enter")
        await bench.until(lambda: bench.screen.prompt.text == "where is the parser?")


async def test_moving_and_leaving() -> None:
    async with workbench() as bench:
        await opened(bench)
        await bench.pilot.press("down", "down", "down", "up", "ctrl+r", "enter")
        await bench.until(lambda: bench.screen.prompt.text == "where is the token?")
        await bench.pilot.press("ctrl+r")
        await bench.until(lambda: isinstance(bench.pilot.app.screen, History))
        await bench.pilot.press(*"nothing like it", "enter")
        await bench.until(lambda: bench.pilot.app.screen is bench.screen)
        assert bench.screen.prompt.text == "where is the token?"
