"""A program in a pseudo-terminal that is measured from outside: its processor time, its memory."""

from __future__ import annotations

import os
import re
import select
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Self

from tests.e2e.terminal import Terminal

PROGRAM: Final = (sys.executable, "-m", "robotui")

_DROPPED: Final = ("COLUMNS", "LINES", "NO_COLOR", "DBUS_SESSION_BUS_ADDRESS", "TMUX", "SSH_TTY")
_PREFIXES: Final = ("ROBOTUI_", "XDG_", "TEXTUAL")


def environment(home: Path) -> dict[str, str]:
    """A newcomer's environment: an empty home, no keyring, no proxy."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _DROPPED
        and not name.startswith(_PREFIXES)
        and not name.upper().endswith("_PROXY")
    }
    return kept | {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(Path.cwd()),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }


class Program(Terminal):
    """A running program. What it paints is not interpreted, only looked for in its bytes.

    ``since`` holds the bytes that were written since the last ``mark``.
    """

    def __init__(
        self, command: Sequence[str], *, home: Path, folder: Path | None = None, **variables: str
    ) -> None:
        self.since = bytearray()
        super().__init__(
            command, environment=environment(home) | variables, folder=folder or Path.cwd()
        )

    def __enter__(self) -> Self:
        return self

    def read(self, seconds: float) -> bool:
        """Take what the program wrote within that time; False when it closed the terminal."""
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return True
        try:
            data = os.read(self._master, 1 << 20)
        except OSError:  # Linux: the other end is closed
            return False
        self.since += data
        return bool(data)

    @property
    def text(self) -> str:
        """The last that it wrote, without control sequences; for messages."""
        tail = bytes(self.since[-6000:]).decode("utf-8", "replace")
        return re.sub(r"\x1b\[[0-9;:?<>=]*[a-zA-Z]", " ", tail)

    def mark(self) -> None:
        """Forget what was written until now."""
        while select.select([self._master], [], [], 0)[0]:
            if not self.read(0):
                break
        self.since.clear()

    def painted(self, *texts: str, seconds: float = 60) -> None:
        """Read until each of the texts was written since the last ``mark``."""
        wanted = [text.encode() for text in texts]

        def all_there() -> bool:
            return all(text in self.since for text in wanted)

        self.wait_until(all_there, f"painting {texts}", seconds)

    def something(self) -> None:
        """Read until anything was written since the last ``mark``."""
        self.wait_until(lambda: bool(self.since), "painting")

    def rest(self, seconds: float = 0.25) -> None:
        """Read until nothing was written for that long; not while a clock is on the screen."""
        before = -1
        while len(self.since) != before:
            before = len(self.since)
            until = time.monotonic() + seconds
            while (left := until - time.monotonic()) > 0 and len(self.since) == before:
                self.read(left)

    def read_for(self, seconds: float) -> None:
        """Read for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.read(left)

    def widen(self, columns: int) -> None:
        """Another width of the window."""
        self.resize(columns, 40)
        self.process.send_signal(signal.SIGWINCH)

    @property
    def cpu(self) -> float:
        """Seconds of processor time of the whole process until now, without its children's."""
        # Linux makes a clock's number of a process's (clock_getcpuclockid); unlike /proc/PID/stat
        # it counts finer than hundredths.
        return time.clock_gettime((~self.process.pid << 3) | 2)

    @property
    def memory(self) -> float:
        """Resident megabytes (10^6 bytes)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        return int(found[1]) * 1024 / 1e6

    def quit(self) -> None:
        """End it in order."""
        self.press("ctrl+q")
        self.wait_for_exit()
