"""Edges of what is kept of a chat: the end of a reply in the sidecar, tokens that are none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from robotui.chats import sidecar
from tests.chats.samples import AGENT, new_chat, reply_of, say


def test_the_end_of_a_reply_is_the_chat_s_last_change(tmp_path: Path) -> None:
    chat = new_chat(tmp_path / "chats")
    chat.ask("Hi", AGENT)
    chat.receive(say("Hello"))
    asked = sidecar.read(chat.path)[0].updated
    chat.close("done")
    chat.shut()
    closed = sidecar.read(chat.path)[0].updated
    assert closed > asked
    assert chat.info.updated == closed


@pytest.mark.parametrize(
    ("usage", "kept"),
    [
        ({"input_tokens": 0, "output_tokens": 3}, {"input_tokens": 0, "output_tokens": 3}),
        ({"input_tokens": -1, "output_tokens": 1}, {"output_tokens": 1}),
        ({"input_tokens": True, "output_tokens": 0}, {"output_tokens": 0}),
        ({"input_tokens": 1.5, "context_used": "7"}, {}),
    ],
)
def test_counts_of_tokens_are_whole_numbers_from_nought_on(
    tmp_path: Path, usage: dict[str, Any], kept: dict[str, int]
) -> None:
    chat = new_chat(tmp_path / "chats")
    chat.ask("Hi", AGENT)
    chat.receive(say("Hello", usage=usage))
    chat.shut()
    assert reply_of(chat.transcript).usage == kept
