"""One request to a model, as its answer comes in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
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


def part_of(event: Any) -> Text | Think | None:
    """The words that an event brings, if any."""
    match event:
        case PartStartEvent(part=TextPart(content=text)):
            return Text(text)
        case PartStartEvent(part=ThinkingPart(content=text)):
            return Think(text)
        case PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
            return Text(text)
        case PartDeltaEvent(delta=ThinkingPartDelta(content_delta=str(text))):
            return Think(text)
    return None
