"""One folder's index: keeps it up to date with the files, and reads their text.

Everything here blocks and belongs to one thread (worker.py). Only ``progress`` may be read from
elsewhere.
"""

from __future__ import annotations

import hashlib
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from robotui import config
from robotui.secret_texts import secret_in
from robotui.server.index import chunks, database, languages
from robotui.server.index.store import Store, Stored
from robotui.tree.safe_reading import MAX_SIZE, read
from robotui.tree.walk import File, is_binary, is_generated, walk

T = TypeVar("T")

_BATCH_FILES: Final = 200
_BATCH_BYTES: Final = 800_000  # below 0.1 s of work: what a question waits for at most
_DEAD: Final = 5_000  # full-text rows of vanished chunks that are not worth starting over
_LOOKS: Final = 3  # at files that change while they are looked at
_KEPT_BYTES: Final = 16_000_000  # of files that one look may come back to
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
        self.changed: set[str] = set()
        """Files that the last look left out: they changed while it was taken."""
        self._files = files
        self._looking = False
        self._contents: dict[str, bytes] = {}
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
            self.store.add(file, data, [], [])  # known, so that it is not read again
        else:
            pieces, definitions = chunks.cut(data, languages.of(file.path))
            self.store.add(file, data, pieces, definitions)

    def settled(self, look: Callable[[], T]) -> T:
        """What ``look`` finds, which may be made in several steps.

        All of it is of one moment of the index, and all text is what the index was made from: a
        file that turns out to have changed has none. It is read anew, and the look taken again.
        What changes faster than that is in ``changed`` afterwards.
        """
        if self._looking:
            return look()
        self._looking = True
        try:
            for _ in range(_LOOKS - 1):
                found = self._look(look)
                if not self.changed:
                    return found
                self._read_anew(self.changed)
            return self._look(look)
        finally:
            self._looking = False
            self._contents.clear()

    def _look(self, look: Callable[[], T]) -> T:
        self.changed = set()
        self._contents.clear()
        with self.store.snapshot():
            return look()

    def _read_anew(self, paths: Iterable[str]) -> None:
        with self.store.transaction():
            for path in paths:
                now = _stamp(self.root, path)
                if now is None:
                    self.store.remove([path])
                else:
                    self._read(now)

    def content(self, path: str) -> bytes:
        """A file of this index as it was read; empty if it has changed, is binary or secret."""
        if path not in self._contents:
            data = read(self.root, path)
            if data is None or not self.store.holds(path, data):
                self.changed.add(path)
                data = b""
            elif is_binary(data) or secret_in(data):
                data = b""
            if sum(map(len, self._contents.values())) > _KEPT_BYTES:
                self._contents.clear()
            self._contents[path] = data
        return self._contents[path]

    def text(self, chunk: Stored) -> str:
        """The text of a chunk; empty if its file has changed."""
        return self.content(chunk.file.path)[chunk.start : chunk.end].decode("utf-8", "replace")

    def lines(self, path: str) -> list[str]:
        """The lines of a file of this index, without their ends; none if it is not in it, or if
        there is a secret in it."""
        if self.store.file(path) is None:
            return []
        return self.content(path).decode("utf-8", "replace").replace("\r\n", "\n").split("\n")


def _stamp(root: Path, path: str) -> File | None:
    """A file as it is now; None if it is not there as one that an index holds."""
    try:
        status = (root / path).lstat()
    except OSError:
        return None
    if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_SIZE:
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
