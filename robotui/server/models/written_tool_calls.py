"""Calls of tools that a model writes as text, since its server does not know its format.

Only where it is unambiguous: the answer ends with calls and nothing else, each of a tool that was
offered. In a fence, or as bare JSON, they must be the whole answer. All else stays text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

_FLAGS: Final = re.DOTALL | re.IGNORECASE
# What formats put around calls, and between them.
_AROUND: Final = re.compile(
    r"(?:\s|[;,](?=\s*\{)|\[TOOL_CALLS\]|\[/TOOL_CALLS\]|</?tool_calls?>|</?function_calls?>"
    r"|<\|/?tool_calls?\|>|<\|python_tag\|>|<\|eo[mt]_id\|>|<\|im_end\|>|<\|call\|>|<\|end\|>"
    r"|<\|start\|>assistant|</?s>|</?minimax:tool_call>|<｜tool▁calls?▁(?:begin|end)｜>"
    r"|<｜end▁of▁sentence｜>|<\|tool_calls?(?:_section)?_(?:begin|end)\|>)*",
    _FLAGS,
)
# Formats that name a tool before its arguments in JSON.
_NAMED: Final = tuple(
    re.compile(pattern, _FLAGS)
    for pattern in (
        r"<function=(?P<name>[\w.-]+)>(?=\s*\{)",
        r"functions\.(?P<name>[\w-]+)(?::\d+)?\s*(?:<\|tool_call_argument_begin\|>\s*)?(?=\{)",
        r"<\|channel\|>commentary to=(?:functions\.)?(?P<name>[\w-]+)[^{]*?<\|message\|>\s*(?=\{)",
        r"(?:function)?<｜tool▁sep｜>(?P<name>[\w-]+)\s*(?:```json)?\s*(?=\{)",
        r"(?P<name>[\w-]+)\s*\[ARGS\]\s*(?=\{)",
        r"(?<=\[TOOL_CALLS\])(?P<name>[\w-]+)\s*(?:\[CALL_ID\]\w+\s*)?(?:\[ARGS\])?\s*(?=\{)",
    )
)
_CLOSED: Final = re.compile(r"\s*(?:```|</function>)?", _FLAGS)
# Formats in which each argument has a tag of its own.
_TAGGED: Final = (
    re.compile(r"<function=(?P<name>[\w.-]+)>(?P<body>.*?)</function>", _FLAGS),
    re.compile(r"<invoke name=\"(?P<name>[\w.-]+)\">(?P<body>.*?)</invoke>", _FLAGS),
    re.compile(
        r"(?<=<tool_call>)\s*(?P<name>[\w.-]+)(?P<body>(?:\s*<arg_key>[^<]*</arg_key>"
        r"\s*<arg_value>(?:(?!</arg_value>).)*</arg_value>)*)(?=\s*</tool_call>)",
        _FLAGS,
    ),
)
_ARGUMENT: Final = re.compile(
    r"<parameter(?:=(?P<a>[\w-]+)| name=\"(?P<b>[\w-]+)\"[^>]*)>"
    r"(?P<x>.*?)(?:</parameter>|(?=<parameter|\Z))"
    r"|<arg_key>\s*(?P<c>[\w-]+)\s*</arg_key>\s*<arg_value>(?P<y>.*?)</arg_value>",
    _FLAGS,
)
_FENCED: Final = re.compile(
    r"\s*```(?:json|tool_calls?|tool_code|tool)?\s*\n(.*?)\n?```\s*", _FLAGS
)
_SIGNS: Final = (
    *("<tool_call", "<function", "<invoke", "<minimax:tool_call", "<|tool_call", "<|python_tag|>"),
    *(
        "[tool_calls]",
        "functions.",
        "<|channel|>commentary to=",
        "<|start|>assistant<|channel|>comm",
    ),
    *("<｜tool▁call", "function<｜tool▁sep｜>"),
)
"""How a line of calls begins, whatever words stand before it."""
_WHOLE: Final = ("```", "{", "[{")
"""How an answer begins that may be nothing but a call."""
_EXAMPLE: Final = re.compile(
    r"example|e\.g\.|such as|looks? like|format|syntax|would (?:be|write|look)|for instance"
    r"|template|beispiel|ejemplo|exemple|例",
    re.IGNORECASE,
)
_DECODER: Final = json.JSONDecoder(strict=False)
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")

Call = tuple[str, dict[str, Any]]


class Spoken:
    """Holds back the end of an answer that may be calls of ``tools`` (names with their arguments).

    With no tools, all passes.
    """

    def __init__(self, tools: Mapping[str, Collection[str]]) -> None:
        self._tools = tools
        self._held = ""
        self._line = ""  # what was told of the line under way
        self._told: list[str] = []
        self._fence = ""
        self._candidate = False

    def feed(self, piece: str) -> str:
        """What can be told now."""
        if not self._tools:
            return piece
        self._held += piece
        told = ""
        while self._held and not self._candidate:
            if not self._line and not self._fence and self._may_begin():
                break
            line, end, rest = self._held.partition("\n")
            told += line + end
            self._held = rest
            self._line += line
            if end:
                self._end_line()
        self._told.append(told)
        return told

    def flush(self) -> tuple[str, list[Call]]:
        """What is text after all, and the calls, at the end."""
        rest, self._held = self._held, ""
        before = "".join(self._told)
        calls = read(rest, self._tools, alone=not before.strip()) if self._candidate else []
        if _EXAMPLE.search(before) or not calls:
            return rest, []
        return "", calls

    def _may_begin(self) -> bool:
        """Whether calls may begin at this line, or it is too short to know."""
        low = self._held.lstrip().lower()
        if not low:
            return True
        signs = _SIGNS if any(told.strip() for told in self._told) else (*_SIGNS, *_WHOLE)
        self._candidate = low.startswith(signs)
        return self._candidate or any(sign.startswith(low) for sign in signs)

    def _end_line(self) -> None:
        found = _FENCE.match(self._line)
        if found and not self._fence:
            self._fence = found[1]
        elif found and found[1].startswith(self._fence):
            self._fence = ""
        self._line = ""


def read(text: str, tools: Mapping[str, Collection[str]], *, alone: bool) -> list[Call]:
    """The calls that ``text`` consists of; none if there is anything else, or another tool.

    ``alone``: nothing was said before, so that it may be bare JSON too.
    """
    fenced = _FENCED.fullmatch(text)
    plain = fenced[1] if fenced else text
    if plain.lstrip()[:1] in ("{", "["):
        bare = not plain.lstrip().upper().startswith("[TOOL_CALLS]")
        if bare and not alone:
            return []
    else:
        bare = False
    if fenced and not (alone and bare):
        return []
    calls: list[Call] = []
    at = 0
    while (found := _next(plain, at)) is not None:
        calls += found[0]
        at = found[1]
    known = all(
        name in tools and (not bare or set(given) <= set(tools[name])) for name, given in calls
    )
    return calls if known and _AROUND.fullmatch(plain, at) else []


def _next(text: str, at: int) -> tuple[list[Call], int] | None:
    """The calls at ``at``, and where they end; None for none."""
    around = _AROUND.match(text, at)
    start = around.end() if around else at
    for pattern in _TAGGED:
        found = pattern.match(text, start)
        if found is not None and (_ARGUMENT.search(found["body"]) or not found["body"].strip()):
            return [(found["name"], dict(_tagged(found["body"])))], found.end()
    for pattern in _NAMED:
        found = pattern.match(text, start)
        value, end = _decoded(text, found.end()) if found else (None, 0)
        if found and isinstance(value, dict):
            closed = _CLOSED.match(text, end)
            return [(found["name"], value)], closed.end() if closed else end
    value, end = _decoded(text, start)
    calls = [_call(each) for each in (value if isinstance(value, list) else [value])]
    known = [call for call in calls if call is not None]
    return (known, end) if known and len(known) == len(calls) else None


def _decoded(text: str, at: int) -> tuple[Any, int]:
    """The JSON value that begins at ``at``, and where it ends."""
    space = len(text) - len(text[at:].lstrip())
    try:
        return _DECODER.raw_decode(text, space)
    except (ValueError, RecursionError):
        return None, at


def _call(value: Any) -> Call | None:
    """A call in JSON, in the shapes that models are trained on."""
    if not isinstance(value, dict):
        return None
    function = value.get("function")
    value = function if isinstance(function, dict) else value
    name = next((value[each] for each in ("name", "tool", "function") if value.get(each)), None)
    keys = ("arguments", "parameters", "args", "input", "tool_input")
    given = next((value[each] for each in keys if each in value), None)
    if isinstance(given, str):
        given = _decoded(given, 0)[0]
    if not isinstance(name, str) or not isinstance(given, dict):
        return None
    return name.removeprefix("functions."), given


def _tagged(body: str) -> Iterator[tuple[str, Any]]:
    """Arguments in tags: what is JSON other than text counts as that."""
    for found in _ARGUMENT.finditer(body):
        text = (found["x"] or found["y"] or "").strip("\n")
        number = re.fullmatch(r"\s*-?\d{1,15}\s*", text)
        yield found["a"] or found["b"] or found["c"], int(text) if number else text
