"""The programs that tests run, the list of them, and the script that installs them."""

from __future__ import annotations

import ast
import functools
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.needs import need, packages

TESTS = Path(__file__).parent
SCRIPT = TESTS.parent / ".ci" / "run"
EVERYWHERE = {"sh", "env"}
"""Programs that no system lacks."""


@functools.cache
def calls() -> list[ast.Call]:
    """All calls that stand in the tests."""
    texts = [path.read_text() for path in TESTS.rglob("*.py")]
    trees = [ast.parse(text) for text in texts if "need(" in text or "subprocess" in text]
    return [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]


def texts(nodes: list[ast.expr]) -> set[str]:
    return {str(node.value) for node in nodes if isinstance(node, ast.Constant)}


def needed() -> set[str]:
    """The programs that tests ask for."""
    found = set()
    for call in calls():
        if isinstance(call.func, ast.Name) and call.func.id == "need":
            found |= texts(call.args)
    return found


def started() -> set[str]:
    """The programs that tests start by a name that stands there."""
    found = set()
    for call in calls():
        match call:
            case (
                ast.Call(
                    func=ast.Attribute(value=ast.Name(id="subprocess")),
                    args=[ast.List(elts=[first, *_]) | ast.Tuple(elts=[first, *_]), *_],
                )
                | ast.Call(func=ast.Attribute(attr="create_subprocess_exec"), args=[first, *_])
            ):
                found |= texts([first])
    return found


def test_the_list_has_what_tests_need_and_nothing_else() -> None:
    assert needed() == set(packages())


def test_what_is_started_by_name_is_in_the_list() -> None:
    assert "pgrep" in started()
    assert started() <= set(packages()) | EVERYWHERE


def test_a_program_that_is_not_there_is_named_with_its_package(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.skip.Exception, match=r"rg \(Debian: ripgrep\), tmux \(Debian: tmux"):
        need("rg", "tmux")


class Machine:
    """A folder of programs, the only ones there are; what is called is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = folder / "calls"
        for name in ("bash", "dirname"):
            (folder / name).symlink_to(shutil.which(name) or name)
        self.add("id", "echo 0")
        for name in ("apt-get", "make"):
            self.add(name, f'echo "{name} $*" "$NONE_SKIPPED" >>"{self.calls}"')

    def add(self, name: str, does: str = "") -> None:
        program = self.folder / name
        program.write_text(f"#!/bin/sh\n{does}\n")
        program.chmod(0o755)

    def run(self) -> list[str]:
        """Run the script; what it called."""
        subprocess.run([str(SCRIPT)], env={"PATH": str(self.folder)}, check=True)
        return [line.rstrip() for line in self.calls.read_text().splitlines()]


def test_the_script_installs_what_is_missing(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.add("dpkg", "exit 1")
    update, install, made = machine.run()
    assert update.startswith("apt-get update")
    installed = set(install.partition("--no-install-recommends ")[2].split())
    assert installed == {*packages().values(), "python3-venv"}
    assert made == "make test 1"


def test_the_script_installs_nothing_where_all_is_there(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    for name in ("dpkg", "python3"):
        machine.add(name)
    assert machine.run() == ["make test 1"]
