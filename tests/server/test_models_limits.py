"""What a model's server can't do, and what is made of it: long replies, options, circles."""

from __future__ import annotations

from pathlib import Path

import pytest

from robotui.server.engine import Wait
from robotui.server.models import engine as model_engine
from tests.server.model_server import (
    Answer,
    Turn,
    acts,
    ask,
    calls,
    end,
    engine_for,
    model_server,
    says,
    text,
)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_engine, "RETRIES", 0)


@pytest.mark.parametrize("owner", ["", "llamacpp"])
async def test_a_reply_longer_than_the_context_goes_on_to_its_end(
    tmp_path: Path, owner: str
) -> None:
    whole = "".join(f"value_{number} = {number * number}\n" for number in range(1500))
    step = 3900

    async def more(turn: Turn) -> None:
        told = sum(len(str(message.get("content") or "")) for message in turn.messages)
        if told / 3 + turn.body["max_tokens"] > 4096:
            await turn.fail(400, "This model's maximum context length is 4096 tokens")
            return
        known = str(turn.last["content"])
        if not owner:
            known = known.partition("<<<")[2].partition(">>>")[0]
        at = whole.rindex(known[-60:]) + len(known[-60:]) if len(server.turns) > 1 else 0
        again = "" if owner or not at else known
        await turn.say(again + whole[at : at + step])
        await turn.stop("length" if at + step < len(whole) else "stop")

    models = [{"id": "tiny", "max_model_len": 4096, "owned_by": owner}]
    async with model_server(more, models=models) as server, engine_for(server.url, tmp_path) as one:
        parts = await ask(one, "write")
        said = text(parts)
        while end(parts).limit:
            parts = await ask(one, "continue")
            said += text(parts)
    assert said == whole
    assert len(server.turns) == -(-len(whole) // step)


def refuses(word: str, part: str) -> Answer:
    """An answer only to requests that have no such part."""

    async def answer(turn: Turn) -> None:
        if part in turn.body or turn.messages[0]["role"] == part:
            await turn.fail(400, word)
        else:
            await turn.say("Fine.")
            await turn.stop()

    return answer


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("System role not supported", "system"),
        ("Unknown field: stream_options", "stream_options"),
        ("Unsupported parameter: 'max_tokens'", "max_tokens"),
    ],
)
async def test_what_is_refused_is_left_out_and_remembered(
    tmp_path: Path, word: str, part: str
) -> None:
    async with (
        model_server(refuses(word, part)) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        assert text(await ask(engine, "first")) == "Fine."
        assert text(await ask(engine, "second")) == "Fine."
    assert len(server.turns) == 3
    first = str(server.turns[-1].messages[0]["content"])
    assert first.startswith("You are GeneralCodingAgent")
    assert [m["role"] for m in server.turns[-1].messages][-3:] == ["user", "assistant", "user"]
    assert first.endswith("first") is (part == "system")


async def test_tools_that_are_refused_are_no_more_spoken_of(tmp_path: Path) -> None:
    async with (
        model_server(refuses("tiny does not support tools", "tools")) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        first = await ask(engine, "first", agent="RepoAgent")
        second = await ask(engine, "second", agent="RepoAgent")
    told = [part.text for part in first + second if isinstance(part, Wait)]
    assert [words.partition(" can't")[2] for words in told] == [
        " use tools: it does not see your workspace"
    ]
    assert len(server.turns) == 3
    assert "Your tools" in str(server.turns[0].messages[0])
    assert all("Your tools" not in str(turn.messages[0]) for turn in server.turns[1:])


async def test_the_same_call_again_and_again_ends_the_steps(tmp_path: Path) -> None:
    async with (
        model_server(calls(("list_files", {}))) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        parts = await ask(engine, agent="RepoAgent")
    assert end(parts).limit == "max_iterations"
    assert (len(server.turns), len(acts(parts))) == (4, 2)
    assert "You have this already" in str(server.turns[-1].last["content"])


async def test_without_a_count_the_context_is_estimated(tmp_path: Path) -> None:
    async with (
        model_server(says("word " * 300)) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        used = [end(await ask(engine)).usage["context_used"] for _ in range(2)]
        told = sum(len(str(message["content"])) for message in server.turns[1].messages) + 1500
    assert 400 < used[0] < used[1]
    assert told / 5 < used[1] < told / 2
