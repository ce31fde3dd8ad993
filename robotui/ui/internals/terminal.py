"""The terminal that the workbench is drawn on: what is read from it, its stops, and its end.

Textual 8.2 stops itself only, so that a program that waits for it, such as ``make``, holds the
shell; and after a stop that it did not see coming it reads the terminal twice.

When a terminal window is closed, Textual 8.2 reads its end of file over and over, and its thread
that writes dies of the first error, so that the program waits for it for ever: it would live on,
at the cost of a whole core.
"""

from __future__ import annotations

import asyncio
import logging
import os
import selectors
import signal
import sys
import time
from typing import IO, TYPE_CHECKING, Any, Final

from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from robotui.ui.input.delivery import Delivery
from robotui.ui.internals import OrLess, need

if TYPE_CHECKING:
    from robotui.ui.internals.key_reader import KeyReader

_log = logging.getLogger("robotui.ui")

CHECK_EVERY: Final = 1.0
"""Seconds between two looks at whether the terminal is still there."""
_LOOK_EVERY: Final = 0.1
"""Seconds between two looks at whether the app is done with the terminal."""


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
    """Textual's driver for Linux and macOS.

    It reads keys and pastes by our own rules, stops and goes on with the shell's jobs, and ends the
    app in order when the terminal is closed.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        need(self, "_app", "_auto_restart", "_debug", "_file", "_loop")
        need(LinuxDriver, "_sigcont_application", "_sigtstp_application")
        if not self._file.isatty() and sys.__stdout__ is not None:
            self._file = sys.__stdout__  # standard error goes to a file: ``robotui 2>errors``
        self._file: Any = _Output(self._file)
        self._check: asyncio.TimerHandle | None = None
        self._delivery = Delivery(self._app)
        self._stopping = False

    # -- input

    def run_input_thread(self) -> None:
        """Read what the terminal sends until the app is done with it."""
        reader = None
        with OrLess("keys and pastes are read by Textual alone"):
            from robotui.ui.internals.key_reader import KeyReader

            reader = KeyReader(debug=self._debug)
        try:
            if reader is None:
                super().run_input_thread()
            else:
                self._run(reader)
        except Exception:
            _log.exception("keys can't be read any more")
            raise

    def _run(self, reader: KeyReader) -> None:
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(reader.wait(time.monotonic(), _LOOK_EVERY)):
                    data = self._read()
                    if not data:
                        return
                    messages = reader.feed(data, time.monotonic())
                else:
                    messages = reader.tick(time.monotonic())
                for message in messages:
                    self.process_message(message)

    def _read(self) -> bytes:
        """What is there; nothing when the terminal is gone."""
        try:
            return os.read(self.fileno, 65536)
        except OSError:
            return b""

    def send_message(self, message: Message) -> None:
        """Let a message be handled when all before it was."""
        self._loop.call_soon_threadsafe(self._delivery.put, message)

    # -- stopped and gone on with

    def _sigtstp_application(self, *_signal: object) -> None:
        """Ctrl+Z, or somebody else's wish."""
        if self._auto_restart:
            self._loop.call_soon_threadsafe(self._stop)
        else:  # the terminal is another program's
            os.kill(os.getpid(), signal.SIGSTOP)

    def _sigcont_application(self, *_signal: object) -> None:
        """Gone on with after a stop that could not be seen coming: the terminal is as it may be."""
        if self._stopping:
            self._stopping = False
        elif self._auto_restart:
            self._loop.call_soon_threadsafe(self._take_again)

    def _stop(self) -> None:
        """Give the terminal back, stop, and take it again when it goes on."""
        self.suspend_application_mode()
        self._stopping = True
        os.kill(os.getpid(), signal.SIGSTOP)
        while self._stopping:  # the kernel may take its time
            time.sleep(0.001)
        self._resume()

    def _take_again(self) -> None:
        try:
            in_front = os.tcgetpgrp(self.fileno) == os.getpgrp()
        except OSError:  # no terminal that controls this session
            in_front = True
        if in_front:
            self.suspend_application_mode()
            self._resume()

    def _resume(self) -> None:
        self.resume_application_mode()
        self._app.refresh(layout=True)

    # -- the end

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
