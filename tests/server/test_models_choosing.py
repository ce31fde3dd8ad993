"""Which engine is taken, and switching it, over HTTP too."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from robotui.client.api import Client
from robotui.client.engines import Engines, read_engines
from robotui.client.tokens import TokenStore
from robotui.config import Endpoint, Settings
from robotui.errors import NotFoundError, ServiceError, ValidationError, WorkspaceError
from robotui.profiles import Profile
from robotui.server import choosing
from robotui.server.choosing import SwitchingEngine, make_engine
from robotui.server.engine import Request, Text
from robotui.server.models import endpoint, server_finder
from tests.server.fake_engine import FakeEngine
from tests.server.model_server import (
    SID,
    Turn,
    ask,
    engine_for,
    failure,
    folders,
    model_server,
    says,
    text,
)
from tests.server.serving import Served, served
from tests.waiting import PATIENCE


@pytest.fixture(autouse=True)
def nothing_local(monkeypatch: pytest.MonkeyPatch) -> None:
    """No model server of this machine is looked for."""
    monkeypatch.setattr(endpoint, "LOCAL", ())


def place(monkeypatch: pytest.MonkeyPatch, *urls: str) -> None:
    monkeypatch.setattr(endpoint, "LOCAL", tuple(("Ollama", url) for url in urls))


async def started(tmp_path: Path, *own: Profile, **fields: Any) -> SwitchingEngine:
    environment = fields.pop("environment", {})
    settings = Settings(**fields)
    engine = make_engine(settings, folders(tmp_path), environment, own)
    (tmp_path / "workspace").mkdir(exist_ok=True)
    await engine.start(tmp_path / "workspace")
    return engine


async def current(engine: SwitchingEngine) -> dict[str, Any]:
    answer: dict[str, Any] = (await engine.describe())["current"]
    return answer


async def test_auto_takes_what_answers_on_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with model_server(says("Hi.")) as server:
        place(monkeypatch, server.url)
        engine = await started(tmp_path)
        assert text(await ask(engine)) == "Hi."
        assert await current(engine) == {
            "engine": server.url,
            "name": "Ollama",
            "endpoint": server.url,
            "model": "tiny",
            "context_window": 4096,
        }
        assert (engine.name, server.url in engine.about) == ("tiny", True)
        await engine.aclose()


async def test_auto_comes_to_offline(tmp_path: Path) -> None:
    engine = await started(tmp_path)
    assert "Offline engine" in text(await ask(engine, "hello"))
    answer = await engine.describe()
    assert answer["current"]["engine"] == "offline"
    assert [choice["engine"] for choice in answer["choices"]] == ["offline"]
    await engine.aclose()


async def test_the_environment_comes_before_this_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with model_server(says("Named.")) as named, model_server(says("Local.")) as local:
        place(monkeypatch, local.url)
        for name, answer in (("OPENAI_BASE_URL", "Named."), ("OTHER", "Local.")):
            engine = await started(tmp_path, environment={name: named.url})
            assert text(await ask(engine)) == answer
            await engine.aclose()
        host = named.url.removesuffix("/v1")
        engine = await started(tmp_path, environment={"OLLAMA_HOST": host})
        assert text(await ask(engine)) == "Named."
        await engine.aclose()


async def test_offline_asks_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with model_server(says("Hi.")) as server:
        place(monkeypatch, server.url)
        engine = await started(
            tmp_path, engine="offline", environment={"OPENAI_BASE_URL": server.url}
        )
        await ask(engine)
        await engine.aclose()
        assert not server.headers


async def test_the_model_that_is_named(tmp_path: Path) -> None:
    async with (
        model_server(says("Hi."), models=[{"id": "a"}, {"id": "b"}]) as server,
        engine_for(server.url, tmp_path, model="b") as engine,
    ):
        await ask(engine)
        assert server.turns[0].body["model"] == "b"


async def test_a_named_endpoint_that_is_not_there_is_told_and_tried_again(tmp_path: Path) -> None:
    async with model_server(says("Hi.")) as server:
        url = server.url
    engine = await started(tmp_path, engine=url)
    assert f"No model server answers at {url}" in failure(await ask(engine))
    assert (await current(engine))["why"].startswith("No model server")
    async with model_server(says("Hi.")) as server:
        engine._settings = Settings(engine=server.url)
        assert text(await ask(engine)) == "Hi."
    await engine.aclose()


async def test_an_ollama_that_is_named_and_not_there_is_told(tmp_path: Path) -> None:
    async with model_server(says("Hi.")) as server:
        host = server.url.removesuffix("/v1")
    engine = await started(tmp_path, environment={"OLLAMA_HOST": host})
    assert f"No model server answers at {host}/v1" in failure(await ask(engine))
    assert (await current(engine))["name"] == f"{host}/v1"
    await engine.aclose()


async def test_an_address_without_its_version(tmp_path: Path) -> None:
    async with (
        model_server(says("Hi.")) as server,
        engine_for(server.url.removesuffix("/v1"), tmp_path) as engine,
    ):
        assert text(await ask(engine)) == "Hi."
        assert (await current(engine))["engine"] == server.url


async def test_a_server_without_models_is_told(tmp_path: Path) -> None:
    async with model_server(says("Hi."), models=[]) as server:
        engine = await started(tmp_path, engine=server.url)
        assert "has no model for chats" in failure(await ask(engine))
        await engine.aclose()


async def test_the_start_does_not_wait_for_silent_servers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answer = asyncio.Event(), asyncio.Event()

    async def silent(*_args: Any) -> Any:
        asked.set()
        await answer.wait()
        return []

    monkeypatch.setattr(endpoint, "find_local", silent)
    engine = await started(tmp_path)
    prompt = asyncio.create_task(ask(engine))
    await asked.wait()
    assert not prompt.done()
    answer.set()
    assert "Offline engine" in text(await prompt)
    await engine.aclose()


async def test_a_server_may_stop_while_it_still_chooses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent(*_args: Any) -> Any:
        await asyncio.Event().wait()

    monkeypatch.setattr(endpoint, "find_local", silent)
    engine = await started(tmp_path)
    await engine.aclose()
    await engine.aclose()


async def test_a_workspace_that_is_not_there(tmp_path: Path) -> None:
    engine = make_engine(Settings(), folders(tmp_path), {})
    with pytest.raises(WorkspaceError, match="no such folder"):
        await engine.start(tmp_path / "missing")
    await engine.aclose()


async def test_users_profiles(tmp_path: Path) -> None:
    own = Profile("Poet", "You speak in rhymes.", tools=("read_file", "fly"))
    async with (
        model_server(says("Hi.")) as server,
        engine_for(server.url, tmp_path, own) as engine,
    ):
        await ask(engine, agent="Poet")
        assert engine.agents == ["Poet"]
    (turn,) = server.turns
    assert turn.messages[0]["content"].startswith("You speak in rhymes.")
    assert [tool["function"]["name"] for tool in turn.body["tools"]] == ["read_file"]


# --- without the libraries -----------------------------------------------------------------------


@pytest.fixture
def no_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the extra were not installed."""

    def load(name: str) -> Any:
        raise ModuleNotFoundError(f"No module named {name!r}", name="pydantic_ai")

    monkeypatch.setattr(choosing, "import_module", load)
    monkeypatch.setattr(server_finder, "find_spec", lambda _name: None)


@pytest.mark.usefixtures("no_libraries")
async def test_without_the_libraries_auto_comes_to_offline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with model_server(says("Hi.")) as server:
        place(monkeypatch, server.url)
        engine = await started(tmp_path)
        assert "Offline engine" in text(await ask(engine))
        with pytest.raises(ServiceError, match="more libraries") as caught:
            await engine.switch(server.url, "")
        assert "robotui[models]" in caught.value.remedy
        await engine.aclose()


# --- switching -----------------------------------------------------------------------------------


async def test_switching_there_and_back(tmp_path: Path) -> None:
    async with model_server(says("Hi."), models=[{"id": "a"}, {"id": "b"}]) as server:
        engine = await started(tmp_path, engine=server.url)
        answer = await engine.switch(server.url, "b")
        assert answer["current"]["model"] == "b"
        models = [choice["model"] for choice in answer["choices"]]
        assert models == ["", "a", "b"]
        await engine.switch("offline", "")
        assert "Offline engine" in text(await ask(engine))
        await engine.switch("auto", "")
        assert (await current(engine))["engine"] == "offline"
        await engine.switch(server.url, "")
        assert text(await ask(engine)) == "Hi."
        await engine.aclose()


async def test_a_reply_under_way_goes_on_where_it_began(tmp_path: Path) -> None:
    go_on = asyncio.Event()

    async def slow(turn: Turn) -> None:
        await turn.say("One")
        await go_on.wait()
        await turn.say(" two")
        await turn.stop()

    async with model_server(slow) as server, engine_for(server.url, tmp_path) as engine:
        said = ""
        async for part in engine.reply(Request(SID, "GeneralCodingAgent", "count")):
            said += part.piece if isinstance(part, Text) else ""
            if said == "One" and not go_on.is_set():
                await engine.switch("offline", "")
                go_on.set()
        assert said == "One two"


async def test_what_can_not_be_used_leaves_the_engine_as_it_was(tmp_path: Path) -> None:
    async with model_server(says("Hi.")) as gone:
        pass
    async with model_server(says("Hi.")) as server, engine_for(server.url, tmp_path) as engine:
        with pytest.raises(ServiceError, match="No model server answers"):
            await engine.switch(gone.url, "")
        for url in ("nonsense", "http://", "http://a:b", "http://me:secret@h", "http://h/\n"):
            with pytest.raises(ServiceError, match="no address") as caught:
                await engine.switch(url, "")
            assert "secret" not in str(caught.value)
        assert text(await ask(engine)) == "Hi."


# --- over HTTP -----------------------------------------------------------------------------------


def client_of(server: Served) -> Client:
    where = Endpoint("test", "http://localhost", server.socket)
    return Client(where, Settings(), TokenStore(Settings(), {"ROBOTUI_TOKEN": server.token}))


async def test_the_client_sees_and_switches(tmp_path: Path) -> None:
    async with (
        model_server(says("Hi.")) as models,
        engine_for(models.url, tmp_path) as engine,
        served(engine, tmp_path / "data") as server,
        client_of(server) as client,
    ):
        found = await client.engine()
        assert found is not None
        assert (found.current.label, found.current.context_window) == ("tiny", 8192)
        assert [choice.label for choice in found.choices] == ["offline", "tiny"]
        found = await client.switch_engine("offline")
        assert found.current.label == "offline"
        found = await client.switch_engine(models.url, "tiny")
        assert found.current.engine == models.url
        with pytest.raises(
            ValidationError, match=r"^No model server answers.*setting `engine`$"
        ) as no:
            await client.switch_engine("http://127.0.0.1:1/v1")
        assert no.value.remedy == ""


async def test_a_foreign_server_has_no_such_thing(tmp_path: Path) -> None:
    async with served(FakeEngine(), tmp_path) as server, client_of(server) as client:
        assert await client.engine() is None
        with pytest.raises(NotFoundError):
            await client.switch_engine("offline")


async def test_only_the_user_may_ask(tmp_path: Path) -> None:
    engine = await started(tmp_path, engine="offline")
    async with served(engine, tmp_path / "data") as server:
        for method in ("GET", "POST"):
            for headers, status in (({}, 422), ({"Authorization": "Bearer x"}, 401)):
                async with server.http.request(method, "/engine", headers=headers) as response:
                    assert response.status == status
        status, body = await server.post("/engine", json={})
        assert (status, body["detail"][0]["loc"]) == (422, ["body", "engine"])
    await engine.aclose()


async def test_users_agents_are_known_to_the_server(tmp_path: Path) -> None:
    engine = await started(tmp_path, Profile("Poet", "Rhyme."), engine="offline")
    async with served(engine, tmp_path / "data") as server:
        sid = await server.sid()
        assert await server.chat(sid, agent="Poet")
        status, _ = await server.post("/chat", json={"sid": sid, "prompt": "x", "agent": "Nobody"})
        assert status == 422
    await engine.aclose()


@pytest.mark.parametrize(
    "value", [{}, {"current": 7, "choices": 7}, {"choices": [7, {"model": ["x"]}]}]
)
def test_odd_answers_are_read(value: dict[str, Any]) -> None:
    assert isinstance(read_engines(value), Engines)


def test_nothing_for_the_terminal_is_in_names() -> None:
    found = read_engines({"current": {"model": "a\x1b[31mb\nc", "context_window": -1}})
    assert (found.current.model, found.current.context_window) == ("ab c", 0)


ABSENT = """
import sys
for name in ("pydantic_ai", "pydantic", "openai", "httpx2", "dulwich"):
    sys.modules[name] = None
"""
OFFLINE_ANSWER = """
import asyncio
import subprocess
import sys
from pathlib import Path
from robotui.config import Paths, Settings
from robotui.server.choosing import make_engine
from robotui.server.engine import Request
from robotui.server.models import endpoint
import robotui.server.run
endpoint.LOCAL = ()
folder = Path(sys.argv[1])
async def main():
    engine = make_engine(Settings(), Paths(folder, folder, folder, folder, folder), {})
    await engine.start(folder)
    print([part async for part in engine.reply(Request("s", "RepoAgent", "hello"))])
    await engine.aclose()
asyncio.run(main())
"""
HELP = """
import runpy
sys.argv = ["robotui", "--help"]
runpy.run_module("robotui", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize(
    ("code", "words"), [(OFFLINE_ANSWER, "Offline engine"), (HELP, "usage: robotui")]
)
def test_all_else_works_without_the_libraries(tmp_path: Path, code: str, words: str) -> None:
    command = [sys.executable, "-c", ABSENT + code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0, done.stderr
    assert words in done.stdout
