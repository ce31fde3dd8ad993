"""The commands that need no screen: ask, login, logout, status."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractAsyncContextManager, aclosing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from robotui import config, events
from robotui.chats import sidecar
from robotui.config import Paths, Settings
from robotui.errors import ReportedError
from robotui.events import Event
from robotui.text import PrintableStream, one_line, printable

if TYPE_CHECKING:
    from robotui.client import Client

    OpenClient = AbstractAsyncContextManager[Client]


async def ask(opening: OpenClient, prompt: str, agent: str, *, as_json: bool) -> None:
    """Answer one prompt on standard output, as it comes: the agent's words, or every event.

    Remarks go to standard error. Raises ServiceError, after what came before it was printed.
    """
    out = _Json() if as_json else _Words()
    failure = ""
    async with opening as client, aclosing(client.session().chat(prompt, agent)) as reply:
        try:
            async for event in reply:
                out.show(event)
                match event:
                    case events.Failure():
                        failure = event.text
                    case events.Continued():
                        failure = ""
        finally:
            out.end()
    if failure:
        raise ReportedError(f"The server reports an error: {one_line(failure, 500)}")


class _Json:
    """One event a line, as received."""

    def show(self, event: Event) -> None:
        if event.raw:
            print(events.dump(event), flush=True)
        else:
            _remark(event)

    def end(self) -> None:
        """Nothing is held back."""


class _Words:
    """The agent's words by the text rule; whole messages are paragraphs."""

    def __init__(self) -> None:
        self._clean = PrintableStream()
        self._ended_line = True
        self._joins = False
        self._spoke = False

    def show(self, event: Event) -> None:
        match event:
            case events.Message():
                self._say(event.text)
                self._joins = event.delta
            case events.Action(thought=thought) if thought:
                self._joins = False
                self._say(thought)
                self._joins = False
            case _:
                _remark(event)

    def _say(self, text: str) -> None:
        if not self._joins and self._spoke:
            self._print("\n\n" if not self._ended_line else "\n")
        if text:
            self._spoke = True
            self._print(self._clean.feed(text))

    def _print(self, text: str) -> None:
        if text:
            self._ended_line = text.endswith("\n")
            print(text, end="", flush=True)

    def end(self) -> None:
        self._print(self._clean.flush())
        if not self._ended_line:
            print(flush=True)


def _remark(event: Event) -> None:
    match event:
        case events.Unreadable():
            text = f"a line could not be read: {event.why}"
        case events.Continued():
            text = f"continue sent by itself ({event.number}): {event.why}"
        case events.SessionStarted() if event.why:
            text = event.why
        case _:
            return
    print(f"robotui: {printable(text)}", file=sys.stderr)


async def login(opening: OpenClient, given: str | None) -> None:
    """Keep the ``given`` token, or get one from the service's auth page.

    Raises BadTokenError, NoTokenError, ServiceError.
    """
    async with opening as client:
        await client.tokens.forget(client.endpoint.name)
        if given is None:
            await client.token()
        else:
            await client.tokens.set(client.endpoint.name, given)
        print(f"Token for {client.endpoint.name} kept in {client.tokens.place}.")
        if client.tokens.why:
            print(client.tokens.why)


async def logout(settings: Settings) -> None:
    """Forget the token of the server in the settings."""
    from robotui.client import TokenStore

    tokens = TokenStore(settings, os.environ)
    await tokens.forget(settings.server)
    print(f"No token is kept for {settings.server}.")
    if os.environ.get("ROBOTUI_TOKEN"):
        print("ROBOTUI_TOKEN is still set in the environment.")


async def status(settings: Settings, paths: Paths) -> None:
    """Say which server, token and session are used, and where files lie."""
    from robotui.client import TokenStore
    from robotui.client.tokens import expiry

    tokens = TokenStore(settings, os.environ)
    backend = await tokens.backend()
    token = await tokens.get(settings.server)
    latest = next(sidecar.every(paths.chats), None)
    rows = [
        ("server", settings.server),
        ("keyring", backend),
        ("token", _describe(expiry(token), tokens.place) if token else "none yet"),
        ("sid", latest[1].sid or "none yet" if latest else "none yet"),
        ("settings", str(paths.settings_file)),
        ("chats", str(paths.chats)),
        ("index", str(paths.cache)),
        ("log", str(paths.state / config.LOG_NAME)),
    ]
    for name, value in rows:
        print(f"{name:<10}{printable(value)}")


def _describe(expires: datetime | None, place: str) -> str:
    if expires is None:
        return f"in {place}, no expiry in it"
    days = (expires - datetime.now(UTC)).days
    when = f"expires {expires:%Y-%m-%d %H:%M} UTC ({days} days)"
    return f"in {place}, {when if days >= 0 else 'expired: robotui login'}"
