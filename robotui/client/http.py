"""Requests to one service: sent, followed where a redirect leads, and checked (protocol 1, 6.3)."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, Self
from urllib.parse import urlsplit

import aiohttp

from robotui.client.auth import describe_page
from robotui.client.reply import read_text
from robotui.client.status import is_login, status_error
from robotui.client.tokens import Token
from robotui.client.transport import (
    open_http,
    proxy_for,
    service_errors,
    time_limits,
    when_absent,
)
from robotui.config import Endpoint, Settings
from robotui.errors import ServerFaultError, ServiceError, SettingsError
from robotui.network import REDIRECTS, redirect_target, same_origin
from robotui.secret import redact

_log = logging.getLogger("robotui.client")

CHAT: Final = "/chat"
"""The path of the one request that names a session: a 404 there means that it is gone."""

_HOPS: Final = 5  # redirects that one page may take
_GET_REPEATS: Final = 2
_PASSING_FAULTS: Final = frozenset({500, 502, 503, 504})


class Http:
    """The requests to one service. Use as ``async with``; may be used by many tasks.

    A ``token`` given to a request is sent with it, and taken out of what comes back. All requests
    raise ServiceErrors.
    """

    def __init__(self, endpoint: Endpoint, settings: Settings) -> None:
        _check_address(endpoint.url)
        self.backoff = 0.5
        """Seconds before the first repetition of a request that may be repeated."""
        self._endpoint = endpoint
        self._settings = settings
        self._base = endpoint.url.rstrip("/")
        self._proxy = proxy_for(endpoint, settings)
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = open_http(self._endpoint, self._settings)
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._session is not None:
            await self._session.close()
        self._session = None

    def where(self, target: str) -> str:
        """How messages name a request. A target is a path of the service, or a whole address."""
        url = self._url(target)
        if self._endpoint.embedded:
            return f"the embedded server's {urlsplit(url).path}"
        return url.partition("?")[0]

    async def get(self, path: str, token: str = "", headers: Mapping[str, str] = {}) -> str:
        """The text of a page; passing server faults are waited out, redirects followed.

        With a ``token`` to the same server only, and not to a page to log in at.
        """
        target, faults, hops = path, 0, _HOPS
        while True:
            try:
                async with self.send("GET", target, token, headers=headers) as response:
                    further = _followed(response, token) if hops else ""
                    if not further:
                        await self.check(response, target, token)
                        return await read_text(response)
            except ServerFaultError as error:
                if error.status not in _PASSING_FAULTS or faults == _GET_REPEATS:
                    raise
                _log.info("repeating GET %s after status %d", path, error.status)
            if further:
                target, hops = further, hops - 1
            else:
                await asyncio.sleep(self.backoff * 2**faults)
                faults += 1

    async def get_object(self, path: str, token: str) -> dict[str, Any] | None:
        """As ``get``, the body as a JSON object; None for ``null``."""
        return _object(await self.get(path, token), self.where(path), token)

    async def post_object(self, path: str, token: str, body: object) -> dict[str, Any] | None:
        """Send ``body`` once; the answer as a JSON object; None for ``null``."""
        async with self.send("POST", path, token, body) as response:
            await self.check(response, path, token)
            return _object(await read_text(response), self.where(path), token)

    @asynccontextmanager
    async def send(
        self,
        method: str,
        target: str,
        token: str,
        body: object = None,
        *,
        headers: Mapping[str, str] = {},
        timeout: float | None = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """One request with one connection, closed at the end. The answer is still to be checked.

        ``timeout``: seconds for all of it, by default the setting.
        """
        if self._session is None:
            raise RuntimeError("the client is not open: use `async with Client(...)`")
        total = self._settings.timeout if timeout is None else timeout
        bearer = {"Authorization": Token(f"Bearer {token}")} if token else {}
        with service_errors(
            self.where(target),
            trust_env=self._settings.trust_env,
            absent=when_absent(self._endpoint),
        ):
            async with self._session.request(
                method,
                self._url(target),
                headers={**bearer, **headers},
                json=body,
                proxy=self._proxy,
                timeout=time_limits(self._settings, total),
                allow_redirects=False,
            ) as response:
                yield response

    async def check(self, response: aiohttp.ClientResponse, target: str, token: str) -> None:
        """Raises the exception for any status but 200."""
        if response.status == 200:
            return
        body = redact(await read_text(response), token)
        if not token and response.status < 300:
            body = ""  # It may be a token: the auth page's only.
        # No headers in a variable: a traceback may show it.
        raise status_error(
            response.status, response.headers, body, self.where(target), session=target == CHAT
        )

    def _url(self, target: str) -> str:
        return self._base + target if target.startswith("/") else target


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


def _followed(response: aiohttp.ClientResponse, token: str) -> str:
    """Where a redirect leads, if that is on the same host and no less safe; else empty."""
    old = str(response.url)
    target = redirect_target(old, response.headers.get("Location", ""))
    if response.status not in REDIRECTS or not target:
        return ""
    if token:
        return target if same_origin(old, target) and not is_login(target) else ""
    before, after = urlsplit(old), urlsplit(target)
    safe = after.scheme == before.scheme or (before.scheme, after.scheme) == ("http", "https")
    return target if safe and after.hostname == before.hostname else ""
