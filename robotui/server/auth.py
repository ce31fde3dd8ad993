"""Who may talk to the server: its secret, the tokens signed with it, and the Host and Origin.

A token is good for a day, for one server in one workspace, and for one of two scopes: ``chat`` is
all that the protocol has, ``owner`` may also choose what answers.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import re
import secrets
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, cast, get_args
from urllib.parse import urlsplit

import jwt

from robotui.errors import StorageError, UnauthorizedError
from robotui.files import private_folder, write_atomic

LIFE: Final = 24 * 3600
"""Seconds that a token is good for."""

Scope = Literal["chat", "owner"]

_PROXIED: Final = ("Forwarded", "Via", "X-Real-IP", "X-Client-IP")
"""Headers that a proxy adds, besides all that begin with ``X-Forwarded-``."""
_SAME_SITE: Final = frozenset({"", "none", "same-origin"})
"""What a browser says of a page that nobody else's page led to (Fetch Metadata)."""

_SECRET: Final = re.compile(rb"[0-9a-f]{64}\n")
_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^:\[\]/@\s]+)(?::[0-9]+)?")


def secret_file(path: Path) -> bytes:
    """The key in ``path`` (mode 0600), made if it is missing or damaged.

    Several programs that call this at once get the same key. Raises StorageError.
    """
    private_folder(path.parent)
    try:
        with _locked(path.with_name(path.name + ".lock")):
            content = b""
            if path.exists():
                path.chmod(0o600)
                content = path.read_bytes()
            if not _SECRET.fullmatch(content):
                content = secrets.token_hex(32).encode() + b"\n"
                write_atomic(path, content)
    except OSError as error:
        raise StorageError(f"The secret in {path} can't be used: {error.strerror}") from error
    return content.strip()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep other programs out, until the end of the block or of this process."""
    path.touch(mode=0o600)
    with path.open("rb+") as file:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@dataclass(frozen=True, slots=True)
class Door:
    """Who is given a token by ``/auth``, and for what."""

    issuer: str = "robotui"
    """The server and its workspace: its tokens are good for nothing else."""
    key: str = ""
    """What has to be shown for a token; empty: who can connect at all is the owner."""
    open: bool = False
    """Whether there are tokens, to chat, for those without the key too."""

    def scope(self, shown: str | None) -> Scope | None:
        """What the token may be for that is given to somebody who has ``shown`` this as the key.

        None: there is no token.
        """
        if not self.key or (shown and secrets.compare_digest(shown.encode(), self.key.encode())):
            return "owner"
        return "chat" if self.open and shown is None else None


PRIVATE: Final = Door()
"""The door of a server that only its owner can reach."""


def issuer(where: str, workspace: Path) -> str:
    """What stands in the tokens of the server at ``where`` for a workspace; it tells neither."""
    return hashlib.sha256(f"{where}\0{workspace}".encode("utf-8", "surrogateescape")).hexdigest()[
        :32
    ]


def issue(secret: bytes, sub: str, door: Door, scope: Scope) -> str:
    """A token for the user ``sub``: an HS256 JWT (protocol 1.3)."""
    claims = {"sub": sub, "exp": int(time.time()) + LIFE, "iss": door.issuer, "scope": scope}
    return jwt.encode(claims, secret, algorithm="HS256")


def user(secret: bytes, authorization: str, door: Door) -> tuple[str, Scope]:
    """The ``sub`` and the scope of the token in an Authorization header.

    Raises UnauthorizedError.
    """
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer":
        raise _unauthorized("Invalid token")
    try:
        claims = jwt.decode(
            token.strip(),
            secret,
            algorithms=["HS256"],
            issuer=door.issuer,
            options={"require": ["sub", "exp", "iss", "scope"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise _unauthorized("Token has expired") from error
    except jwt.InvalidIssuerError as error:
        raise _unauthorized("Token is for another server or workspace") from error
    except jwt.InvalidTokenError as error:
        raise _unauthorized("Invalid token") from error
    if claims["scope"] not in get_args(Scope):
        raise _unauthorized("Invalid token")
    return str(claims["sub"]), cast("Scope", claims["scope"])


def relayed(headers: Mapping[str, str]) -> str:
    """Why a request for a token came by way of somebody else, or nothing.

    A reverse proxy that lets everybody in would hand out tokens to everybody; a page of another
    site has no business with them.
    """
    names = [name for name in headers if name.lower().startswith("x-forwarded-")]
    names += [name for name in _PROXIED if name in headers]
    if names:
        return f"Tokens are not given through a proxy ({names[0]})"
    if headers.get("Sec-Fetch-Site", "").lower() not in _SAME_SITE:
        return "Tokens are not given to pages of other sites"
    return ""


def _unauthorized(detail: str) -> UnauthorizedError:
    return UnauthorizedError("Authorization", status=401, detail=detail)


def is_loopback(address: str) -> bool:
    """Whether ``address`` is an IP address of this machine's loopback interface."""
    ip = _ip(address)
    return ip is not None and ip.is_loopback


def host_fault(hosts: list[str], arrived_at: str, allowed: Collection[str]) -> str:
    """Why the Host headers of a request over TCP are not ours, or nothing.

    A web page can point a name of its own at this machine (DNS rebinding); its requests then carry
    that name. So a name must be ``localhost`` or one of ``allowed``. Addresses can't be bent so:
    those of the loopback and the one the connection ``arrived_at`` are ours.
    """
    matched = _HOST.fullmatch(hosts[0]) if len(hosts) == 1 else None
    if matched is None:
        return "One Host header is needed"
    name = matched[1].lower().strip("[]").removesuffix(".")
    ip = _ip(name)
    ours = name in allowed if ip is None else ip.is_loopback or ip == _ip(arrived_at)
    return "" if ours or name == "localhost" else f"Host {name!r} is not this server's"


def origin_fault(origin: str | None, host: str) -> str:
    """Why a request with this Origin header must not be served, or nothing."""
    if origin is None:
        return ""
    try:
        same = urlsplit(origin).netloc.lower() == host.lower()
    except ValueError:
        same = False
    return "" if same else f"Origin {origin[:200]!r} is not this server's"


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        ip = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (ip.ipv4_mapped or ip) if isinstance(ip, ipaddress.IPv6Address) else ip
