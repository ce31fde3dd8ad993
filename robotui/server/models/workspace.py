"""Looking into a workspace for a model: searching, reading, listing, its history.

A file can be read if the walk of the workspace finds it (index/walk.py): inside, no symbolic link,
not ignored, not version control, not what looks like a secret. Nothing here writes or runs.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final, ParamSpec, TypeVar

from robotui.errors import WorkspaceError
from robotui.secret_texts import secret_in
from robotui.server.index.index import Index, path_for
from robotui.server.index.reading import read
from robotui.server.index.results import Hit
from robotui.server.index.search import Searcher, definitions, uses
from robotui.server.index.walk import is_binary, matcher, walk
from robotui.server.index.words import ask
from robotui.server.index.worker import Update, Worker
from robotui.server.models import git
from robotui.text import one_line

P = ParamSpec("P")
T = TypeVar("T")

MAX_LINES: Final = 400
"""Lines of a file that are given at once, unless more are asked for."""

HISTORY_SECONDS: Final = 15.0
"""Time that a look into the repository may take, waiting for others included."""

_GIVEN_UP: Final = 3  # looks that never ended, after which the repository is left alone
_MAX_TEXT: Final = 64_000  # characters of history that are gathered
_INDEX_PATIENCE: Final = 5.0  # seconds that a search waits for an index that is not complete
_FRESH: Final = 10.0  # seconds that the list of files counts as up to date
_HITS: Final = 8
_LISTED: Final = 400


@dataclass(frozen=True, slots=True)
class Found:
    """What a call gave: the text for the model, one line on it, and the places looked at."""

    text: str
    summary: str = ""
    places: tuple[str, ...] = ()
    failed: bool = False


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
        self._historian = _historian()
        self._given_up = 0
        self._files: dict[str, int] = {}
        self._listed = float("-inf")

    @property
    def has_history(self) -> bool:
        """Whether there is a repository whose history can be read."""
        return self._given_up < _GIVEN_UP and git.there(self.root)

    def refresh(self) -> None:
        """Bring the index up to date in the background."""
        self._update.refresh()

    async def aclose(self) -> None:
        """Stop the thread, which closes its files; idempotent."""
        await self._worker.aclose()
        await self._historian.aclose()

    def _close(self) -> None:
        self._index.close()
        self._searcher.close()

    async def _call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of ``function``, run in the thread. Raises WorkspaceError at the end."""
        return await self._result(self._worker.call(function, *args, **kwargs))

    async def _result(self, future: Future[T]) -> T:
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise WorkspaceError("The server is stopping.") from None

    async def search_code(self, query: str) -> Found:
        """The best places for a question in plain words, a name or a quoted text."""
        await self._ready()
        hits, files, changed = await self._call(self._search, query)
        if not hits:
            return Found(f"Nothing found for {query!r} in {files} files.{self._lacking(changed)}")
        places = tuple(f"{hit.path}:{hit.line}" for hit in hits)
        text = "\n".join(_hit(hit) for hit in hits)
        return Found(text + self._lacking(changed), f"{len(hits)} places in {files} files", places)

    def _search(self, query: str) -> tuple[list[Hit], int, int]:
        """The hits, of how many files, and how many are left out as they changed meanwhile."""
        files = self._listing()

        def look() -> list[Hit]:
            found = self._searcher.search(self._index, ask(query))
            shown = self._shown()
            return list(islice((hit for hit in found if shown(hit.path)), _HITS))

        return self._index.settled(look), len(files), len(self._index.changed)

    def _shown(self) -> Callable[[str], bool]:
        """Tells whether text of a file may be shown."""
        files = self._listing()
        return cache(lambda path: path in files and not secret_in(read(self.root, path) or b""))

    async def find_symbol(self, name: str) -> Found:
        """Where a name is defined and used."""
        await self._ready()
        (lines, places), changed = await self._call(self._symbol, name)
        lacking = self._lacking(changed)
        if not lines:
            return Found(f"No definition of {name!r} found.{lacking}")
        return Found("\n".join(lines) + lacking, f"{len(places)} places", tuple(places))

    def _symbol(self, name: str) -> tuple[tuple[list[str], list[str]], int]:
        """What is defined and used, the places, and how many files changed meanwhile."""
        return self._index.settled(lambda: self._named(name)), len(self._index.changed)

    def _named(self, name: str) -> tuple[list[str], list[str]]:
        shown = self._shown()
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
        return await self._call(self._lines, path, start, end)

    def _lines(self, path: str, start: int, end: int) -> Found:
        name = self._readable(path)
        data = read(self.root, name)
        if data is None:  # it became a link since the walk, or is gone
            raise self._unreadable(path, name)
        if secret := secret_in(data):
            return Found(f"{name} holds {secret}; it is not shown.", failed=True)
        if is_binary(data):
            return Found(f"{name} is binary.", failed=True)
        text = data.decode("utf-8", "replace").replace("\r\n", "\n")  # as in the index
        lines = text.removesuffix("\n").split("\n")
        first = max(start, 1)
        if first > len(lines):
            return Found(f"{name} has {len(lines)} lines; line {first} is behind its end.")
        last = min(end if end >= first else first + MAX_LINES - 1, len(lines))
        shown = [f"{number:>5}  {lines[number - 1]}" for number in range(first, last + 1)]
        text = "\n".join([f"{name}, lines {first}-{last} of {len(lines)}", *shown])
        return Found(text, f"I read the file {name}.", (f"{name}:{first}",))

    async def list_files(self, folder: str, pattern: str) -> Found:
        """The files below ``folder`` whose names, or paths if it has a slash, fit ``pattern``."""
        return await self._call(self._names, folder, pattern)

    def _names(self, folder: str, pattern: str) -> Found:
        inner = self._inside(folder)
        prefix = f"{inner}/" if inner else ""
        fits = matcher(pattern)
        names = [
            name
            for name in sorted(self._listing())
            if name.startswith(prefix) and (fits(name) or fits(name[len(prefix) :]))
        ]
        shown = [f"{name} ({self._files[name]} bytes)" for name in names[:_LISTED]]
        more = [f"and {len(names) - _LISTED} more"] if len(names) > _LISTED else []
        text = "\n".join([*shown, *more]) or "No such files."
        return Found(text, f"{len(names)} files")

    async def git_log(self, path: str, count: int) -> Found:
        """The latest commits."""
        return await self._look_back(git.log, path, count)

    async def git_diff(self, path: str, commit: str) -> Found:
        """What ``commit`` changed, or what is not committed."""
        return await self._look_back(git.diff, path, commit, await self._call(self._listing))

    async def _look_back(self, look: Callable[..., Iterable[str]], *args: Any) -> Found:
        """What ``look`` finds in the history, in a thread of its own: a repository may be made so
        that looking never ends. That thread is then left behind. Raises WorkspaceError."""
        historian = self._historian
        try:
            async with asyncio.timeout(HISTORY_SECONDS):
                return await self._result(historian.call(self._history, look, *args))
        except TimeoutError:
            if historian is self._historian:
                self._historian = _historian()
                self._given_up += 1
            raise WorkspaceError("The repository can't be read in time.", "Go without.") from None

    def _history(self, look: Callable[..., Iterable[str]], path: str, *rest: Any) -> Found:
        room, pieces = _MAX_TEXT, []
        for piece in look(self.root, self._inside(path), *rest):
            pieces.append(piece)
            room -= len(piece)
            if room < 0:
                break
        return Found("".join(pieces) or "Nothing: no commits or no changes.")

    def _listing(self, age: float = _FRESH) -> dict[str, int]:
        """Sizes of the files that may be read, by path; looked up if older than ``age`` seconds."""
        if time.monotonic() - self._listed > age:
            self._files = {file.path: file.size for file in walk(self.root)}
            self._listed = time.monotonic()
        return self._files

    def _inside(self, path: str) -> str:
        """``path`` relative to the root, with plain slashes. Raises WorkspaceError if outside."""
        plain = path.strip().replace("\\", "/")
        root = self.root.as_posix().rstrip("/")
        if plain == root or plain.startswith(root + "/"):
            plain = plain[len(root) + 1 :]
        parts = [part for part in plain.split("/") if part not in ("", ".")]
        if ".." in parts or plain.startswith(("/", "~")) or ":" in plain[:2]:
            raise WorkspaceError(
                f"{one_line(path, 100)!r} is outside of the workspace, which can't be read."
            )
        return "/".join(parts)

    def _readable(self, path: str) -> str:
        """The name of a file that may be read. Raises WorkspaceError if it may not."""
        name = self._inside(path)
        if name in self._listing() or name in self._listing(age=1.0):
            return name
        raise self._unreadable(path, name)

    def _unreadable(self, path: str, name: str) -> WorkspaceError:
        same = [other for other in self._files if other.endswith("/" + name)]
        hint = f" Did you mean {', '.join(islice(same, 3))}?" if name and same else ""
        return WorkspaceError(
            f"{one_line(path, 100)!r} is no file that can be read here: missing, ignored, binary, "
            f"too large, a link, or it looks like a secret.{hint}"
        )


def _historian() -> Worker:
    return Worker("robotui-history", lambda: None)


def _hit(hit: Hit) -> str:
    what = f" {hit.kind} {hit.symbol}" if hit.symbol else ""
    lines = [f"{number:>5}  {line}" for number, line in enumerate(hit.text, hit.line)]
    return "\n".join([f"{hit.path}:{hit.line}{what}", *lines, ""])
