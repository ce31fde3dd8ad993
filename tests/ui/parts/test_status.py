from __future__ import annotations

from typing import cast

import pytest

from robotui.client import Client
from robotui.config import Endpoint, Settings
from robotui.ui.parts.status import Status, usage_words
from robotui.ui.widgets.status_bar import Standing
from tests.ui.fakes import FakeClient, FakeTokens
from tests.ui.parts.fakes import FakeBar


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        ({}, ""),
        ({"input_tokens": 1000, "output_tokens": 234}, "1,234 tokens"),
        ({"context_used": 4096, "context_window": 8192}, "context 50 % full"),
        ({"context_used": 4096}, ""),
        ({"without_tools": 1}, "no tools"),
        (
            {"input_tokens": 7, "context_used": 1, "context_window": 3, "without_tools": 1},
            "no tools, 7 tokens, context 33 % full",
        ),
    ],
)
def test_words_for_what_a_reply_took(usage: dict[str, int], words: str) -> None:
    assert usage_words(usage) == words


def test_a_reply_without_tools_is_told_once_while_it_comes() -> None:
    bar = FakeBar()
    status = Status(bar.as_bar(), Settings())
    status.without_tools({"input_tokens": 1})
    assert bar.changes == 0
    for _ in range(3):
        status.without_tools({"without_tools": 1})
    assert (bar.changes, bar.standing.context) == (1, "no tools")


def test_a_token_that_others_can_read_is_told() -> None:
    bar = FakeBar()
    status = Status(bar.as_bar(), Settings())
    status.token()
    assert bar.changes == 0, "there is no server yet"
    endpoint = Endpoint("http://far.example", "http://far.example")
    client = FakeClient(endpoint=endpoint, tokens=FakeTokens("memory", "no keyring"))
    status.server(cast("Client", client))
    status.token()
    assert bar.standing.server == "http://far.example"
    assert bar.standing.token == "token in memory, sent unencrypted"
    assert "unencrypted" in bar.standing.why


def test_a_state_has_a_clock_and_keys_of_its_own() -> None:
    bar = FakeBar()
    status = Status(bar.as_bar(), Settings())
    status.replying()
    assert (bar.standing.state, bar.standing.keys[0]) == ("replying", "Esc interrupt")
    assert bar.standing.since is not None
    status.resting("failed")
    assert bar.standing == Standing(state="failed", keys=bar.standing.keys)
    assert "Enter send" in bar.standing.keys
