"""The events of a streamed answer: received in a task, and decoded into words and reasoning."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Final

from pydantic_ai.direct import model_request_stream
from pydantic_ai.messages import (
    ModelMessage,
    PartDeltaEvent,
    PartStartEvent,
    TextPart,
    TextPartDelta,
    ThinkingPart,
    ThinkingPartDelta,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIChatModelSettings

from robotui.server.engine import Text, Think
from robotui.server.models.reasoning_marks import Marks
from robotui.server.models.unopened_reasoning import Opened

_AHEAD: Final = 64  # events that are read before they are used


@asynccontextmanager
async def reading(
    chat: OpenAIChatModel,
    messages: list[ModelMessage],
    settings: OpenAIChatModelSettings,
    parameters: ModelRequestParameters,
) -> AsyncIterator[asyncio.Queue[Any]]:
    """A queue of what comes: events, at last the whole response or an error.

    One task reads, so that waiting for it can be timed; at the end of the block it is cancelled,
    which closes the request.
    """
    queue: asyncio.Queue[Any] = asyncio.Queue(_AHEAD)

    async def read() -> None:
        try:
            async with model_request_stream(
                chat, messages, model_settings=settings, model_request_parameters=parameters
            ) as stream:
                async for event in stream:
                    await queue.put(event)
                await queue.put(stream.get())
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told where it is awaited
            await queue.put(error)

    task = asyncio.create_task(read())
    try:
        yield queue
    finally:
        task.cancel()
        await asyncio.wait([task])


class Words:
    """The words that the events of one answer bring: reasoning apart, characters whole.

    Reasoning is what the server calls so, and what its marks tell (see ``Marks``). A character that
    came in two halves is put together.
    """

    def __init__(self, opened: Opened = "yes") -> None:
        self.marks = Marks(opened)
        self._halves: dict[type[Text | Think], str] = {}

    def take(self, event: Any) -> Iterator[Text | Think]:
        """What can be told after ``event``."""
        match event:
            case PartStartEvent(part=TextPart(content=text)):
                yield from self.marks.feed(self._mend(Text, text))
            case PartStartEvent(part=ThinkingPart(content=text)):
                yield from self._think(text)
            case PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
                yield from self.marks.feed(self._mend(Text, text))
            case PartDeltaEvent(delta=ThinkingPartDelta(content_delta=str(text))):
                yield from self._think(text)

    def flush(self) -> Iterator[Text | Think]:
        """The rest, at the end."""
        yield Think(paired(self._halves.pop(Think, "")))
        yield from self.marks.feed(paired(self._halves.pop(Text, "")))
        yield from self.marks.flush()

    def _think(self, text: str) -> Iterator[Text | Think]:
        yield from self.marks.release()  # who sends it apart leaves none in the text
        yield Think(self._mend(Think, text))

    def _mend(self, kind: type[Text | Think], piece: str) -> str:
        piece = self._halves.pop(kind, "") + piece
        if "\ud800" <= piece[-1:] <= "\udbff":
            self._halves[kind] = piece[-1]
            piece = piece[:-1]
        return paired(piece)


def paired(text: str) -> str:
    """``text`` with the halves of a character put together; a half alone becomes U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
