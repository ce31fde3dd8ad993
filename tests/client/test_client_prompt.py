from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.client.prompt import ChatMessage, format_prompt
from robotui.errors import SettingsError


def test_a_single_user_message_is_its_text() -> None:
    assert format_prompt([ChatMessage("user", " Hello\n\nUser:\n ")]) == " Hello\n\nUser:\n "


def test_a_history_is_blocks() -> None:
    messages = [
        ChatMessage("system", "Be short."),
        ChatMessage("user", "One?"),
        ChatMessage("assistant", "Two."),
        ChatMessage("user", "Three?\nFour?"),
    ]
    assert format_prompt(messages) == (
        "System:\nBe short.\n\nUser:\nOne?\n\nAssistant:\nTwo.\n\nUser:\nThree?\nFour?"
    )


def test_the_last_user_message_comes_last() -> None:
    messages = [ChatMessage("user", "Q"), ChatMessage("system", "S")]
    assert format_prompt(messages) == "System:\nS\n\nUser:\nQ"


def test_mappings_are_messages() -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    messages: list[dict[str, Any]] = [
        {"role": "system", "content": None},
        {"role": "user", "content": parts},
    ]
    assert format_prompt(messages) == "System:\n\n\nUser:\nab"


@pytest.mark.parametrize("messages", [[], [ChatMessage("assistant", "x")]])
def test_no_user_message_is_refused(messages: list[ChatMessage]) -> None:
    with pytest.raises(SettingsError, match="no user message"):
        format_prompt(messages)


@pytest.mark.parametrize("message", [{"role": "tool", "content": "x"}, {"content": "x"}])
def test_an_unknown_role_is_named(message: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="role"):
        format_prompt([message])


_LINES = st.lists(
    st.sampled_from(["User:", "User: ", "Assistant:\r", "a", "", " User:"]), max_size=5
)


@given(question=_LINES.map("\n".join), answer=_LINES.map("\n".join))
def test_the_question_follows_the_last_heading(question: str, answer: str) -> None:
    messages = [ChatMessage("user", "x"), ChatMessage("assistant", answer)]
    prompt = format_prompt([*messages, ChatMessage("user", question)])
    lines = prompt.split("\n")
    last = max(at for at, line in enumerate(lines) if line == "User:")
    found = "\n".join(line.strip() for line in lines[last + 1 :])
    wanted = "\n".join(line.strip() for line in question.strip("\r\n").split("\n"))
    assert found == wanted
