"""One folder's index: keeps it up to date with the files, and reads their text.

Everything here blocks and belongs to one thread (worker.py). Only ``progress`` may be read from
elsewhere.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from robotui import config
from robotui.secret_texts import secret_in
from robotui.server.index import chunks, database, languages
from robotui.server.index.reading import read
from robotui.server.index.store import Store, Stored
from robotui.server.index.walk import File, is_binary, is_generated, walk

_BATCH_FILES: Final = 200
_BATCH_BYTES: Final = 800_000  # below 0.1 s of work: what a question waits for at most
_DEAD: Final = 5_000  # full-text rows of vanished chunks that are not worth starting over
_ROLES: Final = {"source": 0, "doc": 1, "config": 2, "test": 3, "generated": 4}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an index is: files looked at, of how many; ``complete`` when nothing is left."""

    done: int = 0
    total: int = 0
    complete: bool = False


def path_for(root: Path, cache: Path | None = None) -> Path:
    """The database of the folder ``root``; every program on this machine uses the same."""
    name = hashlib.sha256(str(root).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return (cache or config.paths().cache) / "index" / f"{name}.db"


class Index:
    """The files below ``root``, searchable; in memory where the cache can't be used."""

    def __init__(
        self, root: Path, path: Path, files: Callable[[Path], Iterator[File]] = walk
    ) -> None:
        self.root = root
        self.progress = Progress()
        self._files = files
        self._store: Store | None = None
        self._path = path

    @property
    def store(self) -> Store:
        """The tables, opened when first used."""
        if self._store is None:
            self._store = Store(self._path)
        return self._store

    def close(self) -> None:
        """Close the database."""
        if self._store is not None:
            self._store.close()
            self._store = None

    def rebuild(self) -> None:
        """Set a corrupt database aside; the next update fills a new one."""
        self.close()
        database.put_aside(self._path)
        self.progress = Progress()

    def update(self) -> Iterator[None]:
        """Bring the index up to date, in small steps: one a turn of the iterator.

        Searching between two steps finds what has been read so far. A corrupt database is set
        aside and the work begun again, once.
        """
        try:
            yield from self._update()
        except sqlite3.DatabaseError as error:
            if not database.is_corrupt(error):
                raise
            self.rebuild()
            yield from self._update()

    def _update(self) -> Iterator[None]:
        if self.store.dead_count() > max(self.store.chunk_count(), _DEAD):
            with self.store.transaction():
                self.store.clear()
        known = self.store.files()
        current: dict[str, File] = {}
        for file in self._files(self.root):
            current[file.path] = file
            if len(current) % 500 == 0:
                yield
        gone = known.keys() - current.keys()
        if gone:
            with self.store.transaction():
                self.store.remove(gone)
        changed = [file for path, file in current.items() if known.get(path) != file]
        changed.sort(key=_urgency)
        done = len(current) - len(changed)
        self.progress = Progress(done, len(current))
        for batch in _batches(changed):
            self.refresh(batch)
            done += len(batch)
            self.progress = Progress(done, len(current))
            yield
        self.progress = Progress(len(current), len(current), complete=True)

    def refresh(self, files: Iterable[File]) -> None:
        """Read these files into the index, unless another program has done so meanwhile."""
        with self.store.transaction():
            for file in files:
                if self.store.file(file.path) != file:
                    self._read(file)

    def _read(self, file: File) -> None:
        data = read(self.root, file.path)
        if data is None:
            self.store.remove([file.path])
        elif is_binary(data) or is_generated(file.path.rpartition("/")[2]) or secret_in(data):
            self.store.add(file, b"", [], [])  # known, so that it is not read again
        else:
            pieces, definitions = chunks.cut(data, languages.of(file.path))
            self.store.add(file, data, pieces, definitions)

    def text(self, chunk: Stored) -> str:
        """The text of a chunk as the file has it now; empty if the file is gone."""
        data = read(self.root, chunk.file.path, chunk.start, chunk.end - chunk.start)
        return (data or b"").decode("utf-8", "replace")

    def lines(self, path: str) -> list[str]:
        """The lines of a file of this index, without their ends; none if it is not in it, or if
        there is a secret in it."""
        if self.store.file(path) is None:
            return []
        data = read(self.root, path) or b""
        if secret_in(data):
            return []
        return data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")

    def stale(self, paths: Iterable[str]) -> bool:
        """Bring the files of an answer up to date; whether one of them had changed."""
        changed = []
        for path in dict.fromkeys(paths):
            now, then = _stamp(self.root, path), self.store.file(path)
            if then is not None and now != then:
                changed.append(now or File(path, 0, 0))
        if changed:
            self.refresh(changed)
        return bool(changed)


def _stamp(root: Path, path: str) -> File | None:
    try:
        status = (root / path).lstat()
    except OSError:
        return None
    return File(path, status.st_size, status.st_mtime_ns)


def _urgency(file: File) -> tuple[int, int, str]:
    return _ROLES[languages.role(file.path)], file.path.count("/"), file.path


def _batches(files: list[File]) -> Iterator[list[File]]:
    rest = iter(files)
    while batch := list(islice(rest, 1)):
        size = batch[0].size
        while size < _BATCH_BYTES and len(batch) < _BATCH_FILES:
            following = next(rest, None)
            if following is None:
                break
            batch.append(following)
            size += following.size
        yield batch
