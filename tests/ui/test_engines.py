"""What answers on the embedded server: shown, listed, switched."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from robotui.client.engines import EngineChoice, Engines, Stranger
from robotui.config import EMBEDDED, Endpoint
from robotui.errors import CutReplyError, ValidationError
from robotui.ui.dialogs.engines import EnginePicker
from tests.ui.fakes import Bench, FakeClient, said, workbench

OFFLINE = EngineChoice("offline", "offline")
SMALL = EngineChoice("http://127.0.0.1:1/v1", "Ollama", "small:7b", 8192)
DEAD = EngineChoice("http://127.0.0.1:2/v1", "vLLM", "big", 0, "nothing answers there")


@dataclass
class EmbeddedClient(FakeClient):
    """A client of an embedded server with a choice of engines."""

    endpoint: Endpoint = field(default_factory=lambda: Endpoint(EMBEDDED, "http://localhost"))
    current: EngineChoice | None = OFFLINE
    switched: list[tuple[str, str]] = field(default_factory=list)
    strangers: tuple[Stranger, ...] = ()
    answered: list[tuple[str, bool]] = field(default_factory=list)

    async def engine(self) -> Engines | None:
        """What answers."""
        choices = (OFFLINE, SMALL, DEAD)
        return Engines(self.current, choices, self.strangers) if self.current else None

    async def answer_stranger(self, engine: str, *, use: bool) -> Engines:
        """Keep it, and take the small one."""
        self.answered.append((engine, use))
        self.current = SMALL if use else OFFLINE
        return Engines(self.current)

    async def switch_engine(self, engine: str, model: str = "") -> Engines:
        """Another one, if it is known."""
        self.switched.append((engine, model))
        known = [choice for choice in (OFFLINE, SMALL) if choice.engine == engine]
        if not known:
            raise ValidationError("Nothing answers there", status=422, remedy="Start it.")
        self.current = known[0]
        return Engines(self.current)


async def test_the_status_bar_names_what_answers_and_keeps_doing_so() -> None:
    async with workbench(client=EmbeddedClient([[said("ok")]])) as bench:
        await bench.until(lambda: bench.screen.status.standing.server == "offline")
        await bench.ask("hi")
        await bench.ready()
        assert bench.screen.status.standing.server == "offline"


async def test_an_engine_that_is_not_there_is_told() -> None:
    async with workbench(client=EmbeddedClient(current=DEAD)) as bench:
        await bench.shows("nothing answers there")


@pytest.mark.parametrize(
    ("key", "answered", "shown"),
    [
        ("y", [(SMALL.engine, True)], "small:7b"),
        ("n", [(SMALL.engine, False)], "offline"),
        ("escape", [], "offline"),
    ],
)
async def test_another_user_s_server_is_asked_about(
    key: str, answered: list[tuple[str, bool]], shown: str
) -> None:
    client = EmbeddedClient(strangers=(Stranger(SMALL.engine, "the user mallory"),))
    async with workbench(client=client) as bench:
        await bench.shows("the user mallory")
        await bench.pilot.press(key)
        await bench.until(lambda: client.answered == answered)
        await bench.until(lambda: bench.screen.status.standing.server == shown)


async def test_picking_from_the_list() -> None:
    client = EmbeddedClient()
    async with workbench(client=client) as bench:
        await bench.ask("/engine")
        await bench.until(lambda: isinstance(bench.pilot.app.screen, EnginePicker))
        await bench.shows("● offline")
        await bench.shows("nothing answers there")
        await bench.pilot.press("down", "enter")
        await bench.until(lambda: bench.screen.status.standing.server == "small:7b")
        assert client.switched == [(SMALL.engine, "small:7b")]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("small:7b", (SMALL.engine, "small:7b")),
        ("offline", ("offline", "")),
        ("auto", ("auto", "")),
        ("http://h/v1", ("http://h/v1", "")),
    ],
)
async def test_naming_one(typed: str, asked: tuple[str, str]) -> None:
    client = EmbeddedClient()
    async with workbench(client=client) as bench:
        await bench.ask(f"/engine {typed}")
        await bench.until(lambda: client.switched == [asked])
        if typed not in ("small:7b", "offline"):
            await bench.shows("Start it.")


async def switched(bench: Bench) -> None:
    await bench.ask("/engine small:7b")
    await bench.until(lambda: bench.screen.status.standing.server == "small:7b")


async def test_a_server_that_was_started_anew_is_switched_again(tmp_path: Path) -> None:
    socket = tmp_path / "socket"
    socket.touch()
    client = EmbeddedClient(endpoint=Endpoint(EMBEDDED, "http://localhost", socket))
    async with workbench(client=client) as bench:
        await switched(bench)
        await bench.ask("hi")
        await bench.ready()
        assert len(client.switched) == 1
        other = tmp_path / "other"
        other.touch()
        other.replace(socket)
        client.current = OFFLINE
        await bench.ask("hi again")
        await bench.ready()
        assert client.switched == [(SMALL.engine, "small:7b")] * 2
        assert bench.screen.status.standing.server == "small:7b"
        await bench.shows("started anew")


async def test_after_a_failed_reply_the_engine_is_looked_at() -> None:
    client = EmbeddedClient([[CutReplyError("The server ended")], [said("ok")]])
    async with workbench(client=client) as bench:
        await switched(bench)
        await bench.ask("hi")
        await bench.until(lambda: bench.screen.status.standing.state == "failed")
        client.current = OFFLINE
        await bench.ask("hi again")
        await bench.ready()
        assert len(client.switched) == 2
        assert client.current == SMALL


async def test_a_choice_that_can_not_be_made_again_is_told() -> None:
    gone = EngineChoice("http://gone/v1", "vLLM", "gone")
    client = EmbeddedClient([[CutReplyError("The server ended")], [said("ok")]])
    async with workbench(client=client) as bench:
        await switched(bench)
        bench.connection.chosen = (gone.engine, gone.model)
        await bench.ask("hi")
        await bench.until(lambda: bench.screen.status.standing.state == "failed")
        client.current = OFFLINE
        await bench.ask("hi again")
        await bench.ready()
        await bench.shows("started anew")
        assert bench.screen.status.standing.server == "offline"


async def test_a_server_without_a_choice_is_told() -> None:
    async with workbench(client=EmbeddedClient(current=None)) as bench:
        await bench.ask("/engine")
        await bench.shows("no choice")


async def test_tokens_and_context_are_shown_after_a_reply() -> None:
    usage = {"input_tokens": 1000, "output_tokens": 234, "context_used": 4096}
    script = [said("ok", usage={**usage, "context_window": 8192, "odd": "x", "worse": -1})]
    async with workbench(script, size=(140, 30)) as bench:
        await bench.ask("hi")
        await bench.ready()
        await bench.shows("1,234 tokens, context 50 % full")
