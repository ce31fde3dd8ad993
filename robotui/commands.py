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
from robotui.errors import BadTokenError, KeyringError, ReportedError
from robotui.events import Event
from robotui.reading import Reading
from robotui.text import PrintableStream, duration, one_line, printable

if TYPE_CHECKING:
    from robotui.client import Client, TokenStore

    OpenClient = AbstractAsyncContextManager[Client]


async def ask(opening: OpenClient, prompt: str, agent: str, *, as_json: bool) -> None:
    """Answer one prompt on standard output, as it comes: the agent's words, or every event.

    Remarks go to standard error. Raises ServiceError, after what came before it was printed; a
    ReportedError when the reply ends with an error.
    """
    from robotui.client.transport import exposure

    out = _Json() if as_json else _Words()
    async with opening as client, aclosing(client.session().batches(prompt, agent)) as reply:
        exposed = exposure(client.endpoint, client.settings)
        for warning in filter(None, (exposed, client.endpoint.remark)):
            tell(f"warning: {warning}")
        try:
            async for batch in reply:
                for event in batch:
                    out.show(event)
        finally:
            out.end()
    if out.failure:
        raise ReportedError(f"The server reports an error: {one_line(out.failure, 500)}")
    if not out.spoke:
        tell("the reply has no text")


class _Json:
    """One event a line, as received."""

    spoke = True

    def __init__(self) -> None:
        self._reading = Reading()

    @property
    def failure(self) -> str:
        return self._reading.failure

    def show(self, event: Event) -> None:
        self._reading.add(event)
        if event.raw:
            print(events.dump(event), flush=True)
        else:
            _remark(event)

    def end(self) -> None:
        """Nothing is held back."""


class _Words:
    """The agent's words by the text rule; whole messages are paragraphs."""

    def __init__(self) -> None:
        from robotui.client.words import Paragraphs

        self._paragraphs = Paragraphs()
        self._clean = PrintableStream()
        self._ended_line = True

    @property
    def spoke(self) -> bool:
        return self._paragraphs.spoke

    @property
    def failure(self) -> str:
        return self._paragraphs.failure

    def show(self, event: Event) -> None:
        self._print(self._clean.feed(self._paragraphs.add(event)))
        _remark(event)

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
        case events.Status() if event.text:
            text = event.text
        case _:
            return
    tell(text)


def tell(text: str) -> None:
    """Say something on standard error."""
    print(f"robotui: {printable(text)}", file=sys.stderr)


async def login(opening: OpenClient, given: str | None) -> None:
    """Keep the ``given`` token, or a fresh one from the service's auth page, in the keyring.

    What was kept before stays until there is a new one. Raises BadTokenError, NoTokenError,
    ServiceError, KeyringError.
    """
    from robotui.client.tokens import VARIABLE, check_token

    token = None if given is None else check_token(given)
    async with opening as client:
        if token is None:
            token = await client.fetch_token()
        server, tokens = client.endpoint.name, client.tokens
        try:
            await tokens.set(server, token)
        except KeyringError as error:
            raise KeyringError(f"No token was kept for {server}: {error}", error.remedy) from error
        print(f"Token for {server} kept in the keyring.")
        if tokens.place == "environment":
            print(f"{VARIABLE} is set; while it is, it is used instead.")


async def logout(settings: Settings) -> None:
    """Delete the token of the server in the settings. Raises KeyringError."""
    from robotui.client import TokenStore
    from robotui.client.tokens import VARIABLE

    tokens = TokenStore(settings, os.environ)
    try:
        await tokens.delete(settings.server)
    except KeyringError as error:
        raise KeyringError(
            f"A token for {settings.server} may still be in the keyring: {error}",
            "Unlock the keyring and log out again, or delete its entry with the desktop's tools.",
        ) from error
    print(f"No token is kept for {settings.server}.")
    if tokens.place == "environment":
        print(f"{VARIABLE} is still set in the environment.")


async def status(settings: Settings, paths: Paths) -> None:
    """Say which server, token and session are used, and where files lie."""
    from robotui.client import TokenStore

    tokens = TokenStore(settings, os.environ)
    backend = await tokens.backend()
    token = await _token_row(tokens, settings.server)
    chats = (info for _path, info in sidecar.every(paths.chats) if info.server == settings.server)
    latest = next(chats, None)
    rows = [
        ("server", settings.server),
        ("", _exposure(settings, paths)),
        ("engine", f"{settings.engine} {settings.model}".rstrip()),
        ("keyring", backend),
        ("token", token),
        ("", tokens.why),
        ("sid", latest.sid or "none yet" if latest else "none yet"),
        ("settings", str(paths.settings_file)),
        ("chats", str(paths.chats)),
        ("index", str(paths.cache)),
        ("log", str(paths.state / config.LOG_NAME)),
        ("server log", str(paths.state / "server.log")),
    ]
    for name, value in rows:
        if value:
            print(f"{name:<12}{printable(value)}")


def _exposure(settings: Settings, paths: Paths) -> str:
    from robotui.client.transport import exposure

    if settings.server == config.EMBEDDED:
        return ""
    exposed = exposure(config.endpoint(settings, paths), settings)
    return f"warning: {exposed}" if exposed else ""


async def _token_row(tokens: TokenStore, server: str) -> str:
    from robotui.client.tokens import expiry

    try:
        token = await tokens.get(server)
    except BadTokenError:
        return f"in {tokens.place}: malformed"
    return _describe(expiry(token), tokens.place) if token else "none yet"


def _describe(expires: datetime | None, place: str) -> str:
    if expires is None:
        return f"in {place}, no expiry in it"
    left = (expires - datetime.now(UTC)).total_seconds()
    when = f"expires {expires:%Y-%m-%d %H:%M} UTC (in {duration(left)})"
    return f"in {place}, {when if left >= 0 else 'expired: robotui login'}"
