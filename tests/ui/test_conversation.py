"""A conversation without a screen: sessions, history and refusing disks."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from robotui.chats.sidecar import Sidecar
from robotui.chats.store import Chat
from robotui.chats.turns import Notice, Reply
from robotui.errors import ConnectError, StorageError
from robotui.events import Failure, SessionStarted
from robotui.ui.conversation import HISTORY_CHARACTERS, TOGETHER, Conversation, messages_of
from tests.chats.samples import load, turns_of
from tests.ui.fakes import FakeClient, Script, connection_to, did, said


class Talk:
    """A conversation on a scripted client."""

    def __init__(self, folder: Path, *scripts: Script, info: Sidecar | None = None) -> None:
        self.client = FakeClient(list(scripts))
        self.chat = Chat(folder / "chat.jsonl", info or Sidecar(agent="RepoAgent"))
        self.conversation = Conversation(self.chat, connection_to(self.client))

    async def ask(self, text: str) -> str:
        """One turn; the chat's files are closed after it."""
        try:
            return await self.conversation.turn(
                text, "RepoAgent", changed=lambda: None, may_continue=lambda: True
            )
        finally:
            self.chat.shut()

    @property
    def notices(self) -> list[str]:
        """Headlines of what the program said."""
        return [turn.headline for turn in self.chat.transcript.turns if isinstance(turn, Notice)]


async def test_a_session_of_another_server_is_not_taken_along(tmp_path: Path) -> None:
    info = Sidecar(server="http://other", sid="theirs", agent="RepoAgent", created=1.0)
    talk = Talk(tmp_path, [ConnectError("no session")], [said("yes")], info=info)
    assert await talk.ask("first") == "failed"
    assert talk.client.asked[0][3] is None
    assert talk.chat.info.sid != "theirs"
    again = Talk(tmp_path, [said("yes")], info=Chat.load(talk.chat.path).info)
    await again.ask("second")
    assert again.client.asked[0][3] != "theirs"


async def test_a_prompt_that_failed_is_not_told_twice(tmp_path: Path) -> None:
    talk = Talk(tmp_path, [ConnectError("down")], [said("yes")], [said("more")])
    await talk.ask("hello")
    await talk.ask("hello")
    assert talk.client.asked[1][2] == []
    await talk.ask("and?")
    assert talk.client.asked[2][2] == ["hello", "yes"]


async def test_a_refusing_disk_costs_neither_reply_nor_session(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    talk = Talk(tmp_path, [SessionStarted(sid="new"), said("one")], [said("two")])

    def refuse(*_records: object) -> None:
        raise StorageError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(talk.chat, "_write", refuse)
        assert await talk.ask("a") == "done"
    assert talk.notices == ["Not saved: the disk is full"]
    await talk.ask("b")
    loaded = Chat.load(talk.chat.path)
    assert loaded.info.sid == "new"
    replies = [turn.text for turn in loaded.transcript.turns if isinstance(turn, Reply)]
    assert replies[-1] == "two"


async def test_all_that_is_shown_is_on_disk(tmp_path: Path) -> None:
    first = [said("One ", delta=True), said("two ", delta=True)]
    second = [said("three."), said("Four ", delta=True), did("run", command="make")]
    talk = Talk(tmp_path, [first, said("and ", delta=True), second, said("five ", delta=True)])
    shown = []

    def changed() -> None:
        shown.append(turns_of(talk.chat.transcript))
        assert turns_of(load(talk.chat.path).transcript) == shown[-1]

    await talk.conversation.turn("go", "RepoAgent", changed=changed, may_continue=lambda: True)
    talk.chat.shut()
    # The prompt, the session, what came together each time, the end.
    assert len(shown) == 1 + 1 + 4 + 1


async def test_a_flood_is_taken_in_slices(tmp_path: Path) -> None:
    flood = [said("x", delta=True) for _ in range(2 * TOGETHER + 1)]
    talk = Talk(tmp_path, [flood])
    lengths = []

    def changed() -> None:
        reply = talk.conversation.last_reply
        lengths.append(len(reply.text) if reply else 0)

    await talk.conversation.turn("go", "RepoAgent", changed=changed, may_continue=lambda: True)
    talk.chat.shut()
    assert lengths == [0, 0, TOGETHER, 2 * TOGETHER, len(flood), len(flood)]


async def test_a_reply_that_ends_amid_work_says_how_to_go_on(tmp_path: Path) -> None:
    talk = Talk(tmp_path, [did("run", command="make")])
    session = talk.client.session("s")
    session.unfinished = True
    talk.conversation._session = cast("None", session)
    await talk.ask("go")
    assert talk.notices == ["The reply ended while the agent was still working"]


async def test_an_error_that_the_server_reports_is_a_failed_turn(tmp_path: Path) -> None:
    talk = Talk(tmp_path, [said("half"), Failure(text="boom")])
    assert await talk.ask("go") == "failed"


async def test_history_is_bounded_and_newest_first_kept(tmp_path: Path) -> None:
    talk = Talk(tmp_path, *([said("x" * 30_000)] for _ in range(5)))
    for number in range(5):
        await talk.ask(f"prompt {number}")
    history = messages_of(talk.chat.transcript)
    assert [message.content for message in history if message.role == "user"] == [
        "prompt 2",
        "prompt 3",
        "prompt 4",
    ]
    assert sum(len(message.content) for message in history) <= HISTORY_CHARACTERS
