"""Where a server listens: TCP, or a Unix socket that only this user can reach."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import socket as sockets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aiohttp import web

from robotui.errors import LaunchError
from robotui.files import private_folder
from robotui.server.auth import is_loopback
from robotui.server.launch import MAX_SOCKET_PATH

_BACKLOG: Final = 1024

_REMEDIES: Final = {
    errno.EADDRINUSE: "Another program listens there: stop it, or choose another --port.",
    errno.EACCES: "The system keeps that port for itself: choose a --port above 1023.",
    None: "Choose a --port from 0 to 65535.",
}


@dataclass(frozen=True, slots=True)
class Tcp:
    """A TCP address to listen on."""

    host: str = "127.0.0.1"
    """A name or address of this machine; the loopback keeps other machines out."""
    port: int = 8420
    """0 for any free one."""
    allowed_hosts: frozenset[str] = frozenset()
    """Names of this machine that a request's Host header may have."""
    key: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    """What has to be shown for a token: anybody on this machine can connect."""
    open_auth: bool = False
    """Whether tokens to chat with are given to those without the key too."""
    notes: Path | None = None
    """The folder in which the key is left for the other programs of this user."""

    @property
    def names(self) -> frozenset[str]:
        """All names that the server answers to, beside ``localhost``."""
        public = self.host != "localhost" and not is_loopback(self.host)
        return self.allowed_hosts | ({self.host, sockets.gethostname()} if public else {self.host})


@contextlib.asynccontextmanager
async def listening(app: web.Application, where: Path | Tcp) -> AsyncIterator[str]:
    """Serve ``app`` on a Unix socket's path or TCP; gives the path or the URL.

    A client that hangs up cancels the handler of its request. At the end the Unix socket is
    removed and all connections are closed. Raises LaunchError if it can't listen.
    """
    # The access log would have nothing but prompts sent and paths that are secrets.
    runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        if isinstance(where, Tcp):
            yield await _listen_tcp(runner, where)
        else:
            with _bound(where) as listener:
                await web.SockSite(runner, listener, backlog=_BACKLOG).start()
                yield str(where)
    finally:
        await runner.cleanup()


@contextlib.contextmanager
def _bound(path: Path) -> Iterator[sockets.socket]:
    listener = _bind(path)
    mine = _inode(path)
    try:
        yield listener
    finally:
        # Another server may have put its own there.
        if _inode(path) == mine:
            path.unlink(missing_ok=True)


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None


async def _listen_tcp(runner: web.AppRunner, where: Tcp) -> str:
    host, port = where.host, where.port
    try:
        await web.TCPSite(runner, host, port, backlog=_BACKLOG).start()
    except (OSError, OverflowError) as error:
        number = error.errno if isinstance(error, OSError) else None
        why = os.strerror(number) if number and number > 0 else str(error)
        remedy = _REMEDIES.get(number, "Choose an address of this machine with --host.")
        raise LaunchError(f"Can't listen on {host}, port {port}: {why}", remedy) from error
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{runner.addresses[0][1]}"


def _bind(path: Path) -> sockets.socket:
    """A Unix socket at ``path``, mode 0600, in place of one that nobody listens on any more.

    Raises LaunchError.
    """
    if len(os.fsencode(path)) > MAX_SOCKET_PATH:
        remedy = f"Choose a path of at most {MAX_SOCKET_PATH} bytes."
        raise LaunchError(f"The socket's path {path} is too long", remedy)
    if not path.parent.exists():
        private_folder(path.parent)
    listener = sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM)
    try:
        if path.is_socket():
            _remove_stale(path)
        listener.bind(str(path))
        # Nobody can connect before listen(), so there is no moment with a wider mode.
        path.chmod(0o600)
    except OSError as error:
        listener.close()
        remedy = "Stop what listens there, or choose another path with --socket."
        raise LaunchError(f"Can't listen on {path}: {error.strerror}", remedy) from error
    return listener


def _remove_stale(path: Path) -> None:
    """Remove a socket that refuses. Raises OSError if it is in use."""
    with sockets.socket(sockets.AF_UNIX, sockets.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(path))
        except (ConnectionRefusedError, FileNotFoundError):
            path.unlink(missing_ok=True)
        else:
            raise OSError(errno.EADDRINUSE, "another server listens there")
