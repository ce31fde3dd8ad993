"""The workbench as a user meets it, on a scripted client."""

from __future__ import annotations

import asyncio
import json
import stat
import sys

import pytest

from robotui import config
from robotui.chats import sidecar
from robotui.chats.store import Chat
from robotui.chats.turns import Notice, Prompt, Reply, Switch
from robotui.errors import ConnectError, LaunchError
from robotui.events import Continued, from_object
from robotui.ui.widgets.prompt import PromptArea
from tests.ui.fakes import FakeClient, FakeTokens, Script, did, said, workbench

CODE = "Here:\n\n```python\ndef f():\n\treturn 1  \n```\n\nand\n\n```sh\nls\n```\n"


def turns(chat: Chat, kind: type) -> list[object]:
    return [turn for turn in chat.transcript.turns if isinstance(turn, kind)]


async def test_a_prompt_is_sent_and_its_reply_shown() -> None:
    async with workbench([said("**Hello** there")]) as bench:
        await bench.ask("hi")
        await bench.shows("Hello there")
        await bench.ready()
        assert bench.client.asked == [("hi", "GeneralCodingAgent", [], None)]
        assert bench.screen.prompt.text == ""


async def test_pieces_of_a_message_are_joined_and_whole_messages_are_paragraphs() -> None:
    script = [said("one ", delta=True), said("two"), said("three")]
    async with workbench(script) as bench:
        await bench.ask("x")
        await bench.ready()
        await bench.shows("one two")
        assert next(row.strip() for row in bench.rows if "three" in row).endswith("three")
        assert not any("two three" in row or "twothree" in row for row in bench.rows)


async def test_the_sidecar_has_the_session_and_no_token() -> None:
    async with workbench([said("ok")]) as bench:
        await bench.ask("hi")
        await bench.ready()
        path = sidecar.path_of(bench.chat.path)
    stored = json.loads(path.read_text())
    assert stored["sid"] == "0a1b2c3d-0000-4000-8000-000000000000"
    assert set(stored) == {"server", "sid", "agent", "title", "workspace", "created", "updated"}
    if sys.platform != "win32":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_switching_leaves_a_divider_and_targets_the_next_prompt() -> None:
    async with workbench([said("a")], [said("b")]) as bench:
        await bench.ask("first")
        await bench.ready()
        await bench.pilot.press("shift+tab")
        assert bench.screen.prompt.border_title == "to RepoAgent"
        await bench.ask("second")
        await bench.ready()
        assert [agent for _p, agent, _h, _s in bench.client.asked] == [
            "GeneralCodingAgent",
            "RepoAgent",
        ]
        assert len(turns(bench.chat, Switch)) == 1
        await bench.until(lambda: sum("RepoAgent" in row for row in bench.rows) >= 3)


@pytest.mark.parametrize("way", ["click", "f4", "/agent frontend", "palette"])
async def test_every_way_to_switch(way: str) -> None:
    async with workbench() as bench:
        if way == "click":
            await bench.pilot.click("#sidebar", offset=(6, 8))
        elif way == "f4":
            await bench.pilot.press("f4", "f4")
        elif way == "palette":
            await bench.pilot.press("ctrl+p")
            await bench.until(lambda: bench.pilot.app.screen is not bench.screen)
            await bench.pilot.press(*"frontend")
            for _ in range(100):
                await bench.pilot.press("enter")
                if bench.pilot.app.screen is bench.screen:
                    break
                await bench.pilot.pause(0.02)
        else:
            await bench.ask(way)
        await bench.until(lambda: bench.screen.prompt.border_title == "to FrontEndAgent")


async def test_switching_while_a_reply_comes_in_counts_from_the_next_prompt() -> None:
    gate = asyncio.Event()
    async with workbench([said("start ", delta=True), gate, said("end")], [said("x")]) as bench:
        await bench.ask("first")
        await bench.shows("start")
        await bench.pilot.press("f4")
        await bench.shows("From the next prompt on: RepoAgent")
        gate.set()
        await bench.ready()
        await bench.ask("second")
        await bench.ready()
        replies = turns(bench.chat, Reply)
        assert [reply.agent for reply in replies if isinstance(reply, Reply)] == [
            "GeneralCodingAgent",
            "RepoAgent",
        ]
        assert isinstance(replies[0], Reply)
        assert replies[0].text == "start end"


async def test_escape_interrupts_and_keeps_what_came() -> None:
    async with workbench([said("partial ", delta=True), asyncio.Event()]) as bench:
        await bench.ask("go")
        await bench.shows("partial")
        await bench.pilot.press("escape")
        await bench.ready()
        reply = turns(bench.chat, Reply)[0]
        assert isinstance(reply, Reply)
        assert (reply.state, reply.text) == ("interrupted", "partial ")
        assert bench.client.closed == 1
        await bench.shows("interrupted")
        path = bench.chat.path
    again = turns(Chat.load(path), Reply)[0]
    assert isinstance(again, Reply)
    assert (again.state, again.text) == ("interrupted", "partial ")


@pytest.mark.parametrize(("number", "source"), [(1, "def f():\n\treturn 1  \n"), (2, "ls\n")])
async def test_a_block_is_copied_by_its_number_to_the_byte(number: int, source: str) -> None:
    async with workbench([said(CODE)]) as bench:
        await bench.ask("code")
        await bench.ready()
        await bench.pilot.press(f"alt+{number}")
        await bench.until(lambda: bench.pilot.app.clipboard == source)
        await bench.shows(f"Copied block {number}")


async def test_a_block_is_copied_while_it_streams() -> None:
    async with workbench([said("```py\nx = 1\ny", delta=True), asyncio.Event()]) as bench:
        await bench.ask("code")
        await bench.shows("x = 1")
        await bench.pilot.press("alt+1")
        await bench.shows("so far")
        assert bench.pilot.app.clipboard.startswith("x = 1\ny")


async def test_copying_where_there_is_nothing_says_so() -> None:
    async with workbench([said("no code")], [said(CODE)]) as bench:
        await bench.ask("a")
        await bench.ready()
        await bench.pilot.press("alt+1")
        await bench.shows("no code block")
        await bench.ask("b")
        await bench.ready()
        await bench.ask("/copy 7")
        await bench.shows("blocks 1 to 2")


async def test_an_error_shows_a_remedy_and_r_sends_the_prompt_again() -> None:
    failing: Script = [said("half "), ConnectError("Nobody answers at http://test")]
    async with workbench(failing, [said("whole")]) as bench:
        await bench.ask("question")
        await bench.ready()
        await bench.shows("Nobody answers")
        await bench.shows("Check the address")
        await bench.shows("half")
        await bench.pilot.press("r")
        await bench.shows("whole")
        await bench.ready()
        assert [prompt for prompt, *_ in bench.client.asked] == ["question", "question"]


async def test_a_failure_that_none_expected_is_told_once() -> None:
    async with workbench([said("half "), ValueError("odd")], [said("whole")]) as bench:
        await bench.ask("question")
        await bench.ready()
        await bench.shows("turn failed: ValueError: odd")
        notices = [turn for turn in turns(bench.chat, Notice) if isinstance(turn, Notice)]
        assert [notice.headline for notice in notices] == ["turn failed: ValueError: odd"]
        await bench.pilot.press("r")
        await bench.shows("whole")


async def test_after_an_error_other_keys_type_as_usual() -> None:
    async with workbench([ConnectError("Nobody answers")]) as bench:
        await bench.ask("question")
        await bench.ready()
        await bench.pilot.press("o", "r")
        assert bench.screen.prompt.text == "or"
        assert len(bench.client.asked) == 1


async def test_a_server_that_does_not_start_is_an_error_in_the_log_and_the_app_lives() -> None:
    error = LaunchError("The embedded server did not start")
    async with workbench(connect_error=error) as bench:
        await bench.shows("did not start")
        await bench.ask("question")
        await bench.ready()
        assert any(isinstance(turn, Notice) and turn.retry for turn in bench.chat.transcript.turns)


async def test_activities_are_lines_and_nothing_is_executed() -> None:
    script = [did("run", command="touch made-by-the-server", thought="I look around.")]
    async with workbench(script) as bench:
        await bench.ask("go")
        await bench.ready()
        await bench.shows("$ touch made-by-the-server")
        await bench.shows("I look around.")
        assert not any(config.paths().data.rglob("made-by-the-server"))


async def test_escape_sequences_and_markup_of_a_reply_do_nothing() -> None:
    async with workbench([said("a\x1b[31mred\x1b]0;title\x07 [bold]b[/bold] \x9b1m")]) as bench:
        await bench.ask("go")
        await bench.ready()
        await bench.shows("ared [bold]b[/bold]")
        assert "\x1b" not in bench.text
        assert "\x9b" not in bench.text


async def test_an_automatic_continue_is_visible() -> None:
    continued = Continued(number=1, why="the reply stopped at a limit")
    async with workbench([said("one"), continued, said("two")]) as bench:
        await bench.ask("go")
        await bench.ready()
        prompts = [t for t in turns(bench.chat, Prompt) if isinstance(t, Prompt)]
        assert [p.text for p in prompts] == ["go", "continue"]
        assert prompts[1].automatic
        await bench.shows("limit")


async def test_a_prompt_typed_while_a_reply_comes_in_is_kept() -> None:
    gate = asyncio.Event()
    async with workbench([said("a", delta=True), gate]) as bench:
        await bench.ask("first")
        await bench.shows("GeneralCodingAgent")
        await bench.ask("second")
        assert bench.screen.prompt.text == "second"
        assert len(bench.client.asked) == 1
        gate.set()
        await bench.ready()


async def test_earlier_prompts_come_back_with_the_arrows_and_the_draft_survives() -> None:
    async with workbench() as bench:
        for text in ("one", "two\nlines"):
            await bench.ask(text)
            await bench.ready()
        await bench.type("draft")
        await bench.pilot.press("up")
        assert bench.screen.prompt.text == "two\nlines"
        await bench.pilot.press("up")
        assert bench.screen.prompt.text == "one"
        await bench.pilot.press("down", "down", "down")
        assert bench.screen.prompt.text == "draft"


async def test_newline_keys_and_unknown_commands() -> None:
    async with workbench() as bench:
        await bench.type("a")
        await bench.pilot.press("ctrl+j", "b")
        assert bench.screen.prompt.text == "a\nb"
        bench.screen.prompt.clear()
        await bench.ask("/nonsense")
        await bench.shows("There is no command")
        assert bench.screen.prompt.text == "/nonsense"
        assert not bench.client.asked


async def test_tab_completes_commands_and_agents() -> None:
    async with workbench() as bench:
        await bench.type("/ag")
        await bench.pilot.press("tab")
        assert bench.screen.prompt.text == "/agent "
        await bench.type("Rep")
        await bench.pilot.press("tab")
        assert bench.screen.prompt.text == "/agent RepoAgent"


async def test_a_chat_is_resumed_with_its_session_or_told_anew() -> None:
    async with workbench([said("first answer")]) as bench:
        await bench.ask("first")
        await bench.ready()
        path = bench.chat.path
    async with workbench([said("again")], chat=Chat.load(path)) as bench:
        await bench.shows("first answer")
        await bench.ask("second")
        await bench.ready()
        _prompt, _agent, history, sid = bench.client.asked[0]
        assert sid == "0a1b2c3d-0000-4000-8000-000000000000"
        assert history == ["first", "first answer"]
    other = FakeClient()
    other.endpoint = config.Endpoint("http://other", "http://other")
    async with workbench(client=other, chat=Chat.load(path)) as bench:
        await bench.ask("third")
        await bench.ready()
        assert other.asked[0][3] is None


async def test_the_status_says_where_the_token_is_and_why() -> None:
    client = FakeClient()
    client.tokens = FakeTokens("memory", "No usable keyring on this machine")
    async with workbench(client=client, size=(200, 30)) as bench:
        await bench.shows("token in memory")
        await bench.shows("No usable keyring")


async def test_ctrl_c_clears_then_quits_and_the_text_is_in_the_history() -> None:
    async with workbench() as bench:
        await bench.type("unsent")
        await bench.pilot.press("ctrl+c")
        assert bench.screen.prompt.text == ""
        assert bench.parts.prompts.history.entries == ["unsent"]
        await bench.pilot.press("ctrl+c")
        await bench.pilot.pause()
        assert bench.pilot.app._exit


async def test_an_empty_chat_has_no_divider() -> None:
    async with workbench([said("ok")]) as bench:
        await bench.pilot.press("f4")
        await bench.until(lambda: bench.screen.prompt.border_title == "to RepoAgent")
        assert "from here on" not in bench.text
        await bench.ask("hi")
        await bench.ready()
        assert turns(bench.chat, Switch) == []
        assert isinstance(Chat.load(bench.chat.path).transcript.turns[0], Prompt)


async def test_a_theme_that_was_chosen_is_there_again() -> None:
    async with workbench() as bench:
        bench.pilot.app.theme = "nord"
        await bench.pilot.pause()
    async with workbench() as bench:
        assert bench.pilot.app.theme == "nord"
    async with workbench(theme="dracula") as bench:
        assert bench.pilot.app.theme == "dracula", "the settings say so"


async def test_new_chat_and_back() -> None:
    usage = {"input_tokens": 1000, "output_tokens": 234}
    async with workbench([said("first answer", usage=usage)], size=(140, 30)) as bench:
        await bench.ask("first")
        await bench.ready()
        await bench.shows("1,234 tokens")
        await bench.pilot.press("ctrl+n")
        await bench.until(lambda: "first answer" not in bench.text)
        assert "1,234 tokens" not in bench.text
        await bench.pilot.press("ctrl+s")
        await bench.until(lambda: bench.pilot.app.screen is not bench.screen)
        await bench.pilot.press("enter")
        await bench.until(lambda: bench.pilot.app.screen is bench.screen)
        await bench.shows("first answer")
        await bench.shows("1,234 tokens")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (40, 12)])
async def test_it_fits_every_size(size: tuple[int, int]) -> None:
    async with workbench([said(CODE)], size=size) as bench:
        await bench.ask("code")
        await bench.ready()
        await bench.shows("def f")
        assert all(len(row) <= size[0] for row in bench.rows)
        assert isinstance(bench.pilot.app.focused, PromptArea)


async def test_help_lists_keys_and_commands() -> None:
    async with workbench() as bench:
        await bench.pilot.press("f1")
        await bench.until(lambda: bench.pilot.app.screen is not bench.screen)
        strips = bench.pilot.app.screen._compositor.render_strips()
        text = "\n".join("".join(segment.text for segment in strip) for strip in strips)
        assert "Shift+Enter" in text
        await bench.pilot.press("escape")
        await bench.until(lambda: bench.pilot.app.screen is bench.screen)


async def test_a_limit_and_a_warning_are_shown() -> None:
    unreadable = from_object({"odd": 1})
    async with workbench([unreadable, said("stopped", reason="length")]) as bench:
        await bench.ask("go")
        await bench.ready()
        await bench.shows("could not be read")
        await bench.shows("length")


async def test_what_is_typed_right_behind_enter_stays() -> None:
    async with workbench([said("a")]) as bench:
        bench.screen.prompt.insert("question")
        bench.screen.prompt.post_message(PromptArea.Submitted("question"))
        bench.screen.prompt.insert(" more")
        await bench.ready()
        await bench.until(lambda: bool(bench.client.asked))
        assert bench.client.asked[0][0] == "question"
        assert bench.screen.prompt.text == " more"


async def test_the_sidebar_goes_and_comes_back() -> None:
    async with workbench() as bench:
        await bench.shows("FrontEndAgent")
        await bench.pilot.press("ctrl+b")
        await bench.until(lambda: "FrontEndAgent" not in bench.text)
        await bench.pilot.press("f9")
        await bench.shows("FrontEndAgent")


async def test_an_activity_expands_by_key() -> None:
    async with workbench([did("run_ipython", code="first = 1\nsecond = 2")]) as bench:
        await bench.ask("go")
        await bench.ready()
        await bench.shows("first = 1")
        assert "│ second = 2" not in bench.text
        await bench.pilot.press("f5")
        await bench.shows("│ second = 2")


async def test_a_chat_that_is_open_elsewhere_is_left_alone() -> None:
    async with workbench([said("first answer")]) as bench:
        await bench.ask("first")
        await bench.ready()
        async with workbench(chat=Chat.load(bench.chat.path)) as other:
            assert other.chat.path != bench.chat.path
            await other.shows("is open in another robotui")
        path = bench.chat.path
    async with workbench(chat=Chat.load(path)) as again:
        assert again.chat.path == path
        await again.shows("first answer")


async def test_a_hostile_session_id_does_nothing_to_the_terminal() -> None:
    async with workbench() as bench:
        bench.screen.status.show(sid="\x1bc\x1b]0;x", server="\x1b[2J", why="\x9b1m")
        await bench.pilot.pause()
        assert not any(char in bench.text for char in "\x1b\x9b")


async def test_picking_the_chat_that_is_open_changes_nothing() -> None:
    async with workbench([said("first answer")]) as bench:
        await bench.ask("first")
        await bench.ready()
        chat = bench.chat
        await bench.pilot.press("ctrl+s")
        await bench.until(lambda: bench.pilot.app.screen is not bench.screen)
        await bench.pilot.press("enter")
        await bench.until(lambda: bench.pilot.app.screen is bench.screen)
        await bench.shows("first answer")
        assert bench.chat is chat
        assert "another robotui" not in bench.text


@pytest.mark.parametrize("animations", [True, False])
async def test_without_animations_nothing_moves_by_itself(animations: bool) -> None:
    async with workbench(animations=animations) as bench:
        assert bench.screen.prompt.cursor_blink is animations
        assert (bench.pilot.app.animation_level == "none") is not animations
