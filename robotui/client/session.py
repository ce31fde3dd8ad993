"""One conversation: sid, history, renewal, automatic continues (protocol 5, 6.6)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final, Protocol

from robotui.client.continuing import Continuation
from robotui.client.http import Http
from robotui.client.prompt import AnyMessage, ChatMessage, format_prompt
from robotui.client.tokens import VARIABLE, TokenStore
from robotui.config import Endpoint, Settings
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

_log = logging.getLogger("robotui.client")

WAIT_CAP: Final = 60.0
"""Seconds that a Retry-After is waited out; a longer one is told to the user instead."""

_REFUSED: Final = "the server refused the token"
_FORGOTTEN: Final = "the server forgot the session"


class Service(Protocol):
    """What a session asks of a client."""

    endpoint: Endpoint
    settings: Settings
    tokens: TokenStore
    http: Http

    async def forget_token(self) -> None:
        """The server refused the token: the next request gets another."""

    async def create_session(self) -> str:
        """A new session's sid."""

    def post_chat(
        self, sid: str, prompt: str, agent: str | None, *, timeout: float | None = None
    ) -> AbstractAsyncContextManager[AsyncGenerator[list[Event]]]:
        """The events of one reply."""


class Session:
    """One conversation with a service; one reply at a time."""

    def __init__(self, service: Service, sid: str | None = None) -> None:
        self._service = service
        self.sid = sid
        """The service's name for it; None until the first prompt, and after it was lost."""
        self.unfinished = False
        """The last reply ended while the agent was at work: worth offering ``continue``."""
        self._lost = ""
        self._variable_refused = False
        self._seen: set[tuple[str, int, str]] = set()
        self._open_message = False

    async def batches(
        self,
        prompt: str,
        agent: str | None = None,
        history: Sequence[AnyMessage] = (),
        should_continue: Callable[[], bool] = lambda: True,
    ) -> AsyncGenerator[list[Event]]:
        """Send ``prompt`` and give the events of the reply and of automatic continues after it.

        Those in one list came together: a fast reply comes in hundreds of pieces a read.
        ``history`` is what was said before; it is sent along only with a new session, which does
        not know it. ``should_continue`` is asked before each automatic continue. Our own events
        come between: SessionStarted, Continued, Status while waiting. The setting ``timeout`` is
        the budget of all of it. Close the generator (``contextlib.aclosing``) to interrupt.
        Raises the exceptions of errors.py after the events that came.
        """
        clock = asyncio.get_running_loop().time
        deadline = clock() + self._service.settings.timeout
        # Without times, a server that counts anew in each reply would seem to repeat itself.
        self._seen = {key for key in self._seen if key[2]}
        chain = Continuation(self._service.settings.auto_continue)
        before: Sequence[AnyMessage] | None = history
        tried: set[type[ServiceError]] = set()
        while True:  # one request each time
            try:
                text, sid = prompt, self.sid
                if sid is None:
                    started = await self._begin(before)
                    yield [started]
                    text = format_prompt([*(before or ()), ChatMessage("user", prompt)])
                    sid = started.sid
                left = _left(deadline - clock())
                async with self._service.post_chat(sid, text, agent, timeout=left) as reply:
                    async for batch in reply:
                        if fresh := self._fresh(batch, chain):
                            yield fresh
            except ServiceError as error:
                pause, problem = await self._pause(error, before, tried), error.headline
            else:
                self.unfinished = chain.unfinished
                why = chain.why_continue(deadline - clock())
                if not why or not should_continue():
                    return
                chain.next_reply()
                yield [Continued(number=chain.number, why=why)]
                # It makes sense in this session only: another one is not told what was before.
                prompt, before, tried = "continue", None, set()
                continue
            if pause:
                yield [Status(text=f"{problem}; next try in {pause:.0f} s")]
                await asyncio.sleep(pause)

    async def _begin(self, history: Sequence[AnyMessage] | None) -> SessionStarted:
        """Get a new sid; the event tells what was lost with an old one, and whose token it is."""
        self.sid = await self._service.create_session()
        remarks = []
        if self._lost:
            known = "what was said before was sent along"
            lacks = "the new session does not know what was said before"
            remarks = [self._lost, known if history else lacks]
        if self._variable_refused:
            stored = self._service.tokens.place == "keyring"
            token = "the token in the keyring" if stored else "a token from the auth page"
            remarks.append(f"{VARIABLE} was refused; {token} is used for this run")
        self._lost, self._variable_refused = "", False
        return SessionStarted(sid=self.sid, why="; ".join(remarks))

    async def _pause(
        self,
        error: ServiceError,
        before: Sequence[AnyMessage] | None,
        tried: set[type[ServiceError]],
    ) -> float:
        """Seconds to wait before the request is sent again; ``tried``: errors it was repeated for.

        Raises the error if it is not repeated. ``before`` None: the prompt makes sense in this
        session only.
        """
        if isinstance(error, NoTokenError) and UnauthorizedError in tried:
            raise UnauthorizedError(f"{_REFUSED}; {error}", status=401) from error
        pause = await self._repeatable(error)
        lost = self.sid is None and before is None
        if pause is None or lost or type(error) in tried:
            raise error
        tried.add(type(error))
        return pause

    async def _repeatable(self, error: ServiceError) -> float | None:
        """Seconds to wait before the same request may be sent again, or None: do not.

        Only errors after which the prompt has surely not been run. A refused token or session is
        dropped here.
        """
        match error:
            case UnauthorizedError():
                if self._service.tokens.place == "environment":
                    self._variable_refused = True
                await self._service.forget_token()
                if not self._service.endpoint.private:  # there the session is ours all the same
                    self._lose(_REFUSED)
                return 0.0
            case SessionGoneError():
                self._lose(_FORGOTTEN)
                return 0.0
            case RateLimitError(retry_after=float(wait)) if wait <= WAIT_CAP:
                return wait
            case ServerFaultError(status=503) | ConnectError():
                return self._service.http.backoff
        return None

    def _lose(self, why: str) -> None:
        if self.sid is not None:
            self.sid, self._lost = None, why

    def _fresh(self, batch: list[Event], chain: Continuation) -> list[Event]:
        """Those events that did not come before; the chain is told of them."""
        fresh = [event for event in batch if not self._is_duplicate(event)]
        for event in fresh:
            chain.add(event, self.sid)
        return fresh

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


def _left(seconds: float) -> float:
    """The seconds that are left. Raises ReplyTimeoutError if there are none."""
    if seconds <= 0:
        raise ReplyTimeoutError("the time for this prompt and its continues is used up")
    return seconds
