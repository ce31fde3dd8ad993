"""Agent activities (protocol 4) as one line and the text behind it. Reports only; nothing runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

from robotui.events import Action, Observation, Raw, as_object, text_of
from robotui.text import encodable, one_line

HIDDEN: Final = frozenset({"null"})
"""Names of actions and observations that say nothing to a reader."""

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


_TITLES: Final[dict[str, _Line]] = {
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


def is_piece(action: Action) -> bool:
    """More of the same action follows (reasoning that streams in)."""
    return as_object(action.args.get("extras")).get("delta") is True


def title(action: Action) -> str:
    """One line on what the agent does, e.g. ``$ ls -la``.

    Of an unknown action its content, else its message (protocol 2, the text rule).
    """
    describe = _TITLES.get(action.action, _field("content"))
    return one_line(describe(action.args)) or one_line(action.message) or one_line(action.action)


def detail(action: Action) -> str:
    """The text behind the line: the command, the code, the file's content, else all arguments."""
    name = _BODIES.get(action.action)
    body = text_of(action.args.get(name)) if name else ""
    if body:
        return body
    rest = {name: value for name, value in action.args.items() if name != "thought"}
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
