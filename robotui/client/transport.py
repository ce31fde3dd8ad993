"""How requests leave: connector, proxy, time-outs; and how their failures are told (protocol 6.2).

All that aiohttp and the operating system raise is turned into errors.py's tree here.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import aiohttp
from aiohttp.http_exceptions import HttpProcessingError

from robotui import __version__
from robotui.config import Endpoint, Settings
from robotui.errors import (
    ConnectError,
    CutReplyError,
    ReplyTimeoutError,
    ServiceError,
)
from robotui.network import find_proxy, tls_fault, trust


def open_http(endpoint: Endpoint, settings: Settings) -> aiohttp.ClientSession:
    """An HTTP session to ``endpoint`` by Unix socket or TCP, with the time-outs of the settings.

    Raises SettingsError for certificates that can't be read.
    """
    # A connection is used once: on a kept one, a server that has just hung up can't be told from
    # one that got the prompt, and a prompt must never run twice.
    connector: aiohttp.BaseConnector
    if endpoint.socket is not None:
        connector = aiohttp.UnixConnector(str(endpoint.socket), force_close=True)
    else:
        proxy = proxy_for(endpoint, settings) or ""
        safe = any(url.lower().startswith("https:") for url in (endpoint.url, proxy))
        trusted = trust(settings.ca_file, trust_env=settings.trust_env) if safe else True
        connector = aiohttp.TCPConnector(force_close=True, ssl=trusted)
    return aiohttp.ClientSession(
        connector=connector,
        timeout=time_limits(settings, settings.timeout),
        headers={"User-Agent": f"robotui/{__version__}"},
    )


def time_limits(settings: Settings, total: float) -> aiohttp.ClientTimeout:
    """The time-outs of one request that may take ``total`` seconds."""
    return aiohttp.ClientTimeout(
        total=total,
        sock_connect=settings.connect_timeout,
        sock_read=settings.read_timeout,
    )


def proxy_for(endpoint: Endpoint, settings: Settings) -> str | None:
    """The proxy for every call to ``endpoint``, or None (protocol 6.7).

    Never one for the embedded server; one of the environment not for loopback addresses either.
    Raises SettingsError for one that can't be used.
    """
    if endpoint.embedded or endpoint.socket is not None:
        return None
    found = find_proxy(endpoint.url, settings.proxy, trust_env=settings.trust_env)
    return found.url if found is not None else None


def exposure(endpoint: Endpoint, settings: Settings) -> str:
    """Who can read what is sent to ``endpoint``, the token too, in words; empty: nobody."""
    if endpoint.private or not endpoint.url.startswith("http:"):
        return ""
    proxy = proxy_for(endpoint, settings)
    if proxy:
        return "the token and all prompts go through a proxy unencrypted (http)"
    return "" if endpoint.local else "the token and all prompts are sent unencrypted (http)"


def when_absent(endpoint: Endpoint) -> str | None:
    """What to do if nothing answers at ``endpoint``; None: what ConnectError says of addresses."""
    if endpoint.embedded and endpoint.socket is not None:
        return "The embedded server is being started again: retry in a moment."
    if endpoint.embedded:  # over TCP others could take its place
        return "The embedded server has ended: quit, and start robotui again."
    if endpoint.socket is not None:
        return "Start it with `robotui serve`, or leave --server out: then a server is started."
    return None


@contextmanager
def service_errors(
    where: str, *, trust_env: bool = True, absent: str | None = None
) -> Iterator[None]:
    """Turn what aiohttp and the system raise inside into a ServiceError about ``where``.

    ``absent`` is what to do if nothing answers there.
    """
    try:
        yield
    except (aiohttp.ClientError, HttpProcessingError, OSError) as error:
        # Not chained: aiohttp's errors hold the request's headers.
        raise _service_error(error, where, trust_env, absent) from None


# From the special to the general: the first that fits counts. TimeoutError is an OSError.
_FAILURES: Final[tuple[tuple[type[Exception], type[ServiceError], str], ...]] = (
    (aiohttp.ClientHttpProxyError, ConnectError, "the proxy does not let us to {} ({})"),
    (aiohttp.ClientProxyConnectionError, ConnectError, "the proxy for {} does not answer ({})"),
    (aiohttp.ClientConnectorDNSError, ConnectError, "the host of {} is unknown ({})"),
    (aiohttp.ClientConnectorError, ConnectError, "no connection to {} ({})"),
    (aiohttp.InvalidURL, ConnectError, "{} is no usable address"),
    (aiohttp.NonHttpUrlClientError, ConnectError, "{} is no usable address"),
    (aiohttp.ConnectionTimeoutError, ReplyTimeoutError, "no connection to {} in time"),
    (aiohttp.ServerTimeoutError, ReplyTimeoutError, "{} was silent for too long"),
    (TimeoutError, ReplyTimeoutError, "{} took too long in total"),
    (aiohttp.ServerDisconnectedError, CutReplyError, "{} hung up without an answer"),
    (aiohttp.ClientPayloadError, CutReplyError, "the reply of {} broke off"),
    (aiohttp.ClientResponseError, ServiceError, "{} answers, but not in proper HTTP"),
    (HttpProcessingError, ServiceError, "{} answers, but not in proper HTTP"),
)


def _service_error(
    error: Exception, where: str, trust_env: bool, absent: str | None
) -> ServiceError:
    fault = tls_fault(error, where, trust_env=trust_env)
    if fault is not None:
        return ConnectError(*fault)
    for kind, failure, headline in _FAILURES:
        if isinstance(error, kind):
            remedy = absent if failure is ConnectError else None
            return failure(headline.format(where, _reason(error)), remedy)
    return CutReplyError(f"the connection to {where} broke ({_reason(error)})")


def _reason(error: BaseException) -> str:
    """The cause in the system's words; aiohttp's own would repeat the address."""
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return str(error.status)
    if isinstance(error, aiohttp.ClientConnectorError):
        error = error.os_error
    if isinstance(error, OSError) and error.errno:
        # A name look-up has negative numbers and words of its own.
        return os.strerror(error.errno) if error.errno > 0 else str(error.strerror)
    return str(error) or type(error).__name__
