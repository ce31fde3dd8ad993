from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from robotui import activity, events
from robotui.events import Action, Observation
from tests.strategies import wire_objects


def action(name: str, message: str = "acts", **args: Any) -> Action:
    event = events.from_object({"action": name, "args": args, "message": message})
    assert isinstance(event, Action)
    return event


def observation(content: Any, message: str = "sees", **extras: Any) -> Observation:
    raw = {"observation": "run", "content": content, "extras": extras, "message": message}
    event = events.from_object(raw)
    assert isinstance(event, Observation)
    return event


@pytest.mark.parametrize(
    ("name", "args", "title"),
    [
        ("run", {"command": "ls -la"}, "$ ls -la"),
        ("run", {"command": "cd a\nmake\n"}, "$ cd a make"),
        ("run_ipython", {"code": "1 + 1"}, "python 1 + 1"),
        ("read", {"path": "a.py"}, "reads a.py"),
        ("write", {"path": "a.py", "content": "x"}, "writes a.py"),
        ("edit", {"path": "a.py"}, "edits a.py"),
        ("browse", {"url": "https://h"}, "opens https://h"),
        ("browse_interactive", {"browser_actions": "back()"}, "browser back()"),
        ("recall", {"query": "q"}, "searches q"),
        ("kill", {"command_id": 0}, "stops command 0"),
        ("delegate", {"agent": "Helper", "inputs": {"task": "Look"}}, "asks Helper: Look"),
        ("delegate", {"agent": "Helper", "inputs": "Look"}, "asks Helper: Look"),
        ("add_task", {"goal": "ship"}, "plans ship"),
        ("modify_task", {"task_id": "0.1", "state": "open"}, "task 0.1: open"),
        ("summarize", {"summary": "short"}, "short"),
        ("finish", {"outputs": {"content": "ready"}}, "finished: ready"),
        ("finish", {"outputs": {}}, "finished"),
        ("finish", {"outputs": None}, "finished"),
        ("reject", {"outputs": {"reason": "no"}}, "rejected: no"),
        ("teleport", {"content": "to Mars"}, "acts"),
        ("teleport", {"content": "acts"}, "teleport"),
    ],
)
def test_an_activity_is_one_line(name: str, args: dict[str, Any], title: str) -> None:
    assert activity.title(action(name, **args)) == title


@pytest.mark.parametrize(
    "name", ["run", "read", "delegate", "modify_task", "kill", "index", "refused"]
)
def test_without_arguments_the_message_is_the_line(name: str) -> None:
    assert activity.title(action(name)) == "acts"
    assert activity.title(action(name, "")) == name


def test_the_line_of_an_unknown_action_does_not_repeat_what_it_says() -> None:
    assert activity.title(action("teleport")) == "teleport"
    assert activity.title(action("teleport", thought="I go.")) == "acts"


@pytest.mark.parametrize(
    ("name", "args", "said"),
    [
        ("run", {"thought": "I look.", "content": "c"}, ["I look."]),
        ("write", {"content": "the file"}, []),
        ("teleport", {"content": "to Mars"}, ["to Mars"]),
        ("teleport", {"thought": "I go.", "content": "to Mars"}, ["I go.", "to Mars"]),
        ("teleport", {"thought": "I go."}, ["I go."]),
        ("teleport", {}, ["acts"]),
        ("index", {"done": 1, "total": 2}, []),
        ("refused", {"tool": "x", "thought": ""}, []),
    ],
)
def test_an_unknown_action_speaks_through_its_content(
    name: str, args: dict[str, Any], said: list[str]
) -> None:
    assert activity.said(action(name, **args)) == said


def test_the_line_can_be_shown_as_it_is() -> None:
    title = activity.title(action("run", command="echo \x1b]0;x\x07\x1b[31mred\n" + "x" * 1000))
    assert title.startswith("$ echo red x")
    assert title.isprintable()
    assert len(title) <= 200


@pytest.mark.parametrize(
    ("name", "args", "detail"),
    [
        ("run", {"command": "cd a\nmake"}, "cd a\nmake"),
        ("run_ipython", {"code": "x\n", "kernel_init_code": "y"}, "x\n"),
        ("write", {"path": "a", "content": "\tx\n"}, "\tx\n"),
        ("edit", {"path": "a", "content": "new"}, "new"),
        ("browse_interactive", {"browser_actions": "back()"}, "back()"),
        ("summarize", {"summary": "all of it"}, "all of it"),
        ("teleport", {"thought": "only this"}, ""),
        ("teleport", {"content": "is said"}, ""),
        ("finish", {}, ""),
    ],
)
def test_behind_the_line_is_the_whole_text(name: str, args: dict[str, Any], detail: str) -> None:
    assert activity.detail(action(name, **args)) == detail


def test_behind_other_lines_are_the_arguments() -> None:
    args: dict[str, Any] = {"agent": "A", "inputs": {"task": "日本"}, "": "odd"}
    assert json.loads(activity.detail(action("delegate", **args, thought="said"))) == args
    assert "日本" in activity.detail(action("delegate", **args))


@pytest.mark.parametrize(
    ("content", "extras", "outcome"),
    [
        ("", {"exit_code": 0}, "exit 0"),
        ("", {"exit_code": 1}, "exit 1"),
        ("one\n", {"exit_code": 0}, "exit 0, one"),
        ("a\r\nb", {"exit_code": 0}, "exit 0, 2 lines"),
        ("\na\nb\nc\n\n", {}, "3 lines"),
        ("one", {}, "one"),
        ("x" * 200, {}, "x" * 79 + "…"),
        ("\x1b[0m", {"exit_code": 0}, "exit 0"),
        ("", {}, "sees"),
        ("", {"exit_code": True}, "sees"),
        ("", {"exit_code": "0"}, "sees"),
        (None, {}, "sees"),
    ],
)
def test_an_outcome_is_short(content: Any, extras: dict[str, Any], outcome: str) -> None:
    assert activity.outcome(observation(content, **extras)) == outcome


def test_an_outcome_always_says_something() -> None:
    assert activity.outcome(observation("", "")) == "done"


@given(wire_objects)
def test_any_activity_can_be_shown(raw: dict[str, Any]) -> None:
    event = events.from_object(raw)
    if isinstance(event, Action):
        lines, rest = [activity.title(event)], activity.detail(event)
    elif isinstance(event, Observation):
        lines, rest = [activity.outcome(event)], event.content
    else:
        return
    assert all("\n" not in line and "\x1b" not in line for line in lines)
    rest.encode("utf-8")
