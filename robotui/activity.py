"""What an agent does (protocol 4): one line, and the text behind it. Reports only; nothing runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from robotui.events import Action, Observation, Raw, as_object, text_of
from robotui.text import encodable, one_line

ENDINGS: Final = frozenset({"finish", "reject"})
"""Actions with which the agent says that it is done."""

NULL: Final = "null"
"""The name of actions and observations that are none."""

_Line = Callable[[Raw], str]


def _field(name: str, before: str = "") -> _Line:
    def line(args: Raw) -> str:
        value = text_of(args.get(name))
        return before + value if value else ""

    return line


def _delegate(args: Raw) -> str:
    inputs = args.get("inputs")
    task = inputs.get("task") if isinstance(inputs, dict) else inputs
    return f"asks {text_of(args.get('agent'))}: {text_of(task)}" if "agent" in args else ""


def _ending(word: str, name: str) -> _Line:
    def line(args: Raw) -> str:
        said = text_of(as_object(args.get("outputs")).get(name))
        return f"{word}: {said}" if said else word

    return line


def _modify_task(args: Raw) -> str:
    return (
        f"task {text_of(args['task_id'])}: {text_of(args.get('state'))}"
        if "task_id" in args
        else ""
    )


def _message(args: Raw) -> str:
    """Nothing: the action's message says it."""
    del args
    return ""


_KNOWN: Final[dict[str, _Line]] = {
    "run": _field("command", "$ "),
    "run_ipython": _field("code", "python "),
    "read": _field("path", "reads "),
    "write": _field("path", "writes "),
    "edit": _field("path", "edits "),
    "browse": _field("url", "opens "),
    "browse_interactive": _field("browser_actions", "browser "),
    "recall": _field("query", "searches "),
    "kill": _field("command_id", "stops command "),
    "delegate": _delegate,
    "add_task": _field("goal", "plans "),
    "modify_task": _modify_task,
    "summarize": _field("summary"),
    "think": _field("content"),
    NULL: _field("content"),
    # Our own (protocol 7.3).
    "index": _message,
    "refused": _message,
    # Their message repeats the agent's last words, or stands in for them (protocol 4.1).
    "finish": _ending("finished", "content"),
    "reject": _ending("rejected", "reason"),
}

_BODIES: Final[dict[str, str]] = {
    "run": "command",
    "run_ipython": "code",
    "write": "content",
    "edit": "content",
    "browse_interactive": "browser_actions",
    "summarize": "summary",
}


def said(action: Action) -> list[str]:
    """The agent's words in an action: its thought; of an unknown one its content, else its message.

    Each is a text of its own.
    """
    if action.action in _KNOWN:
        return [action.thought] if action.thought else []
    told = [action.thought, text_of(action.args.get("content"))]
    return list(filter(None, told)) or list(filter(None, [action.message]))


def title(action: Action) -> str:
    """One line on what the agent does, e.g. ``$ ls -la``; of an unknown action its message or name.

    What the agent said in it is not said again.
    """
    describe = _KNOWN.get(action.action)
    told = describe(action.args) if describe else ""
    message = "" if action.message in said(action) else action.message
    return one_line(told) or one_line(message) or one_line(action.action)


def detail(action: Action) -> str:
    """The text behind the line: the command, the code, the file's content, else all arguments.

    What the agent said is not said again.
    """
    name = _BODIES.get(action.action)
    body = text_of(action.args.get(name)) if name else ""
    if body:
        return body
    told = {"thought"} if action.action in _KNOWN else {"thought", "content"}
    rest = {name: value for name, value in action.args.items() if name not in told}
    return encodable(json.dumps(rest, indent=2, ensure_ascii=False)) if rest else ""


def outcome(observation: Observation) -> str:
    """One short line on what came of it, e.g. ``exit 0, 12 lines``."""
    code = observation.extras.get("exit_code")
    number = isinstance(code, int) and not isinstance(code, bool)
    content = observation.content.strip()
    lines = content.count("\n") + 1
    said = f"{lines} lines" if lines > 1 else one_line(content, 80)
    parts = [f"exit {code}" if number else "", said]
    return ", ".join(part for part in parts if part) or one_line(observation.message, 80) or "done"
