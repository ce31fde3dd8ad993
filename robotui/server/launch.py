"""The embedded server as a child process: the parent's side."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO, Final

from robotui.config import EMBEDDED, Endpoint
from robotui.errors import LaunchError
from robotui.files import private_folder
from robotui.text import printable

# -P: a workspace with a folder `robotui` or a file `json.py` must not become the server's code.
COMMAND: Final = (sys.executable, "-P", "-m", "robotui", "serve")
"""What starts a server; ``--child``, ``--workspace`` and its address are added."""

MAX_SOCKET_PATH: Final = 100
"""Bytes that the path of a Unix socket may have everywhere (macOS: 104 with the final NUL)."""

_RESTARTS: Final = 5
_STOP_TIMEOUT: Final = 5.0
_EXCERPT_LINES: Final = 6


def ready_line(address: str) -> str:
    """What ``serve --child`` prints on standard output, as one line, once it listens.

    ``address`` is the path of its Unix socket or its URL.
    """
    return json.dumps({"ready": address})


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
                yield Endpoint(EMBEDDED, address)
            else:
                keeper = asyncio.create_task(child.keep_running())
                yield Endpoint(EMBEDDED, "http://localhost", Path(address))
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

    async def start(self) -> str | None:
        """The address once it listens; None if it ended or took too long. Raises OSError."""
        self.process = await _spawn(self._command, self._errors)
        try:
            return await _ready(self.process, self._timeout)
        except asyncio.CancelledError:
            await _stop(self.process)
            raise

    async def keep_running(self) -> None:
        """Start it again whenever it ends, a few times at most."""
        for _ in range(_RESTARTS):
            await self.process.wait()
            try:
                if await self.start() is None:
                    return
            except OSError:
                return


def _open_log(log: Path | None) -> IO[bytes]:
    if log is None:
        return tempfile.TemporaryFile()
    private_folder(log.parent)
    log.touch(mode=0o600)
    return log.open("ab+")


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


async def _ready(process: Process, timeout: float) -> str | None:
    """The address from the child's ready line; None if it ended or took too long."""
    if process.stdout is None:
        return None
    try:
        async with asyncio.timeout(timeout):
            while line := await process.stdout.readline():
                address = _address_in(line)
                if address is not None:
                    return address
            await process.wait()
    except TimeoutError:
        pass
    return None


def _address_in(line: bytes) -> str | None:
    """The address that a ready line tells; None if the line is something else."""
    try:
        value = json.loads(line)
    except ValueError:
        return None
    address = value.get("ready") if isinstance(value, dict) else None
    return address if isinstance(address, str) else None


async def _stop(process: Process) -> None:
    """End the child: by the end of its standard input, else by signals."""
    if process.stdin is not None:
        process.stdin.close()
    for force in (None, process.terminate, process.kill):
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            if force is not None:
                force()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_STOP_TIMEOUT):
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
