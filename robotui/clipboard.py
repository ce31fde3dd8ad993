"""The way of a text to the clipboard, and a true word on how it went.

In this order: the desktop's own tool, read back to verify; tmux, which drops OSC 52 of programs
inside it by default; OSC 52 to the terminal, which never answers; a file.
"""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from robotui.files import write_atomic
from robotui.text import encodable

OSC52_LIMIT: Final = 74_994
"""Bytes of text whose base64 has 100,000 bytes, which is as much as many terminals take."""

MISSING: Final = "is not installed"
"""What ``put`` says of a tool that is not there."""

# GNU screen cuts string sequences: at 768 bytes since 4.2.1, at 256 in the oldest.
_SCREEN_CHUNK: Final = 240
# Terminals that swallow OSC 52, and have no clipboard.
_DEAF: Final = ("dumb", "linux")
_TIMEOUT: Final = 3.0
# A tool may end a moment before its background process owns the clipboard.
_READS: Final = 5
_READ_PAUSE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Tool:
    """A program of the desktop that takes a text on standard input."""

    copy: Sequence[str]
    paste: Sequence[str] = ()
    """Prints the clipboard, to verify; empty where there is no exact way."""
    encoding: str = "utf-8"
    variables: Sequence[tuple[str, str]] = ()
    """What it must find in its environment."""

    @property
    def name(self) -> str:
        """The program."""
        return self.copy[0]


_XCLIP: Final = Tool(
    ("xclip", "-selection", "clipboard"), ("xclip", "-selection", "clipboard", "-o")
)
_XSEL: Final = Tool(("xsel", "--clipboard", "--input"), ("xsel", "--clipboard", "--output"))
# Without a type it guesses one, and a picture in SVG could not be pasted as text.
_WAYLAND: Final = Tool(
    ("wl-copy", "--type", "text/plain"), ("wl-paste", "--no-newline", "--type", "text/plain")
)
# Both take their encoding from the locale: in the wrong one the text reads back well, but what
# other programs paste is garbled.
_MAC: Final = Tool(("pbcopy",), ("pbpaste",), variables=(("LC_ALL", "en_US.UTF-8"),))
# A byte order mark would be pasted with the text.
_WINDOWS: Final = Tool(("clip.exe",), encoding="utf-16-le")


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


async def tmux_over_ssh(environment: Mapping[str, str]) -> bool:
    """Whether tmux was attached over SSH, which programs started before don't find out else."""
    if not environment.get("TMUX"):
        return False
    told = await run(("tmux", "show-environment", "SSH_CONNECTION"), read=True)
    return told is not None and told.startswith(b"SSH_CONNECTION=")


async def copy(
    text: str, *, osc52: Callable[[str], None], environment: Mapping[str, str], folder: Path
) -> str:
    """Copy ``text`` the best way there is; how that went, as the end of the sentence "Copied …".

    ``osc52`` sends a text to the terminal. Where the terminal can't take it, it is written to a
    file in ``folder``. What can't be encoded (lone surrogates) becomes ``?``. Raises StorageError
    if that file can't be written.
    """
    if not text:
        return "nothing: it is empty, and the clipboard as it was"
    fine = encodable(text)
    remarks = [] if fine == text else ["what has no UTF-8 became ?"]
    found = tools(environment)
    if found and not await tmux_over_ssh(environment):
        for tool in found:
            fault = await put(tool, fine)
            if not fault:
                how = "read back" if tool.paste else "which can't be read back"
                return "; ".join((f"via {tool.name}, {how}", *remarks))
            if fault != MISSING:
                remarks.append(f"{tool.name} {fault}")
    how = await _by_terminal(fine, osc52, environment, folder)
    return "; ".join((how, *remarks))


async def _by_terminal(
    text: str, osc52: Callable[[str], None], environment: Mapping[str, str], folder: Path
) -> str:
    data = text.encode()
    too_long = len(data) > OSC52_LIMIT
    in_tmux = bool(environment.get("TMUX"))
    if in_tmux and await run(("tmux", "load-buffer", "-w", "-"), data) is not None:
        if await tmux_reaches_terminal() is False:
            return "to tmux's buffer only: its terminal has no clipboard"
        if too_long:
            return "to tmux's buffer; too long for many a terminal's clipboard"
        return "through tmux: its buffer has it; the terminal can't be asked"
    if not too_long and takes_osc52(environment):
        osc52(text)
        if in_tmux:
            return "sent via OSC 52, which tmux drops unless set-clipboard is on"
        return "sent via OSC 52: whether the terminal took it can't be seen"
    file = _new_file(folder)
    write_atomic(file, data)
    why = "it is too long for the terminal" if too_long else "no clipboard can be reached"
    return f"to a file, as {why}: {file}"


def _new_file(folder: Path) -> Path:
    name = time.strftime("copied-%Y%m%d-%H%M%S")
    file, number = folder / f"{name}.txt", 1
    while file.exists():
        number += 1
        file = folder / f"{name}-{number}.txt"
    return file


def takes_osc52(environment: Mapping[str, str]) -> bool:
    """Whether the terminal might take OSC 52; False where it is known to swallow it."""
    return environment.get("TERM") not in _DEAF


def in_screen(environment: Mapping[str, str]) -> bool:
    """Whether GNU screen stands between this program and its terminal."""
    return bool(environment.get("STY")) and not environment.get("TMUX")


def sequence(text: str, environment: Mapping[str, str]) -> str:
    """OSC 52 with ``text``; in GNU screen in device control strings, which it passes on.

    See xterm's control sequences, "Manipulate Selection Data", and screen(1), "ESC P".
    """
    encoded = base64.b64encode(encodable(text).encode()).decode()
    whole = f"\x1b]52;c;{encoded}\a"
    if not in_screen(environment):
        return whole
    starts = range(0, len(whole), _SCREEN_CHUNK)
    return "".join(f"\x1bP{whole[start : start + _SCREEN_CHUNK]}\x1b\\" for start in starts)


async def tmux_reaches_terminal() -> bool | None:
    """Whether tmux knows how to set the clipboard of a terminal it shows on; None if it can't say.

    It sends nothing to one without the capability Ms, and reports no error.
    """
    told = await run(("tmux", "show-messages", "-T"), read=True)
    if told is None:
        return None
    rows = [line for line in told.splitlines() if b" Ms: " in line]
    return any(b"[missing]" not in row for row in rows) if rows else None


async def put(tool: Tool, text: str) -> str:
    """Copy with a desktop's tool and read back; what is wrong with the tool, or nothing."""
    if shutil.which(tool.name) is None:
        return MISSING
    if await run(tool.copy, text.encode(tool.encoding), variables=tool.variables) is None:
        return "failed"
    if not tool.paste:
        return ""
    back: bytes | None = None
    with suppress(TimeoutError):
        async with asyncio.timeout(_TIMEOUT):
            for attempt in range(_READS):
                await asyncio.sleep(attempt * _READ_PAUSE)
                back = await get(tool)
                if back == text.encode():
                    return ""
    return "gave nothing back" if back is None else "gave another text back"


async def get(tool: Tool) -> bytes | None:
    """What is on the clipboard, as text; None if there is none, or it can't be read."""
    return await run(tool.paste, read=True, variables=tool.variables) if tool.paste else None


async def run(
    command: Sequence[str],
    given: bytes = b"",
    *,
    read: bool = False,
    variables: Sequence[tuple[str, str]] = (),
) -> bytes | None:
    """What ``command`` printed; None if it failed, is missing or takes too long.

    Output is read only where it is wanted: a tool that stays to serve the clipboard keeps its
    standard output open. It gets a session of its own, so that closing the terminal leaves it.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=PIPE,
            stdout=PIPE if read else DEVNULL,
            stderr=DEVNULL,
            start_new_session=True,
            env={**os.environ, **dict(variables)},
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
            _kill(process)
            await process.wait()
    return (out or b"") if process.returncode == 0 else None


def _kill(process: Process) -> None:
    """End a tool and what it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
