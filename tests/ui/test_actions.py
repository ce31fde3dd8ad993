"""The table of actions: what is in it is bound, can be run, and is told wherever one looks."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator

import pytest
from textual.actions import parse
from textual.app import App
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.dom import DOMNode
from textual.widgets import Static, TextArea

from robotui.errors import UsageError
from robotui.ui import actions, slash
from robotui.ui.actions import ACTIONS, WIDGET_KEYS, Action
from robotui.ui.app import RobotuiApp
from robotui.ui.dialogs.help import Help
from robotui.ui.input.keyboard import key_name
from robotui.ui.log import code_blocks
from robotui.ui.log.chat_log import ChatLog
from robotui.ui.screen import Workbench
from robotui.ui.widgets.prompt import PromptArea
from tests.ui.fakes import workbench

KEYS = [action for action in ACTIONS if action.keys]
COMMANDS = [action for action in ACTIONS if action.command]


def keys_of(bindings: Iterable[BindingType]) -> Iterator[str]:
    for binding in bindings:
        keys = binding.key if isinstance(binding, Binding) else binding[0]
        yield from keys.split(",")


def own_bindings(kind: type[DOMNode]) -> Iterator[str]:
    """The keys that a widget of ours binds, those of our own classes above it too."""
    for each in kind.__mro__:
        if each.__module__.startswith("robotui."):
            yield from keys_of(vars(each).get("BINDINGS", ()))


def test_ids_keys_and_commands_are_there_once() -> None:
    assert len({action.id for action in ACTIONS}) == len(ACTIONS)
    keys = list(keys_of((action.keys, "", "") for action in KEYS))
    assert len(set(keys)) == len(keys)
    assert len({action.name for action in COMMANDS}) == len(COMMANDS)
    assert all(action.keys or action.command for action in ACTIONS)


def test_the_workbench_binds_what_is_in_the_table_and_nothing_else() -> None:
    bound = {(b.id, b.key, b.description) for b in Workbench.BINDINGS if isinstance(b, Binding)}
    assert bound == {(action.id, action.keys, action.help) for action in KEYS}
    assert all(isinstance(b, Binding) and b.priority for b in Workbench.BINDINGS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
async def test_what_a_row_names_is_there_and_takes_what_it_is_given(action: Action) -> None:
    namespace, name, given = parse(action.run)
    if namespace in ("", "app"):
        owner: object = RobotuiApp if namespace else Workbench
        assert callable(getattr(owner, f"action_{name}"))
        assert not action.argument
        return
    method = getattr(part_class(namespace), name)
    wanted = (*given, "what was given") if action.argument else given
    inspect.signature(method).bind(None, *wanted)


def part_class(name: str) -> type:
    """The class of a part by its name."""
    from robotui.ui.parts import assembly

    found = getattr(assembly, name.capitalize())
    assert isinstance(found, type)
    return found


async def test_parts_have_the_names_that_rows_use() -> None:
    async with workbench() as bench:
        for action in ACTIONS:
            namespace = parse(action.run)[0]
            if namespace not in ("", "app"):
                assert isinstance(getattr(bench.parts, namespace), part_class(namespace))


@pytest.mark.parametrize("action", COMMANDS, ids=lambda action: action.name)
def test_a_command_is_parsed_and_completed(action: Action) -> None:
    assert slash.parse(f"/{action.name}") == (action, "")
    assert slash.parse(f" /{action.name}") is None
    typed = f"/{action.name}" + (" " if action.argument else "")
    offered = slash.offer(f"/{action.name}"[:2], {})
    assert offered is not None
    assert typed in [choice.text for choice in offered.choices]
    if action.argument:
        assert slash.parse(f"/{action.name}  Some 'thing' ") == (action, "Some 'thing'")


def test_nothing_else_is_completed_or_parsed() -> None:
    offered = slash.offer("/", {})
    assert offered is not None
    assert len(offered.choices) == len(COMMANDS)
    for line in ("", "x", " /", "/nonsense", "/etc/hosts", "/undo 1", "/find x", "/none x"):
        assert slash.offer(line, {}) is None
    with pytest.raises(UsageError, match="no command /nonsense"):
        slash.parse("/nonsense")
    assert slash.parse("/etc/hosts") is None
    assert slash.parse("/help\nme") is None


ARGUMENTS: slash.Arguments = {
    "agent": lambda: [("RepoAgent", "one"), ("MyRepo", "two"), ("Other", "three")],
    "copy-block": lambda: [("1", ""), ("10", ""), ("all", ""), ("1 plain", "")],
}


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("/agent ", ["/agent RepoAgent", "/agent MyRepo", "/agent Other"]),
        ("/agent repo", ["/agent RepoAgent", "/agent MyRepo"]),
        ("/AGENT OT", ["/agent Other"]),
        ("/copy ", ["/copy 1", "/copy 10", "/copy all"]),
        ("/copy 1", ["/copy 1", "/copy 10", "/copy 1 plain"]),
        ("/copy 1 p", ["/copy 1 plain"]),
        ("/copy 7", None),
    ],
)
def test_what_may_follow_a_command_is_offered(line: str, expected: list[str] | None) -> None:
    offered = slash.offer(line, ARGUMENTS)
    assert (offered and [choice.whole for choice in offered.choices]) == expected


def test_a_command_runs_at_once_unless_something_has_to_follow_it() -> None:
    choices = {
        choice.text.strip(): choice
        for offered in [slash.offer("/", {})]
        if offered
        for choice in offered.choices
    }
    new, copy, agent = choices["/new"], choices["/copy"], choices["/agent"]
    assert (new.whole, new.text, new.runs, new.key) == ("/new", "/new", True, "Ctrl+N")
    assert (copy.whole, copy.text, copy.runs, copy.goes_on) == ("/copy", "/copy ", True, True)
    assert (agent.whole, agent.runs, agent.goes_on) == ("/agent ", False, True)


def test_a_command_that_needs_nothing_more_has_nothing_picked() -> None:
    for line, optional in (("/copy ", True), ("/copy 1", False), ("/agent ", False), ("/c", False)):
        offered = slash.offer(line, ARGUMENTS)
        assert offered is not None
        assert offered.optional is optional


def test_keys_that_widgets_take_are_told() -> None:
    told = set(keys_of((row.keys, "", "") for row in WIDGET_KEYS if row.keys))
    ours = {*own_bindings(PromptArea), *own_bindings(ChatLog), *code_blocks.ACTIONS}
    workbench_keys = set(keys_of((action.keys, "", "") for action in KEYS))
    assert ours <= told | workbench_keys
    typed = {"enter", "r"}  # PromptArea looks for them itself
    textual = {*keys_of(TextArea.BINDINGS), App.COMMAND_PALETTE_BINDING}
    assert told <= ours | typed | textual


async def test_the_help_tells_every_key_and_command() -> None:
    async with workbench() as bench:
        await bench.pilot.press("f1")
        await bench.until(lambda: isinstance(bench.pilot.app.screen, Help))
        content = bench.pilot.app.screen.query_one(Static).content
        assert isinstance(content, Content)
        told = [line for line in content.plain.split("\n") if line.strip()]
        rows = [*actions.key_rows(), *actions.command_rows()]
        assert [tuple(re.split("  +", line)) for line in told] == rows
        named = " ".join(name for name, _text in rows)
        assert all(key_name(action.keys) in named for action in KEYS if "copy-" not in action.id)


async def test_the_palette_offers_all_that_needs_nothing_typed() -> None:
    async with workbench() as bench:
        app = bench.pilot.app
        offered = {command.title for command in app.get_system_commands(bench.screen)}
        expected = [action for action in ACTIONS if action.id != "agent"]  # each agent has its own
        assert {action.help.capitalize() for action in expected} <= offered


def test_the_markdown_has_every_key_and_command() -> None:
    text = actions.as_markdown()
    rows = [row for row in text.splitlines() if row]
    assert rows[:2] == ["| key | does |", "| --- | --- |"]
    assert "| Shift+Tab, F4 | next agent |" in rows
    assert r"| `/copy [N] [plain]\|all\|reply` |" in text
    told = len(list(actions.key_rows())) + len(list(actions.command_rows()))
    assert len(rows) == told + 4


async def test_a_key_can_be_remapped_by_the_action_s_id() -> None:
    async with workbench() as bench:
        bench.pilot.app.set_keymap({"sidebar": "f7"})
        await bench.shows("FrontEndAgent")
        await bench.pilot.press("f7")
        await bench.until(lambda: "FrontEndAgent" not in bench.text)
        await bench.pilot.press("ctrl+b")
        assert "FrontEndAgent" not in bench.text
