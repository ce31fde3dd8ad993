"""Completing by keys, as a user meets it."""

from __future__ import annotations

import asyncio

import pytest
from textual import events

from robotui.ui.dialogs.help import Help
from robotui.ui.parts import files
from robotui.ui.widgets.completion_list import CompletionList
from tests.ui.fakes import Bench, Script, keys, said, workbench, write_file, write_tree

CODE = "```python app.py\ny = 1\n```\n\n```sh\nls\n```\n"


@pytest.fixture
def tree() -> None:
    """Files to mention."""
    write_tree()


def choices(bench: Bench) -> list[str]:
    """What the list offers; empty: it is closed."""
    shown = bench.screen.query_one(CompletionList)
    if not shown.display:
        return []
    assert shown._shown is not None
    return [choice.label for choice in shown._shown.offer.choices]


async def offers(bench: Bench, *expected: str) -> None:
    """Wait for a list."""
    await bench.until(lambda: choices(bench) == list(expected), f"the list {expected}")


# --- commands


async def test_a_slash_opens_the_list_and_letters_filter_it() -> None:
    async with workbench() as bench:
        await keys(bench, "/")
        await bench.shows("/agent NAME")
        await bench.shows("talk to another agent")
        await keys(bench, "sh")
        await offers(bench, "/shelf")
        await bench.shows("F6")
        await keys(bench, "x")
        await offers(bench)
        await bench.pilot.press("backspace")
        await offers(bench, "/shelf")


async def test_a_burst_of_a_few_letters_and_enter_goes_on_with_the_arguments() -> None:
    async with workbench() as bench:
        await keys(bench, "/ag")
        await bench.pilot.press("enter")
        assert bench.screen.prompt.text == "/agent "
        await offers(bench, "GeneralCodingAgent", "RepoAgent", "FrontEndAgent")
        await bench.pilot.press("down", "enter")
        await bench.until(lambda: bench.chat.info.agent == "RepoAgent")
        assert bench.screen.prompt.text == ""
        assert not choices(bench)


async def test_enter_runs_a_command_that_needs_nothing_more() -> None:
    async with workbench() as bench:
        await keys(bench, "/hel")
        await bench.pilot.press("enter")
        await bench.until(lambda: isinstance(bench.pilot.app.screen, Help))
        assert bench.screen.prompt.text == ""


async def test_enter_behind_a_command_with_a_blank_runs_it_as_it_is() -> None:
    async with workbench([said(CODE)]) as bench:
        await bench.ask("code")
        await bench.ready()
        await keys(bench, "/copy ")
        assert choices(bench) == ["1", "2", "all", "reply", "plain"]
        await bench.pilot.press("enter")
        await bench.shows("Copied block 2")
        await keys(bench, "/copy ")
        await bench.pilot.press("tab")
        assert bench.screen.prompt.text == "/copy 1"


async def test_the_arrows_go_round_and_are_the_prompt_s_again_once_it_is_closed() -> None:
    async with workbench([said("one")]) as bench:
        await bench.ask("earlier")
        await bench.ready()
        await keys(bench, "/")
        await bench.pilot.press("up", "tab")
        assert bench.screen.prompt.text == "/quit"
        assert not choices(bench)
        await bench.pilot.press("up")
        assert bench.screen.prompt.text == "earlier"


async def test_escape_closes_it_until_there_is_another_word_and_only_then_interrupts() -> None:
    script: Script = [said("Still at it ", delta=True), asyncio.Event()]
    async with workbench(script) as bench:
        await bench.ask("go")
        await bench.shows("Still at it")
        await keys(bench, "/s")
        assert choices(bench)
        await bench.pilot.press("escape")
        assert bench.busy
        await keys(bench, "h")
        assert not choices(bench)
        await bench.pilot.press("backspace", "backspace", "backspace")
        await keys(bench, "/sh")
        await offers(bench, "/shelf")
        await bench.pilot.press("escape", "escape")
        await bench.ready()


async def test_pastes_history_and_drafts_open_no_list() -> None:
    async with workbench([said("one")], [said("two")]) as bench:
        bench.pilot.app.post_message(events.Paste("/ag"))
        await bench.until(lambda: bench.screen.prompt.text == "/ag")
        assert not choices(bench)
        await keys(bench, "e")
        await offers(bench, "/agent NAME")
        bench.screen.prompt.replace_text("/ag")
        assert not choices(bench)
        await bench.pilot.press("tab")
        assert bench.screen.prompt.text == "/agent "


async def test_in_a_prompt_of_several_lines_a_slash_is_a_slash() -> None:
    async with workbench() as bench:
        await keys(bench, "a")
        await bench.pilot.press("ctrl+j")
        await keys(bench, "/h")
        assert not choices(bench)
        await bench.pilot.press("enter")
        await bench.until(lambda: [asked[0] for asked in bench.client.asked] == ["a\n/h"])


async def test_the_list_closes_where_the_cursor_goes_elsewhere() -> None:
    async with workbench() as bench:
        await keys(bench, "/sh")
        await bench.pilot.press("left")
        assert not choices(bench)
        await bench.pilot.press("right", "tab")
        await bench.pilot.press("backspace")
        await offers(bench, "/shelf")
        await bench.pilot.click("#prompt", offset=(3, 1))
        assert not choices(bench)


async def test_a_click_takes_a_choice() -> None:
    async with workbench() as bench:
        await keys(bench, "/")
        await bench.shows("/copy")
        await bench.pilot.click(CompletionList, offset=(3, 1))
        await bench.until(lambda: bench.screen.prompt.text == "/copy ")
        assert bench.pilot.app.focused is bench.screen.prompt


async def test_the_engines_that_were_told_are_offered() -> None:
    async with workbench() as bench:
        await keys(bench, "/engine a")
        await offers(bench, "auto")


# --- files


@pytest.mark.usefixtures("tree")
async def test_an_at_lists_files_those_changed_last_first() -> None:
    async with workbench([said("one")]) as bench:
        await keys(bench, "what does @")
        await offers(
            bench,
            *("src/", "src/app.py", "src/deep/", "src/deep/api.py"),
            *("my docs/", "my docs/read me.md", "b.py"),
        )
        await keys(bench, "api")
        await offers(bench, "src/deep/api.py")
        await bench.pilot.press("enter")
        assert bench.screen.prompt.text == "what does @src/deep/api.py "
        assert not choices(bench)
        await keys(bench, "do")
        await bench.pilot.press("enter")
        await bench.until(lambda: len(bench.client.asked) == 1)
        assert bench.client.asked[0][0] == "what does @src/deep/api.py do"


@pytest.mark.usefixtures("tree")
async def test_tab_goes_into_a_folder_and_enter_takes_it() -> None:
    async with workbench() as bench:
        await keys(bench, "@my")
        await offers(bench, "my docs/", "my docs/read me.md")
        await bench.pilot.press("tab")
        assert bench.screen.prompt.text == '@"my docs/'
        await offers(bench, "my docs/", "my docs/read me.md")
        await bench.pilot.press("down", "enter")
        assert bench.screen.prompt.text == '@"my docs/read me.md" '
        await keys(bench, "@deep")
        await offers(bench, "src/deep/", "src/deep/api.py")
        await bench.pilot.press("enter")
        assert bench.screen.prompt.text == '@"my docs/read me.md" @src/deep/ '


@pytest.mark.usefixtures("tree")
async def test_where_no_file_fits_enter_sends() -> None:
    async with workbench([said("one")]) as bench:
        await keys(bench, "see @src/app.py")
        await offers(bench, "src/app.py")
        await keys(bench, ":1")
        await offers(bench)
        await bench.pilot.press("enter")
        await bench.until(lambda: len(bench.client.asked) == 1)
        assert bench.client.asked[0][0] == "see @src/app.py:1"


@pytest.mark.usefixtures("tree")
async def test_tab_completes_what_was_not_typed_by_keys() -> None:
    async with workbench() as bench:
        await keys(bench, "@")
        await bench.until(lambda: bool(choices(bench)))
        await bench.pilot.press("ctrl+c")
        await bench.type("see @read")
        assert not choices(bench)
        await bench.pilot.press("tab")
        await bench.until(lambda: bench.screen.prompt.text == 'see @"my docs/read me.md" ')


@pytest.mark.usefixtures("tree")
async def test_a_file_that_is_new_is_found_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_FRESH", 0.0)
    monkeypatch.setattr(files, "_SELDOM", 0)
    async with workbench() as bench:
        await keys(bench, "@api")
        await offers(bench, "src/deep/api.py")
        write_file("api.txt", 9999)
        await bench.pilot.press("backspace")
        await bench.until(lambda: "api.txt" in choices(bench))


@pytest.mark.usefixtures("tree")
async def test_a_reply_goes_on_below_an_open_list() -> None:
    more = asyncio.Event()
    script: Script = [said("First ", delta=True), more, said("and then\n\nthe end", delta=True)]
    async with workbench(script) as bench:
        await bench.ask("go")
        await bench.shows("First")
        await keys(bench, "@b.p")
        await offers(bench, "b.py")
        more.set()
        await bench.shows("the end")
        await bench.ready()
        assert choices(bench) == ["b.py"]
        await bench.pilot.press("tab")
        assert bench.screen.prompt.text == "@b.py "
