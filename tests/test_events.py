from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui import events
from robotui.events import (
    Action,
    Event,
    Failure,
    Message,
    Observation,
    StateChange,
    Status,
    Unreadable,
    dump,
    from_object,
    parse,
    text_of,
)
from robotui.text import encodable
from tests.strategies import json_values, wire_objects

SID = "5d3c1f6e-4a0b-4f57-9a63-0c2b7a1de001"


def action(name: str, args: Any, message: str = "", **more: Any) -> dict[str, Any]:
    """An action in the wire's key order (protocol 2)."""
    head = {"id": 7, "timestamp": "2024-12-01T08:30:00.000123", "source": "agent"}
    return {**head, "message": message, "action": name, "args": args, **more, "sid": SID}


def observation(name: str, content: Any, extras: Any, **more: Any) -> dict[str, Any]:
    """An observation in the wire's key order (protocol 4.1)."""
    head = {"id": 8, "timestamp": "2024-12-01T08:30:01", "source": "agent", "message": "told"}
    return {**head, **more, "observation": name, "content": content, "extras": extras, "sid": SID}


ACTIONS: list[dict[str, Any]] = [
    action("run", {"command": "make", "background": False, "thought": "Build it."}),
    action("run", {"command": "make", "thought": "T", "blocking": False, "hidden": False}),
    action("run", {"command": "make", "thought": "T", "is_confirmed": "confirmed"}, timeout=120),
    action("run", {"command": "make", "thought": "T", "security_risk": -1}),
    action("kill", {"command_id": 3, "thought": ""}),
    action("run_ipython", {"code": "1 + 1", "thought": "Add.", "kernel_init_code": "import os"}),
    action("run_ipython", {"code": "1", "thought": "", "include_extra": True}),
    action("read", {"path": "b.py", "start": 0, "end": -1, "thought": ""}),
    action("write", {"path": "b.py", "content": "y = 2\n", "start": 0, "end": -1, "thought": "W"}),
    action("edit", {"path": "b.py", "content": "y = 3\n", "start": 1, "end": -1, "thought": ""}),
    action("browse", {"url": "https://example.org", "thought": ""}),
    action("browse_interactive", {"browser_actions": "back()", "thought": ""}),
    action("recall", {"query": "where", "thought": ""}),
    action("delegate", {"agent": "Helper", "inputs": {"task": "Look"}, "thought": "Ask."}),
    action("finish", {"outputs": {"content": "ready"}, "thought": "It works."}),
    action("finish", {"outputs": {}, "thought": ""}),
    action("reject", {"outputs": {"reason": "not allowed"}, "thought": ""}),
    action("add_task", {"parent": "0", "goal": "ship", "subtasks": [], "thought": ""}),
    action("modify_task", {"task_id": "0.2", "state": "completed", "thought": ""}),
    action("summarize", {"summary": "short"}),
    action("null", {}),
    action("teleport", {"to": "Mars"}, tool_call_metadata={"a": [1]}),
]

OBSERVATIONS: list[dict[str, Any]] = [
    observation("run", "a\r\nb", {"command_id": -1, "command": "ls", "exit_code": 0}, cause=7),
    observation("run", "a", {"exit_code": 1, "hidden": False}, source="environment"),
    observation("run_ipython", "2", {"code": "1 + 1"}, cause=7),
    observation("read", "y = 2\n", {"path": "b.py"}, cause=7),
    observation("write", "", {"path": "b.py"}, cause=7),
    observation("edit", "-y\n+z", {"path": "b.py", "prev_exist": True}, source="environment"),
    observation("browse", "page", {"url": "https://example.org", "status_code": 200}, cause=7),
    observation("recall", "", {"memories": ["m"], "role": "assistant"}, cause=7),
    observation("delegate", "Helper is done", {"outputs": {"content": "x"}}),
    observation("success", "fine", {}),
    observation("null", "", {}),
    observation("user_rejected", "no", {}),
    observation("teleported", "there", {"to": "Mars"}),
]


# --- messages ------------------------------------------------------------------------------------


def test_a_message_has_all_that_the_wire_says() -> None:
    args = {"content": "Hello.", "wait_for_response": True, "extras": {}}
    raw = action("message", args, "Hello.")
    assert from_object(raw) == Message(
        raw=raw,
        id=7,
        timestamp="2024-12-01T08:30:00.000123",
        source="agent",
        sid=SID,
        text="Hello.",
        wait_for_response=True,
    )


@pytest.mark.parametrize("images", ["image_urls", "images_urls"])
def test_a_later_message_shape_is_the_same_message(images: str) -> None:
    event = from_object(action("message", {"content": "Hi", images: None}, "Hi"))
    assert isinstance(event, Message)
    assert event.text == "Hi"
    assert not event.wait_for_response


def test_the_content_of_a_message_goes_before_its_message() -> None:
    assert message(action("message", {"content": "content"}, "message")).text == "content"
    assert message(action("message", {"content": ""}, "message")).text == "message"
    assert message(action("message", {}, "message")).text == "message"


@pytest.mark.parametrize("extension", [{"delta": True}, {"delta": True, "other": 1}])
def test_a_piece_says_so(extension: dict[str, Any]) -> None:
    assert message(action("message", {"content": "a", "extras": extension})).delta


@pytest.mark.parametrize("value", [False, None, 1, "true", {}, []])
def test_only_a_json_true_makes_a_piece(value: Any) -> None:
    assert not message(action("message", {"content": "a", "extras": {"delta": value}})).delta


@pytest.mark.parametrize("reason", sorted(events.LIMIT_REASONS))
def test_a_limit_reason_is_kept(reason: str) -> None:
    args = {"content": "a", "wait_for_response": True, "extras": {"reason": reason}}
    assert message(action("message", args)).reason == reason


def test_usage_is_kept_if_it_is_an_object() -> None:
    extras: dict[str, Any] = {"usage": {"output": 3}}
    assert message(action("message", {"extras": extras})).usage == {"output": 3}
    assert message(action("message", {"extras": {"usage": 3}})).usage == {}


# --- actions and observations --------------------------------------------------------------------


@pytest.mark.parametrize("raw", ACTIONS, ids=lambda raw: raw["action"])
def test_an_action_is_kept_with_its_thought(raw: dict[str, Any]) -> None:
    event = from_object(raw)
    assert isinstance(event, Action)
    assert (event.action, event.args) == (raw["action"], raw["args"])
    assert event.thought == raw["args"].get("thought", "")
    assert (event.raw, event.id, event.sid, event.source) == (raw, 7, SID, "agent")


@pytest.mark.parametrize("raw", OBSERVATIONS, ids=lambda raw: raw["observation"])
def test_an_observation_is_kept_with_its_content(raw: dict[str, Any]) -> None:
    event = from_object(raw)
    assert isinstance(event, Observation)
    assert (event.observation, event.extras) == (raw["observation"], raw["extras"])
    assert (event.content, event.message) == (raw["content"], "told")
    assert event.raw.get("cause") == raw.get("cause")


def test_a_file_content_is_no_speech() -> None:
    event = from_object(action("write", {"path": "a", "content": "x = 1\n", "thought": ""}))
    assert isinstance(event, Action)
    assert event.thought == ""


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (observation("error", "boom", {"error_id": ""}), "boom"),
        (observation("error", "", {}), "told"),
        (observation("error", "", {}, message=""), "error"),
    ],
)
def test_an_error_observation_is_a_failure(raw: dict[str, Any], text: str) -> None:
    event = from_object(raw)
    assert isinstance(event, Failure)
    assert event.text == text


@pytest.mark.parametrize(
    "raw",
    [
        action("change_agent_state", {"agent_state": "paused", "thought": ""}, source="user"),
        observation("agent_state_changed", "", {"agent_state": "paused"}),
        observation("agent_state_changed", "", {"agent_state": "paused"}, source="environment"),
    ],
)
def test_a_state_is_read_from_action_and_observation(raw: dict[str, Any]) -> None:
    event = from_object(raw)
    assert isinstance(event, StateChange)
    assert (event.state, event.text) == ("paused", "")


def test_a_word_about_a_state_is_kept() -> None:
    event = from_object(observation("agent_state_changed", "too dear", {"agent_state": "paused"}))
    assert isinstance(event, StateChange)
    assert event.text == "too dear"


# --- frames without action and observation (protocol 4, 6.4) -------------------------------------


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ({"error": True, "message": "It broke."}, "It broke."),
        ({"error": True}, "error"),
        ({"error": "rate limited"}, "rate limited"),
        ({"error": {"code": 7}}, '{"code":7}'),
        ({"status_update": True, "type": "error", "id": "X", "message": "Down."}, "Down."),
    ],
)
def test_an_error_frame_is_a_failure(raw: dict[str, Any], text: str) -> None:
    event = from_object(raw)
    assert isinstance(event, Failure)
    assert event.text == text


@pytest.mark.parametrize(
    "raw",
    [
        {"message": "Starting."},
        {"message": "Starting.", "error": False},
        {"status_update": True, "type": "info", "id": "STATUS$X", "message": "Starting."},
        {"message": "Starting.", "action": None, "observation": None},
    ],
)
def test_a_frame_with_only_a_message_is_a_status(raw: dict[str, Any]) -> None:
    event = from_object(raw)
    assert isinstance(event, Status)
    assert (event.text, event.id) == ("Starting.", None)


@pytest.mark.parametrize("raw", [{}, {"id": 1}, {"detail": "Not Found"}, {"args": {"content": 1}}])
def test_an_object_that_says_nothing_is_shown_by_its_start(raw: dict[str, Any]) -> None:
    event = from_object(raw)
    assert isinstance(event, Unreadable)
    assert event.excerpt == json.dumps(raw)
    assert event.raw == raw


# --- field quirks (protocol 6.4) -----------------------------------------------------------------


@pytest.mark.parametrize("args", [None, [], ["content"], "content", 5, True])
def test_args_that_are_no_object_count_as_empty(args: Any) -> None:
    assert message(action("message", args, "Still here.")).text == "Still here."
    event = from_object(action("run", args, "Still here."))
    assert isinstance(event, Action)
    assert event.args == {}


def test_args_may_be_missing() -> None:
    assert message({"action": "message", "message": "Hi"}).text == "Hi"
    assert isinstance(from_object({"observation": "run"}), Observation)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("as it is\n", "as it is\n"),
        (3, "3"),
        (2.5, "2.5"),
        (True, "true"),
        ([], ""),
        ([{"type": "text", "text": "one "}, {"text": "two"}], "one two"),
        ([{"text": [{"text": "in"}, {"text": None}]}], "in"),
        ([{"text": "one"}, {"image": "x"}], '[{"text":"one"},{"image":"x"}]'),
        ({"a": "日本", "b": "\ud800"}, '{"a":"日本","b":"?"}'),
        ("a\ud800b", "a?b"),
    ],
)
def test_any_value_as_text(value: Any, text: str) -> None:
    assert text_of(value) == text
    expected = text or "said"
    assert message(action("message", {"content": value}, "said")).text == expected


@pytest.mark.parametrize("value", ["true", "True", 1, 1.0, [True], {"x": 1}, None])
def test_only_a_json_true_waits(value: Any) -> None:
    assert not message(action("message", {"wait_for_response": value}, "x")).wait_for_response


@pytest.mark.parametrize(
    ("number", "expected"), [(0, 0), (-3, -3), (True, None), ("7", None), (7.0, None), (None, None)]
)
def test_an_id_is_a_whole_number(number: Any, expected: int | None) -> None:
    assert from_object({"id": number, "message": "x"}).id == expected


def test_a_lone_surrogate_can_be_printed_and_the_raw_form_stays() -> None:
    line = '{"action": "message", "args": {"content": "a\\ud800b"}, "sid": "\\udc00"}'
    event = parse(line)
    assert isinstance(event, Message)
    assert (event.text, event.sid) == ("a?b", "?")
    assert dump(event) == line


@pytest.mark.parametrize("name", [None, 5, ["message"], {}])
def test_an_action_that_is_no_string_is_no_action(name: Any) -> None:
    assert isinstance(from_object({"action": name, "message": "x"}), Status)


# --- lines ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("raw", [*ACTIONS, *OBSERVATIONS, {"message": "日本"}])
def test_dump_gives_the_line_back(raw: dict[str, Any]) -> None:
    line = json.dumps(raw)
    assert dump(parse(line)) == line


@pytest.mark.parametrize(
    "line", ["", "nonsense", "{", '{"a": 1}}', "{'a': 1}", "[" * 100_000, "9" * 5_000, "\ud800"]
)
def test_a_line_that_is_no_json_is_told(line: str) -> None:
    event = parse(line)
    assert isinstance(event, Unreadable)
    assert event.why.startswith("not JSON")
    assert event.excerpt == encodable(line[: events.EXCERPT])


@pytest.mark.parametrize("line", ["1", '"text"', "null", "[1, 2]", "true", "NaN"])
def test_json_that_is_no_object_is_told(line: str) -> None:
    event = parse(line)
    assert isinstance(event, Unreadable)
    assert event.why.startswith("JSON, but no object")
    assert event.excerpt == line


@pytest.mark.parametrize("depth", [events.MAX_DEPTH, 150, 900])
@pytest.mark.parametrize("opening", ["[", '{"text": ', '[{"text": '])
def test_deep_nesting_is_told(depth: int, opening: str) -> None:
    closing = {"[": "]", '{"text": ': "}", '[{"text": ': "}]"}[opening]
    value = opening * depth + "1" + closing * depth
    event = parse('{"action": "message", "args": {"content": ' + value + "}}")
    assert isinstance(event, Unreadable)


@pytest.mark.parametrize("level", [lambda inner: [1, inner], lambda inner: {"a": [], "b": inner}])
def test_the_deepest_nesting_that_is_fine(level: Callable[[Any], Any]) -> None:
    value: Any = {"action": "x"}
    for _ in range(events.MAX_DEPTH - 3):
        value = level(value)
    assert isinstance(from_object({"action": "x", "args": value}), Action)
    deeper = from_object({"action": "x", "args": level(value)})
    assert isinstance(deeper, Unreadable)
    assert deeper.why.startswith("nested deeper")


def test_some_nesting_is_fine() -> None:
    depth = events.MAX_DEPTH - 10
    event = parse('{"action": "x", "args": {"a": ' + "[" * depth + "]" * depth + "}}")
    assert isinstance(event, Action)


# --- any input -----------------------------------------------------------------------------------


@given(st.one_of(json_values, wire_objects))
def test_from_object_takes_any_json_value(value: Any) -> None:
    event = from_object(value)
    assert isinstance(event, Event)
    for text in (event.timestamp, event.source, event.sid, *texts(event)):
        text.encode("utf-8")


@given(st.one_of(json_values, wire_objects))
def test_a_line_of_any_json_value_is_the_same_event(value: Any) -> None:
    line = json.dumps(value)
    assert repr(parse(line)) == repr(from_object(json.loads(line)))


@given(st.text())
def test_parse_takes_any_line(line: str) -> None:
    assert isinstance(parse(line), Event)


@given(wire_objects)
def test_what_is_dumped_is_parsed_as_the_same_event(raw: dict[str, Any]) -> None:
    event = from_object(raw)
    assert repr(parse(dump(event))) == repr(event)


def message(raw: dict[str, Any]) -> Message:
    """The message that ``raw`` is."""
    event = from_object(raw)
    assert isinstance(event, Message)
    return event


def texts(event: Event) -> list[str]:
    """Every text that is shown of an event."""
    names = ("text", "thought", "message", "action", "observation", "content", "state", "excerpt")
    return [getattr(event, name) for name in names if hasattr(event, name)]
