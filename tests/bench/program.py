"""A program in a pseudo-terminal that is measured from outside: its processor time, its memory."""

from __future__ import annotations

import os
import re
import select
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Self

from tests.e2e.terminal import Terminal

PROGRAM: Final = (sys.executable, "-m", "robotui")

_DROPPED: Final = ("COLUMNS", "LINES", "NO_COLOR", "DBUS_SESSION_BUS_ADDRESS", "TMUX", "SSH_TTY")
_PREFIXES: Final = ("ROBOTUI_", "XDG_", "TEXTUAL")

_AT_REST: Final = 0.05
"""The share of a processor that a blinking cursor may take."""


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


class Screen(Terminal):
    """A running program, and what an emulator shows of it: the user's view.

    Bytes say less: words are there before they are all painted, or in two parts for good, as
    around the cursor.
    """

    def __init__(
        self, command: Sequence[str], *, home: Path, folder: Path | None = None, **variables: str
    ) -> None:
        self._arrived = 0.0
        super().__init__(
            command, environment=environment(home) | variables, folder=folder or Path.cwd()
        )

    def __enter__(self) -> Self:
        return self

    def _take(self, data: bytes) -> None:
        self._arrived = time.perf_counter()
        super()._take(data)

    def painted(self, *texts: str) -> float:
        """Read until the texts are on the screen."""
        return self.when(lambda: all(text in self.text for text in texts), f"painting {texts}")

    def when(self, fact: Callable[[], bool], what: str) -> float:
        """Read until ``fact`` holds.

        Gives the time (of ``perf_counter``) when what made it hold arrived: what the emulator
        takes does not count.
        """
        self.wait_until(fact, what)
        return self._arrived

    def rest(self, seconds: float = 0.25) -> None:
        """Read until nothing was written for that long; not while a clock is on the screen."""
        began = time.perf_counter()
        while time.perf_counter() - max(began, self._arrived) < seconds:
            self.read(seconds)

    def read_for(self, seconds: float) -> None:
        """Read for so long."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.read(left)

    def quit(self) -> None:
        """End it in order."""
        self.press("ctrl+q")
        self.wait_for_exit()


class Program(Screen):
    """A running program whose screen nobody looks at: an emulator would take longer than it does.

    ``since`` holds the bytes that were written since the last ``mark``.
    """

    def __init__(
        self, command: Sequence[str], *, home: Path, folder: Path | None = None, **variables: str
    ) -> None:
        self.since = bytearray()
        super().__init__(command, home=home, folder=folder, **variables)

    def _take(self, data: bytes) -> None:
        self._arrived = time.perf_counter()
        self.since += data

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

    def painted(self, *texts: str) -> float:
        """Read until each of the texts was written since the last ``mark``.

        For words in one style, and none that the cursor can stand on.
        """
        wanted = [text.encode() for text in texts]
        return self.when(lambda: all(text in self.since for text in wanted), f"painting {texts}")

    def something(self) -> None:
        """Read until anything was written since the last ``mark``."""
        self.wait_until(lambda: bool(self.since), "painting")

    def idle(self, seconds: float = 0.5) -> None:
        """Read until it neither wrote nor worked for that long: what it does behind a frame too."""
        while True:
            self.rest()
            before = self.cpu
            self.read_for(seconds)
            if self.cpu - before < _AT_REST * seconds:
                return

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
