"""What any model server streams, as the chunks that OpenAI's do: pure, no sockets.

Words pass at once. Calls of tools, the count of tokens and the reason of the end are told once, at
the end, as that is when they are known.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any, Final

from robotui.server.models.error_bodies import Complaint, complaint, made, of_text
from robotui.server.models.stream_framing import Done, Frame, Junk, Value
from robotui.server.models.tool_call_assembly import Assembly

PRIVATE: Final = "private"
"""The field of the last chunk with what has to go back to the model as it came."""

_KEPT: Final = ("reasoning_details", "thinking_blocks")
_REASONING: Final = ("reasoning_content", "reasoning", "thinking", "thinking_content", "thought")
_THINKING_PARTS: Final = frozenset({"thinking", "reasoning", "thought", "reasoning_text"})
# What the words for an end have in common; in this order, as some are in two.
_ENDS: Final = (
    (
        "content_filter",
        r"filter|safety|recitation|prohibit|blocklist|blocked|spii|refus|moderat|sensitive|guardrail"
        r"|toxic|policy|violation|denied|^language$",
    ),
    (
        "error",
        r"error|fail|abort|cancel|interrupt|timeout|timed|malformed|unexpected|overload|resource"
        r"|unavailable|^other$|disconnect|killed",
    ),
    ("tool_calls", r"tool|function"),
    ("stop", r"stop|eos|end|(?<!in)complete"),
    ("length", r"length|max|limit|trunc|token|budget|context|incomplete"),
)
_USAGE: Final = {
    "prompt_tokens": ("prompt_tokens", "input_tokens", "prompt_eval_count"),
    "completion_tokens": ("completion_tokens", "output_tokens", "eval_count"),
}
_TOLD: Final = 16  # characters that are hardly the same by chance
_KNOWN: Final = 256  # characters of a text by which it is known again
_FILTERED: Final = "content_filter"
_ALIVE: Final = re.compile(
    r"[\W_]*(ping|pong|keep[-_ ]?alive|heartbeat|processing|ok)?[\W_]*", re.IGNORECASE
)


def reason_of(told: Any) -> str:
    """OpenAI's word for the reason of an end; ``error`` for a failure, empty for none.

    A word that nobody knows is the end of a whole answer.
    """
    if not isinstance(told, str) or not told.strip() or told.strip().lower() in ("null", "none"):
        return ""
    word = told.strip().lower()
    return next((reason for reason, signs in _ENDS if re.search(signs, word)), "stop")


class Chunks:
    """Makes the chunks of one answer; ``tools`` are the names that were offered."""

    def __init__(self, tools: Collection[str] = ()) -> None:
        self._head: dict[str, Any] = {"id": "", "created": 0, "model": ""}
        self._assembly = Assembly(tools)
        self._reason = ""
        self._failed: Complaint | None = None
        self._refused = False
        self._usage: dict[str, int] = {}
        self._timings: dict[str, int] = {}
        self._kept: dict[str, list[Any]] = {}
        # How the text began and how long it is, to know it when it is told again as a whole.
        self._start, self._length = "", 0
        self._ended = False

    def feed(self, frame: Frame) -> Iterator[dict[str, Any]]:
        """The chunks that ``frame`` makes; an error is the last."""
        if self._ended or _is_sign_of_life(frame):
            return
        match frame:
            case Done():
                yield from self._end(self._reason or "stop")
            case Junk(text, event):
                words = of_text(text)
                if event == "error" or not text.startswith("{"):
                    yield from self._fail(made(words))
                else:
                    yield from self._fail(made(f"a damaged chunk: {words}"))
            case Value(value, event):
                yield from self._take(value, event)

    def flush(self) -> Iterator[dict[str, Any]]:
        """The end of the stream: without a reason for it, it was cut, and nothing more is told."""
        if not self._ended and self._reason:
            yield from self._end(self._reason)

    def _take(self, value: Any, event: str) -> Iterator[dict[str, Any]]:
        failed = complaint(value, failed=event == "error")
        for item in value if isinstance(value, list) and failed is None else [value]:
            if isinstance(item, dict):
                yield from self._object(item)
        if failed is not None:
            yield from self._fail(failed)

    def _object(self, value: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for name, kind in (("id", str), ("created", int), ("model", str)):
            if type(value.get(name)) is kind and value[name]:
                self._head[name] = value[name]
        self._count(value)
        choice = _choice(value)
        self._count(choice)
        delta = choice.get("delta")
        whole = choice.get("message")
        if isinstance(delta, dict) and delta:
            yield from self._words(delta, again=False)
        elif isinstance(whole, dict):
            yield from self._whole(whole, at_once=value.get("object") == "chat.completion")
        elif isinstance(choice.get("text"), str):
            yield from self._words({"content": choice["text"]}, again=False)
        yield from self._finish(choice, delta)

    def _whole(self, message: dict[str, Any], *, at_once: bool) -> Iterator[dict[str, Any]]:
        """A message instead of a delta: the whole answer, perhaps again, or a piece of it."""
        text, _ = _content(message.get("content"))
        again = self._length > _TOLD and text.startswith(self._start)
        yield from self._words(message, again=again or at_once)
        if at_once:
            self._reason = self._reason or "stop"

    def _finish(self, choice: dict[str, Any], delta: Any) -> Iterator[dict[str, Any]]:
        failed = choice.get("error") or (isinstance(delta, dict) and delta.get("error"))
        if not failed and isinstance(choice.get("message"), str):
            failed = choice["message"]
        reason = reason_of(choice.get("finish_reason") or choice.get("done_reason"))
        if failed:
            yield from self._fail(complaint({"error": failed}, failed=True) or made(""))
        elif reason == "error":
            word = str(choice.get("native_finish_reason") or choice.get("finish_reason"))
            self._failed = made("" if word.lower() == "error" else word)
        self._reason = reason or self._reason

    def _words(self, delta: dict[str, Any], *, again: bool) -> Iterator[dict[str, Any]]:
        """The words of a delta; ``again``: those of a whole message, which may be known."""
        text, thoughts = _content(delta.get("content"))
        field = next((name for name in _REASONING if _nonempty(delta.get(name))), "")
        for name in _KEPT:
            if isinstance(delta.get(name), list):
                _append(self._kept.setdefault(name, []), delta[name])
        reasoning = delta[field] if field else _of_details(delta.get("reasoning_details"))
        if again:
            text = text[self._length :] if text.startswith(self._start) else text
            reasoning = "" if self._length else reasoning
        if reasoning or thoughts:
            name = "reasoning" if field == "reasoning" else "reasoning_content"
            yield self._chunk({name: reasoning or thoughts})
        if _nonempty(delta.get("refusal")):
            self._refused = True
            text += delta["refusal"]
        if text:
            self._start += text[: max(0, _KNOWN - self._length)]
            self._length += len(text)
            yield self._chunk({"content": text})
        for name in ("tool_calls", "function_call"):
            if delta.get(name):
                self._assembly.add(delta[name])

    def _count(self, value: dict[str, Any]) -> None:
        """Take the tokens told; counted on in every chunk or told at the end, the most is meant."""
        special = value.get("x_groq")
        places = [
            value,
            value.get("usage"),
            special.get("usage") if isinstance(special, dict) else None,
        ]
        for place in (each for each in places if isinstance(each, dict)):
            for name, names in _USAGE.items():
                found = [place.get(each) for each in names]
                counts = [one for one in found if type(one) is int and one >= 0]
                self._usage[name] = max([self._usage.get(name, 0), *counts])
        timings = value.get("timings")
        if isinstance(timings, dict):
            self._timings = {
                name: sum(n for n in map(timings.get, names) if type(n) is int and n > 0)
                for name, names in (
                    ("prompt_tokens", ("prompt_n", "cache_n")),
                    ("completion_tokens", ("predicted_n",)),
                )
            }

    def _end(self, reason: str) -> Iterator[dict[str, Any]]:
        if reason == "error":
            yield from self._fail(self._failed or made(""))
            return
        reason = _FILTERED if self._refused else reason
        calls = self._assembly.calls() if reason != _FILTERED else []
        if calls:
            yield self._chunk({"tool_calls": calls})
            reason = "tool_calls" if reason == "stop" else reason
        last = self._chunk({}, reason)
        if self._kept:
            last[PRIVATE] = self._kept
        yield last
        usage = self._usage if any(self._usage.values()) else self._timings
        if any(usage.values()):
            counts = {"prompt_tokens": 0, "completion_tokens": 0, **usage}
            total = {"total_tokens": sum(counts.values())}
            yield {**self._chunk({}), "choices": [], "usage": counts | total}
        self._ended = True

    def _fail(self, failed: Complaint) -> Iterator[dict[str, Any]]:
        self._ended = True
        yield {"error": failed}

    @property
    def ended(self) -> bool:
        """Whether nothing more can come."""
        return self._ended

    def _chunk(self, delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
        choices = [{"index": 0, "delta": delta, "finish_reason": reason}]
        return {**self._head, "object": "chat.completion.chunk", "choices": choices}


def _is_sign_of_life(frame: Frame) -> bool:
    """Whether it only keeps the connection open."""
    told = "" if isinstance(frame, Done) else frame.event
    told = told or (frame.text if isinstance(frame, Junk) else "")
    return told != "" and _ALIVE.fullmatch(told) is not None


def _choice(value: dict[str, Any]) -> dict[str, Any]:
    """The first of the choices; a message by itself, as Ollama's own interface sends, is one."""
    choices = value.get("choices")
    listed = (
        [each for each in choices if isinstance(each, dict)] if isinstance(choices, list) else []
    )
    first = [each for each in listed if each.get("index") in (0, None)] or listed[:0]
    if first:
        return first[0]
    return value if isinstance(value.get("message"), dict) or "done_reason" in value else {}


def _content(content: Any) -> tuple[str, str]:
    """The text and the reasoning in ``content``, which may be a list of parts."""
    if isinstance(content, str):
        return content, ""
    texts: list[str] = []
    thoughts: list[str] = []
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, str):
            texts.append(part)
        elif isinstance(part, dict):
            found = thoughts if part.get("type") in _THINKING_PARTS else texts
            names = ("text", "thinking", "reasoning", "content", "summary")
            inner = next((part[name] for name in names if part.get(name)), "")
            found.append(inner if isinstance(inner, str) else "".join(_content(inner)))
    return "".join(texts), "".join(thoughts)


def _of_details(details: Any) -> str:
    """The reasoning that OpenRouter's ``reasoning_details`` have as text."""
    found = details if isinstance(details, list) else []
    texts = (each.get("text") or each.get("summary") for each in found if isinstance(each, dict))
    return "".join(text for text in texts if isinstance(text, str))


def _append(kept: list[Any], more: list[Any]) -> None:
    """Add details; the pieces of one, which have its index and type, are put together."""
    for each in more:
        last = kept[-1] if kept else None
        if not (isinstance(each, dict) and isinstance(last, dict) and _goes_on(last, each)):
            kept.append(dict(each) if isinstance(each, dict) else each)
            continue
        for name, value in each.items():
            joined = name in ("text", "summary", "data", "thinking") and _nonempty(last.get(name))
            if value is not None:
                last[name] = last[name] + value if joined and isinstance(value, str) else value


def _goes_on(last: dict[str, Any], each: dict[str, Any]) -> bool:
    same = each.get("type") == last.get("type") and each.get("index") == last.get("index")
    return same and "index" in each and each.get("id") in (None, last.get("id"))


def _nonempty(value: Any) -> bool:
    return isinstance(value, str) and value != ""
