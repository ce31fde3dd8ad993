"""A conversation trimmed to the context window of a model.

Pure: the messages themselves are never changed, what is left out is left out of a copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

BYTES_PER_TOKEN: Final = 3
"""A low guess, so that the context rather has room left: code has about 3.5, prose 4."""

_PER_PART: Final = 24  # bytes that a part costs beside its text
_LEAST_END: Final = 600  # bytes of an answer that are needed to go on with it
_LEFT_OUT: Final = "(left out, as the conversation got long)"


def is_prompt(message: ModelMessage) -> bool:
    """Whether a turn begins here: the person said something."""
    return isinstance(message, ModelRequest) and any(
        isinstance(part, UserPromptPart) for part in message.parts
    )


def has_calls(messages: Sequence[ModelMessage]) -> bool:
    """Whether tools were called in them."""
    return any(isinstance(part, ToolCallPart) for each in messages for part in each.parts)


def size(messages: Sequence[ModelMessage]) -> int:
    """About how many bytes of text a model has to read."""
    return sum(_bytes(part) + _PER_PART for message in messages for part in message.parts)


def _bytes(part: object) -> int:
    match part:
        case UserPromptPart(content=content) | ToolReturnPart(content=content):
            return len(str(content).encode("utf-8", "replace"))
        case TextPart(content=content) | ThinkingPart(content=content):
            return len(content.encode("utf-8", "replace"))
        case ToolCallPart(args=args):
            return len(str(args).encode("utf-8", "replace"))
    return 0


def fit(messages: Sequence[ModelMessage], budget: int) -> list[ModelMessage]:
    """``messages`` cut down to ``budget`` bytes, if that can be.

    First the oldest outputs of tools go, then the oldest turns, at last the ends of the latest
    outputs, or the beginning of an answer that comes last and is to be gone on with; never the
    latest prompt. Reasoning of earlier turns goes, but for those in which tools were called: there
    are services that want it back with the calls, in all later requests.
    """
    kept = list(messages)
    starts = [at for at, message in enumerate(kept) if is_prompt(message)]
    latest = starts[-1] if starts else 0
    for start, end in pairwise([0, *starts]):
        if not has_calls(kept[start:end]):
            kept[start:end] = [
                without_thoughts(each) if isinstance(each, ModelResponse) else each
                for each in kept[start:end]
            ]
    excess = size(kept) - budget
    for at in range(len(kept) - 1):
        if excess <= 0:
            return kept
        shorter = _shortened(kept[at], 0)
        excess -= size([kept[at]]) - size([shorter])
        kept[at] = shorter
    first = 0
    while excess > 0 and first < latest:
        following = next(at for at in range(first + 1, latest + 1) if is_prompt(kept[at]))
        excess -= size(kept[first:following])
        first = following
    if excess > 0:
        last, room = kept[-1], size(kept[-1:]) - excess
        kept[-1] = (
            _ending(last, room)
            if isinstance(last, ModelResponse)
            else _shortened(last, max(room, 0))
        )
    return kept[first:]


def _ending(answer: ModelResponse, room: int) -> ModelResponse:
    """The last lines of an answer that fit into ``room`` bytes, or a few words of it."""
    text = "".join(part.content for part in answer.parts if isinstance(part, TextPart))
    data = text.encode("utf-8", "replace")[-max(room - _PER_PART, _LEAST_END) :]
    end = data.decode("utf-8", "ignore")
    line = end.find("\n") + 1
    whole = end[line:] if len(end) < len(text) and len(end) - line >= _LEAST_END // 2 else end
    return replace(answer, parts=[TextPart(content=whole)])


def without_thoughts(message: ModelResponse) -> ModelResponse:
    """``message`` without reasoning, and without what the model's service signed of it."""
    parts = [part for part in message.parts if not isinstance(part, ThinkingPart)]
    return replace(message, parts=parts, provider_details=None)


def _shortened(message: ModelMessage, room: int) -> ModelMessage:
    """``message`` with the outputs of tools cut to ``room`` bytes, all together."""
    if not isinstance(message, ModelRequest):
        return message
    outputs = sum(isinstance(part, ToolReturnPart) for part in message.parts)
    share = room // max(outputs, 1) // 4  # a character has up to four bytes
    parts = list(message.parts)
    for at, part in enumerate(parts):
        if isinstance(part, ToolReturnPart):
            parts[at] = ToolReturnPart(
                tool_name=part.tool_name,
                content=_cut(str(part.content), share),
                tool_call_id=part.tool_call_id,
            )
    return replace(message, parts=parts)


def _cut(text: str, length: int) -> str:
    if len(text) <= max(length, len(_LEFT_OUT)):
        return text
    return f"{text[:length]}\n{_LEFT_OUT}" if length else _LEFT_OUT
