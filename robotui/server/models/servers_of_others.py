"""Model servers on this machine that another user runs, and what this user said of them.

Whoever has a usual port first gets the prompts and, through the tools, the files of everybody who
takes what answers there. So a server of another user, or of nobody knows whom, is taken by itself
only after the user was asked; the answer is kept, for that address and that user.
"""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import dataclass
from pathlib import Path

from robotui import owners
from robotui.errors import StorageError
from robotui.files import write_atomic

log = logging.getLogger(__name__)

_UNKNOWN = "nobody knows whom"


@dataclass(frozen=True, slots=True)
class Stranger:
    """A model server that may not be the user's own."""

    url: str
    owner: str
    """Who runs it, for people: a user's name, or that it can't be told."""
    answer: bool | None
    """Whether it may be used; None: the user has not said."""


class Strangers:
    """The answers, in a file. One that can't be read or written is as if nothing had been said."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def at(self, url: str) -> Stranger | None:
        """Who listens there, unless it is this user or root."""
        who = await asyncio.to_thread(owners.listeners, url)
        if who is not None and all(map(owners.is_trusted, who)):
            return None
        owner = ", ".join(sorted(map(_name, who))) if who else _UNKNOWN
        return Stranger(url, owner, self._read().get(_entry(url, owner)))

    async def has_changed(self, url: str) -> bool:
        """Whether by now somebody listens there who may not be used."""
        if await asyncio.to_thread(owners.listeners, url) is None:
            return False  # nobody is there, or what was taken could not be told either
        stranger = await self.at(url)
        return stranger is not None and not stranger.answer

    def remember(self, stranger: Stranger, *, use: bool) -> None:
        """Keep what the user said."""
        answers = {**self._read(), _entry(stranger.url, stranger.owner): use}
        try:
            write_atomic(self._path, json.dumps(answers, indent=1).encode())
        except StorageError as error:
            log.warning("the answer on %s was not kept: %s", stranger.url, error.headline)

    def _read(self) -> dict[str, bool]:
        try:
            value = json.loads(self._path.read_bytes())
        except (OSError, ValueError):
            return {}
        entries = value.items() if isinstance(value, dict) else ()
        return {name: use for name, use in entries if isinstance(use, bool)}


def _entry(url: str, owner: str) -> str:
    return f"{url} of {owner}"


def _name(uid: int) -> str:
    try:
        import pwd

        return f"the user {pwd.getpwuid(uid).pw_name}"
    except (ImportError, KeyError):
        return f"the user {uid}"
