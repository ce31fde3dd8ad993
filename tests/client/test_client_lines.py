"""The decoder of replies: protocol 6.1 and the rows of 6.4 that concern lines."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui import events
from robotui.client import lines
from robotui.client.lines import ReplyDecoder
from robotui.events import Action, Event, Message, Unreadable
from tests.strategies import wire_objects

ONE: dict[str, Any] = {"id": 1, "source": "agent", "action": "message", "args": {"content": "one"}}
TWO: dict[str, Any] = {"id": 2, "source": "agent", "action": "message", "args": {"content": "two"}}
A, B = json.dumps(ONE).encode(), json.dumps(TWO).encode()


def decode(*chunks: bytes, line_cap: int = lines.LINE_CAP) -> list[Event]:
    decoder = ReplyDecoder(line_cap)
    return [event for chunk in chunks for event in decoder.decode(chunk)] + decoder.flush()


def texts(*chunks: bytes) -> list[str]:
    """Texts of messages; ``?`` for what could not be read."""
    found = decode(*chunks)
    return [event.text if isinstance(event, Message) else "?" for event in found]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param(A + b"\n" + B + b"\n", ["one", "two"], id="lines"),
        pytest.param(A + b"\r\n\r\n \n" + B + b"\r\n", ["one", "two"], id="CRLF and blanks"),
        pytest.param(A + b"\n" + B, ["one", "two"], id="no newline at the end"),
        pytest.param(b"\xef\xbb\xbf" + A + b"\n", ["one"], id="BOM"),
        pytest.param(b" \xef\xbb\xbf " + A + b"\n", ["one"], id="BOM between spaces"),
        pytest.param(b"data: " + A + b"\n\n: ping\n\ndata:" + B + b"\n", ["one", "two"], id="SSE"),
        pytest.param(A + b"\ndata: [DONE]\n[DONE]\n", ["one"], id="done marks"),
        pytest.param(b"event: x\nid: 7\ndata: " + A + b"\n\n", ["one"], id="SSE fields"),
        pytest.param(b"hello\n" + A + b"\n", ["?", "one"], id="not JSON first"),
        pytest.param(A + b"\nhello\n" + B + b"\n", ["one", "?", "two"], id="not JSON between"),
        pytest.param(A + b'\n42\n"x"\nnull\n', ["one", "?", "?", "?"], id="JSON, no objects"),
        pytest.param(b"[" + A + b"," + B + b"]\n", ["one", "two"], id="array on a line"),
        pytest.param(b"[\n" + A + b",\n" + B + b"\n]\n", ["one", "two"], id="array over lines"),
        pytest.param(A + B + b"\n", ["one", "two"], id="concatenated"),
        pytest.param(A + b" " + B[:20] + b"\n" + B + b"\n", ["one", "?", "two"], id="half inside"),
        pytest.param(b'{"a": ' * 5000 + b"\n" + A + b"\n", ["?", "one"], id="deep nesting"),
        pytest.param(b"[" * 100_000 + b"\n" + A + b"\n", ["one"], id="brackets only"),
        pytest.param(b'{"id": ' + b"9" * 5000 + b"}\n" + A, ["?", "one"], id="huge number"),
        pytest.param(b"", [], id="empty"),
        pytest.param(b"\n\r\n [] \n", [], id="nothing in it"),
        pytest.param(A + b"\n" + B[:30], ["one", "?"], id="half line at the end"),
    ],
)
def test_bodies(body: bytes, expected: list[str]) -> None:
    assert texts(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(json.dumps(ONE, indent=2) + "\n" + json.dumps(TWO, indent=2), id="objects"),
        pytest.param(json.dumps([ONE, TWO], indent=2), id="array"),
        pytest.param(json.dumps([[ONE], TWO], indent=1) + "\n", id="nested array"),
        pytest.param(
            json.dumps([ONE | {"args": ONE["args"] | {"extras": [{}]}}, TWO], indent=2), id="list"
        ),
    ],
)
def test_pretty_printed_bodies_are_read_as_a_whole(body: str) -> None:
    assert texts(body.encode()) == ["one", "two"]
    assert texts(("\ufeff" + body.replace("\n", "\r\n")).encode()) == ["one", "two"]


def test_only_newlines_split_lines() -> None:
    text = "a\u2028b\u0085c\x0bd\x0ce\rf"
    body = json.dumps({"action": "message", "args": {"content": text}}, ensure_ascii=False)
    body = body.replace("\\u000b", "\x0b").replace("\\f", "\x0c").replace("\\r", "\r")
    raw = decode(body.encode() + b"\n")
    assert len(raw) == 1  # one line, readable or not
    readable = body.replace("\x0b", "").replace("\x0c", "").replace("\r", "")
    assert texts(readable.encode() + b"\n") == ["a\u2028b\u0085cdef"]


def test_bad_utf8_is_replaced_in_the_whole_line() -> None:
    body = b'{"action": "message", "args": {"content": "caf\xff\xc3"}}\n'
    assert texts(body) == ["caf\ufffd\ufffd"]


def test_a_character_cut_by_a_chunk_is_whole() -> None:
    body = '{"action": "message", "args": {"content": "é漢😀"}}\n'.encode()
    assert texts(*(bytes([byte]) for byte in body)) == ["é漢😀"]


def test_lone_surrogates_can_be_printed() -> None:
    body = b'{"action": "message", "args": {"content": "a\\ud800b"}}\n'
    assert texts(body)[0].encode() == b"a?b"


@pytest.mark.parametrize("args", ["null", "[1]", '"text"', "7", "true"])
def test_odd_args_are_no_args(args: str) -> None:
    body = f'{{"action": "run", "message": "m", "args": {args}}}\n'.encode()
    [event] = decode(body)
    assert isinstance(event, Action)
    assert event.args == {}


def test_a_line_over_the_cap_is_skipped_and_told() -> None:
    long = b'{"x": "' + b"y" * 500 + b'"}'
    found = decode(A + b"\n" + long + b"\n" + B + b"\n", line_cap=200)
    assert [type(event) for event in found] == [Message, Unreadable, Message]
    assert isinstance(found[1], Unreadable)
    assert "200 bytes" in found[1].why
    assert found[1].excerpt.startswith('{"x": "yyy')


def test_a_long_line_that_never_ends_is_told_once() -> None:
    found = decode(*[b"z" * 90] * 20, line_cap=200)
    assert [type(event) for event in found] == [Unreadable]


def test_the_buffer_of_a_skipped_line_stays_small() -> None:
    decoder = ReplyDecoder(1000)
    for _ in range(100):
        decoder.decode(b"z" * 900)
    assert len(decoder._buffer) <= 1000


def test_a_line_far_over_the_limit_of_aiohttp_is_read() -> None:
    body = json.dumps({"action": "message", "args": {"content": "x" * 5_000_000}}).encode()
    assert [len(text) for text in texts(body + b"\n")] == [5_000_000]


def test_half_a_line_is_told_as_incomplete() -> None:
    decoder = ReplyDecoder()
    decoder.decode(A + b"\n" + B[:40])
    [last] = decoder.flush()
    assert isinstance(last, Unreadable)
    assert last.why.startswith("incomplete line")
    assert decoder.incomplete


def test_a_cut_pretty_printed_array_gives_its_whole_members() -> None:
    body = json.dumps([ONE, TWO], indent=2).encode()
    decoder = ReplyDecoder()
    found = decoder.decode(body[:-20]) + decoder.flush()
    assert [type(event) for event in found] == [Message, Unreadable]
    assert decoder.incomplete


def test_a_complete_body_is_not_incomplete() -> None:
    decoder = ReplyDecoder()
    decoder.decode(A + b"\nsome words\n" + B)
    decoder.flush()
    assert not decoder.incomplete


def test_unread_is_the_body_until_an_event_comes() -> None:
    decoder = ReplyDecoder()
    decoder.decode(b"<html>\n<title>Log in</tit")
    assert decoder.unread == "<html>\n<title>Log in</tit"
    decoder.decode(b"le>\n" + A + b"\n")
    assert decoder.unread == ""


def test_unreadable_lines_are_released_in_order_before_the_first_event() -> None:
    decoder = ReplyDecoder()
    assert decoder.decode(b"x\ny\n") == []
    found = decoder.decode(A + b"\n")
    assert [getattr(event, "excerpt", "") for event in found] == ["x", "y", ""]


def test_not_more_than_a_bound_of_lines_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "HELD_LINES", 5)
    decoder = ReplyDecoder()
    assert decoder.decode(b"x\n" * 5) == []
    assert len(decoder.decode(b"x\n")) == 6
    assert len(decoder.decode(b"x\n")) == 1


_PRETTY = [json.dumps(each, indent=1).encode() for each in (ONE, [ONE, TWO])]
_FRAGMENTS = (
    b"\n~\r\n~\n\n~ ~\r~\xef\xbb\xbf~\xff~\xe2~\x00~data: ~: ping\n~[DONE]~[~]~,~{~}"
    b'~{"a":~"~null~12~hello~<html>~{"error": true, "message": "no"}~\xe2\x80\xa8\xc2\x85'
).split(b"~")
_PIECES = st.sampled_from([A, B, A[:17], b"y" * 300, *_PRETTY, *_FRAGMENTS])
_BODIES = st.lists(_PIECES | st.binary(max_size=8), max_size=12).map(b"".join)


@given(body=_BODIES, cuts=st.lists(st.integers(0, 600), max_size=12))
def test_the_result_does_not_depend_on_the_chunks(body: bytes, cuts: list[int]) -> None:
    edges = [0, *sorted(min(cut, len(body)) for cut in cuts), len(body)]
    chunks = [body[start:end] for start, end in pairwise(edges)]
    whole = decode(body, line_cap=250)
    assert decode(*chunks, line_cap=250) == whole
    assert decode(*(bytes([byte]) for byte in body), line_cap=250) == whole


@given(
    texts_=st.lists(st.text(min_size=1), min_size=1, max_size=5),
    ascii_=st.booleans(),
    size=st.integers(1, 40),
)
def test_any_text_comes_through_any_chunks(texts_: list[str], ascii_: bool, size: int) -> None:
    objects = [{"action": "message", "args": {"content": text}} for text in texts_]
    body = "".join(json.dumps(each, ensure_ascii=ascii_) + "\n" for each in objects)
    data = body.encode("utf-8", "surrogatepass")
    found = texts(*(data[at : at + size] for at in range(0, len(data), size)))
    assert found == [events.text_of(text) for text in texts_]


@given(wire_objects)
def test_a_line_with_one_object_is_that_event(value: dict[str, Any]) -> None:
    line = json.dumps(value)
    for ended in (line + "\n", line, f"\ufeff {line}\r\n", f"data:{line}\n\n"):
        assert repr(decode(ended.encode())) == repr([events.parse(line)])
    if not isinstance(events.parse(line), Unreadable):
        assert repr(decode(f"[{line}]\n".encode())) == repr([events.parse(line)])


@given(st.binary(max_size=200))
def test_nothing_makes_it_fail(body: bytes) -> None:
    assert all(isinstance(event, Event) for event in decode(body))
