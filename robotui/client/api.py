"""The endpoints of a Robocoders service (protocol 1), one method each."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self
from urllib.parse import quote, urlsplit

import aiohttp

from robotui.client.auth import describe_page, token_from_page
from robotui.client.engines import Engines, read_engines
from robotui.client.reply import read_reply, read_text
from robotui.client.session import Session
from robotui.client.status import is_login, status_error
from robotui.client.tokens import Token, TokenStore, expiry
from robotui.client.transport import (
    open_http,
    proxy_for,
    service_errors,
    time_limits,
    when_absent,
)
from robotui.config import Endpoint, Settings
from robotui.errors import (
    NotFoundError,
    NoTokenError,
    RateLimitError,
    RedirectError,
    ServerFaultError,
    ServiceError,
    SettingsError,
    StatusError,
    UnauthorizedError,
    ValidationError,
)
from robotui.events import Event
from robotui.network import REDIRECTS, redirect_target, same_origin
from robotui.running import key_for
from robotui.secret import redact

_log = logging.getLogger("robotui.client")

_HOPS: Final = 5  # redirects that one page may take
_SPENT: Final = timedelta(seconds=30)
_ANOTHER_S: Final = (
    "If another user runs that server, ask for a token: `robotui login --token -` keeps it. If you "
    "do, start it again."
)
_GET_REPEATS: Final = 2
_PASSING_FAULTS: Final = frozenset({500, 502, 503, 504})

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
        _check_address(endpoint.url)
        self.endpoint = endpoint
        self.settings = settings
        self.tokens = tokens
        self.backoff = 0.5
        """Seconds before the first repetition of a request that may be repeated."""
        self._base = endpoint.url.rstrip("/")
        self._proxy = proxy_for(endpoint, settings)
        self._fetching = asyncio.Lock()
        self._http: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._http = open_http(self.endpoint, self.settings)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._http is not None:
            await self._http.close()
        self._http = None

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
        where = self._where(self._base + "/auth")
        try:
            page = await self._get("/auth" + self._key_query(), _BROWSER)
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
        where = self._where(self._base + "/create-session")
        text = await self._get("/create-session", _bearer(token), secret=token)
        sid = (_object(text, where, token) or {}).get("sid")
        if not isinstance(sid, str) or not sid or not sid.isprintable():
            raise ServiceError(f"{where} gave no session id")
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
        url = self._base + "/get-session-code"
        async with self._send("POST", url, _bearer(token), body) as response:
            await self._check(response, url, token)
            answer = _object(await read_text(response), self._where(url), token)
        if answer is None:
            raise ServiceError(
                f"{self._where(url)} could not add the collaborator {github_username!r}",
                "Chat first, so that the session has a repository; check the GitHub user name.",
            )
        return Collaboration(str(answer.get("repo_url", "")), str(answer.get("message", "")))

    async def engine(self) -> Engines | None:
        """What answers there, and what else could; None on a server that has no such choice."""
        token = await self.token()
        url = self._base + "/engine"
        try:
            text = await self._get("/engine", _bearer(token), secret=token)
        except NotFoundError:
            return None
        return read_engines(_object(text, self._where(url), token) or {})

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
        url = self._base + "/engine"
        async with self._send("POST", url, _bearer(token), body) as response:
            try:
                await self._check(response, url, token)
            except ValidationError as error:
                # Its words are about the engine, and say what to do; the request was fine.
                words = error.detail.removeprefix("body.engine: ").removesuffix(".")
                raise ValidationError(words, status=error.status, remedy="") from None
            answer = _object(await read_text(response), self._where(url), token)
        return read_engines(answer or {})

    async def post_chat(
        self, sid: str, prompt: str, agent: str | None, *, timeout: float | None = None
    ) -> AsyncGenerator[list[Event]]:
        """The events of one reply as ``read_reply`` gives them; the request is never repeated here.

        ``timeout``: seconds for all of it, by default the setting. Close the generator to hang up.
        After the events that came, raises CutReplyError, ReplyTimeoutError or EmptyReplyError.
        """
        token = await self.token()
        body: dict[str, Any] = {"sid": sid, "prompt": prompt, "stream": True}
        if agent is not None:
            body["agent"] = agent
        # A compressed stream would be held back by whatever compresses it.
        headers = {**_bearer(token), "Accept-Encoding": "identity"}
        url = self._base + "/chat"
        async with self._send("POST", url, headers, body, timeout) as response:
            await self._check(response, url, token)
            async with aclosing(read_reply(response, self._where(url), token)) as reply:
                async for batch in reply:
                    yield batch

    async def _get(self, path: str, headers: Mapping[str, str], *, secret: str = "") -> str:
        """The text of a page; passing server faults are waited out, redirects followed.

        What has a ``secret`` in it goes to the same server only, and not to a page to log in at.
        """
        url, faults, hops = self._base + path, 0, _HOPS
        while True:
            try:
                async with self._send("GET", url, headers) as response:
                    target = _followed(response, secret) if hops else ""
                    if not target:
                        await self._check(response, url, secret)
                        return await read_text(response)
            except ServerFaultError as error:
                if error.status not in _PASSING_FAULTS or faults == _GET_REPEATS:
                    raise
                _log.info("repeating GET %s after status %d", path, error.status)
            if target:
                url, hops = target, hops - 1
            else:
                await asyncio.sleep(self.backoff * 2**faults)
                faults += 1

    @asynccontextmanager
    async def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: object = None,
        timeout: float | None = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """One request with one connection, closed at the end; its failures are ServiceErrors."""
        if self._http is None:
            raise RuntimeError("the client is not open: use `async with Client(...)`")
        total = self.settings.timeout if timeout is None else timeout
        with service_errors(
            self._where(url),
            trust_env=self.settings.trust_env,
            absent=when_absent(self.endpoint),
        ):
            async with self._http.request(
                method,
                url,
                headers=headers,
                json=body,
                proxy=self._proxy,
                timeout=time_limits(self.settings, total),
                allow_redirects=False,
            ) as response:
                yield response

    async def _check(self, response: aiohttp.ClientResponse, url: str, secret: str) -> None:
        """Raises the exception for any status but 200."""
        if response.status == 200:
            return
        body = redact(await read_text(response), secret)
        if not secret and response.status < 300:
            body = ""  # It may be a token: the auth page's only.
        raise status_error(
            response.status,
            response.headers,
            body,
            self._where(url),
            session=url == self._base + "/chat",
        )

    def _where(self, url: str) -> str:
        """How messages name a request."""
        if self.endpoint.embedded:
            return f"the embedded server's {urlsplit(url).path}"
        return url.partition("?")[0]


def _check_address(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise SettingsError(f"{url!r} is no address ({error})", "Mend it.") from error
    if parts.username or parts.password:
        raise SettingsError(
            f"the server address of {parts.hostname} has a user name in it",
            "Leave it out; access is by token: `robotui login --token -`.",
        )


def _object(text: str, where: str, secret: str) -> dict[str, Any] | None:
    """A JSON body as an object, or None for ``null``. Raises ServiceError for anything else."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = text
    if value is None or isinstance(value, dict):
        return value
    raise ServiceError(
        f"{where} answered with {describe_page(redact(text, secret))} instead of a JSON object",
        "Log in again, or check the address: it may not be a Robocoders service.",
    )


def _bearer(token: Token) -> dict[str, str]:
    return {"Authorization": Token(f"Bearer {token}")}


def _followed(response: aiohttp.ClientResponse, secret: str) -> str:
    """Where a redirect leads, if that is on the same host and no less safe; else empty."""
    old = str(response.url)
    target = redirect_target(old, response.headers.get("Location", ""))
    if response.status not in REDIRECTS or not target:
        return ""
    if secret:
        return target if same_origin(old, target) and not is_login(target) else ""
    before, after = urlsplit(old), urlsplit(target)
    safe = after.scheme == before.scheme or (before.scheme, after.scheme) == ("http", "https")
    return target if safe and after.hostname == before.hostname else ""
