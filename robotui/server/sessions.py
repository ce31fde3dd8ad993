"""The sessions that this server knows: whose they are, and which event id comes next.

SQLite is asked in a thread of its own: a file that another program holds locked must not hold up
the replies that stream meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
import uuid
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Final, TypeVar

from robotui import owners
from robotui.errors import (
    BusyError,
    ForbiddenError,
    ServerFaultError,
    SessionGoneError,
    StorageError,
)
from robotui.kept_database import open_kept

log = logging.getLogger(__name__)
T = TypeVar("T")

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS user (only INTEGER PRIMARY KEY CHECK (only = 1), sub TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS session (
    sid TEXT PRIMARY KEY, sub TEXT NOT NULL, next_id INTEGER NOT NULL, created REAL NOT NULL
) WITHOUT ROWID;
"""
_HELD: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)

_BLOCK: Final = 1 << 20
"""Event ids set aside for one reply. What is not used is given back, so ids have gaps only after a
crash, and a gap means nothing (protocol 2)."""


class Turn:
    """The right to send one reply in a session. ``next_id`` is to be moved on by who sends it."""

    def __init__(self, next_id: int) -> None:
        self.next_id = next_id


class Sessions:
    """Sessions in an SQLite file, shared safely with other servers on the same file.

    ``path`` None keeps them in memory. ``patience`` is the time in seconds that a new prompt waits
    for the reply before it to end: a user who interrupts and asks again is not to be told that the
    session is busy. Raises StorageError if the file can't be opened; a damaged one is set aside and
    replaced. All that asks the file raises ServerFaultError (503) while another program holds it.
    """

    def __init__(self, path: Path | None, *, patience: float = 2.0) -> None:
        self._patience = patience
        self._busy: dict[str, asyncio.Event] = {}
        self._path = path
        self._closed = False
        self._thread = ThreadPoolExecutor(1, "sessions")
        try:
            self._database = self._thread.submit(_open, path).result()
        except StorageError:
            self._thread.shutdown()
            raise

    def close(self) -> None:
        """Close the file; idempotent."""
        if not self._closed:
            self._closed = True
            self._thread.submit(self._database.close).result()
            self._thread.shutdown()

    async def local_user(self) -> str:
        """The ``sub`` (UUID) of the one user of this machine; the same at every call and start."""

        def ask(database: sqlite3.Connection) -> str:
            database.execute("INSERT OR IGNORE INTO user VALUES (1, ?)", (str(uuid.uuid4()),))
            return str(database.execute("SELECT sub FROM user").fetchone()[0])

        return await self._ask(ask)

    async def create(self, sub: str) -> str:
        """A new session of the user ``sub``: its sid, a UUID4."""
        row = (str(uuid.uuid4()), sub, time.time())
        insert = "INSERT INTO session VALUES (?, ?, 1, ?)"
        await self._ask(lambda database: database.execute(insert, row))
        return row[0]

    async def check(self, sid: str, sub: str) -> None:
        """Raises SessionGoneError for an unknown sid, ForbiddenError for another user's."""
        query = "SELECT sub FROM session WHERE sid = ?"
        row = await self._ask(lambda database: database.execute(query, (sid,)).fetchone())
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
            turn, limit = await self._take_ids(sid)
            try:
                yield turn
            finally:
                # A client that has hung up cancels only the waiting for it.
                await asyncio.shield(self._give_back(sid, turn.next_id, limit))
        finally:
            del self._busy[sid]
            ended.set()

    async def _take_ids(self, sid: str) -> tuple[Turn, int]:
        def ask(database: sqlite3.Connection) -> int:
            take = "UPDATE session SET next_id = next_id + ? WHERE sid = ?"
            database.execute(take, (_BLOCK, sid))
            query = "SELECT next_id FROM session WHERE sid = ?"
            return int(database.execute(query, (sid,)).fetchone()[0])

        limit = await self._ask(ask)
        return Turn(limit - _BLOCK), limit

    async def _give_back(self, sid: str, next_id: int, limit: int) -> None:
        query = "UPDATE session SET next_id = ? WHERE sid = ? AND next_id = ?"
        try:
            await self._ask(lambda database: database.execute(query, (next_id, sid, limit)))
        except (sqlite3.Error, ServerFaultError):
            # The reply itself is sent; all that is lost is a gapless count.
            log.warning("the event count of a session was not saved", exc_info=True)

    async def _ask(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Do ``work`` in one transaction, in the thread."""

        def run() -> T:
            with self._database as database:
                return work(database)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, run)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _HELD or self._path is None:
                raise
            who = await asyncio.to_thread(owners.holder, self._path)
            detail = f"{self._path} is held by {who or 'another program'}; end it, or wait for it"
            raise ServerFaultError("The server", status=503, detail=detail) from error


def _open(path: Path | None) -> sqlite3.Connection:
    try:
        return open_kept(path, _prepare)
    except (sqlite3.Error, OSError) as error:
        raise StorageError(f"The sessions in {path} can't be opened: {error}") from error


def _prepare(database: sqlite3.Connection) -> None:
    with closing(database.cursor()) as cursor:
        cursor.executescript(_SCHEMA)
