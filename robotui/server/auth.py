"""Who may talk to the server: its secret, the tokens signed with it, and the Host and Origin."""

from __future__ import annotations

import contextlib
import ipaddress
import re
import secrets
import sys
import time
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import jwt

from robotui.errors import StorageError, UnauthorizedError
from robotui.files import private_folder, write_atomic

_LIFE: Final = 365 * 24 * 3600
"""Seconds that a token is good for (protocol 1.3)."""

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


def issue(secret: bytes, sub: str) -> str:
    """A token for the user ``sub``: an HS256 JWT, good for a year."""
    return jwt.encode({"sub": sub, "exp": int(time.time()) + _LIFE}, secret, algorithm="HS256")


def user(secret: bytes, authorization: str) -> str:
    """The ``sub`` of the token in an Authorization header. Raises UnauthorizedError."""
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer":
        raise _unauthorized("Invalid token")
    try:
        claims = jwt.decode(
            token.strip(), secret, algorithms=["HS256"], options={"require": ["sub", "exp"]}
        )
    except jwt.ExpiredSignatureError as error:
        raise _unauthorized("Token has expired") from error
    except jwt.InvalidTokenError as error:
        raise _unauthorized("Invalid token") from error
    return str(claims["sub"])


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
