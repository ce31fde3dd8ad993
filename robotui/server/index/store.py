"""What the index holds: files, chunks, definitions, and a full-text table over the chunks.

The text itself is not stored: a chunk knows its bytes in the file, and the file its digest, which
tells whether they are still the bytes that were read. Full-text rows of chunks that are gone stay
(a contentless FTS5 table can't forget them) and the joins leave them out; when they outnumber the
living ones, the index starts over.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from robotui.server.index import database, languages
from robotui.server.index.chunks import Chunk, Definition
from robotui.server.index.words import split_humps
from robotui.tree.walk import File

_RANK: Final = "bm25(2.0, 3.0, 1.0)"  # weights of path, symbol and body


@dataclass(frozen=True, slots=True)
class Stored:
    """A chunk as the index knows it. ``score`` is bm25's, turned: more is better."""

    file: File
    language: str
    role: str
    start: int
    end: int
    line: int
    last: int
    symbols: tuple[str, ...]
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Symbol:
    """Where a name is defined. ``short`` is the last part of the qualified ``name``."""

    short: str
    name: str
    kind: str
    line: int
    last: int
    path: str
    language: str
    role: str


class Store:
    """The tables of one index, used by one thread. sqlite3.Error passes through to the owner."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._base = database.connect(path)

    def close(self) -> None:
        """Close the database; the store can't be used after."""
        self._base.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all or nothing; waits for another program's batch."""
        self._base.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._base.execute("COMMIT")
        finally:
            if self._base.in_transaction:
                self._base.execute("ROLLBACK")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read inside is of one moment, whatever other programs write meanwhile."""
        self._base.execute("BEGIN")
        try:
            yield
        finally:
            if self._base.in_transaction:
                self._base.execute("ROLLBACK")

    def _all(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        return self._base.execute(query, values).fetchall()

    # -- writing, inside a transaction

    def clear(self) -> None:
        """Forget everything."""
        self._base.execute("INSERT INTO texts(texts) VALUES ('delete-all')")
        self._base.execute("DELETE FROM chunks")
        self._base.execute("DELETE FROM symbols")
        self._base.execute("DELETE FROM files")

    def remove(self, paths: Iterable[str]) -> None:
        """Forget files."""
        for path in paths:
            query = "SELECT id, first, following FROM files WHERE path = ?"
            for number, first, following in self._all(query, (path,)):
                span = (first, following)
                self._base.execute("DELETE FROM chunks WHERE id >= ? AND id < ?", span)
                self._base.execute("DELETE FROM symbols WHERE file = ?", (number,))
                self._base.execute("DELETE FROM files WHERE id = ?", (number,))

    def add(
        self, file: File, data: bytes, chunks: list[Chunk], definitions: list[Definition]
    ) -> None:
        """Put a file in, in place of what was there for its path; ``data`` is all of it."""
        base = self._base
        self.remove([file.path])
        used = self._all("SELECT seq FROM sqlite_sequence WHERE name = 'chunks'")
        first = 1 + (used[0][0] if used else 0)
        stamp = (file.path, file.size, file.mtime_ns, *languages.kind(file.path))
        number = base.execute(
            "INSERT INTO files VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*stamp, digest(data), first, first + len(chunks)),
        ).lastrowid
        path = split_humps(file.path)
        rows, texts = [], []
        for key, chunk in enumerate(chunks, first):
            symbols = "\n".join(chunk.symbols)
            place = (chunk.start, chunk.end, chunk.line, chunk.last)
            rows.append((key, number, *place, symbols))
            text = data[chunk.start : chunk.end].decode("utf-8", "replace")
            texts.append((key, path, split_humps(symbols), split_humps(text)))
        base.executemany("INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        base.executemany("INSERT INTO texts(rowid, path, symbol, body) VALUES (?, ?, ?, ?)", texts)
        base.executemany(
            "INSERT INTO symbols VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (number, n, d.short, d.name, d.kind, d.line, d.last)
                for n, d in enumerate(definitions)
            ],
        )

    # -- reading

    def files(self) -> dict[str, File]:
        """Every file as it was when it was read, by path."""
        return {row[0]: File(*row) for row in self._all("SELECT path, size, mtime_ns FROM files")}

    def file_count(self, only: Collection[str] | None = None) -> int:
        """How many files there are, of some languages or of all."""
        query = f"SELECT count(*) FROM files f WHERE true{_limited(only)}"  # noqa: S608 - only marks
        return int(self._all(query, tuple(only or ()))[0][0])

    def file(self, path: str) -> File | None:
        """One file as it was when it was read."""
        rows = self._all("SELECT path, size, mtime_ns FROM files WHERE path = ?", (path,))
        return File(*rows[0]) if rows else None

    def holds(self, path: str, data: bytes) -> bool:
        """Whether ``data`` is what the file had in it when it was read."""
        rows = self._all("SELECT digest FROM files WHERE path = ?", (path,))
        return bool(rows) and rows[0][0] == digest(data)

    def chunk_count(self) -> int:
        """How many chunks there are."""
        return int(self._all("SELECT total(following - first) FROM files")[0][0])

    def dead_count(self) -> int:
        """How many full-text rows belong to chunks that are gone."""
        rows = int(self._all("SELECT count(*) FROM texts_docsize")[0][0])
        return rows - self.chunk_count()

    def frequencies(self, stems: Collection[str]) -> dict[str, int]:
        """In how many chunks each stem occurs."""
        marks = ",".join("?" * len(stems))
        query = f"SELECT term, doc FROM terms WHERE term IN ({marks})"  # noqa: S608 - only marks
        return dict(self._all(query, tuple(stems)))

    def match(
        self, expression: str, limit: int, only: Collection[str] | None = None
    ) -> list[Stored]:
        """The best chunks for an FTS5 expression, best first; ``only`` limits the languages."""
        query = (
            "SELECT f.path, f.size, f.mtime_ns, f.language, f.role,"  # noqa: S608 - only marks
            " c.start, c.end, c.line, c.last, c.symbols, t.rank"
            " FROM texts t JOIN chunks c ON c.id = t.rowid JOIN files f ON f.id = c.file"
            f" WHERE texts MATCH ? AND t.rank MATCH '{_RANK}'{_limited(only)}"
            " ORDER BY t.rank LIMIT ?"
        )
        return [_stored(row) for row in self._all(query, (expression, *(only or ()), limit))]

    def chunk_at(self, path: str, line: int) -> Stored | None:
        """The chunk of a file that holds ``line``, else its last one before that."""
        query = (
            "SELECT f.path, f.size, f.mtime_ns, f.language, f.role,"
            " c.start, c.end, c.line, c.last, c.symbols, 0.0"
            " FROM files f JOIN chunks c ON c.id >= f.first AND c.id < f.following"
            " WHERE f.path = ? AND c.line <= ? ORDER BY c.id DESC LIMIT 1"
        )
        rows = self._all(query, (path, max(line, 1)))
        return _stored(rows[0]) if rows else None

    def named(self, short: str, limit: int = 200) -> list[Symbol]:
        """Definitions whose last part is ``short`` in any case."""
        query = _SYMBOLS + " WHERE s.short = ? LIMIT ?"
        return [Symbol(*row) for row in self._all(query, (short, limit))]

    def defined_in(self, path: str, line: int, last: int) -> list[Symbol]:
        """Definitions that start between two lines of a file, in order."""
        query = _SYMBOLS + " WHERE f.path = ? AND s.line BETWEEN ? AND ? ORDER BY s.line"
        return [Symbol(*row) for row in self._all(query, (path, line, last))]

    def enclosing(self, path: str, line: int) -> Symbol | None:
        """The innermost definition of a file that ``line`` is in."""
        query = _SYMBOLS + " WHERE f.path = ? AND s.line <= ? AND s.last >= ?"
        rows = self._all(query + " ORDER BY s.line DESC LIMIT 1", (path, line, line))
        return Symbol(*rows[0]) if rows else None

    def similar(self, part: str, only: Collection[str] | None = None) -> list[str]:
        """A few defined names that have ``part`` in them, the shortest first."""
        query = (
            "SELECT DISTINCT s.short FROM symbols s JOIN files f ON f.id = s.file"  # noqa: S608 - only marks
            f" WHERE instr(lower(s.short), lower(?)){_limited(only)}"
            " ORDER BY length(s.short), s.short LIMIT 5"
        )
        return [row[0] for row in self._all(query, (part, *(only or ())))]

    def examples(self, only: Collection[str] | None, limit: int) -> list[Symbol]:
        """Some definitions that a person would know the workspace by: large classes first."""
        query = (
            f"{_SYMBOLS} WHERE f.role = 'source' AND substr(s.short, 1, 1) <> '_'{_limited(only)}"
            " ORDER BY s.kind = 'class' DESC, min(s.last - s.line, 400) DESC, s.name LIMIT ?"
        )
        return [Symbol(*row) for row in self._all(query, (*(only or ()), limit))]


def digest(data: bytes) -> bytes:
    """What tells one content of a file from another."""
    return hashlib.blake2b(data, digest_size=16).digest()


_SYMBOLS: Final = (
    "SELECT s.short, s.name, s.kind, s.line, s.last, f.path, f.language, f.role"
    " FROM symbols s JOIN files f ON f.id = s.file"
)


def _limited(only: Collection[str] | None) -> str:
    """A condition on the language of a file ``f``, with a mark for each of ``only``."""
    return "" if only is None else f" AND f.language IN ({','.join('?' * len(only))})"


def _stored(row: Any) -> Stored:
    path, size, mtime_ns, language, role, start, end, line, last, symbols, rank = row
    names = tuple(symbols.split("\n")) if symbols else ()
    file = File(path, size, mtime_ns)
    return Stored(file, language, role, start, end, line, last, names, -rank)
