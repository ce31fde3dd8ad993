"""The embedded server alone, for any client."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from robotui import config
from robotui.config import Paths, Settings
from robotui.errors import UsageError
from robotui.folders import readable, working_folder

if TYPE_CHECKING:
    from robotui.server.listen import Tcp

_PORT: Final = 8420
_OPEN: Final = """\
Warning: --open-auth gives every user of this machine a token without the key. With it they can
have the agents read whatever you can read in this folder, and what they ask is answered by your
model, at your cost. They can't choose another model."""


def serve_alone(options: argparse.Namespace, settings: Settings, paths: Paths) -> None:
    """Listen until it is stopped. Raises UsageError for options that exclude each other."""
    from robotui.server.choosing import make_engine
    from robotui.server.launch import ready_line
    from robotui.server.run import serve

    where = _where(options, paths)

    remarks: list[str] = []

    def ready(address: str) -> None:
        if options.child:
            print(ready_line(address, " ".join(remarks)), flush=True)
            return
        print(_told(address, where), flush=True)
        for remark in remarks:
            print(f"robotui: {remark}", file=sys.stderr)

    given: Path = options.workspace
    workspace = given if given.is_absolute() else working_folder() / given
    serving = serve(
        make_engine(settings, paths, os.environ, settings.agents),
        workspace=readable(workspace).resolve(),
        data=paths.data,
        where=where,
        watch_stdin=options.child,
        on_ready=ready,
        tell=remarks.append,
    )
    asyncio.run(serving)


def _where(options: argparse.Namespace, paths: Paths) -> Path | Tcp:
    """Where to listen: at a port that was asked for, else on a Unix socket, where there are any."""
    from robotui.server.listen import Tcp

    on_tcp = options.port is not None or options.host is not None
    if options.socket is not None and on_tcp:
        raise UsageError("--socket and --port exclude each other", "Give one of them.")
    if options.socket is None and (on_tcp or sys.platform == "win32"):
        return Tcp(
            options.host or "127.0.0.1",
            _PORT if options.port is None else options.port,
            open_auth=options.open_auth,
            notes=paths.runtime,
        )
    if options.open_auth:
        raise UsageError("--open-auth is for a port", "Add --port, or leave it out.")
    socket: Path = paths.socket if options.socket is None else options.socket
    return socket.absolute()


def _told(address: str, where: Path | Tcp) -> str:
    """Where a server listens, and how to get in."""
    if isinstance(where, Path):
        use = f"Use it: robotui --server {config.UNIX}{address}"
        return f"Listening on {config.UNIX}{address}, for your own programs only\n{use}"
    lines = [
        f"Listening on {address}",
        f"A token for other programs: {address}/auth?key={where.key}",
    ]
    if where.open_auth:
        lines.append(_OPEN)
    return "\n".join(lines)
