"""What a reply says: the text rule, paragraphs, and whether it ends with an error."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.client.words import Paragraphs
from robotui.events import (
    Continued,
    Event,
    Failure,
    Message,
    Observation,
    SessionStarted,
    Status,
    from_object,
)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ({"action": "message", "args": {"content": "c"}, "message": "m"}, "c"),
        ({"action": "message", "args": None, "message": "m"}, "m"),
        ({"action": "write", "args": {"content": "file", "thought": "t"}, "message": "m"}, "t"),
        ({"action": "write", "args": {"content": "file"}, "message": "m"}, ""),
        ({"action": "finish", "args": {"outputs": {}}, "message": "All done!"}, ""),
        ({"action": "novel", "args": {"content": "c"}, "message": "m"}, "c"),
        ({"action": "novel", "args": {}, "message": "m"}, "m"),
        ({"observation": "run", "content": "out", "message": "m"}, ""),
        ({"message": "working"}, ""),
        ({"action": "think", "args": {"thought": "hm"}, "message": "Thinking"}, ""),
    ],
)
def test_the_text_rule(raw: dict[str, Any], text: str) -> None:
    assert Paragraphs().add(from_object(raw)) == text


def piece(text: str) -> Message:
    return Message(text=text, delta=True)


def whole(text: str) -> Message:
    return Message(text=text)


CONTINUED = Continued(number=1, why="limit")
CUT = Message(text="A", reason="length", wait_for_response=True)
THOUGHT = from_object({"action": "think", "args": {"thought": "hm"}, "message": "Thinking"})


@pytest.mark.parametrize(
    ("events", "text"),
    [
        ([whole("A."), whole("B.")], "A.\n\nB."),
        ([piece("A"), piece("B"), whole("")], "AB"),
        ([whole("A."), piece(""), piece("B")], "A.\n\nB"),
        ([piece("A"), whole(""), piece(""), piece(""), whole("B")], "A\n\nB"),
        ([whole(""), whole("A")], "A"),
        ([whole("A\n"), whole("B")], "A\n\nB"),
        ([piece("A"), Continued(number=1, why="limit"), piece("B")], "A\n\nB"),
        ([whole("A"), CONTINUED, whole("B")], "A\n\nB"),
        ([CUT, CONTINUED, piece("B"), whole("")], "AB"),
        ([CUT, CONTINUED, THOUGHT, CUT, CONTINUED, piece("B")], "AAB"),
        (
            [piece("A"), Message(text="", reason="time"), CONTINUED, Status(text="x"), piece("B")],
            "AB",
        ),
        ([CUT, SessionStarted(sid="s", why="gone"), CONTINUED, piece("B")], "A\n\nB"),
        ([whole("A"), Message(text="", reason="time"), CONTINUED, piece("B")], "A\n\nB"),
        ([CUT, whole("B")], "A\n\nB"),
        ([THOUGHT, piece("A"), THOUGHT, piece("B")], "AB"),
        (
            [
                whole("A"),
                Status(text="working"),
                Observation(observation="run", content="x", extras={}),
            ],
            "A",
        ),
    ],
)
def test_messages_are_paragraphs(events: list[Event], text: str) -> None:
    paragraphs = Paragraphs()
    assert "".join(map(paragraphs.add, events)) == text
    assert paragraphs.spoke


@given(st.lists(st.sampled_from([piece(""), piece("a"), whole(""), whole("b")])))
def test_no_word_is_lost_and_none_stands_after_an_empty_paragraph(events: list[Message]) -> None:
    paragraphs = Paragraphs()
    text = "".join(map(paragraphs.add, events))
    said = "".join(event.text for event in events)
    assert text.replace("\n", "") == said
    assert "\n\n\n" not in text
    assert text == text.strip()
    assert paragraphs.spoke == bool(said)


BOOM = Failure(text="boom")


@pytest.mark.parametrize(
    ("events", "failure"),
    [
        ([], ""),
        ([BOOM], "boom"),
        ([whole("a"), BOOM], "boom"),
        ([BOOM, whole("a")], ""),
        ([BOOM, Observation(observation="run", content="x", extras={})], ""),
        ([BOOM, from_object({"action": "run", "args": {}})], ""),
        ([BOOM, Continued(number=1, why="limit")], ""),
        ([BOOM, whole("")], "boom"),
        ([BOOM, Status(text="s")], "boom"),
        ([BOOM, Message(text="mine", source="user")], "boom"),
        ([whole("a"), Failure(text="mine", source="user")], ""),
    ],
)
def test_a_reply_fails_if_it_ends_with_an_error(events: list[Event], failure: str) -> None:
    paragraphs = Paragraphs()
    for event in events:
        paragraphs.add(event)
    assert paragraphs.failure == failure
