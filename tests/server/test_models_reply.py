"""Replies of a model: streaming, tools, limits and going on after them, failures, cancelling."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from robotui.profiles import Profile
from robotui.server.engine import End, Part, Request, Text, Wait
from robotui.server.models import answer
from robotui.server.models import engine as model_engine
from robotui.server.models.workspace import Workspace
from robotui.server.models.workspace_files import Found
from tests.server.model_server import (
    SID,
    Turn,
    acts,
    ask,
    calls,
    end,
    engine_for,
    fails,
    failure,
    model_server,
    observed,
    says,
    text,
    thoughts,
)
from tests.waiting import PATIENCE


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_engine, "RETRIES", 0)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    root = tmp_path / "workspace"
    root.mkdir()
    (root / "app.py").write_text("def start():\n    return 'started'\n", "utf-8")
    (root / "other.py").write_text("from app import start\n\nstart()\n", "utf-8")
    return root


async def test_words_stream_and_tokens_are_counted(tmp_path: Path) -> None:
    script = says("Hello", ", ", "wörld", read=100, written=7)
    async with model_server(script) as server, engine_for(server.url, tmp_path) as engine:
        parts = await ask(engine)
    assert [part.piece for part in parts if isinstance(part, Text) and part.piece] == [
        "Hello",
        ", ",
        "wörld",
    ]
    usage = {"input_tokens": 100, "output_tokens": 7, "context_used": 107, "context_window": 8192}
    assert end(parts) == End(usage=usage)
    assert server.turns[0].body["stream_options"] == {"include_usage": True}


async def test_the_model_hears_its_profile_and_what_was_said(tmp_path: Path) -> None:
    async with model_server(says("Yes.")) as server, engine_for(server.url, tmp_path) as engine:
        await ask(engine, "first")
        await ask(engine, "second")
        await ask(engine, "third", sid="another")
    roles = [message["role"] for message in server.turns[1].messages]
    assert roles == ["system", "user", "assistant", "user"]
    assert "GeneralCodingAgent" in server.turns[1].messages[0]["content"]
    assert [m["content"] for m in server.turns[2].messages[1:]] == ["third"]
    assert "tools" not in server.turns[0].body


async def test_what_was_said_survives_a_restart(tmp_path: Path) -> None:
    async with model_server(says("Yes.")) as server:
        for prompt in ("first", "second"):
            async with engine_for(server.url, tmp_path) as engine:
                await ask(engine, prompt)
    assert [m["content"] for m in server.turns[1].messages[1:]] == ["first", "Yes.", "second"]


async def test_a_question_waits_for_an_answer(tmp_path: Path) -> None:
    async with (
        model_server(says("Which one?")) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        assert end(await ask(engine)).asks


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
async def test_reasoning_is_kept_apart(tmp_path: Path, field: str) -> None:
    async def script(turn: Turn) -> None:
        await turn.chunk({field: "Let me "})
        await turn.chunk({field: "think."})
        await turn.say("42")
        await turn.stop()

    async with model_server(script) as server, engine_for(server.url, tmp_path) as engine:
        parts = await ask(engine)
        await ask(engine)
    assert (thoughts(parts), text(parts)) == ("Let me think.", "42")
    assert "think." not in json.dumps(server.turns[1].messages)


async def test_tools_are_used_and_shown(tmp_path: Path, workspace: Path) -> None:
    script = calls(("read_file", {"path": "app.py"}), words="Looking.", pieces=9)
    async with (
        model_server(script, says("It starts.")) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        parts = await ask(engine, agent="RepoAgent")
    (act,), (seen,) = acts(parts), observed(parts)
    assert (act.action, act.args["path"], act.message) == ("read", "app.py", "Reading file: app.py")
    assert (seen.observation, seen.extras) == ("read", {"path": "app.py"})
    assert "def start():" in seen.content
    assert text(parts) == "Looking.It starts."
    assistant, tool = server.turns[1].messages[-2:]
    assert assistant["content"] == "Looking."
    assert assistant["tool_calls"][0]["function"]["name"] == "read_file"
    assert (tool["role"], tool["tool_call_id"]) == ("tool", "call_0")
    assert "def start():" in tool["content"]


async def test_several_tools_at_once(tmp_path: Path, workspace: Path) -> None:
    script = calls(
        ("read_file", {"path": "other.py"}),
        ("find_symbol", {"name": "start"}),
        ("search_code", {"query": "started"}),
        ("list_files", {}),
        ("read_file", {"path": "app.py"}),
    )
    async with (
        model_server(script, says("Done.")) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        parts = await ask(engine, agent="RepoAgent")
    kinds = ["read", "recall", "recall", "run", "read"]
    assert [act.action for act in acts(parts)] == kinds
    assert [seen.observation for seen in observed(parts)] == kinds
    other, symbol, found, files, app = (seen.content for seen in observed(parts))
    assert "from app import start" in other
    assert "defined app.py:1" in symbol
    assert "used other.py:3" in symbol
    assert "app.py:1" in found
    assert files.split("\n") == ["app.py (34 bytes)", "other.py (31 bytes)"]
    assert "return 'started'" in app
    assert [m["tool_call_id"] for m in server.turns[1].messages[-5:]] == [
        f"call_{number}" for number in range(5)
    ]
    assert end(parts).usage["output_tokens"] == 5


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("write_file", '{"path": "a", "content": "b"}'),
        ("read_file", '{"path": 7}'),
        ("read_file", "{}"),
        ("read_file", '{"path": "app.py"'),
        ("read_file", "[1]"),
        ("read_file", "[" * 5000),
        ("list_files", '{"folder": "\\ud800"}'),
        ("git_log", '{"count": "many"}'),
    ],
)
async def test_senseless_calls_are_answered(
    tmp_path: Path, workspace: Path, name: str, arguments: str
) -> None:
    async def script(turn: Turn) -> None:
        await turn.call(0, name, arguments)
        await turn.stop("tool_calls")

    async with (
        model_server(script, says("Sorry.")) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        parts = await ask(engine, agent="RepoAgent")
    assert text(parts) == "Sorry."
    assert len(acts(parts)) == len(observed(parts)) == 1
    sent = server.turns[1].messages[-2]["tool_calls"][0]["function"]["arguments"]
    assert isinstance(json.loads(sent), dict)


# --- limits, and going on ------------------------------------------------------------------------

WHOLE = "The quick brown fox jumps over the lazy dog, and then the dog jumps over the fox again."


def anchored(turn: Turn) -> str:
    """What the model was asked to repeat."""
    return str(turn.last["content"]).partition("<<<")[2].partition(">>>")[0]


@pytest.mark.parametrize("cut", [20, 43, 44, 45, 60])
@pytest.mark.parametrize("way", ["anchor", "plain", "more"])
async def test_a_reply_cut_by_length_goes_on_exactly(tmp_path: Path, cut: int, way: str) -> None:
    async def rest(turn: Turn) -> None:
        again = {"anchor": anchored(turn), "plain": "", "more": WHOLE[max(0, cut - 30) : cut]}[way]
        for piece in again + WHOLE[cut:]:
            await turn.say(piece)
        await turn.stop()

    async with (
        model_server(says(WHOLE[:cut], why="length"), rest, says("Fine.")) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        first = await ask(engine, "tell")
        assert end(first).limit == "length"
        second = await ask(engine, "continue")
        assert text(first) + text(second) == WHOLE
        assert end(second).limit is None
        await ask(engine, "thanks")
    said = [m["content"] for m in server.turns[2].messages[1:]]
    assert said == ["tell", WHOLE, "thanks"]


@pytest.mark.parametrize("owner", ["vllm", "sglang", "llamacpp"])
async def test_servers_that_can_continue_are_handed_the_reply(tmp_path: Path, owner: str) -> None:
    async def rest(turn: Turn) -> None:
        assert turn.body["continue_final_message"] is True
        assert turn.body["add_generation_prompt"] is False
        assert turn.last == {"role": "assistant", "content": WHOLE[:45]}
        await turn.say(*WHOLE[45:])
        await turn.stop()

    async with (
        model_server(
            says(WHOLE[:45], why="length"), rest, models=[{"id": "m", "owned_by": owner}]
        ) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        first = await ask(engine, "tell")
        assert text(first) + text(await ask(engine, "continue")) == WHOLE


async def test_a_server_that_refuses_to_continue_is_asked_in_words(tmp_path: Path) -> None:
    async def rest(turn: Turn) -> None:
        await turn.say(anchored(turn), WHOLE[45:])
        await turn.stop()

    script = (says(WHOLE[:45], why="length"), fails(400, "incompatible with enable_thinking"), rest)
    async with (
        model_server(*script, models=[{"id": "m", "owned_by": "llamacpp"}]) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        first = await ask(engine, "tell")
        assert text(first) + text(await ask(engine, "continue")) == WHOLE


async def test_several_cuts_in_a_row(tmp_path: Path) -> None:
    async def more(turn: Turn) -> None:
        known = anchored(turn)
        place = WHOLE.rindex(known) + len(known)
        await turn.say(known, WHOLE[place : place + 9])
        await turn.stop("length" if place + 9 < len(WHOLE) else "stop")

    async with (
        model_server(says(WHOLE[:30], why="length"), more) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        parts = await ask(engine)
        said = text(parts)
        while end(parts).limit:
            parts = await ask(engine, "continue")
            said += text(parts)
    assert said == WHOLE


async def test_a_reply_cut_while_it_thought_is_asked_for_anew(tmp_path: Path) -> None:
    async def thinks(turn: Turn) -> None:
        await turn.chunk({"reasoning_content": "Hm"})
        await turn.stop("length", 5, 5)

    async with (
        model_server(thinks, says("42")) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        assert end(await ask(engine, "why")).limit == "length"
        assert text(await ask(engine, "continue")) == "42"
    assert [m["content"] for m in server.turns[1].messages[1:]] == ["why"]


async def test_a_call_cut_by_length_is_not_made(tmp_path: Path, workspace: Path) -> None:
    async def script(turn: Turn) -> None:
        await turn.say("Reading.")
        await turn.call(0, "read_file", '{"path": "ap')
        await turn.stop("length")

    async with model_server(script) as server, engine_for(server.url, tmp_path) as engine:
        parts = await ask(engine, agent="RepoAgent")
    assert (acts(parts), end(parts).limit) == ([], "length")


async def test_the_step_limit_and_going_on(tmp_path: Path, workspace: Path) -> None:
    own = Profile("Mine", "Look.", steps=2)
    look = calls(("read_file", {"path": "app.py"}))
    async with (
        model_server(look, look, says("Seen.")) as server,
        engine_for(server.url, tmp_path, own) as engine,
    ):
        first = await ask(engine, agent="Mine")
        assert end(first).limit == "max_iterations"
        assert len(acts(first)) == 2
        second = await ask(engine, "continue", agent="Mine")
    assert (text(second), acts(second), end(second).limit) == ("Seen.", [], None)
    assert server.turns[2].last["role"] == "tool"


async def test_the_time_limit_and_going_on(tmp_path: Path) -> None:
    own = Profile("Mine", "Talk.", seconds=1.0)
    hold = asyncio.Event()

    async def slow(turn: Turn) -> None:
        await turn.say(WHOLE[:30])
        await hold.wait()

    async def rest(turn: Turn) -> None:
        await turn.say(anchored(turn) + WHOLE[30:])
        await turn.stop()

    async with (
        model_server(slow, rest) as server,
        engine_for(server.url, tmp_path, own) as engine,
    ):
        first = await ask(engine, agent="Mine")
        assert end(first).limit == "time"
        await asyncio.wait_for(server.hung_up.wait(), PATIENCE)
        assert text(first) + text(await ask(engine, "continue", agent="Mine")) == WHOLE


async def test_continue_is_a_prompt_like_any_other_after_a_whole_reply(tmp_path: Path) -> None:
    async with model_server(says("Yes.")) as server, engine_for(server.url, tmp_path) as engine:
        await ask(engine, "first")
        await ask(engine, "continue")
    assert server.turns[1].last["content"] == "continue"


# --- what can go wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "message", "headers", "words"),
    [
        (401, "bad key sk-secret", {}, "refused the key"),
        (403, "no", {}, "refused the key"),
        (404, "model 'tiny' not found", {}, "has no model tiny"),
        (429, "slow", {"Retry_After": "7"}, "Retry in 7 s"),
        (429, "slow", {}, "asks to slow down"),
        (500, "boom", {}, "failed (500): “boom”"),
        (503, "loading", {}, "(503): “loading”"),
        (400, "what?", {}, "refused the request for tiny"),
    ],
)
async def test_failures_name_endpoint_model_and_remedy(
    tmp_path: Path, status: int, message: str, headers: dict[str, str], words: str
) -> None:
    async with (
        model_server(fails(status, message, **headers)) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        told = failure(await ask(engine))
    assert words in told
    assert server.url in told
    assert "tiny" in told
    assert told.endswith((".", "`.", "s."))
    assert len(server.turns) == 1


async def test_passing_failures_are_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_engine, "RETRIES", 2)
    script = (fails(429, Retry_After="0"), fails(500, Retry_After="0"), says("There."))
    async with model_server(*script) as server, engine_for(server.url, tmp_path) as engine:
        assert text(await ask(engine)) == "There."
        assert len(server.turns) == 3


async def test_a_server_that_is_gone(tmp_path: Path) -> None:
    async with model_server(says("Yes.")) as server:
        engine_context = engine_for(server.url, tmp_path)
        engine = await engine_context.__aenter__()
        await ask(engine)
    told = failure(await ask(engine))
    await engine_context.__aexit__(None, None, None)
    assert f"No model server answers at {server.url} for tiny" in told


async def test_a_cut_stream_keeps_what_came_and_goes_on(tmp_path: Path) -> None:
    async def breaks(turn: Turn) -> None:
        await turn.say(WHOLE[:33])
        turn.cut()

    async def rest(turn: Turn) -> None:
        await turn.say(anchored(turn) + WHOLE[33:])
        await turn.stop()

    async with model_server(breaks, rest) as server, engine_for(server.url, tmp_path) as engine:
        first = await ask(engine)
        assert f"tiny at {server.url} broke off" in failure(first)
        assert text(first) + text(await ask(engine, "continue")) == WHOLE


async def test_a_stream_that_ends_without_a_reason_was_cut(tmp_path: Path) -> None:
    async def ends(turn: Turn) -> None:
        await turn.say("Half")

    async with model_server(ends) as server, engine_for(server.url, tmp_path) as engine:
        assert "ended in the middle" in failure(await ask(engine))


@pytest.mark.parametrize(
    "junk",
    [
        "data: {not json\n\n",
        "data: 7\n\n",
        "data: []\n\n",
        'data: {"choices": 7}\n\n',
        'data: {"choices": [7]}\n\n',
        'data: {"choices": [{"delta": 7}]}\n\n',
        'data: {"choices": [{"delta": {"tool_calls": [7]}}]}\n\n',
        'data: {"error": {"message": "out of memory", "code": 500}}\n\n',
        'data: "\xff\n\n',
    ],
)
async def test_malformed_chunks_end_the_reply_with_a_word(tmp_path: Path, junk: str) -> None:
    async def script(turn: Turn) -> None:
        await turn.say("Half")
        await turn.raw(junk)
        await turn.say(" more")
        await turn.stop()

    async with model_server(script) as server, engine_for(server.url, tmp_path) as engine:
        parts = await ask(engine)
    assert text(parts).startswith("Half")
    if not isinstance(parts[-1], End):
        assert server.url in failure(parts)
    else:
        assert text(parts) == "Half more"


async def test_odd_chunks_do_no_harm(tmp_path: Path) -> None:
    async def script(turn: Turn) -> None:
        await turn.raw(": ping\n\n")
        await turn.raw('data: {"choices": null}\n\n')
        await turn.raw('data: {"choices": [{"index": 0, "delta": null}]}\n\n')
        await turn.chunk({"role": "assistant", "content": None})
        await turn.say("Well")
        await turn.stop()

    async with model_server(script) as server, engine_for(server.url, tmp_path) as engine:
        parts = await ask(engine)
    assert text(parts) == "Well"
    assert isinstance(parts[-1], End)


async def test_an_empty_answer_is_told(tmp_path: Path) -> None:
    async with model_server(says()) as server, engine_for(server.url, tmp_path) as engine:
        assert "sent an empty answer" in failure(await ask(engine))


async def test_a_page_in_place_of_a_stream(tmp_path: Path) -> None:
    async def page(turn: Turn) -> None:
        await turn.raw("<html>Hello</html>")

    async with model_server(page) as server, engine_for(server.url, tmp_path) as engine:
        assert server.url in failure(await ask(engine))


async def test_a_slow_first_word_is_waited_for_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answer, "PATIENCE", 0.05)
    told = asyncio.Event()

    async def slow(turn: Turn) -> None:
        await told.wait()
        await turn.say("At last")
        await turn.stop()

    parts: list[Part] = []
    async with model_server(slow) as server, engine_for(server.url, tmp_path) as engine:
        async for part in engine.reply(Request(SID, "GeneralCodingAgent", "hi")):
            parts.append(part)
            if isinstance(part, Wait):
                told.set()
    assert Wait(f"Waiting for tiny at {server.url}") in parts
    assert text(parts) == "At last"


async def test_hanging_up_closes_the_request_and_keeps_what_came(tmp_path: Path) -> None:
    async def endless(turn: Turn) -> None:
        await turn.say(WHOLE[:33])
        await asyncio.Event().wait()

    async def rest(turn: Turn) -> None:
        await turn.say(anchored(turn) + WHOLE[33:])
        await turn.stop()

    async with model_server(endless, rest) as server, engine_for(server.url, tmp_path) as engine:
        reply = engine.reply(Request(SID, "GeneralCodingAgent", "hi"))
        said = ""
        while said != WHOLE[:33]:
            part = await anext(reply)
            assert isinstance(part, Text)
            said += part.piece
        await reply.aclose()
        await asyncio.wait_for(server.hung_up.wait(), PATIENCE)
        assert said + text(await ask(engine, "continue")) == WHOLE


async def test_hanging_up_before_the_first_word(tmp_path: Path) -> None:
    arrived = asyncio.Event()

    async def silent(turn: Turn) -> None:
        arrived.set()
        await asyncio.Event().wait()

    async with model_server(silent) as server, engine_for(server.url, tmp_path) as engine:
        task = asyncio.create_task(ask(engine))
        await asyncio.wait_for(arrived.wait(), PATIENCE)
        task.cancel()
        await asyncio.wait([task])
        await asyncio.wait_for(server.hung_up.wait(), PATIENCE)


async def test_a_model_that_has_no_tools_answers_without(tmp_path: Path, workspace: Path) -> None:
    script = (fails(400, "tiny does not support tools"), says("Without."))
    async with model_server(*script) as server, engine_for(server.url, tmp_path) as engine:
        assert text(await ask(engine, agent="RepoAgent")) == "Without."
    assert "tools" in server.turns[0].body
    assert "tools" not in server.turns[1].body


async def test_a_context_that_is_smaller_than_told(tmp_path: Path) -> None:
    refused = fails(400, "This model's maximum context length is 2048 tokens")
    script = (says("a" * 9000), refused, says("Short."))
    async with model_server(*script) as server, engine_for(server.url, tmp_path) as engine:
        await ask(engine, "first")
        assert text(await ask(engine, "second")) == "Short."
        assert [m["content"] for m in server.turns[2].messages[1:]] == ["second"]


async def test_tools_that_were_interrupted_are_answered_for(
    tmp_path: Path, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = asyncio.Event()

    async def hang(*_args: object, **_given: object) -> Found:
        running.set()
        await asyncio.Event().wait()
        raise AssertionError

    look = calls(("read_file", {"path": "app.py"}))
    async with (
        model_server(look, says("Go on.")) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        with monkeypatch.context() as patch:
            patch.setattr(Workspace, "read_file", hang)
            task = asyncio.create_task(ask(engine, "look", agent="RepoAgent"))
            await asyncio.wait_for(running.wait(), PATIENCE)
            task.cancel()
            await asyncio.wait([task])
        assert text(await ask(engine, "continue", agent="RepoAgent")) == "Go on."
    assert server.turns[1].last["content"] == "This was interrupted."


async def test_a_long_chat_stays_within_a_small_context(tmp_path: Path, workspace: Path) -> None:
    (workspace / "long.py").write_text("value = 'some words'\n" * 900, "utf-8")
    look = calls(*[("read_file", {"path": "long.py"})] * 3)
    talk = says("word " * 300)
    models = [{"id": "tiny", "max_model_len": 4096}]
    async with (
        model_server(*[look, talk] * 8, models=models) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        for number in range(8):
            await ask(engine, f"prompt {number}", agent="RepoAgent")
    for number, turn in enumerate(server.turns):
        told = sum(len(str(message.get("content") or "")) for message in turn.messages)
        told += len(json.dumps(turn.body["tools"]))
        assert told / 3.2 + turn.body["max_tokens"] < 4096
        prompts = [m["content"] for m in turn.messages if m["role"] == "user"]
        assert prompts[-1] == f"prompt {number // 2}"
