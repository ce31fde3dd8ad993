"""A chat and the session it runs in: sends prompts, records what comes. No Textual in here."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Final

from robotui.chats.store import Chat
from robotui.chats.transcript import Transcript
from robotui.chats.turns import Prompt, Reply, State
from robotui.errors import RobotuiError, StorageError
from robotui.events import Event

if TYPE_CHECKING:
    from robotui.client import ChatMessage, Session
    from robotui.client.connection import Connection

_log = logging.getLogger("robotui.ui")

HISTORY_CHARACTERS: Final = 100_000
"""How much of a chat is told to a server that does not know it: the newest turns up to this."""

_UNFINISHED: Final = "The reply ended while the agent was still working"
_GO_ON: Final = "/continue lets it go on."

_SLICE: Final = 0.01
"""Seconds after which a flood of events lets the screen have its turn."""

TOGETHER: Final = 200
"""Events that are recorded at once; takes a few milliseconds."""


class Conversation:
    """Runs the turns of one chat; at most one at a time."""

    def __init__(self, chat: Chat, connection: Connection) -> None:
        self.chat = chat
        self._connection = connection
        self._session: Session | None = None
        self._disk_refused = False

    @property
    def sid(self) -> str:
        """The session's id, or nothing before there is one."""
        return self.chat.info.sid

    @property
    def last_prompt(self) -> str:
        """What was asked last, by the user; empty before that."""
        for turn in reversed(self.chat.transcript.turns):
            if isinstance(turn, Prompt) and not turn.automatic:
                return turn.text
        return ""

    @property
    def last_reply(self) -> Reply | None:
        """What was answered last, as far as it has come; None before that."""
        turns = reversed(self.chat.transcript.turns)
        return next((turn for turn in turns if isinstance(turn, Reply)), None)

    async def turn(
        self,
        text: str,
        agent: str,
        *,
        changed: Callable[[], None],
        may_continue: Callable[[], bool],
    ) -> State:
        """Send a prompt and record the reply; ``changed`` is called whenever there is more to show.

        Never raises for what the service does: that ends as a notice in the chat. Cancelling it
        leaves the partial reply, marked as interrupted.
        """
        history = messages_of(self.chat.transcript)
        self._record(lambda: self.chat.ask(text, agent))
        changed()
        state: State = "failed"
        try:
            session = await self._open_session()
            stream = session.batches(text, agent, history, may_continue)
            await self._receive(stream, changed)
            reply = self.chat.transcript.reply
            state = "failed" if reply is not None and reply.failure else "done"
            if session.unfinished:
                self._finish(state)
                self._record(partial(self.chat.note, "info", _UNFINISHED, _GO_ON))
        except asyncio.CancelledError:
            state = "interrupted"
            raise
        except RobotuiError as error:
            self._finish(state)
            self._fail(error)
        finally:
            self._finish(state)
            if state != "done":
                self._connection.doubt()
            changed()
        return state

    async def _open_session(self) -> Session:
        client = await self._connection.client()
        if self._session is None:
            info = self.chat.info
            if info.server != client.endpoint.name:
                info.server, info.sid = client.endpoint.name, ""
            self._session = client.session(info.sid or None)
        return self._session

    async def _receive(
        self, stream: AsyncGenerator[list[Event], None], changed: Callable[[], None]
    ) -> None:
        slept = time.monotonic()
        async with aclosing(stream):
            async for batch in stream:
                for at in range(0, len(batch), TOGETHER):
                    self._record(partial(self.chat.receive, *batch[at : at + TOGETHER]))
                    changed()
                    if time.monotonic() - slept > _SLICE:
                        await asyncio.sleep(0)
                        slept = time.monotonic()

    def _finish(self, state: State) -> None:
        if self.chat.transcript.reply is not None:
            self._record(lambda: self.chat.close(state))

    def _fail(self, error: RobotuiError) -> None:
        _log.warning("turn failed: %s: %s", type(error).__name__, error.headline)
        self._record(lambda: self.chat.note("error", error.headline, error.remedy, retry=True))

    def _record(self, write: Callable[[], None]) -> None:
        """Do it; a disk that refuses is told once, and the chat goes on in memory."""
        try:
            write()
        except StorageError as error:
            _log.warning("chat not written: %s", error.headline)
            if not self._disk_refused:
                self._disk_refused = True
                self.chat.transcript.note("warning", f"Not saved: {error.headline}", error.remedy)


def messages_of(transcript: Transcript) -> list[ChatMessage]:
    """What was said, newest turns up to ``HISTORY_CHARACTERS``, for a server that lacks it.

    Prompts that were never answered are left out: they were sent again, or given up.
    """
    from robotui.client import ChatMessage

    found: list[ChatMessage] = []
    room, answer = HISTORY_CHARACTERS, ""
    for turn in reversed(transcript.turns):
        if isinstance(turn, Reply):
            answer = turn.text
        elif isinstance(turn, Prompt) and answer:
            room -= len(turn.text) + len(answer)
            if room < 0:
                break
            found += [ChatMessage("assistant", answer), ChatMessage("user", turn.text)]
            answer = ""
    return found[::-1]
