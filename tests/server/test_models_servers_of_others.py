"""A model server on this machine that another user runs."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from robotui import owners
from robotui.config import is_loopback
from robotui.server.engine import Wait
from robotui.server.models import endpoint
from robotui.server.models.servers_of_others import Strangers
from tests.server.model_server import ask, folders, model_server, says, text
from tests.server.serving import served
from tests.server.test_models_choosing import client_of, current, place, started

OTHER = frozenset({owners.own_uid() + 1})


@pytest.fixture
def another_s(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever listens on this machine belongs to another user."""
    monkeypatch.setattr(owners, "own_uid", lambda: 4242)
    monkeypatch.setattr(owners, "listeners", lambda _url: OTHER)


@pytest.mark.parametrize("who", [OTHER, None, frozenset({0, *OTHER})])
async def test_it_is_not_taken_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, who: frozenset[int] | None
) -> None:
    async with model_server(says("Stolen.")) as server:
        place(monkeypatch, server.url)
        monkeypatch.setattr(owners, "own_uid", lambda: 4242)
        monkeypatch.setattr(owners, "listeners", lambda _url: who)
        engine = await started(tmp_path)
        parts = await ask(engine)
        assert "Offline engine" in text(parts)
        (said,) = [part.text for part in parts if isinstance(part, Wait)]
        assert server.url in said
        assert f"--engine {server.url}" in said
        answer = await engine.describe()
        assert [each["engine"] for each in answer["strangers"]] == [server.url]
        assert not server.turns
        await engine.aclose()


@pytest.mark.usefixtures("another_s")
async def test_the_answer_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with model_server(says("Hi."), says("Hi again.")) as server:
        place(monkeypatch, server.url)
        engine = await started(tmp_path)
        answer = await engine.answer(server.url, use=True)
        assert answer["current"]["engine"] == server.url
        assert text(await ask(engine)) == "Hi."
        await engine.aclose()
        engine = await started(tmp_path)
        assert text(await ask(engine)) == "Hi again."
        assert (await engine.describe())["strangers"] == []
        await engine.aclose()
        kept = folders(tmp_path).state / "model-servers.json"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        monkeypatch.setattr(owners, "listeners", lambda _url: frozenset({7}))
        engine = await started(tmp_path)  # the answer was about another user
        assert (await current(engine))["engine"] == "offline"
        await engine.aclose()


@pytest.mark.usefixtures("another_s")
async def test_a_no_is_kept_too_and_not_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with model_server(says("Stolen.")) as server:
        place(monkeypatch, server.url)
        for _ in range(2):
            engine = await started(tmp_path)
            await engine.answer(server.url, use=False)
            parts = await ask(engine)
            assert "Offline engine" in text(parts)
            assert not [part for part in parts if isinstance(part, Wait)]
            assert (await engine.describe())["strangers"] == []
            await engine.aclose()


@pytest.mark.usefixtures("another_s")
async def test_one_that_is_named_is_the_user_s_word(tmp_path: Path) -> None:
    async with model_server(says("Hi."), says("Hi.")) as server:
        for fields in ({"engine": server.url}, {"environment": {"OPENAI_BASE_URL": server.url}}):
            engine = await started(tmp_path, **fields)
            assert text(await ask(engine)) == "Hi."
            await engine.aclose()


async def test_one_that_moves_in_later_gets_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with model_server(says("Hi."), says("Stolen.")) as server:
        place(monkeypatch, server.url)
        engine = await started(tmp_path)
        assert text(await ask(engine)) == "Hi."
        monkeypatch.setattr(owners, "own_uid", lambda: 4242)
        monkeypatch.setattr(owners, "listeners", lambda _url: OTHER)
        assert "Offline engine" in text(await ask(engine))
        assert len(server.turns) == 1
        await engine.aclose()


@pytest.mark.usefixtures("another_s")
async def test_it_is_asked_and_answered_over_http(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with model_server(says("Hi.")) as model:
        place(monkeypatch, model.url)
        engine = await started(tmp_path)
        async with served(engine, tmp_path / "data") as server, client_of(server) as client:
            found = await client.engine()
            assert found is not None
            (stranger,) = found.strangers
            assert stranger.engine == model.url
            assert stranger.owner
            found = await client.answer_stranger(model.url, use=True)
            assert found.current.engine == model.url
            status, _ = await server.post("/engine", json={"engine": model.url, "stranger": "x"})
            assert status == 422
        await engine.aclose()


@pytest.mark.usefixtures("another_s")
@pytest.mark.parametrize("content", ["", "{", "[]", '{"x": 7}'])
async def test_a_damaged_file_of_answers_is_none(tmp_path: Path, content: str) -> None:
    path = tmp_path / "answers"
    path.write_text(content)
    strangers = Strangers(path)
    stranger = await strangers.at("http://127.0.0.1:1/v1")
    assert stranger is not None
    assert stranger.answer is None
    strangers.remember(stranger, use=False)
    again = await strangers.at("http://127.0.0.1:1/v1")
    assert again is not None
    assert again.answer is False


def test_all_usual_places_are_on_this_machine() -> None:
    assert all(is_loopback(url) for _kind, url in endpoint.LOCAL)
