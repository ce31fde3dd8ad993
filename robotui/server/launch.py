"""The embedded server as a child process: the parent's side."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from asyncio.subprocess import Process
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Final

from robotui.config import EMBEDDED, Endpoint
from robotui.errors import LaunchError, StorageError
from robotui.files import private_folder
from robotui.text import printable

_log = logging.getLogger(__name__)

# -P: a workspace with a folder `robotui` or a file `json.py` must not become the server's code.
COMMAND: Final = (sys.executable, "-P", "-m", "robotui", "serve")
"""What starts a server; ``--child``, ``--workspace`` and its address are added."""

MAX_SOCKET_PATH: Final = 100
"""Bytes that the path of a Unix socket may have everywhere (macOS: 104 with the final NUL)."""

_RESTARTS: Final = 5
_RESTARTS_WITHIN: Final = 60.0
"""So many restarts are made in so many seconds at most."""
_STOP_TIMEOUTS: Final = (0.7, 0.7, 0.5)
"""Seconds for the child to end: of itself, after SIGTERM, after SIGKILL. The user waits for it."""
_EXCERPT_LINES: Final = 6


def ready_line(address: str, remark: str = "") -> str:
    """What ``serve --child`` prints on standard output, as one line, once it listens.

    ``address`` is the path of its Unix socket or its URL, ``remark`` says what is amiss there.
    """
    return json.dumps({"ready": address, "remark": remark})


@asynccontextmanager
async def launch(
    workspace: Path,
    *,
    log: Path | None = None,
    command: Sequence[str] = COMMAND,
    flags: Sequence[str] = (),
    timeout: float = 20.0,
) -> AsyncIterator[Endpoint]:
    """A server of one's own for ``workspace``, stopped at the end of the block.

    On a Unix socket it is started anew, at the same address, should it end before.
    ``flags`` are added to its command; ``log`` gets what it writes to standard error. It stops by
    itself when this process ends, in whatever way, since its standard input then ends. Raises
    LaunchError if it is not ready within ``timeout`` seconds.
    """
    with contextlib.ExitStack() as stack:
        try:
            errors = stack.enter_context(_open_log(log))
            start = errors.seek(0, os.SEEK_END)
            own = ["--child", "--workspace", str(workspace), *_address(stack)]
            child = _Child([*command, *flags, *own], errors, timeout)
            address = await child.start()
        except OSError as error:
            raise LaunchError(f"The embedded server can't be started: {error}") from error
        keeper: asyncio.Task[None] | None = None
        try:
            if address is None:
                early = child.process.returncode is not None
                await _stop(child.process)
                headline = _headline(early, child.process, timeout)
                raise LaunchError(headline + _excerpt(errors, start))
            if address.startswith("http:"):
                yield Endpoint(EMBEDDED, address, remark=child.remark)
            else:
                keeper = asyncio.create_task(child.keep_running())
                yield Endpoint(EMBEDDED, "http://localhost", Path(address), remark=child.remark)
        finally:
            if keeper is not None:
                keeper.cancel()
                await asyncio.wait([keeper])
            await _stop(child.process)


class _Child:
    """The server's process; started anew on the same Unix socket should it end too early."""

    def __init__(self, command: Sequence[str], errors: IO[bytes], timeout: float) -> None:
        self._command = command
        self._errors = errors
        self._timeout = timeout
        self.process: Process
        self.remark = ""
        """What is amiss there, in words."""

    async def start(self) -> str | None:
        """The address once it listens; None if it ended or took too long. Raises OSError."""
        self.process = await _spawn(self._command, self._errors)
        try:
            address, self.remark = await _ready(self.process, self._timeout)
        except asyncio.CancelledError:
            await _stop(self.process)
            raise
        return address

    async def keep_running(self) -> None:
        """Start it again whenever it ends, a few times a minute at most.

        One that can't be started is tried again too: what it lacked may be there later.
        """
        clock = asyncio.get_running_loop().time
        started: deque[float] = deque(maxlen=_RESTARTS)
        while True:
            await self.process.wait()
            if len(started) == _RESTARTS:
                await asyncio.sleep(started[0] + _RESTARTS_WITHIN - clock())
            started.append(clock())
            try:
                if await self.start() is None:
                    await _stop(self.process)
            except OSError as error:
                _log.warning("the embedded server can't be started: %s", error)
                await asyncio.sleep(_RESTARTS_WITHIN / _RESTARTS)


def _open_log(path: Path | None) -> IO[bytes]:
    if path is None:
        return tempfile.TemporaryFile()
    try:
        private_folder(path.parent)
        path.touch(mode=0o600)
        return path.open("ab+")
    except (OSError, StorageError) as error:
        _log.warning("the server's log is kept until it ends only: %s", error)
        return tempfile.TemporaryFile()


def _address(stack: contextlib.ExitStack) -> list[str]:
    """Where the child is to listen: a Unix socket if that can be, else TCP.

    The socket is in a folder that only this user can enter. Over TCP any user of this machine can
    connect; what keeps them out is that a child serves under a random path only, which it tells
    nobody but us.
    """
    if sys.platform == "win32":
        return ["--port", "0"]
    folder = tempfile.mkdtemp(prefix="robotui-")
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    path = str(Path(folder, "socket"))
    return ["--port", "0"] if len(os.fsencode(path)) > MAX_SOCKET_PATH else ["--socket", path]


async def _spawn(command: Sequence[str], errors: IO[bytes]) -> Process:
    return await asyncio.create_subprocess_exec(
        *command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        # Ctrl+C and the end of the terminal are for this process to handle.
        start_new_session=True,
    )


async def _ready(process: Process, timeout: float) -> tuple[str | None, str]:
    """The child's ready line, read; no address if it ended or took too long."""
    if process.stdout is None:
        return None, ""
    try:
        async with asyncio.timeout(timeout):
            while line := await process.stdout.readline():
                address, remark = _told_in(line)
                if address is not None:
                    return address, remark
            await process.wait()
    except TimeoutError:
        pass
    return None, ""


def _told_in(line: bytes) -> tuple[str | None, str]:
    """What a ready line tells; no address if the line is something else."""
    try:
        value = json.loads(line)
    except ValueError:
        return None, ""
    value = value if isinstance(value, dict) else {}
    address, remark = value.get("ready"), value.get("remark")
    return (
        address if isinstance(address, str) else None,
        printable(remark) if isinstance(remark, str) else "",
    )


async def _stop(process: Process) -> None:
    """End the child: by the end of its standard input, else by signals."""
    if process.stdin is not None:
        process.stdin.close()
    forces = (None, process.terminate, process.kill)
    for force, seconds in zip(forces, _STOP_TIMEOUTS, strict=True):
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            if force is not None:
                force()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await process.wait()


def _headline(early: bool, process: Process, timeout: float) -> str:
    if early:
        return f"The embedded server ended at once with exit code {process.returncode}"
    return f"The embedded server was not ready after {timeout:g} s"


def _excerpt(errors: IO[bytes], start: int) -> str:
    """The last lines that the child wrote to standard error."""
    errors.seek(start)
    lines = errors.read().decode("utf-8", "replace").splitlines()[-_EXCERPT_LINES:]
    return ":\n" + printable("\n".join(lines)) if lines else ""
