"""One conversation: sid, history, renewal, automatic continues (protocol 5, 6.6)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from robotui.client.continuing import Continuation
from robotui.client.prompt import AnyMessage, ChatMessage, format_prompt
from robotui.client.tokens import VARIABLE
from robotui.errors import (
    ConnectError,
    NoTokenError,
    RateLimitError,
    ReplyTimeoutError,
    ServerFaultError,
    ServiceError,
    SessionGoneError,
    UnauthorizedError,
)
from robotui.events import Continued, Event, Message, SessionStarted, Status

if TYPE_CHECKING:
    from robotui.client.api import Client

_log = logging.getLogger("robotui.client")

WAIT_CAP: Final = 60.0
"""Seconds that a Retry-After is waited out; a longer one is told to the user instead."""

_REFUSED: Final = "the server refused the token"
_FORGOTTEN: Final = "the server forgot the session"


class Session:
    """One conversation with a service; one ``chat`` at a time."""

    def __init__(self, client: Client, sid: str | None = None) -> None:
        self._client = client
        self.sid = sid
        """The service's name for it; None until the first prompt, and after it was lost."""
        self.unfinished = False
        """The last reply ended while the agent was at work: worth offering ``continue``."""
        self._lost = ""
        self._variable_refused = False
        self._seen: set[tuple[str, int, str]] = set()
        self._open_message = False

    async def chat(
        self,
        prompt: str,
        agent: str | None = None,
        history: Sequence[AnyMessage] = (),
        should_continue: Callable[[], bool] = lambda: True,
    ) -> AsyncGenerator[Event]:
        """Send ``prompt`` and give the events of the reply and of automatic continues after it.

        ``history`` is what was said before; it is sent along only with a new session, which does
        not know it. ``should_continue`` is asked before each automatic continue. Our own events
        come between: SessionStarted, Continued, Status while waiting. The setting ``timeout`` is
        the budget of all of it. Close the generator (``contextlib.aclosing``) to interrupt.
        Raises the exceptions of errors.py after the events that came.
        """
        async with aclosing(self.batches(prompt, agent, history, should_continue)) as batches:
            async for batch in batches:
                for event in batch:
                    yield event

    async def batches(
        self,
        prompt: str,
        agent: str | None = None,
        history: Sequence[AnyMessage] = (),
        should_continue: Callable[[], bool] = lambda: True,
    ) -> AsyncGenerator[list[Event]]:
        """As ``chat``, with those events in one list that came together.

        A fast reply comes in hundreds of pieces a read: who takes them at once has it cheaper.
        """
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._client.settings.timeout
        # Without times, a server that counts anew in each reply would seem to repeat itself.
        self._seen = {key for key in self._seen if key[2]}
        chain = Continuation(self._client.settings.auto_continue)
        turn = self._turn(prompt, agent, history, deadline)
        while True:
            async with aclosing(turn) as reply:
                async for batch in reply:
                    fresh = [event for event in batch if not self._is_duplicate(event)]
                    for event in fresh:
                        chain.add(event, self.sid)
                    if fresh:
                        yield fresh
            self.unfinished = chain.unfinished
            why = chain.why_continue(deadline - clock())
            if not why or not should_continue():
                return
            chain.next_reply()
            yield [Continued(number=chain.number, why=why)]
            turn = self._turn("continue", agent, None, deadline)

    async def _turn(
        self, prompt: str, agent: str | None, history: Sequence[AnyMessage] | None, deadline: float
    ) -> AsyncGenerator[list[Event]]:
        """One prompt and its reply, repeated where that is safe.

        ``history`` None: the prompt makes sense in this session only, so that it is not sent to
        another one.
        """
        tried: set[type[ServiceError]] = set()
        while True:
            try:
                text = prompt
                if self.sid is None:
                    yield [await self._begin(history)]
                    text = format_prompt([*(history or ()), ChatMessage("user", prompt)])
                async with aclosing(self._post(text, agent, deadline)) as reply:
                    async for batch in reply:
                        yield batch
            except NoTokenError as error:
                if UnauthorizedError not in tried:
                    raise
                raise UnauthorizedError(f"{_REFUSED}; {error}", status=401) from error
            except (
                UnauthorizedError,
                SessionGoneError,
                RateLimitError,
                ServerFaultError,
                ConnectError,
            ) as error:
                pause = await self._pause(error)
                lost = self.sid is None and history is None
                if pause is None or lost or type(error) in tried:
                    raise
                tried.add(type(error))
                problem = error.headline
            else:
                return
            if pause:
                yield [Status(text=f"{problem}; next try in {pause:.0f} s")]
                await asyncio.sleep(pause)

    async def _begin(self, history: Sequence[AnyMessage] | None) -> SessionStarted:
        """Get a new sid; the event tells what was lost with an old one, and whose token it is."""
        self.sid = await self._client.create_session()
        remarks = []
        if self._lost:
            known = "what was said before was sent along"
            lacks = "the new session does not know what was said before"
            remarks = [self._lost, known if history else lacks]
        if self._variable_refused:
            stored = self._client.tokens.place == "keyring"
            token = "the token in the keyring" if stored else "a token from the auth page"
            remarks.append(f"{VARIABLE} was refused; {token} is used for this run")
        self._lost, self._variable_refused = "", False
        return SessionStarted(sid=self.sid, why="; ".join(remarks))

    async def _post(
        self, text: str, agent: str | None, deadline: float
    ) -> AsyncGenerator[list[Event]]:
        left = deadline - asyncio.get_running_loop().time()
        if left <= 0 or self.sid is None:
            raise ReplyTimeoutError("the time for this prompt and its continues is used up")
        async with aclosing(self._client.post_chat(self.sid, text, agent, timeout=left)) as reply:
            async for batch in reply:
                yield batch

    async def _pause(self, error: ServiceError) -> float | None:
        """Seconds to wait before the same request may be sent again, or None: do not.

        Only errors after which the prompt has surely not been run. A refused token or session is
        dropped here.
        """
        match error:
            case UnauthorizedError():
                if self._client.tokens.place == "environment":
                    self._variable_refused = True
                await self._client.forget_token()
                if not self._client.endpoint.private:  # there the session is ours all the same
                    self._lose(_REFUSED)
                return 0.0
            case SessionGoneError():
                self._lose(_FORGOTTEN)
                return 0.0
            case RateLimitError(retry_after=float(wait)) if wait <= WAIT_CAP:
                return wait
            case ServerFaultError(status=503) | ConnectError():
                return self._client.backoff
        return None

    def _lose(self, why: str) -> None:
        if self.sid is not None:
            self.sid, self._lost = None, why

    def _is_duplicate(self, event: Event) -> bool:
        """Whether this very event came before (protocol 6.4).

        The pieces of one message may share their id; a server that counts anew after a restart
        gives another timestamp.
        """
        piece = self._open_message
        if isinstance(event, Message):
            self._open_message = event.delta
            if piece or event.delta:
                return False
        if event.id is None:
            return False
        key = (event.sid, event.id, event.timestamp)
        if key in self._seen:
            _log.debug("dropped a second event %s of session %s", event.id, event.sid)
            return True
        self._seen.add(key)
        return False
