"""A pseudo-terminal that runs a program, shows its screen as text, and types keys."""

from __future__ import annotations

import base64
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import pyte

from tests.waiting import PATIENCE

KEYS = {
    "enter": "\r",
    "escape": "\x1b",
    "shift+tab": "\x1b[Z",
    "ctrl+q": "\x11",
    "ctrl+c": "\x03",
    "ctrl+j": "\n",
    "up": "\x1b[A",
    "f1": "\x1bOP",
    "f8": "\x1b[19~",
    **{f"alt+{n}": f"\x1b{n}" for n in range(1, 10)},
}

_OSC_52 = re.compile(rb"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")
# Requests of the keyboard protocol that the emulator would print.
_PRIVATE = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]")


class Terminal:
    """Runs ``command``; everything it writes is kept in ``output`` and shown on ``screen``."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        folder: Path,
        columns: int = 120,
        rows: int = 40,
    ) -> None:
        self.output = b""
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._master, slave = pty.openpty()
        size = struct.pack("HHHH", rows, columns, 0, 0)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, size)
        self.process = subprocess.Popen(
            command,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=folder,
            env={**environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.close()

    def close(self) -> None:
        """Close the window; a program that has no signal of it must find out by itself."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def resize(self, columns: int, rows: int) -> None:
        """Give the window another size, and tell the program: the system does not, as the window
        controls no session.
        """
        self._screen.resize(rows, columns)
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.process.send_signal(signal.SIGWINCH)

    def type(self, text: str) -> None:
        """Type text as it is."""
        os.write(self._master, text.encode())

    def press(self, *keys: str) -> None:
        """Press named keys."""
        for key in keys:
            self.type(KEYS[key])

    def click(self, text: str) -> None:
        """Click on the first place where ``text`` stands."""
        for row, line in enumerate(self._screen.display):
            if text in line:
                column = line.index(text)
                at = f"{column + 1};{row + 1}"
                self.type(f"\x1b[<0;{at}M\x1b[<0;{at}m")
                return
        raise AssertionError(f"{text!r} is not on the screen:\n{self.text}")

    @property
    def text(self) -> str:
        """The screen as lines of text."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    @property
    def clipboard(self) -> list[bytes]:
        """What the program put on the clipboard by OSC 52, in order."""
        return [base64.b64decode(found) for found in _OSC_52.findall(self.output)]

    def read(self, seconds: float) -> bool:
        """Take what the program wrote within that time; False when it closed the terminal."""
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self._master, 1 << 20)
        except OSError:  # Linux: the other end is closed
            return False
        self._take(data)
        return bool(data)

    def _take(self, data: bytes) -> None:
        """Keep and show what was read."""
        self.output += data
        self._stream.feed(_PRIVATE.sub(b"", data))

    def wait_until(self, fact: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        """Read until ``fact`` holds; fails with the screen after so many seconds."""
        deadline = time.monotonic() + seconds
        while not fact():
            left = deadline - time.monotonic()
            if left <= 0 or (not self.read(min(left, 0.2)) and not fact()):
                raise AssertionError(f"{what} did not happen:\n{self.text}")

    def wait_for(self, text: str, seconds: float = PATIENCE) -> None:
        """Read until ``text`` stands on the screen."""
        self.wait_until(lambda: text in self.text, f"{text!r} on the screen", seconds)

    def wait_for_exit(self, seconds: float = PATIENCE) -> int:
        """Read until the program closed the terminal and ended; its exit code."""
        deadline = time.monotonic() + seconds
        while self.read(0.2) and time.monotonic() < deadline and self.process.poll() is None:
            pass
        return self.process.wait(max(1, deadline - time.monotonic()))
