"""Finding a file of the workspace by a few letters, while they are typed."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from robotui.mentions.path_search import PathSearch

if TYPE_CHECKING:
    from robotui.mentions.path_search import Paths
    from robotui.ui.parts.host import Host, Work

_FRESH: Final = 10.0
"""Seconds after which it is looked again which files there are."""
_SELDOM: Final = 20
"""At most one part of so many of the time goes into looking."""

Tell = Callable[[Sequence[str]], None]
"""Is given the best paths, best first; folders end with ``/``."""


class Files:
    """Which files there are is read in a thread when it is first asked for, and again later; the
    letters are looked for a bit at a time, between events: typing never waits."""

    def __init__(self, host: Host, root: Path) -> None:
        self.host = host
        self._root = root
        self._paths: Paths | None = None
        self._search: PathSearch | None = None
        self._letters = ""
        self._tell: Tell | None = None
        self._told = True
        """What was found for the letters was told."""
        self._fresh_until = float("-inf")
        self._reading: Work | None = None
        self._looking: Work | None = None

    def look_for(self, letters: str, tell: Tell) -> None:
        """Look for a path with these letters; what was looked for before is forgotten."""
        self._letters, self._tell = letters, tell
        reading = self._reading is not None and not self._reading.is_finished
        if not reading and time.monotonic() > self._fresh_until:
            self._reading = self.host.start(self._read(), name="files", group="files")
        self._look()

    def forget(self) -> None:
        """Nothing is looked for any more."""
        self._tell = None

    @property
    def busy(self) -> bool:
        """Whether the letters are still being looked for among the files that are known."""
        return self._tell is not None and self._search is not None and not self._told

    def finish(self) -> None:
        """Look at all that is left, now."""
        while self.busy:
            self._step()

    def _look(self) -> None:
        if self._search is None:
            return
        self._told = False
        self._search.look_for(self._letters)
        if self._looking is None or self._looking.is_finished:
            self._looking = self.host.start(self._find(), name="find file", group="find file")

    async def _find(self) -> None:
        while self.busy:
            self._step()
            await asyncio.sleep(0)

    def _step(self) -> None:
        """Look at some more paths; tell what is found when there are no more."""
        if self._search is None or self._tell is None or self._search.work():
            return
        self._told = True
        self._tell(self._search.found)

    async def _read(self) -> None:
        """See which files there are."""
        from robotui.mentions.workspace_paths import workspace_paths

        over, begun = threading.Event(), time.monotonic()
        try:
            paths = await asyncio.to_thread(workspace_paths, self._root, lambda: not over.is_set())
        finally:
            over.set()  # a thread can't be ended from outside
        now = time.monotonic()
        self._fresh_until = now + max(_FRESH, _SELDOM * (now - begun))
        if self._paths is None or self._paths.paths != paths.paths:
            self._paths, self._search = paths, PathSearch(paths)
            if self._tell is not None:
                self._look()
