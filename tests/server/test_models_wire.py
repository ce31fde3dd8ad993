"""From our client over the wire to a model and back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path

import pytest
import pytest_asyncio

from robotui.client.api import Client
from robotui.client.tokens import TokenStore
from robotui.config import Endpoint, Settings
from robotui.events import Action, Continued, Event, Failure, Message, Observation
from robotui.server.models import engine as model_engine
from tests.server.model_server import (
    ModelServer,
    Turn,
    calls,
    engine_for,
    fails,
    model_server,
    says,
)
from tests.server.serving import served
from tests.waiting import PATIENCE

WHOLE = "One two three four five six seven eight nine ten."


@pytest_asyncio.fixture
async def model() -> AsyncIterator[ModelServer]:
    async with model_server(says("Hi.")) as server:
        yield server


@pytest_asyncio.fixture
async def client(model: ModelServer, tmp_path: Path) -> AsyncIterator[Client]:
    async with engine_for(model.url, tmp_path) as engine, served(engine, tmp_path) as server:
        where = Endpoint("test", "http://localhost", server.socket)
        tokens = TokenStore(Settings(), {"ROBOTUI_TOKEN": server.token})
        async with Client(where, Settings(), tokens) as open_client:
            yield open_client


async def chat(client: Client, prompt: str, agent: str = "GeneralCodingAgent") -> list[Event]:
    return [event async for batch in client.session().batches(prompt, agent) for event in batch]


def text(events: list[Event]) -> str:
    return "".join(event.text for event in events if isinstance(event, Message))


async def test_the_client_goes_on_by_itself_without_a_seam(
    client: Client, model: ModelServer
) -> None:
    async def more(turn: Turn) -> None:
        known = str(turn.last["content"]).partition("<<<")[2].partition(">>>")[0]
        place = WHOLE.index(known) + len(known)
        await turn.say(known, *WHOLE[place : place + 15])
        await turn.stop("length" if place + 15 < len(WHOLE) else "stop", 20, 5)

    model.script = [says(WHOLE[:14], why="length", read=9, written=4), more]
    events = await chat(client, "count")
    assert text(events) == WHOLE
    assert [event.why for event in events if isinstance(event, Continued)] == [
        "the reply stopped at a limit (length)"
    ] * 3
    last = events[-1]
    assert isinstance(last, Message)
    assert last.usage == {
        "input_tokens": 20,
        "output_tokens": 5,
        "context_used": 25,
        "context_window": 8192,
    }


async def test_tools_come_as_actions_and_their_observations(
    client: Client, model: ModelServer, tmp_path: Path
) -> None:
    (tmp_path / "workspace" / "a.py").write_text("x = 1\n", "utf-8")
    look = calls(("read_file", {"path": "a.py"}), ("read_file", {"path": "b.py"}))
    model.script = [look, says("Seen.")]
    events = await chat(client, "look", "RepoAgent")
    acts = [event for event in events if isinstance(event, Action)]
    seen = [event for event in events if isinstance(event, Observation)]
    assert [act.args["path"] for act in acts] == ["a.py", "b.py"]
    assert [one.raw["cause"] for one in seen] == [act.id for act in acts]
    assert ("x = 1" in seen[0].content, "no file" in seen[1].content) == (True, True)
    assert text(events) == "Seen."


async def test_a_failure_is_an_error_event(
    client: Client, model: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model_engine, "RETRIES", 0)
    model.script = [fails(404, "model not found")]
    (failure,) = [event for event in await chat(client, "hi") if isinstance(event, Failure)]
    assert failure.text.startswith(f"{model.url} has no model tiny (404)")


async def test_interrupting_reaches_the_model(client: Client, model: ModelServer) -> None:
    async def endless(turn: Turn) -> None:
        await turn.say("Working")
        await asyncio.Event().wait()

    model.script = [endless]
    async with aclosing(client.session().batches("hi", "GeneralCodingAgent")) as batches:
        async for batch in batches:
            if any(isinstance(e, Message) and e.text == "Working" for e in batch):
                break
    await asyncio.wait_for(model.hung_up.wait(), PATIENCE)
