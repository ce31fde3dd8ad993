"""The terminal that the workbench is drawn on, and its end.

When a terminal window is closed, Textual 8.2 reads its end of file over and over, and its thread
that writes dies of the first error, so that the program waits for it for ever: it would live on,
at the cost of a whole core.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import IO, Any, Final

from textual.drivers.linux_driver import LinuxDriver

CHECK_EVERY: Final = 1.0
"""Seconds between two looks at whether the terminal is still there."""


class _Output:
    """A terminal to write to; what a terminal that is gone does not take is lost."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def write(self, text: str) -> int:
        try:
            return self._file.write(text)
        except OSError:
            return len(text)

    def flush(self) -> None:
        try:
            self._file.flush()
        except OSError:
            return

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class TerminalDriver(LinuxDriver):
    """Textual's driver for Linux and macOS; ends the app in order when the terminal is closed."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not self._file.isatty() and sys.__stdout__ is not None:
            self._file = sys.__stdout__  # standard error goes to a file: ``robotui 2>errors``
        self._file: Any = _Output(self._file)
        self._check: asyncio.TimerHandle | None = None

    def start_application_mode(self) -> None:
        """Take the terminal over, and look now and then whether it is still there."""
        super().start_application_mode()  # type: ignore[no-untyped-call]  # Textual leaves it open
        self._watch()

    def disable_input(self) -> None:
        """Read no more, for a while or for good."""
        if self._check is not None:
            self._check.cancel()
        super().disable_input()

    def _watch(self) -> None:
        try:
            os.get_terminal_size(self.fileno)
        except OSError:
            self.exit_event.set()
            _write_nowhere()
            self._app.exit()
        else:
            self._check = asyncio.get_running_loop().call_later(CHECK_EVERY, self._watch)


def _write_nowhere() -> None:
    """Let what is still in the buffers be written, or Python ends with an error."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
