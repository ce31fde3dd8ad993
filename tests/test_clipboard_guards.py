"""Edges of copying: what says that this is SSH, and what becomes of a tool's processes."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from robotui.clipboard import copy, run, tools

DESKTOP = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0", "WSL_DISTRO_NAME": "Debian"}


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("name", ["SSH_TTY", "SSH_CONNECTION"])
def test_one_sign_of_ssh_is_enough(name: str, platform: str) -> None:
    assert tools(DESKTOP, platform)
    assert tools({**DESKTOP, name: ""}, platform)
    assert tools({**DESKTOP, name: "a"}, platform) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there are no sessions")
async def test_a_tool_has_a_session_of_its_own() -> None:
    told = await run(
        (sys.executable, "-c", "import os; print(os.getsid(0), os.getpid())"), read=True
    )
    assert told is not None
    session, process = map(int, told.split())
    assert session == process != os.getsid(0)


def test_copies_of_the_same_second_are_numbered_from_two_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def copy_all() -> None:
        for text in ("a", "b", "c"):
            await copy(text, osc52=print, environment={"TERM": "linux"}, folder=tmp_path)

    monkeypatch.setattr("robotui.clipboard.time.strftime", lambda _form: "copied-1")
    asyncio.run(copy_all())
    found = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert found == {"copied-1.txt": "a", "copied-1-2.txt": "b", "copied-1-3.txt": "c"}
