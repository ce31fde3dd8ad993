"""The endpoints of a Robocoders service (protocol 1), one method each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self
from urllib.parse import quote

from robotui.client.auth import token_from_page
from robotui.client.engines import Engines, read_engines
from robotui.client.http import CHAT, Http
from robotui.client.reply import read_reply
from robotui.client.session import Session
from robotui.client.tokens import Token, TokenStore, expiry
from robotui.config import Endpoint, Settings
from robotui.errors import (
    NotFoundError,
    NoTokenError,
    RateLimitError,
    RedirectError,
    ServerFaultError,
    ServiceError,
    StatusError,
    UnauthorizedError,
    ValidationError,
)
from robotui.events import Event
from robotui.running import key_for

_SPENT: Final = timedelta(seconds=30)
_ANOTHER_S: Final = (
    "If another user runs that server, ask for a token: `robotui login --token -` keeps it. If you "
    "do, start it again."
)

# The auth page is made for browsers and was only ever fetched with such headers.
_BROWSER: Final = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "en-US,en;q=0.9",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
}


@dataclass(frozen=True, slots=True)
class Collaboration:
    """The answer to ``get_session_code``: the session's repository, and what was done."""

    repo_url: str
    message: str


class Client:
    """One service. Use as ``async with Client(...) as client``; may be used by many tasks."""

    def __init__(self, endpoint: Endpoint, settings: Settings, tokens: TokenStore) -> None:
        self.endpoint = endpoint
        self.settings = settings
        self.tokens = tokens
        self.http = Http(endpoint, settings)
        self._fetching = asyncio.Lock()

    async def __aenter__(self) -> Self:
        await self.http.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self.http.__aexit__(*exc)

    def session(self, sid: str | None = None) -> Session:
        """A conversation; with ``sid``, one that the server knows already."""
        return Session(self, sid)

    async def token(self) -> Token:
        """The stored token, else a fresh one from /auth, which is then kept (``TokenStore.add``).

        Raises NoTokenError, BadTokenError and what any request raises.
        """
        async with self._fetching:  # whoever comes meanwhile finds the stored one
            stored = await self.tokens.get(self.endpoint.name)
            if stored is not None and not self._is_spent(stored):
                return stored
            if stored is not None:
                await self.forget_token()
            token = await self.fetch_token()
            await self.tokens.add(self.endpoint.name, token)
            return token

    def _is_spent(self, token: Token) -> bool:
        """Whether a token is too old, as far as that can be known before it is sent.

        Elsewhere the clock may be another, and one from the environment is the user's own.
        """
        if not self.endpoint.local or self.tokens.place == "environment":
            return False
        expires = expiry(token)
        return expires is not None and expires < datetime.now(UTC) + _SPENT

    async def forget_token(self) -> None:
        """The server refused the token: the next ``token()`` gets another."""
        await self.tokens.forget(self.endpoint.name)

    async def fetch_token(self) -> Token:
        """A fresh token from /auth, kept nowhere yet. Raises what ``token`` raises."""
        where = self.http.where("/auth")
        try:
            page = await self.http.get("/auth" + self._key_query(), headers=_BROWSER)
        except (RateLimitError, ServerFaultError):
            raise
        except (StatusError, RedirectError) as error:
            remedy = _ANOTHER_S if self.endpoint.notes is not None else None
            raise NoTokenError(f"no token from {where}: {error}", remedy) from error
        return token_from_page(page, where)

    def _key_query(self) -> str:
        """What a server of this user gives a token for; empty where it left no note of it."""
        if self.endpoint.notes is None:
            return ""
        key = key_for(self.endpoint.notes, self.endpoint.url)[1]
        return f"?key={quote(key, safe='')}" if key else ""

    async def create_session(self) -> str:
        """A new session's sid."""
        token = await self.token()
        sid = (await self.http.get_object("/create-session", token) or {}).get("sid")
        if not isinstance(sid, str) or not sid or not sid.isprintable():
            raise ServiceError(f"{self.http.where('/create-session')} gave no session id")
        return sid

    async def get_session_code(self, sid: str, github_username: str) -> Collaboration:
        """Give a GitHub user read access to the session's repository (after a first chat).

        A refused token is replaced once.
        """
        try:
            return await self._add_collaborator(sid, github_username)
        except UnauthorizedError:
            await self.forget_token()
            return await self._add_collaborator(sid, github_username)

    async def _add_collaborator(self, sid: str, github_username: str) -> Collaboration:
        token = await self.token()
        body = {"sid": sid, "github_username": github_username}
        answer = await self.http.post_object("/get-session-code", token, body)
        if answer is None:
            where = self.http.where("/get-session-code")
            raise ServiceError(
                f"{where} could not add the collaborator {github_username!r}",
                "Chat first, so that the session has a repository; check the GitHub user name.",
            )
        return Collaboration(str(answer.get("repo_url", "")), str(answer.get("message", "")))

    async def engine(self) -> Engines | None:
        """What answers there, and what else could; None on a server that has no such choice."""
        token = await self.token()
        try:
            answer = await self.http.get_object("/engine", token)
        except NotFoundError:
            return None
        return read_engines(answer or {})

    async def switch_engine(self, engine: str, model: str = "") -> Engines:
        """Let another engine answer from the next prompt on: ``auto``, ``offline`` or an address.

        Raises ValidationError, which says why, if it can't be used; NotFoundError on a server that
        has no such choice.
        """
        return await self._post_engine({"engine": engine, "model": model})

    async def answer_stranger(self, engine: str, *, use: bool) -> Engines:
        """The user's word on a model server of another user, which is kept.

        With ``use`` it answers from the next prompt on. Raises what ``switch_engine`` raises.
        """
        return await self._post_engine({"engine": engine, "stranger": "use" if use else "refuse"})

    async def _post_engine(self, body: dict[str, str]) -> Engines:
        token = await self.token()
        try:
            answer = await self.http.post_object("/engine", token, body)
        except ValidationError as error:
            # Its words are about the engine, and say what to do; the request was fine.
            words = error.detail.removeprefix("body.engine: ").removesuffix(".")
            raise ValidationError(words, status=error.status, remedy="") from None
        return read_engines(answer or {})

    @asynccontextmanager
    async def post_chat(
        self, sid: str, prompt: str, agent: str | None, *, timeout: float | None = None
    ) -> AsyncIterator[AsyncGenerator[list[Event]]]:
        """The events of one reply as ``read_reply`` gives them; the request is never repeated here.

        ``timeout``: seconds for all of it, by default the setting. Leave it to hang up. After the
        events that came, raises CutReplyError, ReplyTimeoutError or EmptyReplyError.
        """
        token = await self.token()
        body: dict[str, Any] = {"sid": sid, "prompt": prompt, "stream": True}
        if agent is not None:
            body["agent"] = agent
        # A compressed stream would be held back by whatever compresses it.
        headers = {"Accept-Encoding": "identity"}
        async with self.http.send(
            "POST", CHAT, token, body, headers=headers, timeout=timeout
        ) as response:
            await self.http.check(response, CHAT, token)
            async with aclosing(read_reply(response, self.http.where(CHAT), token)) as reply:
                yield reply
