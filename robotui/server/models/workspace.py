"""The tools' view of a workspace: searching, reading and listing files, and the git history.

A file can be read if the walk of the workspace finds it (tree/walk.py): inside, no symbolic link,
not ignored, not version control, not what looks like a secret. Nothing here writes or runs.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from robotui.server.index.index import Index, path_for
from robotui.server.index.results import Hit
from robotui.server.index.search import Searcher, definitions, uses
from robotui.server.index.words import ask
from robotui.server.index.worker import Update, Worker
from robotui.server.models import git_history
from robotui.server.models.workspace_files import Files, Found, inside
from robotui.server.models.workspace_history import History

P = ParamSpec("P")
T = TypeVar("T")


_INDEX_PATIENCE: Final = 5.0  # seconds that a search waits for an index that is not complete
_HITS: Final = 8


class Workspace:
    """One workspace, with the index that is searched; filled when first needed.

    ``cache`` is the folder of the indexes.
    """

    def __init__(self, workspace: Path, cache: Path) -> None:
        self.root = workspace
        self._searcher = Searcher()
        self._index = Index(workspace, path_for(workspace, cache))
        self._worker = Worker("robotui-tools", self._close)
        self._update = Update(self._worker, self._index.update)
        self._files = Files(workspace)
        self._history = History(workspace)

    @property
    def has_history(self) -> bool:
        """Whether there is a repository whose history can be read."""
        return self._history.is_there

    def refresh(self) -> None:
        """Bring the index up to date in the background."""
        self._update.refresh()

    async def aclose(self) -> None:
        """Stop the thread, which closes its files; idempotent."""
        await self._worker.aclose()
        await self._history.aclose()

    def _close(self) -> None:
        self._index.close()
        self._searcher.close()

    async def search_code(self, query: str) -> Found:
        """The best places for a question in plain words, a name or a quoted text."""
        await self._ready()
        hits, files, changed = await self._worker.result(self._search, query)
        if not hits:
            return Found(f"Nothing found for {query!r} in {files} files.{self._lacking(changed)}")
        places = tuple(f"{hit.path}:{hit.line}" for hit in hits)
        text = "\n".join(_hit(hit) for hit in hits)
        return Found(text + self._lacking(changed), f"{len(hits)} places in {files} files", places)

    def _search(self, query: str) -> tuple[list[Hit], int, int]:
        """The hits, of how many files, and how many are left out as they changed meanwhile."""
        files = self._files.listing()

        def look() -> list[Hit]:
            found = self._searcher.search(self._index, ask(query))
            shown = self._files.shown()
            return list(islice((hit for hit in found if shown(hit.path)), _HITS))

        return self._index.settled(look), len(files), len(self._index.changed)

    async def find_symbol(self, name: str) -> Found:
        """Where a name is defined and used."""
        await self._ready()
        (lines, places), changed = await self._worker.result(self._symbol, name)
        lacking = self._lacking(changed)
        if not lines:
            return Found(f"No definition of {name!r} found.{lacking}")
        return Found("\n".join(lines) + lacking, f"{len(places)} places", tuple(places))

    def _symbol(self, name: str) -> tuple[tuple[list[str], list[str]], int]:
        """What is defined and used, the places, and how many files changed meanwhile."""
        return self._index.settled(lambda: self._named(name)), len(self._index.changed)

    def _named(self, name: str) -> tuple[list[str], list[str]]:
        shown = self._files.shown()
        found = [symbol for symbol in definitions(self._index, name) if shown(symbol.path)]
        places = [f"{symbol.path}:{symbol.line}" for symbol in found[:_HITS]]
        lines = [
            f"defined {symbol.path}:{symbol.line}-{symbol.last} {symbol.kind} {symbol.name}"
            for symbol in found[:_HITS]
        ]
        used = uses(self._index, found[0]) if found else []
        for use in [use for use in used if shown(use.path)][: 3 * _HITS]:
            lines.append(f"used {use.path}:{use.line} {use.text}")
            places.append(f"{use.path}:{use.line}")
        return lines, places

    async def _ready(self) -> None:
        self._update.refresh()
        await self._update.wait(_INDEX_PATIENCE)

    def _lacking(self, changed: int) -> str:
        """What the model has to know of what it was not shown."""
        state, notes = self._index.progress, ""
        if changed:
            notes = f"\n({changed} files changed meanwhile and are left out; ask again.)"
        if not state.complete:
            notes += f"\n(The index is not complete: {state.done} of {state.total} files so far.)"
        return notes

    async def read_file(self, path: str, start: int, end: int) -> Found:
        """The lines of a file, with their numbers; ``end`` 0: as many as is sensible."""
        return await self._worker.result(self._files.lines, path, start, end)

    async def list_files(self, folder: str, pattern: str) -> Found:
        """The files below ``folder`` whose names, or paths if it has a slash, fit ``pattern``."""
        return await self._worker.result(self._files.names, folder, pattern)

    async def git_log(self, path: str, count: int) -> Found:
        """The latest commits."""
        return await self._history.look(git_history.log, inside(self.root, path), count)

    async def git_diff(self, path: str, commit: str) -> Found:
        """What ``commit`` changed, or what is not committed."""
        files = await self._worker.result(self._files.listing)
        return await self._history.look(git_history.diff, inside(self.root, path), commit, files)


def _hit(hit: Hit) -> str:
    what = f" {hit.kind} {hit.symbol}" if hit.symbol else ""
    lines = [f"{number:>5}  {line}" for number, line in enumerate(hit.text, hit.line)]
    return "\n".join([f"{hit.path}:{hit.line}{what}", *lines, ""])
