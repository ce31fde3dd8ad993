"""The big reply in 1,500 steps, each painted before the next, against as many empty frames.

``python -m tests.bench.updates NAME FILE`` runs one of the two apps in this terminal, and writes
seconds of processor time and frames to the file.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from textual.app import App, ComposeResult
from textual.widgets import Static

from robotui import config, ui
from robotui.chats.store import Chat
from robotui.chats.turns import Said
from robotui.client.connection import Connection
from robotui.config import Settings
from robotui.ui.app import RobotuiApp
from robotui.ui.screen import Workbench
from tests.bench.figures import Figure, ratio, single
from tests.bench.program import Program
from tests.bench.reply import big_reply
from tests.bench.scene import Scene

if TYPE_CHECKING:
    from robotui.client import Client

STEPS: Final = 1500
ROUNDS: Final = 3

_SETTLED: Final = 1.0
"""Seconds after which an app has loaded what it loads behind its first frame."""

_UNPAINTED: Final = 0.2
"""Seconds after which a step is taken to have changed nothing that is in view."""


class Frames(App[None]):
    """An app that tells when it has painted."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.painted = asyncio.Event()
        self.frames = 0

    def _display(self, *args: Any) -> None:
        super()._display(*args)
        self.frames += 1
        self.painted.set()

    async def step(self, change: Callable[[], object]) -> None:
        """Change something, and wait until it is painted."""
        self.painted.clear()
        change()
        with suppress(TimeoutError):
            await asyncio.wait_for(self.painted.wait(), _UNPAINTED)

    async def drive(self) -> None:
        """What is measured."""
        raise NotImplementedError

    async def measure(self) -> tuple[float, int]:
        """Run; gives the processor time and the frames of ``drive``."""
        running = asyncio.create_task(self.run_async())
        await self.painted.wait()
        await asyncio.sleep(_SETTLED)
        before, frames = time.process_time(), self.frames
        await self.drive()
        cost = time.process_time() - before
        frames = self.frames - frames
        self.exit()
        await running
        return cost, frames


class Empty(Frames):
    """One small widget that is refreshed again and again."""

    def compose(self) -> ComposeResult:
        yield Static("one line")

    async def drive(self) -> None:
        widget = self.query_one(Static)
        for _ in range(STEPS):
            await self.step(widget.refresh)


class Whole(Frames, RobotuiApp):
    """The program, without a server; a reply grows in it."""

    CSS_PATH = str(Path(ui.__file__).with_name("robotui.tcss"))

    async def drive(self) -> None:
        screen = self.screen
        assert isinstance(screen, Workbench)
        assert screen.opened
        said, text = Said([], open=True), big_reply()
        screen.parts.turns.talk.chat.transcript.ask("big", "RepoAgent").parts.append(said)
        size = -(-len(text) // STEPS)
        for at in range(0, len(text), size):
            said.pieces.append(text[at : at + size])
            # Not sync(), which would wait for its turn: 30 a second.
            await self.step(screen.chat_log.sync.flush)


def whole() -> Whole:
    """The program as the command line builds it."""
    paths, settings = config.paths(), Settings()

    def chat() -> Chat:
        return Chat.new(paths.chats, server="", agent=settings.agent, workspace=Path.cwd())

    @asynccontextmanager
    async def opening() -> AsyncIterator[Client]:
        yield await asyncio.Future()

    return Whole(Workbench(chat, Connection(opening), paths, settings, Path.cwd()))


APPS: Final[dict[str, Callable[[], Frames]]] = {"whole": whole, "empty": Empty}


def measure(scene: Scene) -> list[Figure]:
    """Both at the same time, so that what else the machine does strikes them alike."""
    costs: dict[str, list[float]] = {name: [] for name in APPS}
    frames: list[float] = []
    for _ in range(scene.rounds(ROUNDS)):
        with ExitStack() as stack:
            homes = [stack.enter_context(scene.home()) for _ in APPS]
            programs = []
            for name, home in zip(APPS, homes, strict=True):
                command = [sys.executable, "-m", "tests.bench.updates", name, str(home / "result")]
                programs.append(stack.enter_context(Program(command, home=home)))
            while [program for program in programs if program.read(0.01)]:
                pass  # read both: a program whose terminal is full waits
            for name, home in zip(APPS, homes, strict=True):
                cost, count = json.loads((home / "result").read_text())
                costs[name].append(1000 * cost / count)
                frames.append(count)
    what = f"one of {STEPS:,} painted updates, CPU / an empty frame's"
    return [
        ratio(what, costs["whole"], costs["empty"], bar=3, unit="ms"),
        single("... frames painted", frames, unit=""),
    ]


if __name__ == "__main__":
    found = asyncio.run(APPS[sys.argv[1]]().measure())
    Path(sys.argv[2]).write_text(json.dumps(found))
