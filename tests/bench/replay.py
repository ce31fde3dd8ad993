"""A server that replays generated replies, in a process of its own.

It is the program's own server with an engine that answers every prompt but ``BIG`` with a small
reply. How fast pieces come is told through standard input, a number a line: pieces a second, 0 to
wait, ``inf`` for as fast as it can.
"""

from __future__ import annotations

import asyncio
import json
import math
import os
import signal
import subprocess
import sys
import threading
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Final

from robotui.server.engine import Part, Request, Text
from robotui.server.listen import Tcp
from robotui.server.run import serve
from tests.bench.reply import END, big_reply, pieces, small_reply

BIG: Final = "big"
"""The prompt that gets the big reply."""


class ReplayEngine:
    """Streams a generated reply in pieces of four characters, at ``rate`` pieces a second."""

    name = "replay"
    about = "replays generated replies"

    def __init__(self, rate: float = math.inf) -> None:
        self.rate = rate
        self.changed = asyncio.Event()

    async def start(self, workspace: Path) -> None:
        """Nothing to do."""

    async def aclose(self) -> None:
        """Nothing to do."""

    async def reply(self, request: Request) -> AsyncGenerator[Part, None]:
        """The big reply to ``BIG``, else a small one."""
        big = request.prompt.rstrip().endswith(BIG)
        for piece in pieces(big_reply() if big else f"{small_reply(0)}\n{END}\n"):
            await self._pause()
            yield Text(piece)

    async def set_rate(self, rate: float) -> None:
        """From now on, so many pieces a second."""
        self.rate = rate
        self.changed.set()

    async def _pause(self) -> None:
        while self.rate == 0:
            self.changed.clear()
            await self.changed.wait()
        if self.rate < math.inf:
            await asyncio.sleep(1 / self.rate)


async def main(data: Path) -> None:
    """Serve on a free port, told on standard output, until standard input ends."""
    engine, loop = ReplayEngine(), asyncio.get_running_loop()

    def obey() -> None:
        for line in sys.stdin:
            asyncio.run_coroutine_threadsafe(engine.set_rate(float(line)), loop).result()
        os.kill(os.getpid(), signal.SIGTERM)

    def ready(url: str) -> None:
        print(json.dumps(url), flush=True)

    threading.Thread(target=obey, daemon=True).start()
    where = Tcp(port=0, open_auth=True)
    await serve(engine, workspace=data, data=data, where=where, on_ready=ready)


class ReplayServer:
    """The server's process, seen from outside; ``url`` is where it listens."""

    def __init__(self, data: Path, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.replay", str(data)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
        )
        assert self._process.stdout
        self.url: str = json.loads(self._process.stdout.readline())

    def rate(self, pieces_a_second: float) -> None:
        """How fast pieces come from now on."""
        assert self._process.stdin
        self._process.stdin.write(f"{pieces_a_second}\n")
        self._process.stdin.flush()

    def __enter__(self) -> ReplayServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate(timeout=20)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
