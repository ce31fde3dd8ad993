"""Copying: the route that is taken, and whether what is said of it is true."""

from __future__ import annotations

import asyncio
import os
import stat
import sys
from pathlib import Path

import pytest

from robotui import clipboard
from robotui.clipboard import OSC52_LIMIT, Copied

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-ins are shell scripts")

TEXT = "def f():\n\treturn 'ä€😀'  \n"
STORES = 'cat > "$STORE"'


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of stand-in tools, first on PATH; ``store`` in it is their clipboard."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("STORE", str(folder / "store"))
    return folder


def stand_in(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)


async def copy(tmp_path: Path, text: str = TEXT, **environment: str) -> tuple[Copied, list[str]]:
    sent: list[str] = []
    done = await clipboard.copy(text, osc52=sent.append, environment=environment, folder=tmp_path)
    return done, sent


async def test_the_desktop_tool_is_read_back(desktop: Path, tmp_path: Path) -> None:
    stand_in(desktop, "wl-copy", STORES)
    stand_in(desktop, "wl-paste", 'cat "$STORE"')
    done, sent = await copy(tmp_path, WAYLAND_DISPLAY="wayland-0")
    assert done == Copied("via wl-copy, verified", verified=True)
    assert (desktop / "store").read_bytes() == TEXT.encode()
    assert not sent


@pytest.mark.parametrize(
    "broken", ["exit 1", "cat > /dev/null", 'cat > "$STORE"; echo more >> "$STORE"']
)
async def test_a_tool_that_fails_or_lies_is_not_believed(
    desktop: Path, tmp_path: Path, broken: str
) -> None:
    stand_in(desktop, "xclip", f'case "$*" in *-o*) cat "$STORE";; *) {broken};; esac')
    stand_in(desktop, "xsel", "exit 1")
    done, sent = await copy(tmp_path, DISPLAY=":7")
    assert not done.verified
    assert "OSC 52" in done.how
    assert sent == [TEXT]


async def test_a_tool_that_hangs_is_given_up(
    desktop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "_TIMEOUT", 0.2)
    stand_in(desktop, "wl-copy", "exec sleep 60")
    done, sent = await copy(tmp_path, WAYLAND_DISPLAY="wayland-0")
    assert "OSC 52" in done.how
    assert sent == [TEXT]


async def test_over_ssh_the_desktop_here_is_not_meant(desktop: Path, tmp_path: Path) -> None:
    stand_in(desktop, "wl-copy", STORES)
    done, sent = await copy(tmp_path, WAYLAND_DISPLAY="wayland-0", SSH_CONNECTION="a b c d")
    assert "OSC 52" in done.how
    assert sent == [TEXT]


async def test_under_tmux_the_buffer_is_loaded(desktop: Path, tmp_path: Path) -> None:
    stand_in(desktop, "tmux", f'[ "$*" = "load-buffer -w -" ] && {STORES}')
    done, sent = await copy(tmp_path, TMUX="/tmp/tmux,1,0")
    assert "tmux" in done.how
    assert not done.verified
    assert (desktop / "store").read_bytes() == TEXT.encode()
    assert not sent


@pytest.mark.parametrize(("size", "in_file"), [(OSC52_LIMIT, False), (OSC52_LIMIT + 1, True)])
def test_what_is_too_long_for_a_terminal_goes_to_a_file(
    tmp_path: Path, size: int, in_file: bool
) -> None:
    done, sent = asyncio.run(copy(tmp_path, "x" * size))
    files = list(tmp_path.glob("copied-*.txt"))
    assert bool(files) == in_file
    assert bool(sent) != in_file
    if files:
        assert str(files[0]) in done.how
        assert files[0].read_text() == "x" * size


def test_which_tools_serve_where() -> None:
    def names(platform: str, **environment: str) -> list[str]:
        return [tool.copy[0] for tool in clipboard.tools(environment, platform)]

    assert names("darwin") == ["pbcopy"]
    assert names("win32") == ["clip.exe"]
    assert names("linux") == []
    assert names("linux", DISPLAY=":0") == ["xclip", "xsel"]
    assert names("linux", DISPLAY=":0", WAYLAND_DISPLAY="w")[0] == "wl-copy"
    assert names("linux", WSL_DISTRO_NAME="D") == ["clip.exe"]
