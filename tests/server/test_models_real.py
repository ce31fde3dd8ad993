"""A real model server from end to end: llama.cpp's, with a model of random weights if need be.

ROBOTUI_TEST_GGUF names a model file to take instead.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from robotui.profiles import Profile
from robotui.server.engine import Request, Text
from tests.needs import need
from tests.server.model_server import SID, ask, end, engine_for, text
from tests.waiting import PATIENCE

PROGRAM = Path(__file__).with_name("llama_server.py")
SHORT = Profile("Short", "Say something.", tools=(), output_tokens=40)
LONG = Profile("Long", "Say much.", tools=(), output_tokens=1300)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """The address of the running server."""
    if find_spec("xllamacpp") is None:
        pytest.skip("not installed: xllamacpp, a real model server")
    need("libgomp.so.1")
    model = os.environ.get("ROBOTUI_TEST_GGUF", "")
    if not model and find_spec("gguf") is None:
        pytest.skip("no model: set ROBOTUI_TEST_GGUF to a GGUF file, or install gguf to make one")
    command = [sys.executable, str(PROGRAM), *([model] if model else [])]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = next(line for line in process.stdout if line.startswith("serving "))
        yield line.split()[1] + "/v1"
        process.kill()


async def test_it_is_known_and_answers(url: str, tmp_path: Path) -> None:
    async with engine_for(url, tmp_path, SHORT) as engine:
        parts = await ask(engine, "hello", agent="Short")
        current = (await engine.describe())["current"]
    assert (current["name"], current["context_window"]) == ("llama.cpp", 4096)
    pieces = [part for part in parts if isinstance(part, Text) and part.piece]
    assert len(pieces) > 5
    usage = end(parts).usage
    assert usage["output_tokens"] == 40
    assert usage["context_used"] == usage["input_tokens"] + 40
    assert end(parts).limit == "length"


async def test_it_goes_on_where_it_was_cut(url: str, tmp_path: Path) -> None:
    async with engine_for(url, tmp_path, SHORT) as engine:
        first = await ask(engine, "hello", agent="Short")
        second = await ask(engine, "continue", agent="Short")
        said = text(first) + text(second)
        assert engine._history is not None
        thread = engine._history.load(SID, 100_000)
    # What it was given to go on with is one message, not a prompt and another answer.
    read = end(first).usage["input_tokens"]
    assert read + 30 <= end(second).usage["input_tokens"] <= read + 50
    assert thread.cut is not None
    assert [part.content for part in thread.cut.parts if part.part_kind == "text"] == [said]


async def test_hanging_up_frees_it_at_once(url: str, tmp_path: Path) -> None:
    async with engine_for(url, tmp_path, SHORT, LONG) as engine:
        reply = engine.reply(Request(SID, "Long", "hello"))
        async for part in reply:
            if isinstance(part, Text) and part.piece:
                break
        await reply.aclose()
        # It has one place: a request that still ran would have to end first.
        async with asyncio.timeout(PATIENCE):
            assert text(await ask(engine, "again", agent="Short", sid="other"))


async def test_tools_are_accepted(url: str, tmp_path: Path) -> None:
    own = Profile("Reader", "Look around.", output_tokens=30)
    async with engine_for(url, tmp_path, own) as engine:
        assert end(await ask(engine, "hello", agent="Reader")).limit == "length"
