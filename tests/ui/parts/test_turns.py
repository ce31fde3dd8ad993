"""Turns without a screen: what is sent, kept, interrupted and told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from robotui import agents, config
from robotui.chats.sidecar import Sidecar
from robotui.chats.store import Chat
from robotui.chats.turns import Notice, Reply, Switch
from robotui.config import Settings
from robotui.errors import ConnectError
from robotui.markdown import CodeBlock
from robotui.ui.parts.agents import Agents
from robotui.ui.parts.completing import Completing
from robotui.ui.parts.copying import Copying
from robotui.ui.parts.files import Files
from robotui.ui.parts.find import Find
from robotui.ui.parts.prompts import Prompts
from robotui.ui.parts.status import Status
from robotui.ui.parts.stopping import Stopping
from robotui.ui.parts.turns import Turns
from tests.ui.fakes import FakeClient, Script, connection_to, said
from tests.ui.parts.fakes import FakeBar, FakeBlocks, FakeHost, FakeList, FakeLog, FakePrompt
from tests.waiting import until


class Desk:
    """The parts around turns, on a client that plays scripts."""

    def __init__(self, folder: Path, *scripts: Script) -> None:
        self.host, self.log, self.prompt, self.bar = FakeHost(), FakeLog(), FakePrompt(), FakeBar()
        self.client = FakeClient(list(scripts))
        self.found = 0
        log, area = self.log.as_log(), self.prompt.as_prompt()
        self.prompts = Prompts(self.host, area, config.paths(), folder)
        self.find = Find(self.host, log, area, self._mount)
        self.turns = Turns(
            *(self.host, log, self.prompts, Status(self.bar.as_bar(), Settings()), self.find),
            connection_to(self.client),
        )
        copying = Copying(self.host, log, self.turns, folder)
        completing = Completing(area, FakeList().as_list(), Files(self.host, folder), {})
        self.stopping = Stopping(
            *(self.host, log, self.prompts, self.turns, self.find, copying, completing)
        )
        self.shown: list[str] = []
        self.agents = Agents(self.host, log, self.turns, lambda agent: self.shown.append(agent.id))
        self.chat = Chat(folder / "chat.jsonl", Sidecar(agent="RepoAgent"))
        self.turns.begin(self.chat)

    async def _mount(self, _widget: object) -> None:
        """There is no screen."""

    def enter(self, text: str) -> None:
        """Type and press Enter."""
        self.prompt.text = text
        self.turns.submit(text)

    def busy(self) -> bool:
        """Whether a reply is coming in."""
        return self.turns.busy

    @property
    def reply(self) -> str:
        """What the last reply says so far."""
        reply = self.turns.talk.last_reply
        return reply.text if reply else ""

    def of_kind(self, kind: type) -> list[object]:
        """The turns of a kind in the chat."""
        return [turn for turn in self.chat.transcript.turns if isinstance(turn, kind)]


Desks = Callable[..., Desk]


@pytest.fixture
async def desks(tmp_path: Path) -> AsyncIterator[Desks]:
    """Makes a desk whose client plays scripts; its chat is closed at the end."""
    made: list[Desk] = []

    def make(*scripts: Script) -> Desk:
        made.append(Desk(tmp_path, *scripts))
        return made[-1]

    yield make
    for desk in made:
        desk.chat.shut()


@pytest.fixture
async def desk(desks: Desks) -> Desk:
    return desks()


async def test_what_is_typed_is_sent_remembered_and_gone_from_the_field(desk: Desk) -> None:
    desk.enter("hello")
    assert desk.busy()
    assert desk.bar.standing.state == "replying"
    await desk.host.settle()
    assert not desk.busy()
    assert desk.client.asked == [("hello", "RepoAgent", [], None)]
    assert (desk.prompt.text, desk.prompts.history.entries[-1:]) == ("", ["hello"])
    assert desk.log.shown is desk.chat.transcript
    assert desk.log.calls[0] == "end"
    assert "sync" in desk.log.calls
    assert desk.bar.standing.sid == desk.chat.info.sid != ""


async def test_one_turn_at_a_time(desks: Desks) -> None:
    gate = asyncio.Event()
    desk = desks([gate, said("one")])
    desk.enter("first")
    desk.enter("second")
    desk.turns.go_on()
    desk.turns.retry()
    assert desk.prompt.text == "second"
    assert desk.host.said == [
        "A reply is coming in: Esc interrupts it. Your prompt is kept.",
        "A reply is coming in.",
    ]
    gate.set()
    await desk.host.settle()
    assert [prompt for prompt, *_ in desk.client.asked] == ["first"]


async def test_a_retry_repeats_the_last_prompt_for_the_agent_of_now(desks: Desks) -> None:
    desk = desks([ConnectError("down")])
    desk.turns.retry()
    assert desk.host.said == ["There is nothing to retry."]
    desk.enter("hello")
    await desk.host.settle()
    desk.turns.ended(desk.host.works[-1], failed=True)
    assert bool(desk.prompt.retry_offered)
    assert desk.bar.standing.state == "failed"
    desk.agents.pick("frontend")
    desk.turns.retry()
    assert not desk.prompt.retry_offered
    await desk.host.settle()
    assert [(prompt, agent) for prompt, agent, *_ in desk.client.asked] == [
        ("hello", "RepoAgent"),
        ("hello", "FrontEndAgent"),
    ]
    desk.turns.ended(desk.host.works[0], failed=True)
    assert not desk.prompt.retry_offered, "another turn has begun since"
    desk.turns.ended(desk.host.works[-1], failed=False)
    assert desk.bar.standing.state == "ready"


async def test_going_on_sends_continue(desk: Desk) -> None:
    desk.turns.go_on()
    await desk.host.settle()
    assert [prompt for prompt, *_ in desk.client.asked] == ["continue"]
    assert desk.prompts.history.entries == []


async def test_stopping_waits_until_what_came_is_recorded(desks: Desks) -> None:
    desk = desks([said("half", delta=True), asyncio.Event()])
    desk.enter("hello")
    await until(lambda: desk.reply == "half", "a reply did not come")
    await desk.turns.stop()
    (reply,) = desk.of_kind(Reply)
    assert isinstance(reply, Reply)
    assert (reply.state, reply.text) == ("interrupted", "half")


async def test_stopping_where_nothing_goes_on_is_nothing(desk: Desk) -> None:
    desk.turns.interrupt()
    await desk.turns.stop()
    assert not desk.host.works


@pytest.mark.parametrize(
    ("error", "headline"),
    [
        (ValueError("odd"), "open failed: ValueError: odd"),
        (ConnectError("Nobody answers"), "Nobody answers"),
        (MemoryError(), "There is not enough memory"),
    ],
)
async def test_what_failed_is_told_in_the_chat(desk: Desk, error: Exception, headline: str) -> None:
    desk.turns.tell_failure("open", error)
    (notice,) = desk.of_kind(Notice)
    assert isinstance(notice, Notice)
    assert notice.headline == headline
    assert notice.remedy


async def test_an_open_search_goes_on_in_what_comes(desk: Desk) -> None:
    grown: list[str] = []
    finding = SimpleNamespace(is_open=True, sync=lambda: grown.append("more"))
    desk.find._finding = cast("None", finding)
    desk.enter("hello")
    await desk.host.settle()
    assert grown


# -- agents


async def test_an_agent_that_is_not_there_is_told_with_those_that_are(desk: Desk) -> None:
    desk.agents.pick("nobody")
    assert "There is no agent 'nobody'" in desk.host.said[0]
    assert all(agent.id in desk.host.said[0] for agent in agents.everyone())
    assert desk.chat.info.agent == "RepoAgent"
    assert desk.of_kind(Switch) == []


async def test_steps_go_round_all_agents(desk: Desk) -> None:
    seen = []
    for _ in agents.everyone():
        desk.agents.step(1)
        seen.append(desk.chat.info.agent)
    assert sorted(seen) == sorted(agent.id for agent in agents.everyone())
    assert desk.chat.info.agent == "RepoAgent"
    assert desk.shown == seen


async def test_the_agent_that_is_active_is_not_switched_to(desk: Desk) -> None:
    desk.agents.pick("RepoAgent")
    assert desk.shown == []
    assert desk.of_kind(Switch) == []


# -- Esc and Ctrl+C


async def test_esc_leaves_the_block_before_it_interrupts(desks: Desks) -> None:
    desk = desks([asyncio.Event()])
    desk.enter("hello")
    desk.log.blocks = FakeBlocks(walked=CodeBlock())
    desk.stopping.interrupt()
    assert desk.log.blocks.walked is None
    assert desk.busy()
    desk.stopping.interrupt()
    await desk.host.settle()
    assert not desk.busy()


async def test_ctrl_c_copies_clears_interrupts_and_quits(desks: Desks) -> None:
    desk = desks([asyncio.Event()])
    desk.host.selection = "words"
    desk.stopping.copy_or_quit()
    await desk.host.settle()
    assert desk.host.said[0].startswith("Copied 5 characters")
    desk.host.selection = ""
    desk.enter("hello")
    desk.prompt.text = "half a thought"
    desk.stopping.copy_or_quit()
    assert (desk.prompt.text, desk.prompts.history.entries[-1]) == ("", "half a thought")
    assert desk.busy()
    desk.prompt.text = "x"
    desk.stopping.typed()
    desk.prompt.text = ""
    desk.stopping.copy_or_quit()
    await desk.host.settle()
    assert not desk.busy()
    assert not desk.host.has_quit, "it was typed in between"
    desk.stopping.copy_or_quit()
    assert desk.host.has_quit
