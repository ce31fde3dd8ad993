"""The pure parts that read what model servers send: framing, chunks, calls, errors, marks."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.server.engine import Text, Think
from robotui.server.models.error_bodies import complaint, of_body
from robotui.server.models.reasoning_marks import Marks
from robotui.server.models.stream_chunks import Chunks, reason_of
from robotui.server.models.stream_framing import Frame, Framing
from robotui.server.models.tool_call_assembly import Assembly
from robotui.server.models.written_tool_calls import Spoken


def cut(whole: Any, cuts: list[int]) -> list[Any]:
    places = sorted(min(place, len(whole)) for place in cuts)
    return [whole[start:stop] for start, stop in pairwise([0, *places, len(whole)])]


CUTS = st.lists(st.integers(0, 400), max_size=8)


def chunks(data: bytes, cuts: list[int], tools: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    framing, made = Framing(), Chunks(tools)
    frames: list[Frame] = [frame for piece in cut(data, cuts) for frame in framing.feed(piece)]
    found = [each for frame in [*frames, *framing.flush()] for each in made.feed(frame)]
    return [*found, *made.flush()]


def told(data: bytes, cuts: list[int] | None = None) -> dict[str, Any]:
    """What OpenAI's client would make of it."""
    got: dict[str, Any] = {"text": "", "thought": "", "end": None}
    for chunk in chunks(data, cuts or []):
        if "error" in chunk:
            return {**got, "error": chunk["error"]["message"]}
        got["usage"] = chunk.get("usage", got.get("usage"))
        for choice in chunk["choices"]:
            delta = choice["delta"]
            got["text"] += delta.get("content", "")
            got["thought"] += delta.get("reasoning_content", "") + delta.get("reasoning", "")
            got["end"] = choice["finish_reason"] or got["end"]
    return got


def chunk(content: str | None = None, why: str | None = None, **delta: Any) -> str:
    fields = delta if content is None else {"content": content, **delta}
    return json.dumps({"choices": [{"index": 0, "delta": fields, "finish_reason": why}]})


A, B, STOP = chunk("A whole "), chunk("answer."), chunk(why="stop")
WHOLE = json.dumps(
    {
        "object": "chat.completion",
        "choices": [{"message": {"content": "A whole answer."}, "finish_reason": "stop"}],
    },
    indent=1,
)
FRAMINGS = [
    f"data: {A}\n\ndata: {B}\n\ndata: {STOP}\n\ndata: [DONE]\n\n",
    f"\ufeffdata:{A}\r\n\r\ndata: {B}\r\n\r\ndata: {STOP}\r\n\r\n",
    f"data: {A}\rdata: {B}\r\rdata:\r\rdata: [DONE]\r",
    f"data: {A}\ndata: {B}\ndata: {STOP}\ndata:  [DONE] ",
    f": hello\nid: 7\nretry: 9\nevent: message\ndata: {A}\n\ndata: ping\n\n{B}\n{STOP}\n",
    f"data: data: {A}\n\ndata: {B[:12]}\ndata: {B[12:]}\n\ndata: [DONE]\n",
    f"{A}\n{B}\n[DONE]\n",
    WHOLE,
    WHOLE.replace("\n", "\r\n"),
    f"data: {json.dumps(json.loads(WHOLE))}\n\n",
    f"event: ping\ndata: {{}}\n\ndata: {A}\n\ndata: {B}\n\nevent: done\ndata: [DONE]\n\n",
    f"[{A},\n{B},\n{STOP}]",
]


@pytest.mark.parametrize("framed", FRAMINGS)
@given(cuts=CUTS)
def test_an_answer_is_the_same_however_it_is_framed_and_cut(framed: str, cuts: list[int]) -> None:
    got = told(framed.encode(), cuts)
    assert (got["text"], got["end"], got.get("error")) == ("A whole answer.", "stop", None)


@pytest.mark.parametrize(
    ("framed", "error"),
    [
        ('error: {"code": 500, "message": "slot is gone"}\n\n', "slot is gone"),
        ("event: error\ndata: out of memory\n\n", "out of memory"),
        ('event: error\ndata: {"message": "gone", "type": "x"}\n\n', "gone"),
        ('data: {"error": {"message": "gone", "code": 500}}\n\n', "gone"),
        ('data: {"error": "gone"}\n\n', "gone"),
        ('data: {"detail": "gone"}\n\n', "gone"),
        ('data: {"object": "error", "message": "gone", "code": 400}\n\n', "gone"),
        ('data: {"message": "gone", "code": "x"}\n\n', "gone"),
        ('[{"error": {"code": 429, "message": "gone"}}]', "gone"),
        ('data: {"type": "error", "error": {"type": "overloaded", "message": "gone"}}\n\n', "gone"),
        ('data: {"base_resp": {"status_code": 1004, "status_msg": "gone"}}\n\n', "gone"),
        (
            'data: {"choices": [{"index": 0, "delta": {}, "error": {"message": "gone"}}]}\n\n',
            "gone",
        ),
        (f"data: {chunk(why='error')}\n\ndata: [DONE]\n\n", ""),
        (f"data: {chunk(why='insufficient_system_resource')}\n\n", "insufficient_system_resource"),
        ("<html><head><title>502 Bad Gateway</title></head></html>", "502 Bad Gateway"),
        ("Service down\n", "Service down"),
        ("data: {not json\n\ndata: {}\n\n", "a damaged chunk: {not json"),
    ],
)
@given(cuts=CUTS)
def test_an_error_is_told_in_the_words_of_the_server(
    framed: str, error: str, cuts: list[int]
) -> None:
    got = told(f"data: {A}\n\n{framed}".encode(), cuts)
    assert (got["text"], got.get("error")) == ("A whole ", error)


def test_a_stream_that_just_ends_has_no_end() -> None:
    assert told(f"data: {A}\n\n".encode())["end"] is None
    assert told(f'data: {A}\n\ndata: {{"choi'.encode()).get("end") is None


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("stop end_turn STOP eos_token stop_sequence COMPLETE whatever", "stop"),
        ("length max_tokens MAX_TOKENS model_length incomplete max_output_tokens", "length"),
        ("content_filter safety SAFETY recitation PROHIBITED_CONTENT blocklist", "content_filter"),
        ("refusal SPII sensitive guardrail_intervened ERROR_TOXIC", "content_filter"),
        ("error abort cancelled network_error MALFORMED_FUNCTION_CALL OTHER timeout", "error"),
        ("tool_calls tool_use function_call", "tool_calls"),
    ],
)
def test_the_reasons_of_an_end(words: str, reason: str) -> None:
    assert [reason_of(word) for word in words.split()] == [reason] * len(words.split())
    assert [reason_of(none) for none in ("", " ", None, "null", 7)] == [""] * 5


def usage(*counts: Any, where: str = "usage") -> dict[str, int] | None:
    lines = [f"data: {json.dumps({**json.loads(A), where: count})}\n\n" for count in counts] + [
        "data: [DONE]\n\n"
    ]
    found = told("".join(lines).encode()).get("usage")
    return found if found is None else {k: v for k, v in found.items() if k != "total_tokens"}


READ = {"prompt_tokens": 1000, "completion_tokens": 4}


def test_tokens_are_counted_once_wherever_they_are_told() -> None:
    assert usage(*({**READ, "completion_tokens": n} for n in range(5))) == READ
    assert (
        usage(None, {"prompt_tokens": 1000}, {"completion_tokens": 4, "prompt_tokens": None})
        == READ
    )
    assert usage({"usage": READ}, where="x_groq") == READ
    assert usage({"input_tokens": 1000, "output_tokens": 4}, READ) == READ
    assert usage({"prompt_n": 900, "cache_n": 100, "predicted_n": 4}, where="timings") == READ
    assert usage({"prompt_tokens": 0, "completion_tokens": 0}) is None
    line = json.dumps({"choices": [{"index": 0, "delta": {}, "usage": READ}]})
    found = told(f"data: {line}\n\ndata: [DONE]\n\n".encode())["usage"]
    assert found["total_tokens"] == 1004


def test_reasoning_is_read_wherever_it_is_put() -> None:
    deltas: list[dict[str, Any]] = [
        {"reasoning_content": "hm"},
        {"reasoning": "hm", "reasoning_content": None},
        {"thinking": "hm"},
        {"reasoning_details": [{"type": "reasoning.text", "text": "hm", "index": 0}]},
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}]},
        {"content": [{"type": "reasoning", "reasoning": "hm"}]},
    ]
    for delta in deltas:
        got = told(f"data: {chunk(**delta)}\n\ndata: {B}\n\ndata: [DONE]\n\n".encode())
        assert (got["thought"], got["text"]) == ("hm", "answer."), delta


def test_an_answer_told_again_as_a_whole_is_told_once() -> None:
    again = {"choices": [{"index": 0, "delta": {}, "message": {"content": "A whole answer, A."}}]}
    stream = [chunk("A whole answer, "), chunk("A."), json.dumps(again), STOP]
    got = told("".join(f"data: {line}\n\n" for line in stream).encode())
    assert (got["text"], got["end"]) == ("A whole answer, A.", "stop")


def piece(name: str | None = None, arguments: Any = None, **more: Any) -> dict[str, Any]:
    return {**more, "function": {"name": name, "arguments": arguments}}


R, X, Y = "read_file", '{"path": "a"}', '{"path": "b"}'
CALLS: list[tuple[list[dict[str, Any]], list[str]]] = [
    ([piece(R, X, index=0, id="a"), piece(R, Y, index=0, id="b")], [X, Y]),
    ([piece(R, X, index=0, id="a"), piece(R, Y, index=1, id="a")], [X, Y]),
    ([piece(R, X, index=0, id="a"), piece(R, Y, index=0, id="a")], [X, Y]),
    (
        [piece(R, "", index=0, id="a"), piece(None, X, index=0), piece(R, "", index=0, id="b")],
        [X, "{}"],
    ),
    ([piece(R, X), piece(R, Y)], [X, Y]),
    ([piece(R, X, index=0), piece(R, Y, index=0)], [X, Y]),
    ([piece(R, X[:4]), piece(None, X[4:]), piece(R, Y[:3]), piece(None, Y[3:])], [X, Y]),
    ([piece(R, X[:4], index=0, id="a"), piece(R, X[4:], index=0, id="a")], [X]),
    ([piece(R, X[:4], index=0), piece(R, X[4:], index=0)], [X]),
    ([piece(R, X[:4], index=0, id="a"), piece("", X[4:], index=0, id="")], [X]),
    ([piece(R, X[:4], index=0, id="a"), piece(None, X[4:], index=0, id="b")], [X]),
    ([piece(R, {"path": "a"}, index=0, id="a")], [X]),
    ([piece(R, None, index=0, id="a")], ["{}"]),
    ([piece(None, "", index=0, id="a"), piece(R, X, index=0)], [X]),
    ([piece("read_", "", index=0, id="a"), piece("file", X, index=0)], [X]),
    ([piece(R, "", index=0, id="a"), piece(None, X, index=0), piece(R, X, index=0, id="a")], [X]),
    ([piece(R, X, index=0), piece(R, Y, index=1), piece(R, X), piece(R, Y)], [X, Y]),
    (
        [piece(R, "", index=0, id="a"), piece(R, "", index=1, id="b")]
        + [
            piece(None, part, index=at)
            for at, part in ((0, X[:5]), (1, Y[:7]), (0, X[5:]), (1, Y[7:]))
        ],
        [X, Y],
    ),
    ([{"name": R, "arguments": X}], [X]),
]


@pytest.mark.parametrize(("pieces", "wanted"), CALLS)
@pytest.mark.parametrize("together", [True, False])
def test_calls_are_put_together(
    pieces: list[dict[str, Any]], wanted: list[str], together: bool
) -> None:
    assembly = Assembly((R, "list_files"))
    for each in [pieces] if together else [[one] for one in pieces]:
        assembly.add(each)
    calls = assembly.calls()
    assert [json.loads(call["function"]["arguments"]) for call in calls] == list(
        map(json.loads, wanted)
    )
    assert {call["function"]["name"] for call in calls} == {R}
    assert len({call["id"] for call in calls}) == len(calls)
    assert [call["index"] for call in calls] == list(range(len(calls)))


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "choices",
                        "delta",
                        "message",
                        "error",
                        "usage",
                        "tool_calls",
                        "function",
                        "content",
                        "index",
                        "id",
                        "finish_reason",
                        "reasoning_details",
                        "name",
                        "arguments",
                    ]
                ),
                x,
            )
        ),
    )
)
def test_no_value_is_too_odd(value: Any) -> None:
    data = f"data: {json.dumps(value)}\n\n".encode()
    assert chunks(data, []) == chunks(data, [3, 5])
    wrapped = json.dumps({"choices": [{"delta": value}]})
    chunks(f"data: {wrapped}\n\ndata: [DONE]\n\n".encode(), [])


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"error": {"message": "no", "type": "x"}}', "no"),
        (b'{"detail": [{"loc": ["body"], "msg": "too small"}]}', "too small"),
        (
            b'{"error": {"message": "Provider returned error", "metadata": {"raw": "slow"}}}',
            "Provider returned error: slow",
        ),
        (b"<html><body><h1>413 Too Large</h1><p>x</p></body></html>", "413 Too Large"),
        (b"plain words", "plain words"),
        (b'"quoted"', "quoted"),
        (b"", ""),
        (b'{"error": {"message": "bad key sk-abcdefghijklmnop"}}', "bad key …"),
        (b'data: {"error": {"message": "in a stream"}}\n\n', "in a stream"),
        (b'{"message": "{\\"error\\": {\\"message\\": \\"inner\\"}}"}', "inner"),
    ],
)
def test_the_body_of_an_error(body: bytes, words: str) -> None:
    assert of_body(body)["message"] == words


def test_an_answer_is_no_error() -> None:
    values: list[Any] = [
        json.loads(A),
        json.loads(WHOLE),
        {"choices": [], "usage": {}},
        {"error": None, "id": "x"},
    ]
    for value in values:
        assert complaint(value) is None


def heard(whole: str, cuts: list[int]) -> tuple[str, str]:
    marks = Marks("unknown")
    parts = [part for piece in cut(whole, cuts) for part in marks.feed(piece)]
    parts += marks.flush()
    thought = "".join(part.piece for part in parts if isinstance(part, Think))
    return thought, "".join(part.piece for part in parts if isinstance(part, Text))


MARKED = [
    ("The user greets me.\n</think>\n\nHello.", "The user greets me.\n", "Hello."),
    ("Let me see.[/THINK]Hello.", "Let me see.", "Hello."),
    ("just say hello◁/think▷Hello.", "just say hello", "Hello."),
    ("Hm.\n</thought>\nHello.", "Hm.\n", "Hello."),
    ("x.<|end|><|start|>assistant<|channel|>final<|message|>Hello.", "x.", "Hello."),
    ("[THINK]a[/THINK]Hello.", "a", "Hello."),
    ("<thinking>a</thinking>\nHello.", "a", "Hello."),
    ("<seed:think>a</seed:think>Hello.", "a", "Hello."),
    ("<|START_THINKING|>a<|END_THINKING|><|START_RESPONSE|>Hello.<|END_RESPONSE|>", "a", "Hello."),
    (
        "<|channel|>analysis<|message|>a<|end|><|channel|>final<|message|>Hello.<|return|>",
        "a",
        "Hello.",
    ),
    ("<unused94>thought\na<unused95>Hello.", "a", "Hello."),
    ("Here is my thought process:\na\n\nHere is my response:\nHello.", "a\n\n", "Hello."),
    ("analysisThe user.assistantfinalHello.", "The user.", "Hello."),
    ("<think>a</think><answer>Hello.</answer>", "a", "Hello."),
    ("<think>of `</think>` a</think>Hello.", "of `</think>` a", "Hello."),
    ("</think>\n\nHello.", "", "Hello."),
    ("Close it with `</think>`.\n", "", None),
    ("So:\n```\na.\n</think>\n\n```\nend", "", None),
    ("Between <think> and </think>\n\nit thinks.", "", None),
    ("Close with </think> and go.", "", None),
    ("Here is my thought process: one, two.", "", None),
]


@pytest.mark.parametrize(("whole", "thought", "said"), MARKED)
@given(cuts=CUTS)
def test_reasoning_is_told_by_its_marks(
    whole: str, thought: str, said: str | None, cuts: list[int]
) -> None:
    assert heard(whole, cuts) == (thought, whole if said is None else said)


def test_reasoning_of_who_never_opens_it_is_told_at_once() -> None:
    marks = Marks("no")
    assert list(marks.feed("Let me see. ")) == [Think("Let me see. ")]
    rest = [*marks.feed("Yes.</think>Hello."), *marks.flush()]
    assert "".join(part.piece for part in rest if isinstance(part, Text)) == "Hello."


TOOLS = {R: ("path", "start"), "list_files": ("folder",)}
J = f'{{"name": "{R}", "arguments": {X}}}'
WRITTEN = [
    f"<tool_call>\n{J}\n</tool_call>",
    f"Let me look.\n<tool_call>{J}</tool_call>\n",
    f"```json\n{J}\n```",
    J,
    f"[TOOL_CALLS][{J}]",
    f"[TOOL_CALLS]{R}[ARGS]{X}",
    f"<function={R}>{X}</function>",
    f"<tool_call>\n<function={R}>\n<parameter=path>\na\n</parameter>\n</function>\n</tool_call>",
    f"<tool_call>{R}\n<arg_key>path</arg_key>\n<arg_value>a</arg_value>\n</tool_call>",
    f"<|python_tag|>{J.replace('arguments', 'parameters')}<|eom_id|>",
    f"functions.{R}:0{X}",
    f"<|channel|>commentary to=functions.{R} <|constrain|>json<|message|>{X}<|call|>",
    f'<function_calls><invoke name="{R}">\n<parameter name="path">a</parameter>\n</invoke>'
    "</function_calls>",
]
SHOWN = [
    f"A model writes:\n```\n<tool_call>{J}</tool_call>\n```\n",
    f"For example:\n<tool_call>{J}</tool_call>",
    f"<tool_call>{J}</tool_call>\nThat is how.",
    f"Use `<tool_call>{J}</tool_call>`.",
    J.replace(R, "write_file"),
    f"```json\n{J}\n```\nThis is a call.",
    f'{{"name": "{R}", "arguments": {{"other": 1}}}}',
    '{"name": "x"}',
    f"Here it is:\n{J}",
    f"<tool_call>{J}</tool_call>\n<tool_call>{{broken</tool_call>",
]


def spoken(whole: str, cuts: list[int]) -> tuple[str, list[Any]]:
    filtered = Spoken(TOOLS)
    said = "".join(filtered.feed(piece) for piece in cut(whole, cuts))
    rest, calls = filtered.flush()
    return said + rest, calls


@pytest.mark.parametrize("whole", WRITTEN)
@given(cuts=CUTS)
def test_a_call_as_text_is_a_call(whole: str, cuts: list[int]) -> None:
    said, calls = spoken(whole, cuts)
    assert calls == [(R, {"path": "a"})]
    assert said.strip() in ("", "Let me look.")


@pytest.mark.parametrize("whole", SHOWN)
@given(cuts=CUTS)
def test_a_call_that_is_shown_is_text(whole: str, cuts: list[int]) -> None:
    assert spoken(whole, cuts) == (whole, [])


@given(st.text(alphabet="<`{[\n to_cal>}"), CUTS)
def test_text_stays_as_it_is(whole: str, cuts: list[int]) -> None:
    assert spoken(whole, cuts) == (whole, [])
