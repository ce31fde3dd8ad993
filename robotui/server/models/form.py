"""In what form a model's server takes requests: learned from what it refuses, kept per model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

from openai import Omit
from openai.types.chat import ChatCompletionStreamOptionsParam
from pydantic_ai.exceptions import ModelAPIError, ModelHTTPError
from pydantic_ai.messages import ModelMessage, ModelRequest, UserPromptPart
from pydantic_ai.models.openai import OpenAIChatModel, OpenAIChatModelSettings

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

    def learn(self, error: Exception) -> bool:
        """Give up the option that the server names in its refusal; whether there is one."""
        if not isinstance(error, ModelHTTPError) or error.status_code not in _REFUSED:
            return False
        told = _told(error)
        if error.status_code == _BROKEN and "role" not in told:
            return False
        for name, words in _NAMED.items():
            if getattr(self, name) and any(word in told for word in words):
                setattr(self, name, False)
                return True
        return False


_NAMED: Final = {
    "usage": ("stream_options", "include_usage"),
    "limit": ("max_tokens", "max_completion_tokens"),
    "system": ("system", "developer instruction", "roles must alternate"),
}


def _told(error: ModelAPIError) -> str:
    return str(error.body).replace("\\", "").lower()


class Chat(OpenAIChatModel):
    """A model whose requests take the form that its server accepts."""

    form: Form

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
