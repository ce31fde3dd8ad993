"""Which room may import which: downward only, no cycle, and nothing heavy for a light command."""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Final

import pytest

import robotui
from tests.waiting import PATIENCE

PACKAGE: Final = Path(robotui.__file__).parent


@dataclass(frozen=True)
class Room:
    """What the modules of a room may import besides the standard library and their own room."""

    ours: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()


def room(*ours: str, others: str = "") -> Room:
    return Room(frozenset(ours), frozenset(others.split()))


FOUNDATION: Final = (
    *("robotui", "errors", "events", "agents", "profiles", "text", "files", "owners", "running"),
    *("kept_database", "nofollow", "secret", "secret_names", "secret_texts", "activity", "reading"),
)
# What a block of code is taken apart with.
BLOCKS: Final = (
    *(*FOUNDATION, "edits"),
    *("workspace.text_file", "workspace.lines", "workspace.code"),
)
PAINTING: Final = (*FOUNDATION, "chats", "markdown", "layout")
WIDGETS: Final = (*PAINTING, "workspace", "workspace.text_file", "ui.painting")
SCREEN: Final = (
    *WIDGETS,
    "workspace.code",
    "workspace.merge",
    "ui.log",
    "ui.find",
    "ui.widgets",
    "config",
    "client",
    "clipboard",
)

# Imported when a model is taken, not before: they are an extra.
MODELS: Final = "aiohttp dulwich httpx2 openai pydantic pydantic_ai"

# The longest name that a module's name starts with says its room; "robotui" is the package itself.
ROOMS: Final = {
    "robotui": room(),
    **{name: room(*FOUNDATION) for name in FOUNDATION[1:]},
    "mentions": room(*FOUNDATION, "tree"),
    "edits": room(*FOUNDATION),
    "keyring_access": room("errors", "text", others="keyring"),
    "network": room("errors", "config", others="truststore"),
    "markdown": room(*FOUNDATION, "edits", others="markdown_it pygments"),
    "config": room(*FOUNDATION, others="platformdirs"),
    "chats": room(*FOUNDATION, "markdown"),
    "clipboard": room("errors", "text", "files"),
    "workspace.text_file": room(*FOUNDATION),
    "workspace.lines": room(*FOUNDATION),
    "workspace.code": room(*FOUNDATION, "workspace.text_file", "workspace.lines"),
    "workspace.merge": room(*BLOCKS),
    "workspace.hunks": room(*BLOCKS, "workspace.merge"),
    "workspace": room(*BLOCKS, "workspace.merge", "workspace.hunks"),
    "client": room(
        *FOUNDATION, "config", "network", "keyring_access", others="aiohttp bs4 jwt keyring"
    ),
    "server.engine": room(),
    "tree": room(*FOUNDATION),
    "server.index": room(*FOUNDATION, "config", "tree"),
    "server.models": room(
        *(
            *FOUNDATION,
            "config",
            "network",
            "keyring_access",
            "tree",
            "server.engine",
            "server.index",
        ),
        others=MODELS,
    ),
    "server": room(
        *(*FOUNDATION, "config", "keyring_access", "tree"),
        *("server.engine", "server.index", "server.models"),
        others="aiohttp multidict jwt",
    ),
    "layout": room(*FOUNDATION, "chats", "markdown", others="rich"),
    "ui.painting": room(*PAINTING, others="textual rich"),
    "ui.log": room(*PAINTING, "ui.painting", others="textual rich"),
    "ui.find": room(*PAINTING, "ui.log", "ui.widgets", others="textual rich"),
    "ui.widgets": room(*WIDGETS, "ui.completion", others="textual rich"),
    "ui.internals": room("ui.input", others="textual rich"),
    "ui.input": room("text", others="textual"),
    "ui.completion": room(),
    "ui.slash": room(*FOUNDATION, "ui.actions", "ui.completion", "ui.input"),
    "ui.actions": room("ui.input", others="textual"),
    "ui.editor": room("errors"),
    "ui.plain": room(*FOUNDATION, "chats"),
    "ui.conversation": room(*FOUNDATION, "chats", "client"),
    "ui.dialogs": room(*SCREEN, others="textual rich"),
    "ui.parts": room(
        *(*SCREEN, "mentions", "ui.completion", "ui.conversation", "ui.dialogs", "ui.editor"),
        *("ui.plain", "ui.slash"),
        others="textual rich",
    ),
    "ui": room(
        *(*SCREEN, "ui.actions", "ui.input", "ui.internals", "ui.parts", "ui.dialogs", "ui.slash"),
        others="textual rich",
    ),
    "doctor": room(*FOUNDATION, "config", "clipboard"),
    "folders": room("errors"),
    "piped": room("errors"),
    "commands": room(*FOUNDATION, "chats", "config", "client"),
    "cli": room(
        *(*FOUNDATION, "chats", "config", "client", "server", "ui", "commands", "doctor"),
        *("piped", "folders"),
    ),
    "__main__": room("cli"),
}


@dataclass(frozen=True)
class Import:
    """One import in a source file."""

    name: str
    """The module, in full."""
    line: int
    runs: bool
    """Whether it is more than a name for type checkers."""
    at_start: bool
    """Whether it runs when the module is imported."""


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES: Final = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


CLI: Final = [name for name in MODULES if f"{name}.".startswith("robotui.cli.")]


@functools.cache
def imports_of(name: str) -> list[Import]:
    tree = ast.parse(MODULES[name].read_text("utf-8"))
    return list(_walk(tree, runs=True, at_start=True))


def _walk(node: ast.AST, *, runs: bool, at_start: bool) -> Iterator[Import]:
    match node:
        case ast.Import():
            for alias in node.names:
                yield Import(alias.name, node.lineno, runs, at_start)
        case ast.ImportFrom():
            assert node.level == 0, "an absolute import says more"
            for alias in node.names:
                member = f"{node.module}.{alias.name}"
                target = member if member in MODULES else str(node.module)
                yield Import(target, node.lineno, runs, at_start)
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            for statement in node.body:
                yield from _walk(statement, runs=False, at_start=False)
            for statement in node.orelse:
                yield from _walk(statement, runs=runs, at_start=at_start)
        case _:
            later = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            for child in ast.iter_child_nodes(node):
                yield from _walk(child, runs=runs, at_start=at_start and not later)


def room_of(module: str) -> str | None:
    """The room of a module of ours; None for one that no room has."""
    if module == "robotui":
        return module
    parts = module.removeprefix("robotui.").split(".")
    names = [".".join(parts[:length]) for length in range(len(parts), 0, -1)]
    return next((name for name in names if name in ROOMS), None)


def allowed(importer: str, imported: str) -> bool:
    here = room_of(importer)
    assert here is not None
    top = imported.partition(".")[0]
    if top == "robotui":
        there = room_of(imported)
        return there == here or there in ROOMS[here].ours
    return top in sys.stdlib_module_names or top in ROOMS[here].others


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_a_room_and_imports_downward(module: str) -> None:
    assert room_of(module) is not None, f"{module} is in no room of the law"
    wrong = [
        f"{MODULES[module].name}:{found.line} {found.name}"
        for found in imports_of(module)
        if not allowed(module, found.name)
    ]
    assert wrong == []


def test_the_rooms_themselves_have_no_cycle() -> None:
    graph = {name: room.ours - {name} for name, room in ROOMS.items()}
    for name in FOUNDATION:
        graph[name] = frozenset()  # told apart by the test of the modules
    TopologicalSorter(graph).prepare()


def test_no_module_imports_itself_by_way_of_others_not_even_for_types() -> None:
    graph = {
        module: {found.name for found in imports_of(module) if found.name in MODULES}
        for module in MODULES
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"an import cycle: {' -> '.join(reversed(error.args[1]))}")


@pytest.mark.parametrize(
    ("importer", "imported", "fine"),
    [
        ("robotui.events", "robotui.text", True),
        ("robotui.events", "json", True),
        ("robotui.events", "robotui.config", False),
        ("robotui.events", "aiohttp", False),
        ("robotui.reading", "robotui.activity", True),
        ("robotui.reading", "robotui.chats.turns", False),
        ("robotui.chats.store", "robotui.chats.journal", True),
        ("robotui.chats.store", "robotui.config", False),
        ("robotui.client.api", "robotui.server.engine", False),
        ("robotui.server.app", "robotui.client", False),
        ("robotui.server.app", "textual.app", False),
        ("robotui.server.models.reply", "robotui.server.engine", True),
        ("robotui.server.models.reply", "robotui.server.app", False),
        ("robotui.tree.walk", "robotui.server.models.reply", False),
        ("robotui.server.app", "pydantic_ai", False),
        ("robotui.markdown.parse", "textual", False),
        ("robotui.ui.widgets.prompt", "robotui.config", False),
        ("robotui.ui.widgets.prompt", "robotui.client.api", False),
        ("robotui.ui.widgets.prompt", "robotui.ui.screen", False),
        ("robotui.ui.screen", "robotui.ui.widgets.prompt", True),
        ("robotui.ui.dialogs.help", "robotui.ui.screen", False),
        ("robotui.ui.parts.turns", "robotui.ui.parts.find", True),
        ("robotui.ui.parts.turns", "robotui.ui.screen", False),
        ("robotui.ui.parts.turns", "robotui.server.engine", False),
        ("robotui.ui.actions", "robotui.ui.parts.assembly", False),
        ("robotui.ui.app", "robotui.server", False),
    ],
)
def test_the_law_can_tell_right_from_wrong(importer: str, imported: str, fine: bool) -> None:
    assert allowed(importer, imported) is fine


def test_imports_are_found_wherever_they_stand() -> None:
    source = """
import a.b
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from c import d
else:
    import e
class C:
    import f
    def m(self):
        from robotui import events, __version__
        async def inner():
            import g
"""
    found = {each.name: each for each in _walk(ast.parse(source), runs=True, at_start=True)}
    assert list(found) == ["a.b", "typing", "c", "e", "f", "robotui.events", "robotui", "g"]
    assert [name for name, each in found.items() if not each.runs] == ["c"]
    assert [name for name, each in found.items() if each.at_start] == ["a.b", "typing", "e", "f"]


@pytest.mark.parametrize("module", ["robotui", *CLI, "robotui.__main__"])
def test_the_commands_import_heavy_things_late(module: str) -> None:
    light = {"robotui", "errors", "agents", "config", "folders", "cli"}
    ours = [found.name for found in imports_of(module) if found.at_start]
    assert {room_of(name) for name in ours if name.startswith("robotui")} <= light


# --- what a fresh interpreter loads --------------------------------------------------------------

HELP: Final = """
import runpy, sys
sys.argv = ["robotui", "--help"]
try:
    runpy.run_module("robotui", run_name="__main__", alter_sys=True)
except SystemExit as end:
    assert not end.code, end.code
"""


@functools.cache
def modules_loaded_by(code: str) -> frozenset[str]:
    """The modules that a fresh interpreter has loaded after running ``code``."""
    report = "\nimport sys; print('LOADED', *sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code + report],
        cwd=PACKAGE.parent,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return frozenset(done.stdout.rpartition("LOADED")[2].split())


def loaded_by(code: str) -> set[str]:
    """Their top-level packages."""
    return {name.partition(".")[0] for name in modules_loaded_by(code)}


def import_of(room: str) -> str:
    """A statement that imports all modules of a room."""
    names = [name for name in MODULES if f"{name}.".startswith(f"robotui.{room}.")]
    assert names
    return "import " + ", ".join(names)


def test_help_loads_neither_textual_nor_aiohttp() -> None:
    heavy = {"textual", "rich", "aiohttp", "bs4", "keyring", "markdown_it", "pygments", "jwt"}
    assert not loaded_by(HELP) & heavy


@pytest.mark.parametrize("room", ["client", "server", "chats", "markdown"])
def test_a_room_without_a_screen_loads_no_textual(room: str) -> None:
    loaded = loaded_by(import_of(room))
    assert "robotui" in loaded
    assert not loaded & {"textual", "rich"}


def test_a_server_without_models_loads_nothing_for_them() -> None:
    code = "import robotui.server.run, robotui.server.choosing, robotui.server.app"
    assert not loaded_by(code) & {*MODELS.split(), "httpx2", "keyring"} - {"aiohttp"}


def test_client_and_server_load_nothing_of_each_other() -> None:
    for room, other in (("client", "server"), ("server", "client")):
        loaded = modules_loaded_by(import_of(room))
        assert f"robotui.{room}" in loaded
        assert f"robotui.{other}" not in loaded
