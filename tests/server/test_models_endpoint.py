"""Which model server is found, which model is taken, how much it can keep in mind."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from typing import Any

import pytest
from aiohttp import web

from robotui.config import is_loopback
from robotui.errors import ServiceError
from robotui.server.models import context_window, endpoint
from robotui.server.models.connection import Network
from robotui.server.models.model_server import ModelServer
from tests.server.model_server import model_server, says

NETWORK = Network()


@asynccontextmanager
async def web_page(answer: Callable[[web.Request], web.Response]) -> AsyncIterator[str]:
    """A server whose list of models is this answer."""

    async def handle(request: web.Request) -> web.Response:
        return answer(request)

    app = web.Application()
    app.router.add_get("/v1/models", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


@pytest.fixture
def nobody() -> Iterator[str]:
    """An address at which nothing listens."""
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/v1"


@pytest.mark.parametrize(
    ("environment", "url"),
    [
        ({}, None),
        ({"OPENAI_BASE_URL": "http://h:1/v1/"}, "http://h:1/v1"),
        ({"OPENAI_BASE_URL": "https://me:p@ss@h/v1"}, "https://h/v1"),
        ({"OPENAI_BASE_URL": "https://h/v1/?key=s#x"}, "https://h/v1"),
        ({"OPENAI_BASE_URL": " ", "OPENAI_API_KEY": "k"}, endpoint.OPENAI),
        ({"OPENAI_BASE_URL": "http://h/v1", "OPENAI_API_KEY": "k"}, "http://h/v1"),
    ],
)
def test_the_endpoint_of_the_environment(environment: dict[str, str], url: str | None) -> None:
    assert endpoint.named(environment) == url


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("", None),
        ("box", "http://box:11434/v1"),
        ("box:99", "http://box:99/v1"),
        ("0.0.0.0", "http://127.0.0.1:11434/v1"),
        ("[::]:99", "http://127.0.0.1:99/v1"),
        ("[::1]", "http://[::1]:11434/v1"),
        ("https://box", "https://box:443/v1"),
        ("http://box:99/ollama/", "http://box:99/ollama/v1"),
        ("box:port", None),
    ],
)
def test_the_address_of_ollama(host: str, url: str | None) -> None:
    assert endpoint.ollama({"OLLAMA_HOST": host}) == url


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:1/v1", True),
        ("http://[::1]/v1", True),
        ("http://localhost/v1", True),
        ("http://192.168.0.1/v1", False),
        ("https://localhost.example.com/v1", False),
    ],
)
def test_loopback(url: str, local: bool) -> None:
    assert is_loopback(url) is local


async def test_local_servers_are_found_in_order(nobody: str) -> None:
    async with model_server(says()) as first, model_server(says()) as second:
        places = [("Ollama", nobody), ("vLLM", second.url), ("LM Studio", first.url)]
        found = await endpoint.find_local(NETWORK, places)
    assert [(server.kind, server.url, server.models) for server in found] == [
        ("vLLM", second.url, ("tiny",)),
        ("LM Studio", first.url, ("tiny",)),
    ]


async def test_a_silent_port_is_given_up_and_others_do_not_wait_for_it() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        port = silent.getsockname()[1]
        async with model_server(says()) as server:
            places = [("x", f"http://127.0.0.1:{port}/v1"), ("y", server.url)]
            found = await endpoint.find_local(NETWORK, places, 1.0)
    assert [one.kind for one in found] == ["y"]


@pytest.mark.parametrize("page", ["", "<html>", "[]", "{}", '{"data": 7}', '{"data": []}'])
async def test_other_programs_on_the_ports_are_no_model_servers(page: str) -> None:
    async with web_page(lambda _: web.Response(text=page)) as url:
        assert await endpoint.find_local(NETWORK, [("vLLM", url)]) == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (503, "is still loading (503): Loading, sk-…"),
        (500, "does not list its models (500): Loading"),
        (429, "(429): Loading"),
    ],
)
async def test_a_list_that_is_refused_is_told_as_it_is(status: int, words: str) -> None:
    page = {"error": {"message": "Loading, sk-secret"}}
    async with web_page(lambda _: web.json_response(page, status=status)) as url:
        with pytest.raises(ServiceError) as caught:
            await endpoint.look(NETWORK, url, "secret")
    assert words in caught.value.headline


@pytest.mark.parametrize("status", [404, 405, 501])
async def test_who_has_no_list_may_serve_all_the_same(status: int) -> None:
    async with web_page(lambda _: web.Response(status=status)) as url:
        assert (await endpoint.look(NETWORK, url)).models == ()


@pytest.mark.parametrize("url", ["http://h/v1?key=sk-1", "http://h/v1#sk-1", "http://sk-1@h/v1"])
async def test_an_address_with_a_secret_is_not_quoted(url: str) -> None:
    with pytest.raises(ServiceError) as caught:
        await endpoint.look(NETWORK, url)
    assert "sk-1" not in str(caught.value)


async def test_only_models_for_chats_are_taken() -> None:
    names = ["nomic-embed-text", "whisper-1", "bad\nname", "qwen3", "llama", "tts-1"]
    models = [*({"id": name} for name in names), {"id": 7}, "junk"]
    async with model_server(says(), models=models) as server:
        assert (await endpoint.look(NETWORK, server.url)).models == ("qwen3", "llama")


async def test_the_only_model_is_taken_whatever_its_name() -> None:
    async with model_server(says(), models=[{"id": "my-embedder"}]) as server:
        assert (await endpoint.look(NETWORK, server.url)).models == ("my-embedder",)


async def test_what_is_not_there_is_told(nobody: str) -> None:
    with pytest.raises(ServiceError, match="No model server answers at http://127") as caught:
        await endpoint.look(NETWORK, nobody, "sk-secret")
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize("status", [401, 403])
async def test_a_refused_key_is_told_and_not_quoted(status: int) -> None:
    def refuse(request: web.Request) -> web.Response:
        return web.json_response({"error": request.headers["Authorization"]}, status=status)

    async with web_page(refuse) as url:
        with pytest.raises(ServiceError) as caught:
            await endpoint.look(NETWORK, url, "sk-secret")
    assert "refused the key" in str(caught.value)
    assert f"keyring set robotui-models {url}" in caught.value.remedy
    assert "sk-secret" not in repr(caught.value)


async def test_a_server_without_a_list_has_no_models() -> None:
    async with web_page(lambda _: web.Response(text="not here")) as url:
        assert (await endpoint.look(NETWORK, url)).models == ()


OLLAMA_SHOW = {"model_info": {"qwen3.context_length": 40960}, "parameters": "num_ctx   16384\nx 1"}


@pytest.mark.parametrize(
    ("kind", "entry", "pages", "window"),
    [
        ("", {"max_model_len": 32768}, {}, 32768),
        ("", {"context_length": 131072}, {}, 131072),
        ("", {"max_model_len": "many"}, {}, context_window.CAUTIOUS_WINDOW),
        ("", {"max_model_len": True}, {}, context_window.CAUTIOUS_WINDOW),
        ("llamacpp", {}, {"/props": {"default_generation_settings": {"n_ctx": 5120}}}, 5120),
        ("llamacpp", {}, {"/props": []}, context_window.CAUTIOUS_WINDOW),
        ("library", {}, {"/api/show": OLLAMA_SHOW}, 16384),
        ("library", {}, {"/api/show": {"model_info": OLLAMA_SHOW["model_info"]}}, 4096),
        ("library", {}, {"/api/show": {"model_info": {"a.context_length": 2048}}}, 2048),
        (
            "library",
            {},
            {"/api/show": {}, "/api/ps": {"models": [{"name": "m", "context_length": 65536}]}},
            65536,
        ),
        ("library", {}, {}, 4096),
    ],
)
async def test_the_size_of_the_context(
    kind: str, entry: dict[str, Any], pages: dict[str, Any], window: int
) -> None:
    models = [{"id": "m", "owned_by": kind, **entry}]
    async with model_server(says(), models=models, pages=pages) as server:
        found = await endpoint.look(NETWORK, server.url)
        assert await context_window.window(NETWORK, found, "m") == window


async def test_the_context_of_lm_studio() -> None:
    entry = {"id": "m", "loaded_context_length": 6000, "max_context_length": 9000}
    async with model_server(says(), pages={"/api/v0/models": {"data": [entry]}}) as server:
        found = ModelServer(server.url, "LM Studio", ("m",))
        assert await context_window.window(NETWORK, found, "m") == 6000


async def test_no_proxy_is_asked_for_this_machine(
    nobody: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", nobody)
    monkeypatch.setenv("http_proxy", nobody)
    async with model_server(says()) as server:
        network = Network(proxy=nobody, trust_env=True)
        assert (await endpoint.look(network, server.url)).models == ("tiny",)
        assert "Authorization" not in server.headers[0]
