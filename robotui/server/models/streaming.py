"""One request to a model, as its answer comes in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Final, Literal

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

_OPENING: Final = "<think>"
_CLOSING: Final = "</think>"
_EMPTY: Final = (Text(""), Think(""))
_AHEAD: Final = 64  # events that are read before they are used


@asynccontextmanager
async def reading(
    chat: OpenAIChatModel,
    messages: list[ModelMessage],
    settings: OpenAIChatModelSettings,
    parameters: ModelRequestParameters,
) -> AsyncIterator[asyncio.Queue[Any]]:
    """A queue of what comes: ``Text`` and ``Think``, other events, at last the whole response or an
    error.

    One task reads, so that waiting for it can be timed; at the end of the block it is cancelled,
    which closes the request.
    """
    queue: asyncio.Queue[Any] = asyncio.Queue(_AHEAD)

    words = Words()

    async def put(items: list[Any]) -> None:
        for item in items:
            if item not in _EMPTY:
                await queue.put(item)

    async def read() -> None:
        try:
            async with model_request_stream(
                chat, messages, model_settings=settings, model_request_parameters=parameters
            ) as stream:
                async for event in stream:
                    await put(list(words.take(event)) or [event])
                await put([*words.flush(), stream.get()])
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told where it is awaited
            await put([*words.flush(), error])

    task = asyncio.create_task(read())
    try:
        yield queue
    finally:
        task.cancel()
        await asyncio.wait([task])


class Words:
    """The words that the events of one answer bring: reasoning apart, characters whole.

    Reasoning is what the server calls so, and what stands between tags at the very start of the
    answer; later such tags are text. A character that came in two halves is put together.
    """

    def __init__(self) -> None:
        self._place: Literal["start", "reasoning", "after", "text"] = "start"
        self._held = ""
        self._halves: dict[type[Text | Think], str] = {}

    def take(self, event: Any) -> Iterator[Text | Think]:
        """What can be told after ``event``."""
        match event:
            case PartStartEvent(part=TextPart(content=text)):
                yield from self._split(self._mend(Text, text))
            case PartStartEvent(part=ThinkingPart(content=text)):
                yield Think(self._mend(Think, text))
            case PartDeltaEvent(delta=TextPartDelta(content_delta=text)):
                yield from self._split(self._mend(Text, text))
            case PartDeltaEvent(delta=ThinkingPartDelta(content_delta=str(text))):
                yield Think(self._mend(Think, text))

    def flush(self) -> Iterator[Text | Think]:
        """The rest, at the end."""
        yield Think(paired(self._halves.pop(Think, "")))
        yield from self._split(paired(self._halves.pop(Text, "")))
        yield Think(self._held) if self._place == "reasoning" else Text(self._held)
        self._held = ""

    def _mend(self, kind: type[Text | Think], piece: str) -> str:
        piece = self._halves.pop(kind, "") + piece
        if "\ud800" <= piece[-1:] <= "\udbff":
            self._halves[kind] = piece[-1]
            piece = piece[:-1]
        return paired(piece)

    def _split(self, piece: str) -> Iterator[Text | Think]:
        self._held += piece
        if self._place == "start":
            new = self._held.lstrip()
            if not new.startswith(_OPENING):
                if _OPENING.startswith(new):
                    return
                self._place = "text"
            else:
                self._place, self._held = "reasoning", new.removeprefix(_OPENING)
        if self._place == "reasoning":
            thought, mark, rest = self._held.partition(_CLOSING)
            kept = 0 if mark else _begun(_CLOSING, thought)
            yield Think(thought[: len(thought) - kept])
            if not mark:
                self._held = thought[len(thought) - kept :]
                return
            self._place, self._held = "after", rest
        if self._place == "after":
            self._held = self._held.lstrip("\n")
            self._place = "text" if self._held else "after"
        if self._held:
            yield Text(self._held)
            self._held = ""


def _begun(mark: str, text: str) -> int:
    """How many characters at the end of ``text`` may be the beginning of ``mark``."""
    return next((n for n in range(len(mark) - 1, 0, -1) if text.endswith(mark[:n])), 0)


def paired(text: str) -> str:
    """``text`` with the halves of a character put together; a half alone becomes U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
