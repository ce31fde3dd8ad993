"""One reply of a model: asking it, using its tools, asking again, within the profile's limits."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any, Final

from pydantic_ai.messages import (
    InstructionPart,
    ModelMessage,
    ModelRequest,
    ModelResponse,
    ModelResponsePart,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    UserPromptPart,
)
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.openai import OpenAIChatModelSettings
from pydantic_ai.tools import ToolDefinition

from robotui.profiles import Profile
from robotui.server.engine import End, Fail, LimitReason, Part, Text, Think, Wait
from robotui.server.models import failures
from robotui.server.models.assembling import new_id
from robotui.server.models.dialect import Chat, instructed
from robotui.server.models.handover import readable, signed
from robotui.server.models.history import Thread, tool_results
from robotui.server.models.model_server import Model
from robotui.server.models.reasoning_marks import Marks
from robotui.server.models.stitching import Joiner, anchor_of
from robotui.server.models.streaming import Words, paired, reading
from robotui.server.models.tools import Call, Tool
from robotui.server.models.trimming import BYTES_PER_TOKEN, fit, has_calls, is_prompt, size
from robotui.server.models.written_tool_calls import Call as Spoke
from robotui.server.models.written_tool_calls import Spoken

PATIENCE: Final = 15.0
"""Seconds of silence after which it is told what is waited for; and again after each such time."""

_CALLS: Final = 16  # tools that may be called at once
_LEAST_BUDGET: Final = 2000  # bytes of conversation, however small the context
_OUTPUT: Final = (1000, 16_000)  # characters that one tool gives: at least, at most

HELD: Final = 1.0
"""Seconds that the first words of an answer are held back, as they may be reasoning without a mark;
only until it is known of the model."""
HELD_LONG: Final = 20.0
"""The same, if they sound like reasoning."""

_SILENCE: Final = object()
_NO_TOOLS: Final = "can't use tools: it does not see your workspace"
_FAILED_TOOLS: Final = "failed at its tools twice: for this prompt it does not see your workspace"
_SAME: Final = 3  # times that the same calls follow one another before they are not made any more
_KNOWN: Final = "You have this already: it is above. Answer with it, or look elsewhere."
_GO_ON: Final = (
    "Your last message was cut off by a limit. Write only what follows, as if it had never been "
    "cut: no introduction, no new code fence, no repetition but this: begin with exactly the last "
    "words that you wrote, which are between the marks.\n<<<{anchor}>>>"
)


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
        self._tools: dict[str, Tool] = {}
        self._instructions = self._plain = ""
        self._output = min(profile.output_tokens, model.window // 3)
        self._budget = self._fixed = 0
        self._why_without = ""
        self._form = chat.form
        self._latest: tuple[str, int] = ("", 0)  # the calls made last, how often in a row
        self._clock = asyncio.get_running_loop().time
        self._deadline = self._clock() + profile.seconds
        self._usage: dict[str, int] = {}
        # Of the answer that is coming in.
        self._heard = False
        self._pieces: list[str] = []
        self._response: ModelResponse | None = None
        self._failure: Exception | None = None
        self._spoken: list[Spoke] = []  # calls that it wrote as text
        self._attempts: set[str] = set()  # what was tried for it, each once

    def equip(self, instructions: str, tools: Sequence[Tool], plain: str = "") -> None:
        """What the model is told first, and what it may call; ``plain``: told without tools."""
        self._instructions, self._plain = instructions, plain or instructions
        self._tools = {tool.name: tool for tool in tools}
        if self._profile.tools and not tools:
            self._usage["without_tools"] = 1
        self._fixed = len(instructions) + sum(len(json.dumps(tool.schema)) + 200 for tool in tools)
        room = (self._model.window - self._output) * BYTES_PER_TOKEN - self._fixed
        self._budget = max(room, _LEAST_BUDGET)

    async def run(self, prompt: str) -> AsyncGenerator[Part, None]:
        """The parts of the reply. Closing the generator closes the request to the model."""
        self._thread.mend()
        if prompt.strip().lower() != "continue" or not self._thread.unfinished:
            self._thread.ask(paired(prompt))
        for _ in range(self._profile.steps):
            async with aclosing(self._answer()) as parts:
                async for part in parts:
                    yield part
            last = self._response
            if last is None:
                if self._failure is None:
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
            return Fail(failures.filtered(self._model, kept=any(self._pieces)))
        if last.finish_reason == "length":
            return self._end("length")
        if last.parts:
            return self._end(None)
        did = "thought, but gave no answer" if self._heard else "sent an empty answer"
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
        text = "".join(self._pieces).rstrip()
        return End(asks=text.endswith("?"), limit=limit, usage=self._usage)

    async def _answer(self) -> AsyncGenerator[Part, None]:
        """One answer of the model, which goes into the thread, also if it is cut anywhere."""
        before = self._thread.cut
        try:
            while True:
                self._begin()
                able = bool(self._tools)
                async with aclosing(self._stream(before)) as parts:
                    async for part in parts:
                        yield part
                if self._failure is None or self._heard or not self._adapt(self._failure, before):
                    break
                if able and not self._tools:
                    yield Wait(f"{self._where} {self._why_without}", without_tools=True)
        finally:
            self._keep(before)
        if self._failure is not None:
            failure, begun = self._failure, self._heard
            kept = any(self._pieces)
            text = failures.explain(failure, self._model, self._key, begun=begun, kept=kept)
            yield Fail(text)

    def _begin(self) -> None:
        self._pieces.clear()
        self._heard = False
        self._response, self._failure = None, None
        self._spoken = []

    async def _stream(self, before: ModelResponse | None) -> AsyncGenerator[Part, None]:
        """One request: the words that come. It leaves a response, or a failure, or neither."""
        cut = _text(before) if before is not None else ""
        joiner = Joiner("" if self._form.continues else cut)
        words = Words(self._form.opened if before is None else "yes")
        spoken = Spoken({name: tool.parameters.keys() for name, tool in self._tools.items()})
        async with (
            reading(self._chat, *self._request()) as events,
            aclosing(self._events(events, words)) as parts,
        ):
            async for part in parts:
                told = part
                if isinstance(part, Text):
                    told = Text(joiner.feed(spoken.feed(part.piece)))
                    self._pieces.append(told.piece)
                if isinstance(told, Wait) or told.piece:
                    self._heard |= not isinstance(told, Wait)
                    yield told
        rest, self._spoken = spoken.flush()
        for piece in (joiner.feed(rest), joiner.flush()):
            self._pieces.append(piece)
            self._heard |= piece != ""
            yield Text(piece)
        if self._response is not None:
            self._form.learn_opening(words.marks)

    async def _events(
        self, events: asyncio.Queue[Any], words: Words
    ) -> AsyncGenerator[Text | Think | Wait, None]:
        """The words as they come; what may be reasoning is held back for a while."""
        until = math.inf
        while True:
            event = await self._next(events, until)
            if isinstance(event, Exception):
                self._failure = event
                break
            if event is None or isinstance(event, ModelResponse):
                self._response = event
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

    def _request(self) -> tuple[list[ModelMessage], OpenAIChatModelSettings, Any]:
        settings = OpenAIChatModelSettings()
        if self._form.limit:
            settings["max_tokens"] = self._output
        cut = self._thread.cut
        words = _GO_ON.format(anchor=anchor_of(_text(cut))) if cut is not None else ""
        messages = fit(readable(self._thread.messages, self._writer), self._budget - len(words))
        if cut is not None and self._form.continues:
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
            for tool in self._tools.values()
        ]
        parameters = ModelRequestParameters(
            function_tools=definitions,
            instruction_parts=[InstructionPart(content=self._instructions)],
        )
        if not self._form.system:
            parameters = replace(parameters, instruction_parts=[])
            messages = instructed(messages, self._instructions)
        return messages, settings, parameters

    def _adapt(self, error: Exception, cut: ModelResponse | None) -> bool:
        """Whether the request is worth repeating, now in a form that the server may take."""
        if failures.is_too_long(error) and self._budget > _LEAST_BUDGET:
            self._budget = max(min(self._budget, size(self._thread.messages)) // 2, _LEAST_BUDGET)
            return True
        if self._form.learn(error):
            return True
        if cut is not None and self._form.continues and failures.is_refused(error):
            self._form.continues = False
            return True
        if self._tools and failures.has_no_tools(error):
            self._form.tools = False
            self._why_without = _NO_TOOLS
            self.equip(self._plain, ())
            return True
        if self._tools and failures.is_about_tools(error):
            if self._first_attempt("again"):
                return True
            self._why_without = _FAILED_TOOLS
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

    def _keep(self, before: ModelResponse | None) -> None:
        """Put what came into the thread: one message with what was cut before, if it goes on it."""
        text = "".join(self._pieces)
        # Cut by the time, an error or the person: to be gone on with like at the model's own limit.
        response = self._response or ModelResponse(parts=[], finish_reason="length")
        calls = [part for part in response.parts if isinstance(part, ToolCallPart)]
        calls = calls or [ToolCallPart(name, given, new_id()) for name, given in self._spoken]
        if response.finish_reason in ("length", "content_filter") or self._response is None:
            calls = []  # the last of them is cut too, and all can be made again
        if self._response is not None:
            self._count(response)
        whole = (_text(before) if before is not None else "") + text
        parts: list[ModelResponsePart] = []
        if calls or (whole and self._called):
            thoughts = [part for part in response.parts if isinstance(part, ThinkingPart)]
            parts += [replace(part, content=paired(part.content)) for part in thoughts]
        if whole:
            parts.append(TextPart(content=whole))
        parts += [_mended(call) for call in calls]
        message = signed(replace(response, parts=parts), self._writer)
        if before is not None:
            self._thread.replace_last(message)
        elif parts:
            self._thread.add(message)
        if self._response is not None:
            self._response = message
            self._attempts.clear()

    @property
    def _called(self) -> bool:
        """Whether tools were called in this turn."""
        messages = self._thread.messages
        latest = max((at for at, each in enumerate(messages) if is_prompt(each)), default=0)
        return has_calls(messages[latest:])

    @property
    def _writer(self) -> str:
        """What the model's messages are signed with."""
        return f"{self._model.server.url} {self._model.name}"

    def _count(self, response: ModelResponse) -> None:
        used = response.usage
        read, written = used.input_tokens, used.output_tokens
        if read or written:
            self._usage["input_tokens"] = self._usage.get("input_tokens", 0) + read
            self._usage["output_tokens"] = self._usage.get("output_tokens", 0) + written
            self._usage["context_used"] = read + written
        else:
            told = min(size(self._thread.messages), self._budget) + size([response])
            self._usage["context_used"] = (told + self._fixed) // BYTES_PER_TOKEN
        self._usage["context_window"] = self._model.window

    async def _use(self, calls: Sequence[ToolCallPart]) -> AsyncGenerator[Part, None]:
        """Run the tools that were called, all at once; what they give goes into the thread."""
        wanted = json.dumps([[call.tool_name, str(call.args)] for call in calls])
        self._latest = (wanted, self._latest[1] + 1 if wanted == self._latest[0] else 1)
        if self._latest[1] >= _SAME:
            self._thread.add(tool_results(calls, [_KNOWN] * len(calls)))
            return
        low, high = _OUTPUT
        limit = max(low, min(high, self._budget // (2 * min(len(calls), _CALLS))))
        made = [
            Call(self._tools.get(name), name, _arguments(call) if call.args else {}, limit)
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


def _text(response: ModelResponse) -> str:
    return "".join(part.content for part in response.parts if isinstance(part, TextPart))


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
