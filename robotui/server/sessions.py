"""The sessions that this server knows: whose they are, and which event id comes next."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Final

from robotui.errors import BusyError, ForbiddenError, SessionGoneError, StorageError
from robotui.files import private_folder, set_aside

log = logging.getLogger(__name__)

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS user (only INTEGER PRIMARY KEY CHECK (only = 1), sub TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS session (
    sid TEXT PRIMARY KEY, sub TEXT NOT NULL, next_id INTEGER NOT NULL, created REAL NOT NULL
) WITHOUT ROWID;
"""
_DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

_BLOCK: Final = 1 << 20
"""Event ids set aside for one reply. What is not used is given back, so ids have gaps only after a
crash, and a gap means nothing (protocol 2)."""


class Turn:
    """The right to send one reply in a session. ``next_id`` is to be moved on by who sends it."""

    def __init__(self, next_id: int) -> None:
        self.next_id = next_id


class Sessions:
    """Sessions in an SQLite file, shared safely with other servers on the same file.

    ``patience`` is the time in seconds that a new prompt waits for the reply before it to end: a
    user who interrupts and asks again is not to be told that the session is busy.
    Raises StorageError if the file can't be opened; a damaged one is set aside and replaced.
    """

    def __init__(self, path: Path, *, patience: float = 2.0) -> None:
        self._patience = patience
        self._busy: dict[str, asyncio.Event] = {}
        self._database = _open(path)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def local_user(self) -> str:
        """The ``sub`` (UUID) of the one user of this machine; the same at every call and start."""
        with self._database as database:
            database.execute("INSERT OR IGNORE INTO user VALUES (1, ?)", (str(uuid.uuid4()),))
            (sub,) = database.execute("SELECT sub FROM user").fetchone()
        return str(sub)

    def create(self, sub: str) -> str:
        """A new session of the user ``sub``: its sid, a UUID4."""
        sid = str(uuid.uuid4())
        with self._database as database:
            database.execute("INSERT INTO session VALUES (?, ?, 1, ?)", (sid, sub, time.time()))
        return sid

    def check(self, sid: str, sub: str) -> None:
        """Raises SessionGoneError for an unknown sid, ForbiddenError for another user's."""
        query = "SELECT sub FROM session WHERE sid = ?"
        row = self._database.execute(query, (sid,)).fetchone()
        if row is None:
            raise SessionGoneError("/chat", status=404, detail="Session not found")
        if row[0] != sub:
            raise ForbiddenError("/chat", status=403, detail="Session belongs to another user")

    @asynccontextmanager
    async def turn(self, sid: str) -> AsyncIterator[Turn]:
        """Have the session (a known one) to oneself for one reply.

        Raises BusyError if another reply in it does not end within ``patience``.
        """
        try:
            async with asyncio.timeout(self._patience):
                while running := self._busy.get(sid):
                    await running.wait()
        except TimeoutError:
            detail = "Another reply is still running in this session"
            raise BusyError("/chat", status=409, detail=detail) from None
        self._busy[sid] = ended = asyncio.Event()
        try:
            turn, limit = self._take_ids(sid)
            try:
                yield turn
            finally:
                self._give_back(sid, turn.next_id, limit)
        finally:
            del self._busy[sid]
            ended.set()

    def _take_ids(self, sid: str) -> tuple[Turn, int]:
        query = "SELECT next_id FROM session WHERE sid = ?"
        with self._database as database:
            database.execute(
                "UPDATE session SET next_id = next_id + ? WHERE sid = ?", (_BLOCK, sid)
            )
            (limit,) = database.execute(query, (sid,)).fetchone()
        return Turn(limit - _BLOCK), limit

    def _give_back(self, sid: str, next_id: int, limit: int) -> None:
        query = "UPDATE session SET next_id = ? WHERE sid = ? AND next_id = ?"
        try:
            with self._database as database:
                database.execute(query, (next_id, sid, limit))
        except sqlite3.Error:
            # The reply itself is sent; all that is lost is a gapless count.
            log.warning("the event count of a session was not saved", exc_info=True)


def _open(path: Path) -> sqlite3.Connection:
    private_folder(path.parent)
    try:
        try:
            return _connect(path)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode not in _DAMAGED:
                raise
            log.warning("%s is damaged (%s); kept as %s", path, error, set_aside(path))
            for suffix in ("-wal", "-shm"):
                path.with_name(path.name + suffix).unlink(missing_ok=True)
            return _connect(path)
    except (sqlite3.Error, OSError) as error:
        raise StorageError(f"The sessions in {path} can't be opened: {error}") from error


def _connect(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)
    database = sqlite3.connect(path, timeout=5.0)
    try:
        database.execute("PRAGMA journal_mode = WAL")
        # With WAL this loses at most the last sessions at a power cut, and never waits for the disk
        # while replies stream.
        database.execute("PRAGMA synchronous = NORMAL")
        with closing(database.cursor()) as cursor:
            cursor.executescript(_SCHEMA)
    except sqlite3.Error:
        database.close()
        raise
    return database
