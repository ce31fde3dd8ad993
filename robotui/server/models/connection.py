"""HTTP connections to model servers: proxy, certificates, redirects; why one failed, in words."""

from __future__ import annotations

import json
import ssl
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp

from robotui.config import is_loopback
from robotui.errors import RedirectError, RobotuiError, ServiceError
from robotui.network import (
    REDIRECTS,
    Proxy,
    find_proxy,
    redirect_target,
    same_origin,
    shown,
    tls_fault,
    trust,
)
from robotui.server.models.keys import Key
from robotui.text import one_line

_MAX_ANSWER: Final = 8 << 20
_HOPS: Final = 5  # redirects that one page may take


@dataclass(frozen=True, slots=True)
class Network:
    """How endpoints are reached; never by a proxy on this machine itself."""

    proxy: str = ""
    trust_env: bool = True
    """Whether proxies and certificate authorities of the environment count."""
    ca_file: str = ""
    """Certificate authorities to trust besides the system's."""

    def route(self, url: str) -> Proxy | None:
        """The proxy for ``url``. Raises SettingsError."""
        local = is_loopback(url)
        return None if local else find_proxy(url, self.proxy, trust_env=self.trust_env)

    def trust(self, url: str) -> ssl.SSLContext | None:
        """Which certificates are trusted on the way to ``url``; None if there are none on it.
        Raises SettingsError."""
        route = self.route(url)
        safe = urlsplit(url).scheme == "https" or (route and urlsplit(route.url).scheme == "https")
        return trust(self.ca_file, trust_env=self.trust_env) if safe else None

    async def fetch(
        self, url: str, timeout: float, key: str = "", *, post: Any = None
    ) -> tuple[int, Any]:
        """Status and JSON value of a page (None if it is no JSON).

        Redirects are followed unless something is posted, the ``key`` goes along to the same server
        only. Raises ClientError, OSError, SettingsError, and RedirectError for a redirect that
        can't be followed.
        """
        first = url
        for _ in range(_HOPS):
            status, location, value = await self._once(url, timeout, key, post)
            if post is not None or status not in REDIRECTS or not location:
                break
            target = _followed(url, location)
            key = key if same_origin(url, target) else ""
            url = target
        if status in REDIRECTS or (status in (401, 403) and not same_origin(first, url)):
            raise redirected(first, url, location)
        return status, value

    async def _once(self, url: str, timeout: float, key: str, post: Any) -> tuple[int, str, Any]:
        """Status, Location and JSON value of one request."""
        route = self.route(url)
        headers = {"Authorization": Key(f"Bearer {key}")} if key else {}
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=timeout)) as http,
            http.request(
                "GET" if post is None else "POST",
                url,
                headers=headers,
                json=post,
                proxy=route.url if route is not None else None,
                ssl=self.trust(url) or True,
                allow_redirects=False,
            ) as response,
        ):
            location = response.headers.get("Location", "")
            body = b""
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > _MAX_ANSWER:
                    return response.status, location, None
            return response.status, location, _json(body)


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _followed(url: str, location: str) -> str:
    """Where a redirect leads. Raises RedirectError if that is less safe, off this machine or onto
    it, or makes no sense."""
    target = redirect_target(url, location)
    less_safe = urlsplit(url).scheme == "https" and urlsplit(target).scheme != "https"
    if not target or less_safe or is_loopback(url) != is_loopback(target):
        raise redirected(url, url, location)
    return target


def redirected(url: str, last: str, location: str) -> RedirectError:
    """The error for a redirect from ``url`` that is not followed, at its step ``last``."""
    target = redirect_target(last, location) if location else last
    if not target:
        return RedirectError(
            f"The model server at {shown(url)} sends us nowhere", "Look at its log."
        )
    return RedirectError(
        f"The model server at {shown(url)} sends us to {one_line(shown(target), 200)}",
        "If you trust that, use it with the setting `engine` (or OPENAI_BASE_URL), without "
        "what stands behind /v1.",
    )


def unreachable(error: Exception, url: str, network: Network) -> RobotuiError:
    """The error for an endpoint that could not be asked because of ``error``."""
    route = network.route(url)
    if (
        isinstance(error, aiohttp.ClientHttpProxyError | aiohttp.ClientProxyConnectionError)
        and route
    ):
        code = error.status if isinstance(error, aiohttp.ClientHttpProxyError) else 0
        why = f"does not let us through ({code})" if code else "does not answer"
        remedy = "It wants another user or password." if code == 407 else "Check it."
        return ServiceError(f"{url} can't be reached: {route.told} {why}", remedy)
    fault = tls_fault(error, url, trust_env=network.trust_env)
    if fault is not None:
        return ServiceError(*fault)
    return ServiceError(
        f"No model server answers at {url} ({reason(error)})",
        "Start it, or choose another with /engine or the setting `engine`.",
    )


def reason(error: BaseException) -> str:
    """Why a connection failed, in a few words."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, aiohttp.ClientConnectorError):
        return one_line(error.os_error.strerror or str(error.os_error), 80)
    return one_line(str(error) or type(error).__name__, 80)


def obstacle(error: Exception, url: str) -> tuple[str, str] | None:
    """Headline and remedy if a library's ``error`` came from what is between us and the model
    server at ``url``: a certificate, a redirect; else None."""
    cause: BaseException | None = error
    for _ in range(_HOPS):
        response = getattr(cause, "response", None)
        if response is not None and getattr(response, "status_code", 0) in REDIRECTS:
            told = redirected(url, str(response.url), response.headers.get("location", ""))
            return told.headline, told.remedy
        cause = cause and (cause.__cause__ or cause.__context__)
    return tls_fault(error, url)
