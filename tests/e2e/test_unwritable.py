"""The real program where nothing can be written: a home below a file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

PROGRAM = [sys.executable, "-m", "robotui", "--agent", "RepoAgent"]
IN_MEMORY = "Sessions are kept in memory, until the server ends."


@pytest.fixture
def nowhere(environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    """Root writes to read-only folders too, but below a file nobody can."""
    file = tmp_path / "file"
    file.touch()
    folders = {
        f"XDG_{kind}_HOME": str(file / kind.lower())
        for kind in ("CONFIG", "DATA", "STATE", "CACHE")
    }
    return environment | {"HOME": str(file)} | folders


def test_the_workbench_answers_from_memory_and_says_so(
    project: Path, nowhere: dict[str, str]
) -> None:
    with Terminal(PROGRAM, environment=nowhere, folder=project, columns=160) as terminal:
        terminal.wait_for("Sessions")  # of IN_MEMORY, which breaks where the paths let it
        terminal.wait_for("token in memory")
        terminal.type("where is the token stored?")
        terminal.press("enter")
        terminal.wait_for("class Vault")
        terminal.wait_for("Not saved:")
        terminal.type("from app.vault import")
        terminal.press("enter")
        terminal.wait_for("app/main.py:1")
        terminal.wait_for("ready")
        terminal.wait_until(lambda: terminal.text.count("Not saved") <= 1, "one word on it")
        terminal.type("not sent")
        terminal.wait_for("not sent")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
    assert "Traceback" not in terminal.text
    assert (Path(nowhere["HOME"])).read_bytes() == b""


def test_ask_answers_from_memory_and_says_so_once(project: Path, nowhere: dict[str, str]) -> None:
    done = subprocess.run(
        [*PROGRAM, "ask", "where is the token stored?"],
        cwd=project,
        env=nowhere,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "class Vault" in done.stdout
    assert done.stderr.count(IN_MEMORY) == 1
    assert "Traceback" not in done.stderr
