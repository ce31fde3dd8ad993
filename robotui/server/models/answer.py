"""The answer to one request to a model, passed on while it streams in."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any, Final

from pydantic_ai.messages import ModelResponse

from robotui.server.engine import Part, Text, Think, Wait
from robotui.server.models.dialect import Chat
from robotui.server.models.model_requests import Requests, text_of
from robotui.server.models.reasoning_marks import Marks
from robotui.server.models.reply_stitching import Joiner
from robotui.server.models.streaming import Words, reading
from robotui.server.models.written_tool_calls import Call, Spoken

PATIENCE: Final = 15.0
"""Seconds of silence after which it is told what is waited for; and again after each such time."""

HELD: Final = 1.0
"""Seconds that the first words of an answer are held back, as they may be reasoning without a mark;
only until it is known of the model."""
HELD_LONG: Final = 20.0
"""The same, if they sound like reasoning."""

_SILENCE: Final = object()


class Answer:
    """The answer to one request, until ``deadline`` (of the event loop's clock).

    ``where`` is the model and its server, in words.
    """

    def __init__(self, chat: Chat, requests: Requests, deadline: float, where: str) -> None:
        self.pieces: list[str] = []
        """The words so far."""
        self.heard = False
        """Something came."""
        self.response: ModelResponse | None = None
        """The whole answer, once it is there."""
        self.failure: Exception | None = None
        self.spoken: list[Call] = []
        """Calls that the model wrote as text."""
        self._chat = chat
        self._requests = requests
        self._clock = asyncio.get_running_loop().time
        self._deadline = deadline
        self._where = where

    async def parts(self, before: ModelResponse | None) -> AsyncGenerator[Part, None]:
        """The words as they come; ``before`` is the message that was cut, and is gone on with.

        At the end there is a response, or a failure, or neither: then time is up.
        """
        cut = text_of(before) if before is not None else ""
        joiner = Joiner("" if self._requests.form.continues else cut)
        words = Words(self._requests.form.opened if before is None else "yes")
        spoken = Spoken(
            {name: tool.parameters.keys() for name, tool in self._requests.tools.items()}
        )
        async with (
            reading(self._chat, *self._requests.make()) as events,
            aclosing(self._events(events, words)) as parts,
        ):
            async for part in parts:
                told = part
                if isinstance(part, Text):
                    told = Text(joiner.feed(spoken.feed(part.piece)))
                    self.pieces.append(told.piece)
                if isinstance(told, Wait) or told.piece:
                    self.heard |= not isinstance(told, Wait)
                    yield told
        rest, self.spoken = spoken.flush()
        for piece in (joiner.feed(rest), joiner.flush()):
            self.pieces.append(piece)
            self.heard |= piece != ""
            yield Text(piece)
        if self.response is not None:
            self._requests.form.learn_opening(words.marks)

    async def _events(
        self, events: asyncio.Queue[Any], words: Words
    ) -> AsyncGenerator[Text | Think | Wait, None]:
        """The words as they come; what may be reasoning is held back for a while."""
        until = math.inf
        while True:
            event = await self._next(events, until)
            if isinstance(event, Exception):
                self.failure = event
                break
            if event is None or isinstance(event, ModelResponse):
                self.response = event
                break
            if isinstance(event, Wait):
                yield event
            for part in words.take(event):
                yield part
            until = self._held_until(words.marks, until)
            if event is _SILENCE or self._clock() >= until:
                for part in words.marks.release():
                    yield part
        for part in words.flush():
            yield part

    def _held_until(self, marks: Marks, until: float) -> float:
        """Until when words are held back that are held back since ``until`` was set, or now."""
        if not marks.holding:
            return math.inf
        if until < math.inf:
            return until
        return self._clock() + (HELD_LONG if marks.likely else HELD)

    async def _next(self, events: asyncio.Queue[Any], until: float) -> Any:
        """The next event, response or error; None when time is up; a word while nothing comes, or
        ``until`` has come."""
        first = min(self._deadline, self._clock() + PATIENCE, until)
        try:
            async with asyncio.timeout_at(first):
                return await events.get()
        except TimeoutError:  # which may come a little before its time
            if first == self._deadline:
                return None
            return _SILENCE if first == until else Wait(f"Waiting for {self._where}")
