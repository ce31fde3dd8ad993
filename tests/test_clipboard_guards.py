"""Edges of copying: what says that this is SSH, and what becomes of a tool's processes."""

from __future__ import annotations

import os
import sys

import pytest

from robotui.clipboard import run, tools

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
