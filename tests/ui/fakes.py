"""A client that answers from a script, and the workbench around it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from textual.pilot import Pilot

from robotui import config, events
from robotui.chats.store import Chat
from robotui.client import ChatMessage, Client
from robotui.client.connection import Connection
from robotui.config import Endpoint, Settings
from robotui.events import Event
from robotui.ui.app import RobotuiApp
from robotui.ui.parts.assembly import Parts
from robotui.ui.screen import Workbench
from tests.waiting import until

Step = Event | list[Event] | Exception | asyncio.Event
"""What a reply does next: an event comes or some together, it fails, or it waits until the test
sets the ``asyncio.Event``."""

Script = Sequence[Step]


def said(text: str, *, delta: bool = False, **extras: Any) -> Event:
    """A message event as a service sends it."""
    if delta:
        extras["delta"] = True
    args = {"content": text, "wait_for_response": False, "extras": extras}
    return events.from_object(
        {"id": 1, "source": "agent", "message": text, "action": "message", "args": args, "sid": "s"}
    )


def did(action: str, **args: Any) -> Event:
    """An action event."""
    return events.from_object(
        {"id": 2, "source": "agent", "message": "", "action": action, "args": args, "sid": "s"}
    )


@dataclass
class FakeTokens:
    """Where the token is."""

    place: str = "keyring"
    why: str = ""


@dataclass
class FakeSession:
    """Plays the client's next script for every prompt."""

    client: FakeClient
    sid: str | None
    unfinished: bool = False

    async def batches(
        self,
        prompt: str,
        agent: str | None = None,
        history: Sequence[ChatMessage] = (),
        should_continue: Callable[[], bool] = lambda: True,
    ) -> AsyncGenerator[list[Event], None]:
        """Record the call, then play."""
        self.client.asked.append((prompt, agent, [m.content for m in history], self.sid))
        if self.sid is None:
            self.sid = "0a1b2c3d-0000-4000-8000-000000000000"
            yield [events.SessionStarted(sid=self.sid)]
        scripts = self.client.scripts
        script: Script = scripts.pop(0) if scripts else [said(f"re: {prompt}")]
        try:
            for step in script:
                if isinstance(step, Exception):
                    raise step
                if isinstance(step, asyncio.Event):
                    await step.wait()
                else:
                    yield step if isinstance(step, list) else [step]
        finally:
            self.client.closed += 1


@dataclass
class FakeClient:
    """Stands for ``robotui.client.Client``."""

    scripts: list[Script] = field(default_factory=list)
    endpoint: Endpoint = field(default_factory=lambda: Endpoint("http://test", "https://test"))
    tokens: FakeTokens = field(default_factory=FakeTokens)
    asked: list[tuple[str, str | None, list[str], str | None]] = field(default_factory=list)
    closed: int = 0

    async def token(self) -> str:
        """A token."""
        return "t"

    def session(self, sid: str | None = None) -> FakeSession:
        """A session on this client."""
        return FakeSession(self, sid)


@dataclass
class Bench:
    """A running workbench under test."""

    pilot: Pilot[None]
    screen: Workbench
    client: FakeClient
    connection: Connection

    @property
    def parts(self) -> Parts:
        """What the workbench does things with."""
        return self.screen.parts

    @property
    def busy(self) -> bool:
        """Whether a reply is coming in."""
        return self.parts.turns.busy

    @property
    def chat(self) -> Chat:
        """The chat that is open."""
        return self.parts.turns.talk.chat

    @property
    def rows(self) -> list[str]:
        """The screen on top as lines of text."""
        strips = self.pilot.app.screen._compositor.render_strips()
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    @property
    def text(self) -> str:
        """The screen as one text."""
        return "\n".join(self.rows)

    async def until(self, fact: Callable[[], bool], what: str = "a fact") -> None:
        """Let the app run until ``fact`` holds."""
        await until(fact, lambda: f"{what} did not happen:\n{self.text}", self.pilot.pause)

    async def shows(self, text: str) -> None:
        """Let the app run until ``text`` is on the screen."""
        await self.until(lambda: text in self.text, f"{text!r} on the screen")

    async def type(self, text: str) -> None:
        """Type into the prompt."""
        self.screen.prompt.insert(text)
        await self.pilot.pause()

    async def ask(self, text: str) -> None:
        """Type a prompt and send it."""
        await self.type(text)
        await self.pilot.press("enter")

    async def ready(self) -> None:
        """Let the reply come to its end."""
        await self.until(lambda: not self.busy, "the end of the reply")


def connection_to(client: FakeClient, error: Exception | None = None) -> Connection:
    """The way to a client, or to an ``error``."""

    @asynccontextmanager
    async def opening() -> AsyncIterator[Client]:
        if error is not None:
            raise error
        yield cast("Client", client)

    return Connection(opening)


@asynccontextmanager
async def workbench(
    *scripts: Script,
    size: tuple[int, int] = (100, 30),
    chat: Chat | None = None,
    client: FakeClient | None = None,
    connect_error: Exception | None = None,
    **settings: Any,
) -> AsyncIterator[Bench]:
    """The workbench on a client that plays ``scripts``, one a prompt."""
    fake = client or FakeClient(list(scripts))

    paths, chosen = config.paths(), Settings(**settings)
    if chat is None:
        chat = Chat.new(paths.chats, server="", agent=chosen.agent, workspace=Path.cwd())
    opened = chat
    async with connection_to(fake, connect_error) as connection:
        screen = Workbench(lambda: opened, connection, paths, chosen, Path.cwd())
        app = RobotuiApp(screen)
        async with app.run_test(size=size, notifications=True) as pilot:
            await pilot.pause()

            bench = Bench(pilot, screen, fake, connection)
            await bench.until(lambda: screen.opened, "the opening of the chat")
            yield bench


async def keys(bench: Bench, text: str) -> None:
    """Type, key by key."""
    names = {" ": "space", "/": "slash", "@": "at", ".": "full_stop", ":": "colon", '"': "quote"}
    await bench.pilot.press(*(names.get(key, key) for key in text))


def write_tree() -> None:
    """Files to mention, the first ones changed last."""
    for number, path in enumerate(("src/app.py", "src/deep/api.py", "my docs/read me.md", "b.py")):
        write_file(path, 9000 - number)


def write_file(path: str, changed: int) -> None:
    """A file in the folder of the workbench that was changed at this time."""
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x\n")
    os.utime(file, (changed, changed))
