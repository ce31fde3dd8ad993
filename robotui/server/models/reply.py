"""The agent loop: a model is asked, its tools are run, and it is asked again, within limits."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Final

from pydantic_ai.messages import (
    ModelResponse,
    ModelResponsePart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
)

from robotui.profiles import Profile
from robotui.server.engine import End, Fail, LimitReason, Part, Wait
from robotui.server.models import failures
from robotui.server.models.answer import Answer
from robotui.server.models.context_trimming import has_calls, is_prompt
from robotui.server.models.dialect import Chat
from robotui.server.models.handover import signed
from robotui.server.models.history import Thread, tool_results
from robotui.server.models.model_requests import Requests, text_of
from robotui.server.models.model_server import Model
from robotui.server.models.streaming import paired
from robotui.server.models.tool_call_assembly import new_id
from robotui.server.models.tools import Call

_CALLS: Final = 16  # tools that may be called at once

_SAME: Final = 3  # times that the same calls follow one another before they are not made any more
_KNOWN: Final = "You have this already: it is above. Answer with it, or look elsewhere."


class Reply:
    """Answers one prompt of the session ``thread``."""

    def __init__(
        self, model: Model, chat: Chat, profile: Profile, thread: Thread, key: str = ""
    ) -> None:
        self._model = model
        self._chat = chat
        self._profile = profile
        self._thread = thread
        self._key = key
        self.requests = Requests(model, chat.form, profile, thread)
        self._latest: tuple[str, int] = ("", 0)  # the calls made last, how often in a row
        self._clock = asyncio.get_running_loop().time
        self._deadline = self._clock() + profile.seconds
        self._usage: dict[str, int] = {}
        self._answer = self._next_answer()

    def _next_answer(self) -> Answer:
        return Answer(self._chat, self.requests, self._deadline, self._where)

    async def run(self, prompt: str) -> AsyncGenerator[Part, None]:
        """The parts of the reply. Closing the generator closes the request to the model."""
        self._thread.mend()
        if prompt.strip().lower() != "continue" or not self._thread.unfinished:
            self._thread.ask(paired(prompt))
        for _ in range(self._profile.steps):
            async with aclosing(self._ask()) as parts:
                async for part in parts:
                    yield part
            last = self._answer.response
            if last is None:
                if self._answer.failure is None:
                    yield self._end("time")
                return
            calls = [part for part in last.parts if isinstance(part, ToolCallPart)]
            if not calls:
                yield self._ending(last)
                return
            async with aclosing(self._use(calls)) as parts:
                async for part in parts:
                    yield part
            limit = self._limit()
            if limit is not None:
                yield self._end(limit)
                return
        yield self._end("max_iterations")

    def _ending(self, last: ModelResponse) -> Part:
        """What the reply ends with after an answer without calls."""
        if last.finish_reason == "content_filter":
            return Fail(failures.filtered(self._model, kept=any(self._answer.pieces)))
        if last.finish_reason == "length":
            return self._end("length")
        if last.parts:
            return self._end(None)
        did = "thought, but gave no answer" if self._answer.heard else "sent an empty answer"
        return Fail(f"{self._where} {did}. Ask again, or in another way.")

    @property
    def _where(self) -> str:
        return f"{self._model.name} at {self._model.server.url}"

    def _limit(self) -> LimitReason | None:
        """Why no further step is made: no time is left, or the model goes in a circle."""
        if self._clock() > self._deadline:
            return "time"
        return "max_iterations" if self._latest[1] > _SAME else None

    def _end(self, limit: LimitReason | None) -> End:
        text = "".join(self._answer.pieces).rstrip()
        usage = {"without_tools": 1} if self.requests.without_tools else {}
        return End(asks=text.endswith("?"), limit=limit, usage=usage | self._usage)

    async def _ask(self) -> AsyncGenerator[Part, None]:
        """One answer of the model, which goes into the thread, also if it is cut anywhere."""
        before = self._thread.cut
        try:
            while True:
                self._answer = answer = self._next_answer()
                able = bool(self.requests.tools)
                async with aclosing(answer.parts(before)) as parts:
                    async for part in parts:
                        yield part
                failure = answer.failure
                if failure is None or answer.heard or not self.requests.adapt(failure, before):
                    break
                if able and not self.requests.tools:
                    yield Wait(f"{self._where} {self.requests.why_without}", without_tools=True)
        finally:
            self._keep(before)
        if failure is not None:
            begun, kept = answer.heard, any(answer.pieces)
            text = failures.explain(failure, self._model, self._key, begun=begun, kept=kept)
            yield Fail(text)

    def _keep(self, before: ModelResponse | None) -> None:
        """Put what came into the thread: one message with what was cut before, if it goes on it."""
        answer = self._answer
        # Cut by the time, an error or the person: to be gone on with like at the model's own limit.
        response = answer.response or ModelResponse(parts=[], finish_reason="length")
        calls = [part for part in response.parts if isinstance(part, ToolCallPart)]
        calls = calls or [ToolCallPart(name, given, new_id()) for name, given in answer.spoken]
        if response.finish_reason in ("length", "content_filter") or answer.response is None:
            calls = []  # the last of them is cut too, and all can be made again
        if answer.response is not None:
            self._count(response)
        whole = (text_of(before) if before is not None else "") + "".join(answer.pieces)
        parts: list[ModelResponsePart] = []
        if calls or (whole and self._called):
            thoughts = [part for part in response.parts if isinstance(part, ThinkingPart)]
            parts += [replace(part, content=paired(part.content)) for part in thoughts]
        if whole:
            parts.append(TextPart(content=whole))
        parts += [_mended(call) for call in calls]
        message = signed(replace(response, parts=parts), self.requests.writer)
        if before is not None:
            self._thread.replace_last(message)
        elif parts:
            self._thread.add(message)
        if answer.response is not None:
            answer.response = message
            self.requests.answered()

    @property
    def _called(self) -> bool:
        """Whether tools were called in this turn."""
        messages = self._thread.messages
        latest = max((at for at, each in enumerate(messages) if is_prompt(each)), default=0)
        return has_calls(messages[latest:])

    def _count(self, response: ModelResponse) -> None:
        used = response.usage
        read, written = used.input_tokens, used.output_tokens
        if read or written:
            self._usage["input_tokens"] = self._usage.get("input_tokens", 0) + read
            self._usage["output_tokens"] = self._usage.get("output_tokens", 0) + written
            self._usage["context_used"] = read + written
        else:
            self._usage["context_used"] = self.requests.used(response)
        self._usage["context_window"] = self._model.window

    async def _use(self, calls: Sequence[ToolCallPart]) -> AsyncGenerator[Part, None]:
        """Run the tools that were called, all at once; what they give goes into the thread."""
        wanted = json.dumps([[call.tool_name, str(call.args)] for call in calls])
        self._latest = (wanted, self._latest[1] + 1 if wanted == self._latest[0] else 1)
        if self._latest[1] >= _SAME:
            self._thread.add(tool_results(calls, [_KNOWN] * len(calls)))
            return
        limit = self.requests.room_for(min(len(calls), _CALLS))
        made = [
            Call(self.requests.tools.get(name), name, _arguments(call) if call.args else {}, limit)
            for name, call in ((call.tool_name, call) for call in calls[:_CALLS])
        ]
        for call in made:
            yield call.act
        results = await asyncio.gather(*(call.run() for call in made))
        texts = [text for text, _ in results]
        texts += ["Too many calls at once; this one was not made."] * (len(calls) - len(made))
        self._thread.add(tool_results(calls, texts))
        for _, observation in results:
            yield observation


def _arguments(call: ToolCallPart) -> Any:
    if not isinstance(call.args, str):
        return call.args
    try:
        return json.loads(call.args)
    except (ValueError, RecursionError):
        return None


def _mended(call: ToolCallPart) -> ToolCallPart:
    """``call`` with arguments that a server can read again when it gets them back."""
    if not isinstance(_arguments(call), dict):
        return replace(call, args="{}")
    return replace(call, args=paired(call.args)) if isinstance(call.args, str) else call
