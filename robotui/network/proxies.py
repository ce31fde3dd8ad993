"""By which proxy connections leave this machine."""

from __future__ import annotations

import ipaddress
import os
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from robotui.config import PROXY_SCHEMES, is_loopback
from robotui.errors import SettingsError
from robotui.network.addresses import origin


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy, and what names it."""

    url: str
    """May have a password in it: never to be shown."""
    source: str
    """The variable or setting."""

    @property
    def told(self) -> str:
        """It in words: where it is, and who says so."""
        return f"the proxy {urlsplit(self.url).netloc.rpartition('@')[2]} ({self.source})"


def find_proxy(url: str, given: str = "", *, trust_env: bool = True) -> Proxy | None:
    """The proxy for ``url``: the ``given`` one, else the environment's if that is trusted.

    Of the environment HTTP_PROXY or HTTPS_PROXY count, else ALL_PROXY; not for loopback addresses
    and what NO_PROXY names. Raises SettingsError for one that can't be used.
    """
    if given:
        return Proxy(given, "the setting `proxy`")
    parts = urlsplit(url)
    if not trust_env or is_loopback(url) or _is_excepted(url):
        return None
    found = getproxies()
    kind = next((kind for kind in (parts.scheme, "all") if found.get(kind)), None)
    if kind is None:
        return None
    address = found[kind].strip()
    proxy = Proxy(address if "://" in address else f"http://{address}", _variable(kind))
    _check(proxy)
    return proxy


def _variable(kind: str) -> str:
    """The name of the environment's variable, as it is written there."""
    names = [name for name in os.environ if name.lower() == f"{kind}_proxy" and os.environ[name]]
    return min(names, key=str.isupper, default="the system's settings")


def _check(proxy: Proxy) -> None:
    scheme = urlsplit(proxy.url).scheme
    if scheme not in PROXY_SCHEMES:
        raise SettingsError(
            f"{proxy.source} names a proxy of the unsupported kind {scheme!r}",
            f"Set HTTPS_PROXY and HTTP_PROXY to one that speaks {' or '.join(PROXY_SCHEMES)}, put "
            "the host into NO_PROXY, or set trust_env = false to use none.",
        )
    try:
        parts = urlsplit(proxy.url)
        fine = bool(parts.hostname) and parts.port != 0 and proxy.url.isprintable()
    except ValueError:
        fine = False
    if not fine:  # it is not quoted, as it may hold a password
        raise SettingsError(
            f"{proxy.source} names a proxy with an address that makes no sense",
            "Set it to one like http://proxy.example:3128.",
        )


def _is_excepted(url: str) -> bool:
    """Whether NO_PROXY, or the system, says that no proxy is used for ``url``."""
    try:
        _, host, port = origin(url)
    except ValueError:  # an address that makes no sense is told where it is used
        return True
    entries = [entry.strip().lower() for entry in getproxies().get("no", "").split(",")]
    if any(_names(entry, host, port) for entry in entries if entry):
        return True
    return bool(proxy_bypass(host))


def _names(entry: str, host: str, port: int) -> bool:
    """Whether an entry of NO_PROXY means this host: a name and those below it, an address, a range
    of addresses, ``*``; with or without a port."""
    if entry == "*":
        return True
    with suppress(ValueError):
        network = ipaddress.ip_network(entry.strip("[]"), strict=False)
        try:
            return ipaddress.ip_address(host) in network
        except ValueError:
            return False
    name, _, number = entry.rpartition(":")
    if name and number.isdecimal() and (":" not in name or name.endswith("]")):
        return port == int(number) and _names(name, host, port)
    domain = entry.removeprefix("*").lstrip(".")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))
