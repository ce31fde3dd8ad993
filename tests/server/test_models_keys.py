"""Keys: where they come from, and where they never show."""

from __future__ import annotations

import threading
import traceback
from pathlib import Path
from typing import Any

import keyring
import pytest

from robotui.config import Settings
from robotui.errors import ServiceError
from robotui.keyring_access import KeyringAccess
from robotui.server import app
from robotui.server.choosing import make_engine
from robotui.server.models import endpoint, keys
from robotui.server.models.keys import Key
from tests.server.model_server import ask, fails, failure, folders, model_server, says
from tests.waiting import PATIENCE

SECRET = "sk-very-secret"


class Ring:
    """A keyring in memory."""

    def __init__(self, entries: dict[str, str], broken: Exception | None = None) -> None:
        self.entries = entries
        self.broken = broken
        self.hold: threading.Event | None = None

    def get_password(self, service: str, username: str) -> str | None:
        if self.hold is not None:
            self.hold.wait(PATIENCE)
        if self.broken is not None:
            raise self.broken
        return self.entries.get(username) if service == keys.SERVICE else None


def use(monkeypatch: pytest.MonkeyPatch, ring: Ring) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: ring)


def test_a_key_is_not_shown() -> None:
    key = Key(SECRET)
    assert SECRET not in repr(key)
    assert SECRET not in f"{[key]}"
    assert f"{key}" == SECRET


async def test_the_keyrings_key(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Ring({"http://h/v1": SECRET}))
    assert await keys.stored(KeyringAccess(5), "http://h/v1") == SECRET
    assert await keys.stored(KeyringAccess(5), "http://other/v1") == ""


async def test_a_broken_keyring_gives_no_key_and_quotes_none(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    use(monkeypatch, Ring({}, broken=RuntimeError(SECRET)))
    assert await keys.stored(KeyringAccess(5), "http://h/v1") == ""
    assert "RuntimeError" in caplog.text
    assert SECRET not in caplog.text


async def test_a_silent_keyring_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    ring = Ring({})
    ring.hold = threading.Event()
    use(monkeypatch, ring)
    assert await keys.stored(KeyringAccess(0.05), "http://h/v1") == ""
    ring.hold.set()


async def used_key(tmp_path: Path, environment: dict[str, str], **settings: str) -> str:
    """The key that a model's endpoint gets, ``URL`` being its address."""
    async with model_server(says("Yes.")) as server:
        filled = {name: value.replace("URL", server.url) for name, value in environment.items()}
        wanted: dict[str, Any] = {
            name: value.replace("URL", server.url) for name, value in settings.items()
        }
        chosen = Settings(**wanted)
        engine = make_engine(chosen, folders(tmp_path), filled)
        await engine.start(tmp_path)
        if not wanted and not filled:
            await engine.switch(server.url, "")
        await ask(engine)
        await engine.aclose()
        headers = {one.get("Authorization", "") for one in server.headers}
    return ",".join(sorted(headers - {"", "Bearer none"}))


async def test_the_environments_key_goes_where_the_environment_says(tmp_path: Path) -> None:
    environment = {"OPENAI_BASE_URL": "URL", "OPENAI_API_KEY": SECRET}
    assert await used_key(tmp_path, environment) == f"Bearer {SECRET}"


async def test_a_key_of_its_own_goes_where_the_settings_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, Ring({}))
    assert await used_key(tmp_path, {"OPENAI_API_KEY": SECRET}, engine="URL") == ""
    environment = {"OPENAI_API_KEY": "other", "ROBOTUI_MODEL_KEY": SECRET}
    assert await used_key(tmp_path, environment, engine="URL") == f"Bearer {SECRET}"


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://named/v1", "theirs"),
        ("http://named", "theirs"),
        ("http://engine/v1", "ours"),
        ("http://named.example.com/v1", ""),
        ("http://other/v1", ""),
    ],
)
def test_each_variable_has_its_endpoint(url: str, key: str) -> None:
    environment = {"OPENAI_API_KEY": "theirs", "ROBOTUI_MODEL_KEY": "ours"}
    assert keys.given(environment, url, "http://named/v1", "http://engine/v1") == key


async def test_no_part_of_a_key_is_left_where_a_message_is_cut(tmp_path: Path) -> None:
    for before in range(225, 240):
        async with model_server(fails(400, "x" * before + SECRET)) as server:
            settings = Settings(engine=server.url)
            engine = make_engine(settings, folders(tmp_path), {"ROBOTUI_MODEL_KEY": SECRET})
            await engine.start(tmp_path)
            told = failure(await ask(engine))
            await engine.aclose()
        assert "sk-" not in told


async def test_errors_that_none_expected_are_told_without_the_key(tmp_path: Path) -> None:
    async with model_server(says("Yes.")) as server:
        settings = Settings(engine=server.url)
        engine = make_engine(settings, folders(tmp_path), {"ROBOTUI_MODEL_KEY": SECRET})
        await engine.start(tmp_path)
        await ask(engine)
        assert SECRET not in app._explain(engine, RuntimeError(f"header {SECRET} is odd"))
        await engine.aclose()


async def test_the_environments_key_goes_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with model_server(says("Yes.")) as named, model_server(says("Yes.")) as other:
        monkeypatch.setattr(endpoint, "LOCAL", (("Ollama", other.url),))
        environment = {"OPENAI_BASE_URL": named.url, "OPENAI_API_KEY": SECRET}
        engine = make_engine(Settings(), folders(tmp_path), environment)
        await engine.start(tmp_path)
        await ask(engine)
        await engine.switch(other.url, "")
        await ask(engine)
        await engine.aclose()
    assert SECRET in str(named.headers)
    assert SECRET not in str(other.headers)
    assert other.turns


async def test_the_key_is_in_no_message_file_or_traceback(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    script = (fails(401, f"Incorrect API key provided: {SECRET}"), fails(500, SECRET))
    async with model_server(*script) as server:
        settings = Settings(engine=server.url)
        environment = {"ROBOTUI_MODEL_KEY": SECRET}
        engine = make_engine(settings, folders(tmp_path), environment)
        await engine.start(tmp_path)
        told = [failure(await ask(engine)) for _ in range(2)]
        with pytest.raises(ServiceError) as caught:
            await engine.switch(server.url.replace("/v1", "/v2"), "")
        told += traceback.format_exception(caught.value)
        told += [str(await engine.describe()), repr(engine)]
        await engine.aclose()
    assert SECRET in str(server.headers)
    assert SECRET not in str(told)
    assert SECRET not in caplog.text
    assert not [file for file in files_below(tmp_path) if SECRET.encode() in file.read_bytes()]


def files_below(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]
