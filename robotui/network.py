"""How connections leave this machine: by which proxy, trusting which certificates.

One rule for the client and for the embedded server, whatever library makes the connection.
"""

from __future__ import annotations

import ipaddress
import os
import re
import ssl
import sys
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final
from urllib.parse import urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from robotui.config import PROXY_SCHEMES, is_loopback
from robotui.errors import SettingsError

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
"""Statuses that send a request elsewhere."""
CA_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name certificate authorities (files, or folders of files)."""

# Where systems keep their authorities, for an OpenSSL that was built for another one.
_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_HASHED: Final = re.compile(r"[0-9a-f]{8}\.\d+")
_PORTS: Final = {"http": 80, "https": 443}


def same_origin(old: str, new: str) -> bool:
    """Whether ``new`` may get what was meant for ``old``: the same server, or its safer port."""
    before, after = _origin(old), _origin(new)
    return before == after or (before[1:] == (after[1], 80) and after[::2] == ("https", 443))


def _origin(url: str) -> tuple[str, str, int]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)


def redirect_target(url: str, location: str) -> str:
    """The address that ``location`` means at ``url``; empty if that makes no sense."""
    try:
        target = urljoin(url, location)
        parts = urlsplit(target)
        fine = parts.scheme in _PORTS and parts.hostname and parts.port != 0
    except ValueError:
        return ""
    return target if fine and location else ""


def shown(url: str) -> str:
    """``url`` without user, password, query and fragment, which may hold secrets."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


# --- proxies


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
        _, host, port = _origin(url)
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


# --- certificates


def trust(ca_file: str = "", *, trust_env: bool = True) -> ssl.SSLContext:
    """What is trusted: the system's authorities and those that ``ca_file`` (a file or folder) and,
    if the environment is trusted, ``CA_VARIABLES`` name. Takes some 10 ms the first time.

    A variable that names nothing usable is passed over, see ``unusable``. Raises SettingsError for
    such a ``ca_file``.
    """
    names = CA_VARIABLES if trust_env else ()
    return _trust(ca_file, tuple(os.environ.get(name, "") for name in names))


@lru_cache(maxsize=8)
def _trust(ca_file: str, more: tuple[str, ...]) -> ssl.SSLContext:
    context = _system_trust()
    # As other programs do, not as Python 3.13 does: a certificate that is trusted need not be that
    # of an authority, and private authorities are not held to the letter of RFC 5280.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.set_alpn_protocols(["http/1.1"])
    for place in filter(None, more):
        with suppress(OSError, ValueError):
            _load_list(context, place)
    if ca_file:
        try:
            _load(context, Path(ca_file).expanduser())
        except (OSError, ValueError, RuntimeError) as error:
            raise SettingsError(
                f"The setting ca_file names {ca_file}: {_why(error)}",
                "Set it to a file with certificates in PEM form.",
            ) from error
    return context


def _system_trust() -> ssl.SSLContext:
    if sys.platform in ("darwin", "win32"):
        with suppress(ImportError):  # comes with the libraries for models
            import truststore

            return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return ssl.create_default_context()
    # Not load_default_certs(): SSL_CERT_FILE would take the place of the system's authorities.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    paths = ssl.get_default_verify_paths()
    file = next(filter(os.path.isfile, (paths.openssl_cafile, *_BUNDLES)), None)
    is_there = os.path.isdir(paths.openssl_capath)  # noqa: PTH112 - these are texts, no paths
    folder = paths.openssl_capath if is_there else None
    if file or folder:
        context.load_verify_locations(file, folder)
    return context


def _load_list(context: ssl.SSLContext, places: str) -> None:
    """Trust what a variable names: SSL_CERT_DIR may have several folders."""
    whole = Path(places).expanduser()
    parts = [whole] if whole.exists() else [Path(part) for part in places.split(os.pathsep) if part]
    for place in parts:
        _load(context, place)


def _load(context: ssl.SSLContext, place: Path) -> None:
    """Trust the certificates in a file or folder. Raises OSError, ValueError."""
    if not place.is_dir():
        data = place.read_bytes()
        if b"-----BEGIN" in data:
            context.load_verify_locations(place)
        elif data:
            context.load_verify_locations(cadata=data)
        else:
            raise ValueError("it is empty")
        return
    names = [file for file in sorted(place.iterdir()) if file.is_file()]
    if any(_HASHED.fullmatch(file.name) for file in names):
        context.load_verify_locations(capath=place)
        return
    for file in names:  # one that nobody has run openssl rehash in
        with suppress(OSError, ValueError):
            _load(context, file)


def _why(error: BaseException) -> str:
    if isinstance(error, ssl.SSLError):
        return "there is no certificate in it that can be read"
    return error.strerror or "it can't be read" if isinstance(error, OSError) else str(error)


def unusable(*, trust_env: bool = True) -> str:
    """A sentence on each of ``CA_VARIABLES`` that names nothing usable; mostly empty."""
    found = []
    for name in CA_VARIABLES if trust_env else ():
        try:
            if os.environ.get(name):
                _load_list(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), os.environ[name])
        except (OSError, ValueError) as error:
            found.append(f" {name} names {os.environ[name]}: {_why(error)}.")
    return "".join(found)


_OWN: Final = (
    "If it is your own, name its authority's certificate (a PEM file) with the setting `ca_file` "
    "(ROBOTUI_CA_FILE) or SSL_CERT_FILE."
)
_CLOCK: Final = "Check the clock of this machine, or have the certificate renewed there."
# By OpenSSL's numbers (X509_V_ERR_...): why a certificate is not trusted, and what to do.
_REFUSALS: Final = {
    **dict.fromkeys((2, 19, 20, 21), ("its authority is not known here", _OWN)),
    9: ("it is not valid yet", _CLOCK),
    10: ("it has expired", _CLOCK),
    18: ("it is self-signed", _OWN),
    23: ("it was revoked", "Do not use this server until its certificate is replaced."),
    **dict.fromkeys(
        (62, 64),
        ("it is for another host", "Use the name that it was issued for, or have it issued anew."),
    ),
}


def tls_fault(error: BaseException, url: str, *, trust_env: bool = True) -> tuple[str, str] | None:
    """Why no safe connection to ``url`` came about, and what to do; None if TLS is not the cause.

    ``error`` may come from any library: its causes are looked through.
    """
    fault = _find_ssl(error)
    if fault is None:
        return None
    host = urlsplit(url).netloc.rpartition("@")[2] or url
    if isinstance(fault, ssl.SSLCertVerificationError):
        # Where the error is not OpenSSL's own, its words are all there is.
        code, words = getattr(fault, "verify_code", 0), getattr(fault, "verify_message", "")
        why, remedy = _REFUSALS.get(code, (words or str(fault), _OWN))
        remedy += unusable(trust_env=trust_env) if remedy is _OWN else ""
        return f"The certificate of {host} was refused: {why}", remedy
    reason = (fault.reason or "").replace("_", " ").lower()
    if "wrong version number" in reason or "record layer" in reason or "http request" in reason:
        remedy = "Use an address with http:// if you trust the network in between."
        return f"There is no safe connection to {host}: it does not speak TLS", remedy
    if "certificate required" in reason or "handshake failure" in reason:
        remedy = "If it wants a certificate of its clients: that is not supported."
        return f"There is no safe connection to {host}: it refused us ({reason})", remedy
    why = reason or str(fault)
    return f"There is no safe connection to {host} ({why})", "Check how TLS is set up there."


def _find_ssl(error: BaseException | None) -> ssl.SSLError | None:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        # aiohttp's own are of these kinds too, and have OpenSSL's inside.
        inner = getattr(error, "certificate_error", None) or getattr(error, "os_error", None)
        if inner is None and isinstance(error, ssl.SSLError):
            return error
        error = inner or error.__cause__ or error.__context__
    return None
