"""The dialect of a model server: which options of a request it accepts.

That is learned from what it refuses, and remembered for each model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from openai import Omit
from openai.types.chat import (
    ChatCompletionChunk,
    ChatCompletionMessageParam,
    ChatCompletionStreamOptionsParam,
)
from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError
from pydantic_ai.messages import ModelMessage, ModelRequest, ModelResponse, UserPromptPart
from pydantic_ai.models.openai import (
    OpenAIChatModel,
    OpenAIChatModelSettings,
    OpenAIStreamedResponse,
)

from robotui.server.models.reasoning_marks import Marks
from robotui.server.models.stream_chunks import PRIVATE
from robotui.server.models.unopened_reasoning import Opened

_NO_REASONING: Final = "(not recorded)"  # of a call that another model made, or without thinking
_BROKEN: Final = 500  # what a template comes to that fails on a role it does not know
_REFUSED: Final = (400, 422, _BROKEN)


@dataclass(slots=True)
class Form:
    """What a server takes; each may turn out to be refused."""

    continues: bool = False
    """Whether a reply can be handed back to it to be continued."""
    system: bool = True
    """Whether instructions may be a message of their own."""
    usage: bool = True
    """Whether it can be asked to count tokens (``stream_options``)."""
    limit: bool = True
    """Whether the length of an answer may be limited (``max_tokens``)."""
    tools: bool = True
    """Whether it can call tools."""
    reasoning: bool = False
    """Whether every message that calls tools must come back with reasoning."""
    opened: Opened = "unknown"
    """Whether its reasoning, if left in the text, begins with a mark."""

    def learn_opening(self, marks: Marks) -> None:
        """Remember, after a whole answer, whether the model opens its reasoning."""
        if marks.lone:
            self.opened = "no"
        elif self.opened == "no" and not marks.reasoned:
            self.opened = "unknown"
        elif self.opened == "unknown":
            self.opened = "yes"

    def learn(self, error: Exception) -> bool:
        """Give up the option that the server names in its refusal; whether there is one."""
        if not isinstance(error, ModelHTTPError) or error.status_code not in _REFUSED:
            return False
        told = _told(error)
        if not self.reasoning and _REASONING_DUE.search(told):
            self.reasoning = True
            return True
        if error.status_code == _BROKEN and "role" not in told:
            return False
        for name, words in _NAMED.items():
            if getattr(self, name) and any(word in told for word in words):
                setattr(self, name, False)
                return True
        return False


_REASONING_DUE: Final = re.compile(
    r"(?:reasoning|thinking)[_ ]?(?:content|details|blocks?)?.{0,80}"
    r"(?:passed back|pass.{0,20}back|missing|required|must|expected|provided)",
    re.DOTALL,
)
_NAMED: Final = {
    "usage": ("stream_options", "include_usage"),
    "limit": ("max_tokens", "max_completion_tokens"),
    "system": ("system", "developer instruction", "roles must alternate"),
}


def _told(error: ModelAPIError) -> str:
    return str(error.body).replace("\\", "").lower()


class _Streamed(OpenAIStreamedResponse):
    """Keeps what a service wants back as it came."""

    def _map_chunk_provider_details(self, chunk: ChatCompletionChunk) -> dict[str, Any] | None:
        kept = (chunk.model_extra or {}).get(PRIVATE)
        return {PRIVATE: kept} if isinstance(kept, dict) else None


class Chat(OpenAIChatModel):
    """A model whose requests take the form that its server accepts."""

    form: Form

    @property
    def _streamed_response_cls(self) -> type[_Streamed]:
        return _Streamed

    def _map_model_response(self, message: ModelResponse) -> ChatCompletionMessageParam | None:
        made = super()._map_model_response(message)
        if made is None:
            return None
        fields = cast("dict[str, Any]", made)
        kept = (message.provider_details or {}).get(PRIVATE)
        if isinstance(kept, dict):
            fields.update(kept)
            if "reasoning_details" in kept:
                fields.pop("reasoning", None)  # else it is told twice
        if self.form.reasoning and "tool_calls" in fields and not fields.get("reasoning_content"):
            fields["reasoning_content"] = fields.pop("reasoning", None) or _NO_REASONING
        return made

    def _get_stream_options(
        self, model_settings: OpenAIChatModelSettings
    ) -> ChatCompletionStreamOptionsParam:
        if self.form.usage:
            return super()._get_stream_options(model_settings)
        return cast("ChatCompletionStreamOptionsParam", Omit())


def instructed(messages: Sequence[ModelMessage], instructions: str) -> list[ModelMessage]:
    """``messages`` with the instructions at the head of the first prompt."""
    made = list(messages)
    for at, message in enumerate(made):
        for place, part in enumerate(message.parts):
            if isinstance(message, ModelRequest) and isinstance(part, UserPromptPart):
                prompt = UserPromptPart(content=f"{instructions}\n\n---\n\n{part.content}")
                parts = [*message.parts[:place], prompt, *message.parts[place + 1 :]]
                made[at] = replace(message, parts=parts)
                return made
    return made
