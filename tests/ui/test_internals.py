"""Names that Textual calls its own: where they are used, what is expected of each, and without."""

from __future__ import annotations

import ast
import builtins
import importlib
import inspect
import pkgutil
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import textual
from textual import _ansi_sequences, _compositor, _xterm_parser, events
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message_pump import MessagePump
from textual.screen import Screen

import robotui.ui
from robotui.ui import internals
from robotui.ui.app import RobotuiApp
from tests.ui.fakes import workbench

ROOM = Path(internals.__file__).parent
UI = Path(robotui.ui.__file__).parent


# --- what is expected of each ---------------------------------------------------------------------


def test_changed_regions_are_kept_by_the_compositor_until_they_are_painted() -> None:
    compositor = _compositor.Compositor()
    assert compositor._dirty_regions == set()
    assert compositor.visible_widgets == {}
    assert compositor.render_partial_update() is None


def test_an_update_of_parts_is_made_of_three_lists() -> None:
    names = list(inspect.signature(_compositor.ChopsUpdate).parameters)
    assert names == ["chops", "spans", "chop_ends"]


def test_a_screen_paints_with_the_compositor_that_it_has() -> None:
    assert type(Screen()._compositor) is _compositor.Compositor


def test_the_table_of_sequences_has_tuples_of_keys() -> None:
    keys = _ansi_sequences.ANSI_SEQUENCES_KEYS["\x1b[A"]
    assert isinstance(keys, tuple)
    assert [key.value for key in keys] == ["up"]


def test_the_parser_makes_events_of_text() -> None:
    parser = _xterm_parser.XTermParser(debug=False)
    (key,) = parser.feed("a")
    assert isinstance(key, events.Key)
    assert list(parser.tick()) == []


def test_an_app_has_its_driver_and_what_was_copied() -> None:
    app: App[None] = App()
    assert app._driver is None
    assert app._clipboard == app.clipboard == ""
    assert inspect.signature(app._close_messages_no_wait).parameters == {}


def test_an_app_tells_of_a_fault_by_the_method_that_ours_has() -> None:
    assert list(inspect.signature(App._fatal_error).parameters) == ["self"]
    assert "_fatal_error" in inspect.getsource(App._handle_exception)


def test_the_driver_of_linux_has_what_ours_reads_and_replaces() -> None:
    made = inspect.getsource(LinuxDriver.__init__) + inspect.getsource(LinuxDriver.__mro__[1])
    for name in ("_app", "_auto_restart", "_debug", "_file", "_loop"):
        assert f"self.{name}" in made, name
    for name in ("_sigtstp_application", "_sigcont_application"):
        assert f"self.{name}" in made, name


# --- where one is gone ----------------------------------------------------------------------------


@pytest.fixture
def renewed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The modules of the room are loaded again, as in a program that starts."""
    for name in ("compositor", "key_reader", "keys", "terminal"):
        monkeypatch.delitem(sys.modules, f"{internals.__name__}.{name}", raising=False)
        monkeypatch.delattr(internals, name, raising=False)


@pytest.mark.usefixtures("renewed")
@pytest.mark.parametrize(
    ("gone", "cost"),
    [
        ("ChopsUpdate", "slower"),
        ("_dirty_regions", "slower"),
        ("_compositor", "slower"),
        ("ANSI_SEQUENCES_KEYS", "keys with Alt"),
        ("XTermParser", "keys with Alt"),
        ("_driver", "job of the shell"),
    ],
)
async def test_the_workbench_runs_without_a_name(
    gone: str, cost: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def has(holder: object, name: str) -> bool:
        return name != gone and builtins.hasattr(holder, name)

    monkeypatch.setattr(internals, "hasattr", has, raising=False)
    async with workbench() as bench:
        await bench.ask("hi")
        await bench.shows("re: hi")
        bench.pilot.app.copy_to_clipboard("copied")
        assert bench.pilot.app.clipboard == "copied"
        await bench.pilot.press("ctrl+z")
        await bench.shows("no jobs to stop" if gone == "_driver" else "re: hi")
    assert f"has no {gone}" in caplog.text
    assert cost in caplog.text


@pytest.mark.usefixtures("renewed")
@pytest.mark.parametrize("gone", ["_compositor", "_ansi_sequences", "_xterm_parser"])
async def test_the_workbench_runs_without_a_module(
    gone: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delattr(textual, gone)
    monkeypatch.setitem(sys.modules, f"textual.{gone}", None)
    async with workbench() as bench:
        await bench.ask("hi")
        await bench.shows("re: hi")
    assert "Textual is another one inside" in caplog.text


async def test_an_app_that_fails_ends_without_the_name_too(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(
        internals, "hasattr", lambda _, name: name != "_close_messages_no_wait", raising=False
    )
    async with workbench() as bench:
        app = bench.pilot.app
        assert isinstance(app, RobotuiApp)
        try:
            raise ValueError("x")
        except ValueError:
            app.panic()
        await bench.until(lambda: not app.is_running, "the end")
        assert isinstance(app.crash, ValueError)
    assert "before the end" in caplog.text


# --- nowhere else ---------------------------------------------------------------------------------


def private(name: str) -> bool:
    """Whether it is; a named tuple's are documented."""
    return name.startswith("_") and not name.startswith("__") and name != "_replace"


def classes() -> Iterator[type]:
    """Our classes that are made of Textual's, outside the room."""
    for info in pkgutil.walk_packages(robotui.ui.__path__, "robotui.ui."):
        if not info.name.startswith(internals.__name__):
            for found in vars(importlib.import_module(info.name)).values():
                ours = isinstance(found, type) and found.__module__ == info.name
                if ours and issubclass(found, MessagePump):
                    yield found


def names_of(kind: type) -> set[str]:
    """Private names of a class: its members, and what its methods read of ``self``."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(kind)))
    read = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in {"self", "super()"}
    }
    return {name for name in read | set(vars(kind)) if private(name)}


def theirs(kind: type) -> set[str]:
    """Private names of Textual's classes that it is made of."""
    bases = [base for base in kind.__mro__ if base.__module__.startswith("textual.")]
    # What Textual puts on every class of ours is not ours.
    return set().union(*map(names_of, bases)) - GIVEN


GIVEN = {name for name in vars(type("Empty", (Screen,), {})) if private(name)}


@pytest.mark.parametrize("kind", list(classes()), ids=lambda kind: kind.__name__)
def test_no_class_of_ours_has_a_name_of_textuals_inside(kind: type) -> None:
    assert names_of(kind) & theirs(kind) - GIVEN == set()


def test_no_private_module_or_name_is_read_outside_the_room() -> None:
    texts = {path: path.read_text() for path in UI.rglob("*.py") if ROOM not in path.parents}
    trees: dict[Path, Any] = {path: ast.parse(text) for path, text in texts.items()}
    nodes = [(path, node) for path, tree in trees.items() for node in ast.walk(tree)]
    defined = {
        getattr(node, "name", None) or getattr(node, "attr", None) or getattr(node, "id", None)
        for _, node in nodes
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        or isinstance(getattr(node, "ctx", None), ast.Store)
    }
    read = {
        f"{path.name}:{node.lineno} {node.attr}"
        for path, node in nodes
        if isinstance(node, ast.Attribute) and private(node.attr) and node.attr not in defined
    }
    assert read == set()
    imported = {
        f"{path.name}:{node.lineno} {node.module}"
        for path, node in nodes
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith("textual")
        and any(map(private, [*(node.module or "").split("."), *(a.name for a in node.names)]))
    }
    assert imported == set()
