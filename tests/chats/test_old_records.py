"""Chats that earlier versions recorded are still read: lines as these wrote them."""

from __future__ import annotations

from pathlib import Path

import pytest

from robotui.chats.store import Chat
from robotui.chats.turns import Did, Notice, Remark, Said
from tests.chats.samples import load, reply_of, words

CHAT = Path(__file__).parents[1] / "cases" / "chat.jsonl"


@pytest.fixture
def chat(tmp_path: Path) -> Chat:
    path = tmp_path / "chat.jsonl"
    path.write_bytes(CHAT.read_bytes())
    return load(path)


def test_each_record_still_counts(chat: Chat) -> None:
    assert not any(isinstance(turn, Notice) for turn in chat.transcript.turns)
    reply = reply_of(chat.transcript)
    assert (reply.state, reply.failure, reply.ended) == ("failed", "boom", 17.0)
    assert [type(part) for part in reply.parts] == [Did, Said, Remark, Said, Said, Did, Remark]
    assert reply.text == "half\n\nrest\n\n```\nx\n```"


def test_what_an_unknown_action_said_is_read_as_it_is_today(chat: Chat) -> None:
    said, did = reply_of(chat.transcript).parts[4:6]
    assert words(said) == "```\nx\n```"
    assert words(did) == ("m", "out", "out")
