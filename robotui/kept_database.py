"""SQLite databases that are kept from run to run: private, and made anew if they are damaged."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from robotui.files import private_folder, set_aside

log = logging.getLogger(__name__)

_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_PATIENCE: Final = 2.0  # seconds that a lock of another program is waited for


def open_kept(
    path: Path | None, prepare: Callable[[sqlite3.Connection], None]
) -> sqlite3.Connection:
    """The database at ``path``, or one in memory, after ``prepare`` has seen to its tables.

    A damaged file is set aside. Raises sqlite3.Error and OSError.
    """
    if path is None:
        return _connect(":memory:", prepare)
    private_folder(path.parent)
    try:
        path.touch(mode=0o600)
        return _connect(path, prepare)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode not in _DAMAGED:
            raise
        log.warning("%s is damaged (%s); kept as %s", path, error, set_aside(path))
        for suffix in ("-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        path.touch(mode=0o600)
        return _connect(path, prepare)


def _connect(path: Path | str, prepare: Callable[[sqlite3.Connection], None]) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_PATIENCE)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        # With WAL this loses at most the latest rows at a power cut, and never waits for the disk
        # while replies stream.
        database.execute("PRAGMA synchronous = NORMAL")
        prepare(database)
    except sqlite3.Error:
        database.close()
        raise
    return database
