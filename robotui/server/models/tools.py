"""The tools that a model is offered, and its calls of them. All of them only read."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from robotui.errors import RobotuiError
from robotui.server.engine import Act, Observe
from robotui.server.models.workspace import Workspace
from robotui.server.models.workspace_files import MAX_LINES, Found
from robotui.text import encodable, one_line

log = logging.getLogger(__name__)

SECONDS: Final = 20.0
"""Time that one call may take."""

_OF_HISTORY: Final = frozenset({"git_log", "git_diff"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a tool."""

    about: str
    type: str = "string"
    """``string`` or ``integer``."""
    default: str | int | None = None
    """None: it must be given."""


@dataclass(frozen=True, slots=True)
class Tool:
    """One tool, as it is described to the model and shown to the person."""

    name: str
    about: str
    parameters: Mapping[str, Parameter]
    run: Callable[..., Awaitable[Found]]
    act: Callable[[Mapping[str, Any]], Act]

    @property
    def schema(self) -> dict[str, Any]:
        """Its arguments as a JSON schema."""
        return {
            "type": "object",
            "properties": {
                name: {"type": parameter.type, "description": parameter.about}
                for name, parameter in self.parameters.items()
            },
            "required": [name for name, each in self.parameters.items() if each.default is None],
            "additionalProperties": False,
        }


class Call:
    """One call of a tool by a model; whatever the model sent, it can be shown and run."""

    def __init__(self, tool: Tool | None, name: str, arguments: Any, limit: int) -> None:
        self._tool = tool
        self._limit = limit
        self._fault = "" if tool else f"There is no tool {one_line(name, 60)!r}. Nothing was done."
        self._values: dict[str, Any] = {}
        if tool:
            self._read_arguments(tool, arguments)
        if tool and not self._fault:
            self.act = tool.act(self._values)
        else:
            told = f"asked for {one_line(name, 60)!r}, which was refused"
            self.act = Act("refused", {"tool": one_line(name, 60), "thought": ""}, told)

    def _read_arguments(self, tool: Tool, arguments: Any) -> None:
        if not isinstance(arguments, dict):
            self._fault = f"The arguments of {tool.name} are no JSON object. Nothing was done."
            return
        for name, parameter in tool.parameters.items():
            value = arguments.get(name)
            if value is None:
                value = parameter.default
            if parameter.type == "integer" and isinstance(value, str | float):
                value = _whole(value)
            right = isinstance(value, int if parameter.type == "integer" else str)
            if not right or isinstance(value, bool):
                self._fault = f"{tool.name} needs {name}, which is: {parameter.about}"
                return
            self._values[name] = encodable(value) if isinstance(value, str) else value

    async def run(self) -> tuple[str, Observe]:
        """The text for the model, and the observation. Never fails."""
        found = await self._found()
        text = found.text
        if len(text) > self._limit:
            text = text[: self._limit] + "\n(cut here: ask for less at once)\n"
        return text, self._observe(found, text)

    async def _found(self) -> Found:
        if self._tool is None or self._fault:
            return Found(self._fault, failed=True)
        try:
            async with asyncio.timeout(SECONDS):
                return await self._tool.run(**self._values)
        except TimeoutError:
            return Found(f"This took longer than {SECONDS:g} s and was given up.", failed=True)
        except RobotuiError as error:
            return Found(f"{error.headline} {error.remedy}".strip(), failed=True)
        except Exception as error:
            # A workspace may hold anything; what it breaks is one call, not the reply.
            log.exception("the tool %s failed", self._tool.name)
            kind = type(error).__name__
            return Found(f"{self._tool.name} failed there ({kind}). Try another way.", failed=True)

    def _observe(self, found: Found, text: str) -> Observe:
        summary = found.summary or one_line(text, 80)
        match self.act.action:
            case "read":
                extras = {"path": self.act.args["path"]}
            case "recall":
                extras = {"memories": list(found.places), "role": "assistant"}
            case "run":
                code = int(found.failed)
                extras = {"command_id": -1, "command": self.act.args["command"], "exit_code": code}
            case _:
                extras = {}
        return Observe(self.act.action, text, extras, summary)


def _whole(value: str | float) -> int | None:
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None


def offered(workspace: Workspace, names: Sequence[str]) -> list[Tool]:
    """The tools of these names that there are for ``workspace``, in the order of ``names``."""
    tools = {tool.name: tool for tool in _all(workspace)}
    found = [tools[name] for name in names if name in tools]
    return [tool for tool in found if workspace.has_history or tool.name not in _OF_HISTORY]


def _all(workspace: Workspace) -> Sequence[Tool]:
    path = Parameter("path of a file or folder in the workspace; empty for all of it", default="")
    return (
        Tool(
            "search_code",
            "Find code and text in the workspace: by plain words, names or quoted text.",
            {"query": Parameter("what to look for")},
            workspace.search_code,
            lambda given: _recall(given["query"], "Searching the workspace for"),
        ),
        Tool(
            "find_symbol",
            "Find where a function, class or method is defined, and where it is used.",
            {"name": Parameter("its name, qualified or not, such as Session.chat")},
            workspace.find_symbol,
            lambda given: _recall(given["name"], "Looking up"),
        ),
        Tool(
            "read_file",
            f"Read a text file of the workspace with line numbers, {MAX_LINES} lines by default.",
            {
                "path": Parameter("path of the file in the workspace"),
                "start": Parameter("first line", "integer", 1),
                "end": Parameter("last line; 0 for the default", "integer", 0),
            },
            workspace.read_file,
            _read_act,
        ),
        Tool(
            "list_files",
            "List the files of the workspace.",
            {
                "folder": Parameter("folder to begin in; empty for all", default=""),
                "pattern": Parameter("of names, such as *.py, or paths: src/**/*.py", default="*"),
            },
            workspace.list_files,
            lambda given: _run_act("ls", given["folder"], given["pattern"]),
        ),
        Tool(
            "git_log",
            "List the latest commits of the repository.",
            {"path": path, "count": Parameter("how many", "integer", 15)},
            workspace.git_log,
            lambda given: _run_act("git log", f"-{given['count']}", given["path"]),
        ),
        Tool(
            "git_diff",
            "Show what a commit changed, or else what is not committed yet.",
            {"path": path, "commit": Parameter("a commit; empty: not committed", default="")},
            workspace.git_diff,
            lambda given: _run_act("git diff", given["commit"], given["path"]),
        ),
    )


def _recall(query: str, words: str) -> Act:
    text = one_line(query, 120)
    return Act("recall", {"query": text, "thought": ""}, f"{words}: {text}")


def _read_act(given: Mapping[str, Any]) -> Act:
    path = one_line(given["path"], 200)
    args = {"path": path, "start": given["start"], "end": given["end"] or -1, "thought": ""}
    return Act("read", args, f"Reading file: {path}")


def _run_act(*words: str) -> Act:
    """A look that a person would take with a command; no command is run."""
    command = one_line(" ".join(word for word in words if word), 200)
    args = {"command": command, "background": False, "thought": ""}
    return Act("run", args, f"Running command: {command}")
