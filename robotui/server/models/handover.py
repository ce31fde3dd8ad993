"""A conversation handed over to another model, without what only one service understands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    ModelResponsePart,
    ToolCallPart,
    ToolReturnPart,
)

from robotui.server.models.context_trimming import without_thoughts

_WRITER = "writer"


def signed(message: ModelResponse, writer: str) -> ModelResponse:
    """``message`` with the name of the model that wrote it."""
    return replace(message, metadata={**(message.metadata or {}), _WRITER: writer})


def readable(messages: Sequence[ModelMessage], reader: str) -> list[ModelMessage]:
    """``messages`` for the model ``reader``: as they were if it wrote them.

    Of other models the reasoning goes, with its signatures, and the calls of tools get ids that
    every service takes (Mistral's want nine letters and digits).
    """
    made: list[ModelMessage] = []
    ids: dict[str, str] = {}
    for number, message in enumerate(messages):
        if isinstance(message, ModelResponse):
            own = (message.metadata or {}).get(_WRITER) == reader
            ids = {} if own else {call: f"c{number:05d}{at:03d}" for at, call in _calls(message)}
            made.append(message if own else _plain(message, ids))
        else:
            made.append(_answering(message, ids) if ids else message)
    return made


def _calls(message: ModelResponse) -> list[tuple[int, str]]:
    calls = [part.tool_call_id for part in message.parts if isinstance(part, ToolCallPart)]
    return list(enumerate(calls))


def _plain(message: ModelResponse, ids: dict[str, str]) -> ModelResponse:
    parts: list[ModelResponsePart] = [
        replace(part, tool_call_id=ids[part.tool_call_id], provider_details=None, id=None)
        if isinstance(part, ToolCallPart)
        else part
        for part in without_thoughts(message).parts
    ]
    return replace(message, parts=parts, provider_details=None, provider_response_id=None)


def _answering(message: ModelRequest, ids: dict[str, str]) -> ModelRequest:
    parts = [
        replace(part, tool_call_id=ids.get(part.tool_call_id, part.tool_call_id))
        if isinstance(part, ToolReturnPart)
        else part
        for part in message.parts
    ]
    return replace(message, parts=parts)
