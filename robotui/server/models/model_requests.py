"""The requests of one reply: messages and options, adapted to what the server accepts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pydantic_ai.messages import (
    InstructionPart,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.openai import OpenAIChatModelSettings
from pydantic_ai.tools import ToolDefinition

from robotui.profiles import Profile
from robotui.server.models import failures
from robotui.server.models.context_trimming import BYTES_PER_TOKEN, fit, size
from robotui.server.models.dialect import Form, instructed
from robotui.server.models.handover import readable
from robotui.server.models.history import Thread
from robotui.server.models.model_server import Model
from robotui.server.models.reply_stitching import anchor_of
from robotui.server.models.tools import Tool

_LEAST_BUDGET: Final = 2000  # bytes of conversation, however small the context
_OUTPUT: Final = (1000, 16_000)  # characters that one tool gives: at least, at most

_NO_TOOLS: Final = "can't use tools: it does not see your workspace"
_FAILED_TOOLS: Final = "failed at its tools twice: for this prompt it does not see your workspace"
_GO_ON: Final = (
    "Your last message was cut off by a limit. Write only what follows, as if it had never been "
    "cut: no introduction, no new code fence, no repetition but this: begin with exactly the last "
    "words that you wrote, which are between the marks.\n<<<{anchor}>>>"
)


class Requests:
    """Makes the requests for the session ``thread``, and adapts them to what the server refuses."""

    def __init__(self, model: Model, form: Form, profile: Profile, thread: Thread) -> None:
        self.tools: dict[str, Tool] = {}
        self.why_without = ""
        """Why the model has no tools, in words; empty as long as nothing took them away."""
        self.form = form
        self._model = model
        self._profile = profile
        self._thread = thread
        self._instructions = self._plain = ""
        self._output = min(profile.output_tokens, model.window // 3)
        self._budget = self._fixed = 0
        self._attempts: set[str] = set()  # what was tried for the answer that is due, each once

    def equip(self, instructions: str, tools: Sequence[Tool], plain: str = "") -> None:
        """What the model is told first, and what it may call; ``plain``: told without tools."""
        self._instructions, self._plain = instructions, plain or instructions
        self.tools = {tool.name: tool for tool in tools}
        self._fixed = len(instructions) + sum(len(json.dumps(tool.schema)) + 200 for tool in tools)
        room = (self._model.window - self._output) * BYTES_PER_TOKEN - self._fixed
        self._budget = max(room, _LEAST_BUDGET)

    @property
    def without_tools(self) -> bool:
        """The profile has tools, and the model can't use them."""
        return bool(self._profile.tools) and not self.tools

    def make(self) -> tuple[list[ModelMessage], OpenAIChatModelSettings, ModelRequestParameters]:
        """The next request: messages, settings and what it may call."""
        settings = OpenAIChatModelSettings()
        if self.form.limit:
            settings["max_tokens"] = self._output
        cut = self._thread.cut
        words = _GO_ON.format(anchor=anchor_of(text_of(cut))) if cut is not None else ""
        messages = fit(readable(self._thread.messages, self.writer), self._budget - len(words))
        if cut is not None and self.form.continues:
            end = messages[-1]  # not all of it, if it is long for the context
            text = "".join(part.content for part in end.parts if isinstance(part, TextPart))
            messages[-1] = replace(cut, parts=[TextPart(content=text)])
            settings["extra_body"] = {
                "continue_final_message": True,
                "add_generation_prompt": False,
            }
        elif cut is not None:
            messages.append(ModelRequest(parts=[UserPromptPart(content=words)]))
        definitions = [
            ToolDefinition(
                name=tool.name, description=tool.about, parameters_json_schema=tool.schema
            )
            for tool in self.tools.values()
        ]
        parameters = ModelRequestParameters(
            function_tools=definitions,
            instruction_parts=[InstructionPart(content=self._instructions)],
        )
        if not self.form.system:
            parameters = replace(parameters, instruction_parts=[])
            messages = instructed(messages, self._instructions)
        return messages, settings, parameters

    def adapt(self, error: Exception, cut: ModelResponse | None) -> bool:
        """Whether the request is worth repeating, now in a form that the server may take."""
        if failures.is_too_long(error) and self._budget > _LEAST_BUDGET:
            self._budget = max(min(self._budget, size(self._thread.messages)) // 2, _LEAST_BUDGET)
            return True
        if self.form.learn(error):
            return True
        if cut is not None and self.form.continues and failures.is_refused(error):
            self.form.continues = False
            return True
        if self.tools and failures.has_no_tools(error):
            self.form.tools = False
            self.why_without = _NO_TOOLS
            self.equip(self._plain, ())
            return True
        if self.tools and failures.is_about_tools(error):
            if self._first_attempt("again"):
                return True
            self.why_without = _FAILED_TOOLS
            self.equip(self._plain, ())
            return True
        if failures.may_be_too_long(error) and self._first_attempt("shorter"):
            self._budget = max(min(self._budget, size(self._thread.messages)) // 2, _LEAST_BUDGET)
            return True
        return False

    def _first_attempt(self, what: str) -> bool:
        """Whether this was not tried yet for the answer that is due."""
        tried = what in self._attempts
        self._attempts.add(what)
        return not tried

    def answered(self) -> None:
        """The answer came whole: for the next one all can be tried again."""
        self._attempts.clear()

    def used(self, response: ModelResponse) -> int:
        """Tokens that the conversation and its latest answer take, if the server does not say."""
        told = min(size(self._thread.messages), self._budget) + size([response])
        return (told + self._fixed) // BYTES_PER_TOKEN

    def room_for(self, results: int) -> int:
        """Characters that each of so many results of tools may have."""
        low, high = _OUTPUT
        return max(low, min(high, self._budget // (2 * results)))

    @property
    def writer(self) -> str:
        """What the model's messages are signed with."""
        return f"{self._model.server.url} {self._model.name}"


def text_of(response: ModelResponse) -> str:
    """The words of a response, without its reasoning and calls."""
    return "".join(part.content for part in response.parts if isinstance(part, TextPart))
