"""The SQLite database of an index: opened, created, and set aside when it is corrupt.

Everything in it can be made anew from the files. A corrupt database is set aside, one of another
version is removed; both are rebuilt.
"""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import Final

from robotui.errors import StorageError
from robotui.files import private_folder, set_aside
from robotui.server.index.words import TOKENIZER

log = logging.getLogger(__name__)

VERSION: Final = 3
"""Changes with the tables and with the way files are chosen and cut."""

_PATIENCE: Final = 10.0  # seconds to wait for another program's batch

# The chunks of a file have the ids from ``first`` to before ``following``. Merging only when many
# segments have gathered costs the least while a whole workspace is read.
_TABLES: Final = """
CREATE TABLE files (
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL, language TEXT NOT NULL, role TEXT NOT NULL,
    digest BLOB NOT NULL, first INTEGER NOT NULL, following INTEGER NOT NULL
);
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, file INTEGER NOT NULL, start INTEGER NOT NULL,
    end INTEGER NOT NULL, line INTEGER NOT NULL, last INTEGER NOT NULL, symbols TEXT NOT NULL
);
CREATE TABLE symbols (
    file INTEGER NOT NULL, number INTEGER NOT NULL, short TEXT NOT NULL COLLATE NOCASE,
    name TEXT NOT NULL, kind TEXT NOT NULL, line INTEGER NOT NULL, last INTEGER NOT NULL,
    PRIMARY KEY (file, number)
) WITHOUT ROWID;
CREATE INDEX symbols_by_name ON symbols(short);
CREATE VIRTUAL TABLE texts USING fts5(path, symbol, body, content='', tokenize='TOKENIZER');
CREATE VIRTUAL TABLE terms USING fts5vocab(texts, row);
INSERT INTO texts(texts, rank) VALUES ('automerge', 0);
PRAGMA user_version = VERSION;
"""


def connect(path: Path) -> sqlite3.Connection:
    """The database at ``path``, made if missing; in memory where there can't be one.

    Several programs may have it open: readers are never blocked (WAL), writers take turns. Raises
    StorageError while another version of this program has it open.
    """
    try:
        private_folder(path.parent)
        if path.is_dir():
            put_aside(path)
        try:
            base = _open(path)
        except sqlite3.DatabaseError as error:
            if not is_corrupt(error):
                raise
            put_aside(path)
            base = _open(path)
        if base is None:
            _remove(path)
            base = _open(path)
        path.chmod(0o600)
    except (sqlite3.Error, OSError, StorageError) as error:
        log.warning("the index %s can't be kept and is made anew at every start: %s", path, error)
        base = _open(":memory:")
    if base is None:
        raise StorageError(f"The index {path} is in use by another version of this program.")
    return base


def is_corrupt(error: sqlite3.Error) -> bool:
    """Whether ``error`` means that the file is no intact database (not: locked, disk full)."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


def put_aside(path: Path) -> None:
    """Move the corrupt database at ``path`` out of the way. Raises StorageError."""
    if path.exists():
        log.warning("%s is no index; kept as %s and made anew", path, set_aside(path))
    try:
        _remove(path)
    except OSError as error:
        raise StorageError(f"The corrupt index {path} can't be moved: {error}") from error


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _open(path: Path | str) -> sqlite3.Connection | None:
    """The database with its tables; None if it is of another version."""
    # The owner sees to it that only one thread uses it at a time; closing may happen in another.
    base = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
    try:
        base.execute("PRAGMA journal_mode = WAL")
        # A crash of the machine may lose the last batches; those files are then read again.
        base.execute("PRAGMA synchronous = NORMAL")
        base.execute("PRAGMA secure_delete = OFF")
        base.execute("PRAGMA cache_size = -16000")
        base.execute("BEGIN IMMEDIATE")
        version = base.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            tables = _TABLES.replace("TOKENIZER", TOKENIZER).replace("VERSION", str(VERSION))
            for statement in tables.split(";"):
                base.execute(statement)
        base.execute("COMMIT")
    except BaseException:
        base.close()
        raise
    if version in {0, VERSION}:
        return base
    base.close()
    return None
