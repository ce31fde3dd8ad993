"""Where requests go."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from robotui.config.settings import Settings
from robotui.config.user_paths import Paths
from robotui.config.values import EMBEDDED, UNIX


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A service, and the way to it."""

    name: str
    """What the user calls it, and its keyring account: the address, or ``embedded``."""
    url: str
    """Base address without a trailing slash."""
    socket: Path | None = None
    """The Unix socket to use instead of TCP."""
    notes: Path | None = None
    """The folder in which servers of this user leave the keys that they give tokens for."""
    remark: str = ""
    """What is amiss there, in words."""

    @property
    def embedded(self) -> bool:
        """Whether it is the server that this program started."""
        return self.name == EMBEDDED

    @property
    def private(self) -> bool:
        """Whether it is a server of this user that nobody else can reach."""
        return self.embedded or self.socket is not None

    @property
    def local(self) -> bool:
        """Whether it is on this machine, whose clock is ours."""
        return self.private or is_loopback(self.url)


def is_loopback(url: str) -> bool:
    """Whether ``url`` always leads to this machine itself."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def endpoint(settings: Settings, paths: Paths) -> Endpoint:
    """Where the requests to the server of the settings go, which is not the embedded one."""
    from robotui.running import key_for

    server = settings.server
    if server.startswith(UNIX):
        return Endpoint(server, "http://localhost", Path(server.removeprefix(UNIX)))
    here = is_loopback(server)
    address = key_for(paths.runtime, server)[0] if here else ""
    return Endpoint(server, address or server, notes=paths.runtime if here else None)
