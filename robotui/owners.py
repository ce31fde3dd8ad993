"""Which user is behind a socket of this machine, and which program behind a lock.

A Unix socket tells who connected (``SO_PEERCRED``, unix(7); ``LOCAL_PEERCRED`` on macOS and the
BSDs). Who listens on a TCP port Linux tells in ``/proc/net/tcp`` (proc(5)), macOS through ``lsof``,
which shows a user the sockets of that user alone. Who holds a file locked stands in
``/proc/locks``.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket as sockets
import struct
import subprocess
import sys
from asyncio.trsock import TransportSocket
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

_LISTENS: Final = "0A"
_TABLES: Final = (("/proc/net/tcp", sockets.AF_INET), ("/proc/net/tcp6", sockets.AF_INET6))
_LSOF_TIMEOUT: Final = 2.0
_ROOT: Final = 0

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def is_trusted(uid: int) -> bool:
    """Whether what this user runs may be relied on: it is the user of this process, or root."""
    return uid in (_ROOT, own_uid())


def own_uid() -> int:
    """The user of this process; -1 on a system that has no such numbers."""
    return os.getuid() if hasattr(os, "getuid") else -1


def peer(connection: sockets.socket | TransportSocket) -> int | None:
    """The user at the other end of a Unix socket; None where the system does not tell."""
    try:
        if hasattr(sockets, "SO_PEERCRED"):
            size = struct.calcsize("3i")
            told = connection.getsockopt(sockets.SOL_SOCKET, sockets.SO_PEERCRED, size)
            return int(struct.unpack("3i", told)[1])
        option: int | None = getattr(sockets, "LOCAL_PEERCRED", None)
        if option is not None:
            return int(struct.unpack_from("Ii", connection.getsockopt(0, option, 76))[1])
    except (OSError, struct.error):
        return None
    return None


def listeners(url: str) -> frozenset[int] | None:
    """The users that listen where ``url``, an address of the loopback, leads.

    None where the system does not tell, or nobody listens. May block for a moment.
    """
    parts = urlsplit(url)
    port = parts.port or {"https": 443}.get(parts.scheme, 80)
    wanted = _addresses(parts.hostname or "")
    system: str = sys.platform  # else mypy would look at one system's part only
    if system == "linux":
        found = {uid for path, kind in _TABLES for uid in _listed(Path(path), kind, port, wanted)}
        return frozenset(found) or None
    return frozenset({own_uid()}) if system == "darwin" and _is_own(port) else None


def _addresses(host: str) -> set[_Address]:
    """The addresses that a name of the loopback may lead to."""
    try:
        return {_plain(ipaddress.ip_address(host))}
    except ValueError:
        return {ipaddress.IPv4Address("127.0.0.1"), ipaddress.IPv6Address("::1")}


def _plain(address: _Address) -> _Address:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _listed(table: Path, kind: int, port: int, wanted: set[_Address]) -> list[int]:
    """The users of the sockets in a table of the kernel that may get what is sent there."""
    try:
        rows = table.read_text("ascii").splitlines()[1:]
    except OSError:
        return []
    found = []
    for row in rows:
        fields = row.split()
        address, _, number = fields[1].partition(":")
        if fields[3] == _LISTENS and int(number, 16) == port:
            here = _address(address, kind)
            if here.is_unspecified or here in wanted:
                found.append(int(fields[7]))
    return found


def _address(text: str, kind: int) -> _Address:
    """An address as the kernel writes it: words of four bytes, each in this machine's order."""
    words = [int(text[at : at + 8], 16) for at in range(0, len(text), 8)]
    packed = struct.pack(f"={len(words)}I", *words)
    if kind == sockets.AF_INET:
        return ipaddress.IPv4Address(packed)
    return _plain(ipaddress.IPv6Address(packed))


def _is_own(port: int) -> bool:
    command = ["lsof", "-nP", f"-iTCP:{port}", "-sTCP:LISTEN", "-a", "-u", str(own_uid()), "-t"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_LSOF_TIMEOUT, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and bool(done.stdout.strip())


def holder(path: Path) -> str:
    """The program that holds a SQLite file locked, by name and number; empty if that can't be told.

    The file itself is not opened: closing it again would end this process's own locks (fcntl(2)).
    """
    inodes = set()
    for suffix in ("", "-wal", "-shm"):
        with contextlib.suppress(OSError):
            inodes.add(path.with_name(path.name + suffix).stat().st_ino)
    try:
        rows = [line.split() for line in Path("/proc/locks").read_text("ascii").splitlines()]
    except OSError:
        return ""
    for row in rows:
        # "1: POSIX  ADVISORY  WRITE 1234 08:02:131073 0 EOF"; "->" is before one that only waits.
        kind, mode, pid, place = row[1], row[3], row[4], row[5]
        if (kind, mode) != ("POSIX", "WRITE") or int(pid) == os.getpid():
            continue
        if int(place.rpartition(":")[2]) in inodes:
            return f"{_program(int(pid))} (process {pid})"
    return ""


def _program(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text("utf-8", "replace").strip()
    except OSError:
        return "a program"
