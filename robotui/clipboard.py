"""The way of a text to the clipboard, and a true word on how it went.

In this order: the desktop's own tool, read back to verify; tmux, which drops OSC 52 of programs
inside it by default; OSC 52 to the terminal, which never answers; a file.
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from robotui.files import write_atomic

OSC52_LIMIT: Final = 74_994
"""Bytes of text whose base64 has 100,000 bytes, which is as much as many terminals take."""

TMUX_LIMIT: Final = 700_000
"""Bytes of text that pass through tmux: its buffer for a sequence is 1 MiB."""

_TMUX: Final = ("tmux", "load-buffer", "-w", "-")

_TIMEOUT: Final = 3.0


@dataclass(frozen=True, slots=True)
class Tool:
    """A program of the desktop that takes a text on standard input."""

    copy: Sequence[str]
    paste: Sequence[str] = ()
    """Prints the clipboard, to verify; empty where there is no exact way."""
    encoding: str = "utf-8"


_XCLIP: Final = Tool(
    ("xclip", "-selection", "clipboard"), ("xclip", "-selection", "clipboard", "-o")
)
_XSEL: Final = Tool(("xsel", "--clipboard", "--input"), ("xsel", "--clipboard", "--output"))
_WAYLAND: Final = Tool(("wl-copy",), ("wl-paste", "--no-newline"))
_MAC: Final = Tool(("pbcopy",), ("pbpaste",))
_WINDOWS: Final = Tool(("clip.exe",), encoding="utf-16-le")


@dataclass(frozen=True, slots=True)
class Copied:
    """How a copy went: ``how`` ends the sentence "Copied …"; ``verified`` if it was read back."""

    how: str
    verified: bool = False


def tools(environment: Mapping[str, str], platform: str = sys.platform) -> list[Tool]:
    """The desktop's tools that could serve here; none over SSH, where the desktop is elsewhere."""
    if environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"):
        return []
    if platform == "darwin":
        return [_MAC]
    if platform == "win32":
        return [_WINDOWS]
    found = [_WAYLAND] if environment.get("WAYLAND_DISPLAY") else []
    found += [_XCLIP, _XSEL] if environment.get("DISPLAY") else []
    return [*found, _WINDOWS] if environment.get("WSL_DISTRO_NAME") else found


async def copy(
    text: str, *, osc52: Callable[[str], None], environment: Mapping[str, str], folder: Path
) -> Copied:
    """Copy ``text`` the best way there is.

    ``osc52`` sends a text to the terminal. Where it is too long for that, it is also written to a
    file in ``folder``. Raises StorageError if that file can't be written.
    """
    for tool in tools(environment):
        done = await _with_tool(tool, text)
        if done is not None:
            return done
    size = len(text.encode())
    through_tmux = environment.get("TMUX") and size <= TMUX_LIMIT
    if through_tmux and await _run(_TMUX, text.encode()) is not None:
        return Copied("through tmux: its buffer has it; the terminal can't be asked")
    if size <= OSC52_LIMIT:
        osc52(text)
        return Copied("sent via OSC 52: the terminal can't be asked whether it took it")
    file = folder / time.strftime("copied-%Y%m%d-%H%M%S.txt")
    write_atomic(file, text.encode())
    return Copied(f"to the file {file}: it is too long for a terminal's clipboard")


async def _with_tool(tool: Tool, text: str) -> Copied | None:
    name = tool.copy[0]
    if shutil.which(name) is None or await _run(tool.copy, text.encode(tool.encoding)) is None:
        return None
    if not tool.paste:
        return Copied(f"via {name}")
    back = await _run(tool.paste, b"", read=True)
    return Copied(f"via {name}, verified", verified=True) if back == text.encode() else None


async def _run(command: Sequence[str], given: bytes, *, read: bool = False) -> bytes | None:
    """What ``command`` printed; None if it failed, is missing or takes too long.

    Output is read only where it is wanted: a tool that stays to serve the clipboard keeps its
    standard output open.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE if read else DEVNULL, stderr=DEVNULL
        )
    except OSError:
        return None
    try:
        async with asyncio.timeout(_TIMEOUT):
            out, _ = await process.communicate(given)
    except (TimeoutError, ConnectionError):
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return (out or b"") if process.returncode == 0 else None
