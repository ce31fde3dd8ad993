"""What the workbench looks like, row by row.

Golden files are text, so that they stay readable and stable; where a screen differs, the picture
of it is saved as SVG. ``UPDATE_SNAPSHOTS=1`` writes the golden files anew: look at the difference
before you commit it.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from robotui.chats.sidecar import Sidecar
from robotui.chats.store import Chat
from robotui.errors import ConnectError
from tests.ui.fakes import Bench, Script, did, keys, said, workbench, write_tree

GOLDEN = Path(__file__).parent / "snapshots"

ANSWER: Script = [
    did("run", command="ls -la", thought="I look at the files first."),
    said(
        "The **token** is kept in the keyring[^1]:\n\n"
        "```python title=app/vault.py\nclass Vault:\n\tpass  # [bold]not markup[/]\n```\n\n"
        "| where | what |\n| --- | --- |\n| keyring | token |\n| sidecar | sid |\n\n"
        "1. [docs](https://example.org/a) say so\n2. 日本語 and 👍 line up\n"
    ),
]


def still_chat(tmp_path: Path) -> Chat:
    """A chat for which no time passes."""
    return Chat(tmp_path / "chat.jsonl", Sidecar(agent="RepoAgent"), clock=lambda: 1000.0)


def compare(bench: Bench, name: str, tmp_path: Path) -> None:
    """Hold the screen against its golden file."""
    file = GOLDEN / f"{name}.txt"
    shown = bench.text + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(shown, "utf-8")
    if shown != file.read_text("utf-8"):
        picture = tmp_path / f"{name}.svg"
        picture.write_text(bench.pilot.app.export_screenshot(), "utf-8")
        pytest.fail(f"{name} looks different, see {picture}:\n{shown}")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60), (50, 20)])
async def test_an_answer(size: tuple[int, int], tmp_path: Path) -> None:
    async with workbench(ANSWER, size=size, chat=still_chat(tmp_path)) as bench:
        await bench.ask("where is the token?")
        await bench.ready()
        await bench.shows("line up")
        await bench.until(lambda: bool(bench.screen.status.standing.token))
        compare(bench, f"answer-{size[0]}x{size[1]}", tmp_path)


@pytest.mark.parametrize(
    ("typed", "name", "last"),
    [("/c", "commands", "/chats"), ("see @p", "files", "b.py"), ("/agent ", "agents", "FrontEnd")],
)
async def test_a_list_of_choices(typed: str, name: str, last: str, tmp_path: Path) -> None:
    write_tree()
    async with workbench(ANSWER, size=(80, 24), chat=still_chat(tmp_path)) as bench:
        await bench.ask("where is the token?")
        await bench.ready()
        await bench.until(lambda: bool(bench.screen.status.standing.token))
        await keys(bench, typed)
        await bench.until(lambda: any(last in row for row in bench.rows[-12:]))
        compare(bench, f"list-{name}", tmp_path)


async def test_an_error(tmp_path: Path) -> None:
    script: Script = [said("It begins"), ConnectError("The connection to http://test broke")]
    async with workbench(script, size=(100, 24), chat=still_chat(tmp_path)) as bench:
        await bench.until(lambda: bool(bench.screen.status.standing.token))
        await bench.ask("go")
        await bench.ready()
        await bench.shows("r  retry")
        compare(bench, "error", tmp_path)


async def test_a_switch_while_a_reply_comes_in(tmp_path: Path) -> None:
    script: Script = [said("Still at it ", delta=True), asyncio.Event()]
    async with workbench(script, size=(100, 24), chat=still_chat(tmp_path)) as bench:
        await bench.until(lambda: bool(bench.screen.status.standing.token))
        await bench.ask("go")
        await bench.shows("Still at it")
        await bench.pilot.press("f4")
        await bench.pilot.press("escape")
        await bench.ready()
        await bench.shows("interrupted")
        bench.pilot.app.clear_notifications()
        await bench.until(lambda: "From the next" not in bench.text)
        compare(bench, "switch", tmp_path)
