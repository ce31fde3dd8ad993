"""Running the server: its socket, its signals, its end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Final

from robotui.errors import StorageError
from robotui.running import announced
from robotui.server.app import make_app
from robotui.server.auth import Door, issuer, secret_file
from robotui.server.engine import Engine
from robotui.server.listen import Tcp, listening
from robotui.server.sessions import Sessions

log = logging.getLogger(__name__)

_STDIN: Final = 0
_LAST_RESORT: Final = 15.0
"""Seconds after which an orphaned server that did not stop is ended."""


async def serve(
    engine: Engine,
    *,
    workspace: Path,
    data: Path,
    on_ready: Callable[[str], None],
    where: Path | Tcp,
    watch_stdin: bool = False,
    tell: Callable[[str], None] = log.warning,
) -> None:
    """Serve ``engine`` until SIGINT, SIGTERM or, with ``watch_stdin``, the end of standard input.

    Once it listens on ``where`` (a Unix socket's path, or TCP), ``on_ready`` gets that path or the
    URL; before that ``tell`` gets in words what is amiss, if anything. The secret and the sessions
    are in the folder ``data``, or in memory where that can't be written. ``watch_stdin`` is for a
    server that belongs to the program that started it: over TCP it then serves under a random path
    only, so that no other user of this machine finds it, and it removes the folder of its Unix
    socket. Raises LaunchError if it can't listen, WorkspaceError.
    """
    tcp = where if isinstance(where, Tcp) else None
    child = "embedded" if watch_stdin else ""
    prefix = f"/{secrets.token_hex(16)}" if watch_stdin and tcp else ""
    async with AsyncExitStack() as stack:
        stop = stack.enter_context(_stopping(watch_stdin))
        sessions, secret = await asyncio.to_thread(_kept_in, data, tell)
        stack.enter_context(closing(sessions))
        app = make_app(
            engine,
            secret=secret,
            sessions=sessions,
            door=_door(where, workspace, child),
            prefix=prefix,
            allowed_hosts=tcp.names if tcp else (),
        )
        stack.push_async_callback(engine.aclose)
        await engine.start(workspace)
        if watch_stdin and isinstance(where, Path):
            stack.callback(_remove_if_empty, where.parent)
        address = await stack.enter_async_context(listening(app, where))
        if tcp and tcp.notes and not watch_stdin:
            stack.enter_context(announced(tcp.notes, address, tcp.key))
        on_ready(address + prefix)
        await stop.wait()


def _kept_in(data: Path, tell: Callable[[str], None]) -> tuple[Sessions, bytes]:
    """The sessions and the secret: in memory, and told, where they can't be kept."""
    try:
        return Sessions(data / "sessions.db"), secret_file(data / "secret")
    except StorageError as error:
        tell(f"{error.headline}. Sessions are kept in memory, until the server ends.")
        return Sessions(None), secrets.token_hex(32).encode()


def _door(where: Path | Tcp, workspace: Path, child: str) -> Door:
    """A child is its parent's alone, a Unix socket its user's; a TCP port is everybody's."""
    if isinstance(where, Tcp) and not child:
        name = f"{where.host}:{where.port}"
        return Door(issuer(name, workspace), where.key, open=where.open_auth)
    return Door(issuer(child or str(where), workspace))


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


@contextlib.contextmanager
def _stopping(watch_stdin: bool) -> Iterator[asyncio.Event]:
    """An event that is set when the server is to stop. A second signal acts as it always does."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    handled: list[int] = []

    def release() -> None:
        while handled:
            loop.remove_signal_handler(handled.pop())

    def on_signal() -> None:
        release()
        stop.set()

    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # What is ignored (nohup, a background job) stays so.
        if number is None or signal.getsignal(number) is signal.SIG_IGN:
            continue
        # Windows has no signal handlers in its loop: there Ctrl+C cancels the main task.
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, on_signal)
            handled.append(number)
    if watch_stdin:
        threading.Thread(target=_await_orphaned, args=(loop, stop), daemon=True).start()
    try:
        yield stop
    finally:
        release()


def _await_orphaned(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    """Wait for the end of standard input: the parent closed it, or is gone, however it ended.

    A thread, as a read is the one way to wait for that on every system and kind of file.
    """
    with contextlib.suppress(OSError):
        while os.read(_STDIN, 4096):
            pass
    with contextlib.suppress(RuntimeError):  # the loop is closed: it has stopped already
        loop.call_soon_threadsafe(stop.set)
    # Nobody is left to end a server that hangs.
    threading.Event().wait(_LAST_RESORT)
    os._exit(1)
