"""The git history of a workspace, read with a time limit: a repository may be made never to end."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

from robotui.errors import WorkspaceError
from robotui.server.index.worker import Worker
from robotui.server.models import git_history
from robotui.server.models.workspace_files import Found

HISTORY_SECONDS: Final = 15.0
"""Time that a look into the repository may take, waiting for others included."""

_GIVEN_UP: Final = 3  # looks that never ended, after which the repository is left alone
_MAX_TEXT: Final = 64_000  # characters of history that are gathered


class History:
    """The history of the workspace ``root``, looked into in a thread of its own.

    A thread that does not come back in time is left behind.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._worker = _worker()
        self._given_up = 0

    @property
    def is_there(self) -> bool:
        """Whether there is a repository whose history can be read."""
        return self._given_up < _GIVEN_UP and git_history.there(self._root)

    async def look(self, look: Callable[..., Iterable[str]], path: str, *rest: Any) -> Found:
        """What ``look`` finds about ``path``. Raises WorkspaceError."""
        worker = self._worker
        try:
            async with asyncio.timeout(HISTORY_SECONDS):
                return await worker.result(_gathered, look, self._root, path, *rest)
        except TimeoutError:
            if worker is self._worker:
                self._worker = _worker()
                self._given_up += 1
            raise WorkspaceError("The repository can't be read in time.", "Go without.") from None

    async def aclose(self) -> None:
        """Stop the thread; idempotent."""
        await self._worker.aclose()


def _worker() -> Worker:
    return Worker("robotui-history", lambda: None)


def _gathered(look: Callable[..., Iterable[str]], root: Path, path: str, *rest: Any) -> Found:
    room, pieces = _MAX_TEXT, []
    for piece in look(root, path, *rest):
        pieces.append(piece)
        room -= len(piece)
        if room < 0:
            break
    return Found("".join(pieces) or "Nothing: no commits or no changes.")
