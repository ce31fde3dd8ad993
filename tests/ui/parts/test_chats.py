"""Chats without a screen: one is open and locked, nobody else's is touched."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from robotui import config
from robotui.chats.store import Chat
from robotui.chats.turns import Notice
from robotui.ui.parts.chats import Chats
from robotui.ui.parts.prompts import Prompts
from tests.ui.fakes import said
from tests.ui.parts.fakes import FakeHost, FakePrompt
from tests.ui.parts.test_turns import Desk

needs_locks = pytest.mark.skipif(sys.platform == "win32", reason="there are no such locks")


class Shown:
    """Chats on a desk of their own."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)
        self.agents: list[str] = []
        self.chats = Chats(
            *(self.desk.host, self.desk.turns, self.desk.find),
            *(lambda agent: self.agents.append(agent.id), config.paths().chats, folder),
        )

    @property
    def open(self) -> Chat:
        return self.desk.turns.talk.chat


def new_chat(folder: Path) -> Chat:
    return Chat.new(config.paths().chats, server="s", agent="RepoAgent", workspace=folder)


def locks() -> list[str]:
    return sorted(path.name for path in config.paths().chats.glob("*.lock"))


@needs_locks
async def test_a_chat_is_locked_while_it_is_open(tmp_path: Path) -> None:
    shown = Shown(tmp_path)
    chat = new_chat(tmp_path)
    shown.chats.open(chat)
    assert (shown.open, shown.agents) == (chat, ["RepoAgent"])
    assert locks() == [chat.path.with_suffix(".lock").name]
    shown.chats.start()
    assert shown.open.path != chat.path
    assert locks() == [shown.open.path.with_suffix(".lock").name]
    shown.chats.leave()
    assert locks() == []


@needs_locks
async def test_one_that_is_open_elsewhere_is_left_alone(tmp_path: Path) -> None:
    chat = new_chat(tmp_path)
    first, second = Shown(tmp_path), Shown(tmp_path)
    first.chats.open(chat)
    second.chats.open(chat)
    assert second.open.path != chat.path
    assert "open in another robotui" in second.desk.host.said[0]
    stays = second.open
    second.chats.open(chat)
    assert second.open is stays, "there is a chat already"
    for shown in (first, second):
        shown.chats.leave()


async def test_no_other_is_opened_while_a_reply_comes_in(tmp_path: Path) -> None:
    shown = Shown(tmp_path)
    chat = new_chat(tmp_path)
    shown.chats.open(chat)
    gate = asyncio.Event()
    shown.desk.client.scripts = [[gate, said("one")]]
    shown.desk.enter("hello")
    shown.chats.start()
    assert shown.open is chat
    assert "interrupt it first" in shown.desk.host.said[-1]
    gate.set()
    await shown.desk.host.settle()
    shown.chats.start()
    assert shown.open is not chat
    shown.chats.leave()


async def test_an_earlier_chat_is_picked(tmp_path: Path) -> None:
    earlier = new_chat(tmp_path / "elsewhere")
    earlier.ask("what was", "RepoAgent")
    earlier.shut()
    shown = Shown(tmp_path)
    shown.chats.open(new_chat(tmp_path))
    shown.desk.host.answers = [None, earlier.path]
    shown.chats.pick()
    await shown.desk.host.settle()
    assert shown.open.path != earlier.path
    shown.chats.pick()
    await shown.desk.host.settle()
    assert shown.open.path == earlier.path
    assert shown.desk.turns.talk.last_prompt == "what was"
    notices = [turn for turn in shown.open.transcript.turns if isinstance(turn, Notice)]
    assert [notice.headline for notice in notices] == [
        f"This chat was about {tmp_path / 'elsewhere'}"
    ]
    shown.chats.leave()


async def test_a_search_ends_with_its_chat(tmp_path: Path) -> None:
    shown = Shown(tmp_path)
    closed: list[str] = []
    finding = SimpleNamespace(is_open=True, close=lambda: closed.append("closed"))
    shown.desk.find._finding = cast("None", finding)
    shown.chats.open(new_chat(tmp_path))
    assert closed == ["closed"]
    shown.chats.leave()


# -- what is typed and not sent


async def test_a_draft_comes_back_in_its_folder_only(tmp_path: Path) -> None:
    host, field = FakeHost(), FakePrompt(text="half a thought")
    Prompts(host, field.as_prompt(), config.paths(), tmp_path).keep_draft()
    for folder, text in ((tmp_path / "other", ""), (tmp_path, "half a thought")):
        again = FakePrompt()
        prompts = Prompts(host, again.as_prompt(), config.paths(), folder)
        prompts.restore_draft()
        assert again.text == text
        assert again.earlier == ["half a thought"]
    typed = FakePrompt(text="typed already")
    Prompts(host, typed.as_prompt(), config.paths(), tmp_path).restore_draft()
    assert typed.text == "typed already"


async def test_an_earlier_prompt_takes_the_place_of_what_is_typed(tmp_path: Path) -> None:
    host, field = FakeHost(answers=[None, "before"]), FakePrompt(text="now")
    prompts = Prompts(host, field.as_prompt(), config.paths(), tmp_path)
    prompts.search()
    await host.settle()
    assert (field.text, prompts.history.entries) == ("now", [])
    prompts.search()
    await host.settle()
    assert (field.text, prompts.history.entries) == ("before", ["now"])
