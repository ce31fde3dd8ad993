"""Copying: the route that is taken, and whether what is said of it is true."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import stat
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from robotui import clipboard
from robotui.clipboard import OSC52_LIMIT
from tests.needs import need
from tests.waiting import PATIENCE

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


async def copy(tmp_path: Path, text: str = TEXT, **environment: str) -> tuple[str, list[str]]:
    sent: list[str] = []
    done = await clipboard.copy(text, osc52=sent.append, environment=environment, folder=tmp_path)
    return done, sent


async def test_the_desktop_tool_is_read_back(desktop: Path, tmp_path: Path) -> None:
    stand_in(desktop, "wl-copy", STORES)
    stand_in(desktop, "wl-paste", 'cat "$STORE"')
    done, sent = await copy(tmp_path, WAYLAND_DISPLAY="wayland-0")
    assert done == "via wl-copy, read back"
    assert (desktop / "store").read_bytes() == TEXT.encode()
    assert not sent


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ("exit 1", "xclip failed"),
        ("cat > /dev/null", "xclip gave nothing back"),
        ('cat > "$STORE"; echo more >> "$STORE"', "xclip gave another text back"),
        ('sed "s/$/\r/" > "$STORE"', "xclip gave another text back"),
    ],
)
async def test_a_tool_that_fails_or_lies_is_not_believed(
    desktop: Path, tmp_path: Path, broken: str, fault: str
) -> None:
    stand_in(desktop, "xclip", f'case "$*" in *-o*) cat "$STORE";; *) {broken};; esac')
    stand_in(desktop, "xsel", "exit 1")
    done, sent = await copy(tmp_path, DISPLAY=":7")
    assert "read back" not in done
    assert "OSC 52" in done
    assert done.endswith(f"; {fault}; xsel failed")
    assert sent == [TEXT]


async def test_a_tool_may_own_the_clipboard_a_moment_late(desktop: Path, tmp_path: Path) -> None:
    stand_in(desktop, "wl-copy", STORES)
    late = 'echo >> "$STORE.reads"; [ "$(wc -l < "$STORE.reads")" -gt 2 ]'
    stand_in(desktop, "wl-paste", f'{late} && cat "$STORE"')
    done, _ = await copy(tmp_path, WAYLAND_DISPLAY="wayland-0")
    assert done == "via wl-copy, read back"


async def test_a_tool_that_stays_to_serve_the_clipboard_is_not_waited_for(
    desktop: Path, tmp_path: Path
) -> None:
    stand_in(desktop, "wl-copy", f'{STORES}; sleep 60 & echo $! > "$STORE.pid"')
    stand_in(desktop, "wl-paste", 'cat "$STORE"')
    done, _ = await copy(tmp_path, WAYLAND_DISPLAY="wayland-0")
    server = int((desktop / "store.pid").read_text())
    os.kill(server, signal.SIGKILL)  # It must still be there.
    assert done == "via wl-copy, read back"


@pytest.mark.parametrize("hangs", ["copy", "paste"])
async def test_a_tool_that_hangs_is_given_up(
    desktop: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hangs: str
) -> None:
    monkeypatch.setattr(clipboard, "_TIMEOUT", 1.0)
    for name in ("copy", "paste"):
        waits = 'exec 3> "$STORE"; echo started >&3; sleep 60'
        stand_in(desktop, f"wl-{name}", waits if name == hangs else "true")
    os.mkfifo(desktop / "store")
    alive = os.open(desktop / "store", os.O_RDONLY | os.O_NONBLOCK)
    done, sent = await copy(tmp_path, WAYLAND_DISPLAY="wayland-0")
    assert "OSC 52" in done
    assert sent == [TEXT]
    assert os.read(alive, 100).startswith(b"started")
    ended, _, _ = select.select([alive], [], [], PATIENCE)
    assert ended, "what the tool started holds it open"
    assert os.read(alive, 100) == b""
    os.close(alive)


async def test_over_ssh_the_desktop_here_is_not_meant(desktop: Path, tmp_path: Path) -> None:
    stand_in(desktop, "wl-copy", STORES)
    done, sent = await copy(tmp_path, WAYLAND_DISPLAY="wayland-0", SSH_CONNECTION="a b c d")
    assert "OSC 52" in done
    assert sent == [TEXT]


TMUX = {"TMUX": "socket,1,0"}


def tmux(folder: Path, **answers: str) -> None:
    """A stand-in tmux whose commands other than load-buffer run what is given, or fail."""
    cases = [f"{name.replace('_', '-')}*) {script};;" for name, script in answers.items()]
    loads = f'"load-buffer -w -") {STORES};;'
    stand_in(folder, "tmux", f'case "$*" in {loads} {" ".join(cases)} *) exit 1;; esac')


async def test_under_tmux_the_buffer_is_loaded(desktop: Path, tmp_path: Path) -> None:
    tmux(desktop, show_messages="echo '  192: Ms: (string) x'")
    done, sent = await copy(tmp_path, **TMUX)
    assert done == "through tmux: its buffer has it; the terminal can't be asked"
    assert (desktop / "store").read_bytes() == TEXT.encode()
    assert not sent


async def test_tmux_without_a_clipboard_of_its_terminal_has_it_alone(
    desktop: Path, tmp_path: Path
) -> None:
    tmux(desktop, show_messages="echo '  192: Ms: [missing]'")
    done, sent = await copy(tmp_path, **TMUX)
    assert done == "to tmux's buffer only: its terminal has no clipboard"
    assert not sent


async def test_what_is_too_long_for_a_terminal_stays_in_tmux(desktop: Path, tmp_path: Path) -> None:
    tmux(desktop)
    done, sent = await copy(tmp_path, "x" * (OSC52_LIMIT + 1), **TMUX)
    assert "too long" in done
    assert (desktop / "store").stat().st_size == OSC52_LIMIT + 1
    assert not sent


async def test_a_tmux_that_fails_leaves_osc_52(desktop: Path, tmp_path: Path) -> None:
    stand_in(desktop, "tmux", "exit 1")
    done, sent = await copy(tmp_path, **TMUX)
    assert "set-clipboard" in done
    assert sent == [TEXT]


async def test_tmux_attached_over_ssh_is_not_at_this_desktop(desktop: Path, tmp_path: Path) -> None:
    stand_in(desktop, "wl-copy", STORES)
    stand_in(desktop, "wl-paste", 'cat "$STORE"')
    tmux(desktop, show_environment="echo SSH_CONNECTION=a b c d")
    done, _ = await copy(tmp_path, WAYLAND_DISPLAY="w", **TMUX)
    assert "tmux" in done
    tmux(desktop, show_environment="echo -SSH_CONNECTION")
    done, _ = await copy(tmp_path, WAYLAND_DISPLAY="w", **TMUX)
    assert done == "via wl-copy, read back"


@pytest.mark.parametrize(("size", "in_file"), [(OSC52_LIMIT, False), (OSC52_LIMIT + 1, True)])
def test_what_is_too_long_for_a_terminal_goes_to_a_file(
    tmp_path: Path, size: int, in_file: bool
) -> None:
    done, sent = asyncio.run(copy(tmp_path, "x" * size))
    files = list(tmp_path.glob("copied-*.txt"))
    assert bool(files) == in_file
    assert bool(sent) != in_file
    if files:
        assert str(files[0]) in done
        assert files[0].read_text() == "x" * size


@pytest.mark.parametrize("term", ["linux", "dumb"])
async def test_a_terminal_without_a_clipboard_leaves_a_file(tmp_path: Path, term: str) -> None:
    done, sent = await copy(tmp_path, TERM=term)
    again, _ = await copy(tmp_path, "other", TERM=term)
    assert done.startswith("to a file, as no clipboard can be reached: ")
    assert not sent
    files = [Path(one.partition(": ")[2]) for one in (done, again)]
    assert [file.read_bytes().decode() for file in files] == [TEXT, "other"]


async def test_what_can_not_be_encoded_is_replaced_and_said(desktop: Path, tmp_path: Path) -> None:
    stand_in(desktop, "wl-copy", STORES)
    stand_in(desktop, "wl-paste", 'cat "$STORE"')
    done, _ = await copy(tmp_path, "a\udc80\0b", WAYLAND_DISPLAY="w")
    assert done == "via wl-copy, read back; what has no UTF-8 became ?"
    assert (desktop / "store").read_bytes() == b"a?\0b"
    done, sent = await copy(tmp_path, "a\udc80b")
    assert sent == ["a?b"]
    assert "became ?" in done


async def test_an_empty_text_leaves_the_clipboard_alone(desktop: Path, tmp_path: Path) -> None:
    stand_in(desktop, "wl-copy", STORES)
    done, sent = await copy(tmp_path, "", WAYLAND_DISPLAY="w")
    assert "empty" in done
    assert not sent
    assert not (desktop / "store").exists()


async def test_a_display_that_is_gone_is_told(tmp_path: Path) -> None:
    need("xclip")
    done, sent = await copy(tmp_path, DISPLAY=":7")
    assert done.endswith("; xclip failed")
    assert sent == [TEXT]


async def test_pasteboard_tools_get_an_encoding_whatever_the_locale(
    desktop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    stand_in(desktop, "pbcopy", f'{STORES}; echo "$LC_ALL" > "$STORE.locale"')
    stand_in(desktop, "pbpaste", 'cat "$STORE"; echo "$LC_ALL" >> "$STORE.locale"')
    [tool] = clipboard.tools({}, "darwin")
    assert await clipboard.put(tool, TEXT) == ""
    assert (desktop / "store.locale").read_text() == "en_US.UTF-8\n" * 2


@given(st.text(max_size=2000))
@example("x" * 2000)
def test_gnu_screen_gets_pieces_that_it_passes_on(text: str) -> None:
    plain = clipboard.sequence(text, {})
    pieces = clipboard.sequence(text, {"STY": "1.pts"}).split("\x1b\\")
    assert pieces.pop() == ""
    assert all(piece.startswith("\x1bP") and len(piece) < 256 for piece in pieces)
    assert "".join(piece.removeprefix("\x1bP") for piece in pieces) == plain
    assert clipboard.sequence(text, {"STY": "1.pts", "TMUX": "x"}) == plain


async def test_every_word_fits_a_toast(desktop: Path, tmp_path: Path) -> None:
    words = [(await copy(tmp_path))[0], (await copy(tmp_path, **TMUX))[0]]
    for reply in ("Ms: [missing]", "Ms: (string)"):
        tmux(desktop, show_messages=f"echo ' {reply}'")
        words += [(await copy(tmp_path, text, **TMUX))[0] for text in (TEXT, "x" * 80_000)]
    assert [word for word in words if len(word) > 64] == []


def test_which_tools_serve_where() -> None:
    def names(platform: str, **environment: str) -> list[str]:
        return [tool.copy[0] for tool in clipboard.tools(environment, platform)]

    assert names("darwin") == ["pbcopy"]
    assert names("win32") == ["clip.exe"]
    assert names("linux") == []
    assert names("linux", DISPLAY=":0") == ["xclip", "xsel"]
    assert names("linux", DISPLAY=":0", WAYLAND_DISPLAY="w")[0] == "wl-copy"
    assert names("linux", WSL_DISTRO_NAME="D") == ["clip.exe"]
