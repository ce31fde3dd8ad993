"""Replies from servers that are not like OpenAI's: what is told, what goes back to them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from robotui.server.engine import Wait
from robotui.server.models import engine as model_engine
from tests.server.model_server import (
    Turn,
    acts,
    ask,
    calls,
    end,
    engine_for,
    fails,
    failure,
    model_server,
    says,
    text,
    thoughts,
)

LOOK = ("read_file", {"path": "a.txt"})


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(model_engine, "RETRIES", 0)
    root = tmp_path / "workspace"
    root.mkdir()
    (root / "a.txt").write_text("alpha\n", "utf-8")
    return root


def thinking(field: str, value: Any) -> Any:
    """A call of a tool after reasoning in ``field``."""

    async def answer(turn: Turn) -> None:
        await turn.chunk({field: value})
        await calls(LOOK)(turn)

    return answer


async def test_reasoning_without_an_opening_mark_is_kept_apart(tmp_path: Path) -> None:
    script = says("The user greets me. ", "Be short.\n</thi", "nk>\n\n", "Hello.")
    async with model_server(script) as server, engine_for(server.url, tmp_path) as engine:
        for _ in range(2):
            parts = await ask(engine)
            assert (thoughts(parts).strip(), text(parts)) == (
                "The user greets me. Be short.",
                "Hello.",
            )
    assert server.turns[1].messages[-2]["content"] == "Hello."


@pytest.mark.parametrize(
    ("why", "words"),
    [("content_filter", "cut off by a content filter"), ("error", "broke off")],
)
async def test_an_answer_that_is_not_whole_is_no_answer(
    tmp_path: Path, why: str, words: str
) -> None:
    async with (
        model_server(says("Part of", why=why)) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        parts = await ask(engine)
    assert text(parts) == "Part of"
    assert words in failure(parts)


async def test_reasoning_alone_is_no_answer(tmp_path: Path) -> None:
    script = says("<think>", "on and on")
    async with model_server(script) as server, engine_for(server.url, tmp_path) as engine:
        parts = await ask(engine)
    assert thoughts(parts) == "on and on"
    assert "thought, but gave no answer" in failure(parts)


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
async def test_reasoning_of_calls_goes_back_to_who_wrote_it_only(
    tmp_path: Path, field: str
) -> None:
    script = [thinking(field, "I need it."), says("Alpha."), says("Second."), says("Third.")]
    models = [{"id": "one"}, {"id": "two"}]
    async with (
        model_server(*script, models=models) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        await ask(engine, "first", "RepoAgent")
        await ask(engine, "second", "RepoAgent")
        await engine.switch(server.url, "two")
        await ask(engine, "third", "RepoAgent")
    own, other = (next(m for m in t.messages if m.get("tool_calls")) for t in server.turns[2:])
    assert own[field] == "I need it."
    assert own["tool_calls"][0]["id"] == "call_0"
    assert "I need it." not in json.dumps(server.turns[3].messages)
    (identity,) = {m["tool_call_id"] for m in server.turns[3].messages if m["role"] == "tool"}
    assert other["tool_calls"][0]["id"] == identity
    assert (len(identity), identity.isalnum(), identity != "call_0") == (9, True, True)


async def test_signed_details_go_back_as_they_came(tmp_path: Path) -> None:
    details = [{"type": "reasoning.encrypted", "data": "x1", "index": 0, "id": "r"}]
    script = [thinking("reasoning_details", details), says("Alpha."), says("Second.")]
    async with model_server(*script) as server, engine_for(server.url, tmp_path) as engine:
        await ask(engine, "first", "RepoAgent")
        await ask(engine, "second", "RepoAgent")
    for turn in server.turns[1:]:
        (own,) = [m for m in turn.messages if m.get("tool_calls")]
        assert own["reasoning_details"] == details


async def test_a_service_that_misses_reasoning_is_given_some(tmp_path: Path) -> None:
    async def strict(turn: Turn) -> None:
        called = [m for m in turn.messages if m.get("tool_calls")]
        if any(not m.get("reasoning_content") for m in called):
            await turn.fail(400, "The `reasoning_content` in the thinking mode must be passed back")
        else:
            await turn.say("Fine.")
            await turn.stop()

    async with (
        model_server(calls(LOOK), strict) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        assert text(await ask(engine, "look", "RepoAgent")) == "Fine."


async def test_a_call_as_text_is_made(tmp_path: Path) -> None:
    written = f"<tool_call>\n{json.dumps({'name': LOOK[0], 'arguments': LOOK[1]})}\n</tool_call>"
    async with (
        model_server(says(written), says("Alpha.")) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        parts = await ask(engine, "look", "RepoAgent")
    assert [act.args["path"] for act in acts(parts)] == ["a.txt"]
    assert text(parts) == "Alpha."
    assert "alpha" in server.turns[1].last["content"]


PARSING = fails(500, "error parsing tool call: raw='{\"path', err=unexpected end of JSON input")


async def test_tools_are_given_up_for_one_prompt_only(tmp_path: Path) -> None:
    script = [PARSING, PARSING, says("Without."), says("With."), PARSING, says("Again.")]
    async with model_server(*script) as server, engine_for(server.url, tmp_path) as engine:
        first = await ask(engine, "first", "RepoAgent")
        second = await ask(engine, "second", "RepoAgent")
        third = await ask(engine, "third", "RepoAgent")
    assert [text(parts) for parts in (first, second, third)] == ["Without.", "With.", "Again."]
    assert ["tools" in turn.body for turn in server.turns] == [True, True, False, True, True, True]
    told = [part for part in first if isinstance(part, Wait)]
    assert [(part.without_tools, "for this prompt" in part.text) for part in told] == [(True, True)]
    assert end(first).usage["without_tools"] == 1
    assert "without_tools" not in end(second).usage


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (400, "prompt is too long: 215692 tokens > 200000 maximum"),
        (400, "the request exceeds the available context size, try increasing it"),
        (400, "input length and `max_tokens` exceed context limit: 195000 + 8192 > 200000"),
        (413, "Request too large"),
        (422, "Input validation error: `inputs` must have less than 4096 tokens"),
        (500, "Please reduce the length of the messages"),
        (400, "Invalid 'messages[1].content': string too long."),
        (400, "too many tokens: size limit exceeded by 77 tokens"),
        (400, "Your input of 9000 is at most 8000"),
    ],
)
async def test_what_looks_too_long_is_asked_again_shortened(
    tmp_path: Path, status: int, words: str
) -> None:
    script = [says("a" * 9000), fails(status, words), says("Shorter it fits.")]
    async with model_server(*script) as server, engine_for(server.url, tmp_path) as engine:
        await ask(engine, "first")
        assert text(await ask(engine, "second")) == "Shorter it fits."
    first, second = (len(json.dumps(turn.messages)) for turn in server.turns[1:])
    assert second < first
