"""Where programs are measured: homes with chats in them, a server, pseudo-terminals."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from robotui import events
from robotui.agents import DEFAULT_AGENT
from robotui.chats.store import Chat
from tests.bench.program import PROGRAM, Program, Screen, environment
from tests.bench.replay import ReplayServer
from tests.bench.reply import small_reply

S = TypeVar("S", bound=Screen)

LONG: Final = 10_000
"""Earlier turns of a long chat: replies of 1.2 KB with two code blocks, each with its prompt."""

_DIFFERENT: Final = 50
"""Turns that differ; a longer chat repeats them."""


class Scene:
    """Everything is in one temporary folder; each program gets a home of its own."""

    def __init__(self, folder: Path, *, quick: bool = False) -> None:
        self.quick = quick
        self._folder = folder
        self._made = 0

    def rounds(self, number: int) -> int:
        """How often to measure."""
        return max(5, number // 3) if self.quick else number

    @contextmanager
    def home(self, turns: int = 0) -> Iterator[Path]:
        """A fresh home, with a chat of so many turns if any; removed again."""
        self._made += 1
        home = self._folder / f"home-{self._made}"
        home.mkdir()
        if turns:
            model = self._folder / f"chat-{turns}"
            if not model.exists():
                write_chat(model, turns)
            shutil.copytree(model, home / ".local/share/robotui/chats")
        try:
            yield home
        finally:
            shutil.rmtree(home)

    @contextmanager
    def server(self) -> Iterator[ReplayServer]:
        """A server that replays."""
        with self.home() as home, ReplayServer(home / "server", environment(home)) as server:
            yield server

    @contextmanager
    def workbench(self, server: ReplayServer, turns: int = 0) -> Iterator[Program]:
        """The program, open and ready, on a chat of so many earlier turns."""
        with self._opened(Program, server, turns) as program:
            yield program

    @contextmanager
    def watched(self, server: ReplayServer, turns: int = 0) -> Iterator[Screen]:
        """The same, with its screen."""
        with self._opened(Screen, server, turns) as screen:
            yield screen

    @contextmanager
    def _opened(self, kind: type[S], server: ReplayServer, turns: int) -> Iterator[S]:
        command = [*PROGRAM, "--server", server.url, *(["--continue"] if turns else [])]
        with self.home(turns) as home, kind(command, home=home, folder=home) as program:
            program.painted("ready", "token in memory")
            yield program
            program.quit()

    @contextmanager
    def bare(self, app: str) -> Iterator[Program]:
        """One of the bare apps."""
        command = [sys.executable, "-m", "tests.bench.floors", app]
        with self.home() as home, Program(command, home=home) as program:
            yield program


def write_chat(folder: Path, turns: int) -> None:
    """A chat on disk, as the program writes it."""
    folder.mkdir()
    chat = Chat.new(folder, server="", agent=DEFAULT_AGENT, workspace=folder)
    for number in range(min(turns, _DIFFERENT)):
        chat.ask(f"question {number}", DEFAULT_AGENT)
        chat.receive(_message(small_reply(number)))
        chat.close("done")
    chat.shut()
    if turns > _DIFFERENT:
        # Said again as text: the program would write its sidecar 20,000 times.
        lines = chat.path.read_text()
        chat.path.write_text(lines * (turns // _DIFFERENT))


def _message(text: str) -> events.Event:
    args = {"content": text, "wait_for_response": False, "extras": {}}
    frame = {"id": 1, "source": "agent", "message": text, "action": "message", "args": args}
    return events.parse(json.dumps({**frame, "sid": "s"}))
