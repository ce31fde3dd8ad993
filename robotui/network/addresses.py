"""Addresses of servers: where a redirect leads, and what of an address can be shown."""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin, urlsplit

REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
"""Statuses that send a request elsewhere."""

_PORTS: Final = {"http": 80, "https": 443}


def same_origin(old: str, new: str) -> bool:
    """Whether ``new`` may get what was meant for ``old``: the same server, or its safer port."""
    before, after = origin(old), origin(new)
    return before == after or (before[1:] == (after[1], 80) and after[::2] == ("https", 443))


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of ``url``. Raises ValueError for one that makes no sense."""
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
