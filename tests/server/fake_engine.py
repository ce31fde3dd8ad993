"""An engine that plays a script; run as a program, a server with it in the place of robotui's."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Callable
from pathlib import Path

from robotui.server.engine import End, Part, Request, Text

Script = Callable[[Request], AsyncGenerator[Part, None]]


async def echo(request: Request) -> AsyncGenerator[Part, None]:
    """Answer with agent and prompt, a word at a time."""
    for word in f"{request.agent} heard {request.prompt}".split(" "):
        yield Text(word + " ")
        await asyncio.sleep(0)


def plays(*parts: Part | Exception) -> Script:
    """A script of these parts; an exception among them is raised."""

    async def script(_request: Request) -> AsyncGenerator[Part, None]:
        for part in parts:
            if isinstance(part, Exception):
                raise part
            yield part
            await asyncio.sleep(0)

    return script


class FakeEngine:
    """Plays ``script`` and counts what runs."""

    name = "fake"
    about = "Plays a script <for tests>."

    def __init__(self, script: Script = echo) -> None:
        self.script = script
        self.workspace: Path | None = None
        self.running = 0
        self.requests: list[Request] = []
        self.closed = False

    async def start(self, workspace: Path) -> None:
        self.workspace = workspace

    async def reply(self, request: Request) -> AsyncGenerator[Part, None]:
        self.requests.append(request)
        self.running += 1
        try:
            async for part in self.script(request):
                yield part
        finally:
            self.running -= 1

    async def aclose(self) -> None:
        self.closed = True


async def waits(_request: Request) -> AsyncGenerator[Part, None]:
    """Say one word, then wait for ever."""
    yield Text("working")
    await asyncio.Event().wait()
    yield End()


def main() -> None:
    from robotui.server.launch import ready_line
    from robotui.server.listen import Tcp
    from robotui.server.run import serve

    parser = argparse.ArgumentParser()
    parser.add_argument("--pid-file", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--child", action="store_true")
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--socket", type=Path)
    parser.add_argument("--port", type=int, default=0)
    given = parser.parse_args()
    if given.pid_file:
        given.pid_file.write_text(str(os.getpid()), "utf-8")

    def ready(address: str) -> None:
        sys.stdout.write("a stray line\n" + ready_line(address) + "\n")
        sys.stdout.flush()

    asyncio.run(
        serve(
            FakeEngine(),
            workspace=given.workspace,
            data=given.data,
            where=given.socket or Tcp(port=given.port),
            watch_stdin=given.child,
            on_ready=ready,
        )
    )


if __name__ == "__main__":
    main()
