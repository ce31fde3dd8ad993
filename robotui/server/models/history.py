"""The messages of each session, kept in SQLite so that they survive a restart of the server."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pydantic import ValidationError
from pydantic_ai.messages import (
    ModelMessage,
    ModelMessagesTypeAdapter,
    ModelRequest,
    ModelResponse,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

from robotui.errors import StorageError
from robotui.kept_database import open_kept
from robotui.server.models.context_trimming import is_prompt

KEPT_DAYS: Final = 90
"""Days that a session is remembered after it was used last."""
KEPT_SESSIONS: Final = 500
"""Sessions that are remembered at most, the latest."""

log = logging.getLogger(__name__)

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS message (
    sid TEXT, number INTEGER, prompt INTEGER NOT NULL, json BLOB NOT NULL,
    PRIMARY KEY (sid, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS session (sid TEXT PRIMARY KEY, used REAL NOT NULL);
"""
_PRUNE: Final = """
DELETE FROM session WHERE used < ? OR sid NOT IN
    (SELECT sid FROM session ORDER BY used DESC LIMIT ?)
"""


class History:
    """The messages of all sessions, in one file; in memory where there can't be one, and logged.

    Sessions not used for long are forgotten when it is opened. A damaged file is set aside and
    replaced. What can't be written later is logged only: the reply goes on, and is known until the
    server ends.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._database = open_kept(path, _prepare)
        except (sqlite3.Error, OSError, StorageError) as error:
            log.warning("what is said is known until the server ends: %s: %s", path, error)
            self._database = open_kept(None, _prepare)

    def close(self) -> None:
        """Close the file; idempotent."""
        self._database.close()

    def load(self, sid: str, budget: int) -> Thread:
        """The latest messages of a session: whole turns, about ``budget`` bytes or one turn."""
        query = "SELECT number, prompt, json FROM message WHERE sid = ? ORDER BY number DESC"
        messages: list[ModelMessage] = []
        turns: list[ModelMessage] = []
        taken, following = 0, 0
        try:
            for number, prompt, data in self._database.execute(query, (sid,)):
                following = following or number + 1
                messages += ModelMessagesTypeAdapter.validate_json(data)
                taken += len(data)
                if prompt:
                    turns = messages[::-1]
                    if taken > budget:
                        break
        except (sqlite3.Error, ValidationError) as error:
            log.warning("the earlier messages of a session can't be read: %s", type(error).__name__)
        return Thread(self, sid, turns, following)

    def write(self, sid: str, number: int, message: ModelMessage | None) -> None:
        """Put ``message`` in the place ``number``; None empties it."""
        try:
            with self._database as database:
                if message is None:
                    query = "DELETE FROM message WHERE sid = ? AND number = ?"
                    database.execute(query, (sid, number))
                else:
                    data = ModelMessagesTypeAdapter.dump_json([message])
                    query = "INSERT OR REPLACE INTO message VALUES (?, ?, ?, ?)"
                    database.execute(query, (sid, number, is_prompt(message), data))
                database.execute("REPLACE INTO session VALUES (?, ?)", (sid, time.time()))
        except (sqlite3.Error, ValueError):  # ValueError: half a character, which is no UTF-8
            log.warning("a message of a session was not saved", exc_info=True)


class Thread:
    """The messages of one session, as far back as they matter; changes are saved at once."""

    def __init__(
        self, history: History, sid: str, messages: list[ModelMessage], following: int
    ) -> None:
        self.messages = messages
        self._history = history
        self._sid = sid
        self._following = following

    @property
    def unfinished(self) -> bool:
        """Whether an answer is due, or the last one was cut."""
        answered = bool(self.messages) and isinstance(self.messages[-1], ModelResponse)
        return bool(self.messages) and (not answered or self.cut is not None)

    @property
    def cut(self) -> ModelResponse | None:
        """The last message, if it is an answer that was cut in its text."""
        last = self.messages[-1] if self.messages else None
        cut = isinstance(last, ModelResponse) and last.finish_reason == "length"
        return last if cut and isinstance(last, ModelResponse) else None

    def mend(self) -> None:
        """Answer calls of tools that were interrupted: a model expects one for each."""
        last = self.messages[-1] if self.messages else None
        calls = [part for part in last.parts if isinstance(part, ToolCallPart)] if last else []
        if calls:
            self.add(tool_results(calls, ["This was interrupted."] * len(calls)))

    def ask(self, prompt: str) -> None:
        """The person said something; an earlier prompt that nobody answered is forgotten."""
        while self.messages and is_prompt(self.messages[-1]):
            self._following -= 1
            self._history.write(self._sid, self._following, None)
            self.messages.pop()
        self.add(ModelRequest(parts=[UserPromptPart(content=prompt)]))

    def add(self, message: ModelMessage) -> None:
        """A further message."""
        self.messages.append(message)
        self._history.write(self._sid, self._following, message)
        self._following += 1

    def replace_last(self, message: ModelMessage) -> None:
        """The last message in a longer form."""
        self.messages[-1] = message
        self._history.write(self._sid, self._following - 1, message)


def tool_results(calls: Sequence[ToolCallPart], texts: Sequence[str]) -> ModelRequest:
    """What tools gave, as the message that answers their calls."""
    return ModelRequest(
        parts=[
            ToolReturnPart(tool_name=call.tool_name, content=text, tool_call_id=call.tool_call_id)
            for call, text in zip(calls, texts, strict=True)
        ]
    )


def _prepare(database: sqlite3.Connection) -> None:
    database.executescript(_SCHEMA)
    _prune(database)


def _prune(database: sqlite3.Connection) -> None:
    """Forget the sessions that were not used for long, or are too many; later if it is locked."""
    now = time.time()
    try:
        with database:
            known = "INSERT OR IGNORE INTO session SELECT DISTINCT sid, ? FROM message"
            database.execute(known, (now,))
            database.execute(_PRUNE, (now - KEPT_DAYS * 86_400, KEPT_SESSIONS))
            database.execute("DELETE FROM message WHERE sid NOT IN (SELECT sid FROM session)")
    except sqlite3.OperationalError as error:
        log.warning("old sessions were not forgotten: %s", error)
