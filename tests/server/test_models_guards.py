"""Edges of a model's reply: how many tools at once, and what is counted where one count is 0."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.server.model_server import (
    Turn,
    acts,
    ask,
    calls,
    end,
    engine_for,
    model_server,
    observed,
    says,
)

REFUSED = "Too many calls at once; this one was not made."


@pytest.mark.parametrize(("wanted", "made"), [(15, 15), (16, 16), (17, 16), (19, 16)])
async def test_sixteen_tools_are_run_at_once_and_no_more(
    tmp_path: Path, wanted: int, made: int
) -> None:
    root = tmp_path / "workspace"
    root.mkdir()
    (root / "app.py").write_text("x = 1\n")
    script = calls(*[("read_file", {"path": "app.py"})] * wanted)
    async with (
        model_server(script, says("Done.")) as server,
        engine_for(server.url, tmp_path) as engine,
    ):
        parts = await ask(engine, agent="RepoAgent")
    assert (len(acts(parts)), len(observed(parts))) == (made, made)
    results = [turn["content"] for turn in server.turns[1].messages if turn["role"] == "tool"]
    assert len(results) == wanted
    assert all("x = 1" in result for result in results[:made])
    assert results[made:] == [REFUSED] * (wanted - made)


@pytest.mark.parametrize(("read", "written"), [(100, 0), (0, 7), (100, 7)])
async def test_tokens_are_counted_where_one_count_is_nought(
    tmp_path: Path, read: int, written: int
) -> None:
    async def script(turn: Turn) -> None:
        await turn.say("Hello")
        await turn.chunk({}, "stop")
        usage = {"prompt_tokens": read, "completion_tokens": written}
        await turn.chunk(None, usage={**usage, "total_tokens": read + written})
        await turn.raw("data: [DONE]\n\n")

    async with model_server(script) as server, engine_for(server.url, tmp_path) as engine:
        usage = end(await ask(engine)).usage
    assert usage == {
        "input_tokens": read,
        "output_tokens": written,
        "context_used": read + written,
        "context_window": 8192,
    }
