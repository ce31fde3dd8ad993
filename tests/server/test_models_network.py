"""Model servers behind TLS, redirects and proxies: listing and chatting go the same way."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from robotui.errors import RedirectError, RobotuiError, ServiceError
from robotui.network import CA_VARIABLES
from robotui.server.models import endpoint
from robotui.server.models.connection import Network
from tests.authority import Authority
from tests.server.model_server import Turn, ask, engine_for, failure, model_server, says, text

KEY = "sk-secret"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@asynccontextmanager
async def serving(tls: ssl.SSLContext | None = None, **pages: Any) -> AsyncIterator[str]:
    """A server with these pages below /v1, each a handler; its base address."""
    app = web.Application()
    for name, handler in pages.items():
        app.router.add_route("*", "/v1/" + name.replace("__", "/"), handler)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    try:
        scheme = "https" if tls else "http"
        yield f"{scheme}://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


async def listing(_request: web.Request) -> web.Response:
    return web.json_response({"data": [{"id": "tiny", "max_model_len": 8000}]})


async def chatting(request: web.Request) -> web.StreamResponse:
    turn = Turn(await request.json(), request)
    await says("Hello", " there")(turn)
    return await turn.begin()


def pages() -> dict[str, Any]:
    return {"models": listing, "chat__completions": chatting}


@pytest.mark.parametrize("name", [*CA_VARIABLES, ""])
async def test_a_private_authority_counts_for_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, authority: Authority, name: str
) -> None:
    if name:
        place = tmp_path if name == "SSL_CERT_DIR" else authority.file
        monkeypatch.setenv(name, str(place))
    more: dict[str, Any] = {} if name else {"ca_file": str(authority.file)}
    async with (
        serving(authority.server(), **pages()) as url,
        engine_for(url, tmp_path, **more) as engine,
    ):
        assert text(await ask(engine)) == "Hello there"


@pytest.mark.parametrize(
    ("how", "words", "remedy"),
    [
        ({}, "its authority is not known here", "`ca_file`"),
        ({"self_signed": True}, "it is self-signed", "`ca_file`"),
        ({"days": -1}, "it has expired", "clock"),
        ({"days": 90}, "it is not valid yet", "clock"),
        ({"host": "other.example"}, "it is for another host", "name"),
        ({"host": "10.0.0.1"}, "it is for another host", "name"),
    ],
)
async def test_a_certificate_that_is_refused_is_told_as_that(
    tmp_path: Path, authority: Authority, how: dict[str, Any], words: str, remedy: str
) -> None:
    known = "" if words.endswith("here") else str(authority.file)
    async with serving(authority.server(**how), **pages()) as url:
        with pytest.raises(ServiceError) as caught:
            await endpoint.look(Network(ca_file=known), url, KEY)
        async with engine_for(url, tmp_path, ca_file=known) as engine:
            told = failure(await ask(engine))
    host = url.removeprefix("https://").removesuffix("/v1")
    assert caught.value.headline == f"The certificate of {host} was refused: {words}"
    assert remedy in caught.value.remedy
    assert words in told
    assert KEY not in repr(caught.value)


async def test_a_certificate_that_is_refused_while_chatting(
    tmp_path: Path, authority: Authority
) -> None:
    """The server got another one since its models were listed."""
    tls = authority.server()
    async with (
        serving(tls, **pages()) as url,
        engine_for(url, tmp_path, ca_file=str(authority.file)) as engine,
    ):
        await engine.describe()
        other = Authority(tmp_path, "other")
        other.server()
        tls.load_cert_chain(other.latest)
        told = failure(await ask(engine))
    assert "was refused: its authority is not known here" in told
    assert "ca_file" in told


async def test_a_self_signed_certificate_may_be_trusted_itself(
    tmp_path: Path, authority: Authority
) -> None:
    tls = authority.server(self_signed=True)
    network = Network(ca_file=str(authority.latest))
    async with serving(tls, **pages()) as url:
        assert (await endpoint.look(network, url)).models == ("tiny",)


async def test_a_server_without_tls(authority: Authority) -> None:
    async with serving(**pages()) as url:
        with pytest.raises(ServiceError, match="does not speak TLS") as caught:
            await endpoint.look(Network(), url.replace("http:", "https:"))
    assert "http://" in caught.value.remedy


async def test_a_bad_setting_is_told_where_it_matters(tmp_path: Path, authority: Authority) -> None:
    async with serving(authority.server(), **pages()) as url:
        with pytest.raises(RobotuiError, match="ca_file"):
            await endpoint.look(Network(ca_file=str(tmp_path / "gone")), url)


# --- redirects


def to(target: str, status: int = 302, seen: list[web.Request] | None = None) -> Any:
    async def send_on(request: web.Request) -> web.Response:
        if seen is not None:
            seen.append(request)
        return web.Response(status=status, headers={"Location": target})

    return send_on


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_list_that_has_moved_is_followed(status: int) -> None:
    keys: list[str] = []

    async def moved(request: web.Request) -> web.Response:
        keys.append(request.headers.get("Authorization", ""))
        return await listing(request)

    async with serving(models=to("/v1/all/models", status), all__models=moved) as url:
        assert (await endpoint.look(Network(), url, KEY)).models == ("tiny",)
    assert keys == [f"Bearer {KEY}"]


async def test_a_key_does_not_go_to_another_server() -> None:
    keys: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        keys.append(request.headers.get("Authorization", ""))
        return await listing(request)

    async with (
        serving(models=elsewhere) as other,
        serving(models=to(f"{other}/models?x=1")) as url,
    ):
        assert (await endpoint.look(Network(), url, KEY)).models == ("tiny",)
    assert keys == [""]


async def test_where_the_other_server_wants_a_key_it_is_named() -> None:
    async def refuse(_request: web.Request) -> web.Response:
        return web.Response(status=401)

    async with (
        serving(models=refuse) as other,
        serving(models=to(f"{other}/models?x={KEY}")) as url,
    ):
        with pytest.raises(RedirectError) as caught:
            await endpoint.look(Network(), url, KEY)
    assert f"sends us to {other}/models" in caught.value.headline
    assert KEY not in caught.value.headline + caught.value.remedy


@pytest.mark.parametrize("location", ["http://host.example/v1/models", "http://[", "ftp://x/"])
async def test_a_redirect_off_this_machine_or_to_nowhere_is_told(location: str) -> None:
    async with serving(models=to(location)) as url:
        with pytest.raises(RedirectError):
            await endpoint.look(Network(), url)
        assert await endpoint.find_local(Network(), [("vLLM", url)]) == []


async def test_redirects_in_a_circle_end() -> None:
    seen: list[web.Request] = []
    async with serving(models=to("/v1/models", seen=seen)) as url:
        with pytest.raises(RedirectError):
            await endpoint.look(Network(), url)
    assert len(seen) < 20


async def test_from_tls_nothing_goes_on_without(authority: Authority) -> None:
    async with (
        serving(**pages()) as plain,
        serving(authority.server(), models=to(f"{plain}/models")) as url,
    ):
        with pytest.raises(RedirectError, match="http://127"):
            await endpoint.look(Network(ca_file=str(authority.file)), url)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_prompt_is_not_sent_on_and_the_target_is_told(tmp_path: Path, status: int) -> None:
    seen: list[web.Request] = []

    async def catch(request: web.Request) -> web.Response:
        seen.append(request)
        return web.Response()

    async with serving(chat__completions=catch) as other:
        send_on = to(f"{other}/chat/completions?key={KEY}", status)
        async with (
            serving(models=listing, chat__completions=send_on) as url,
            engine_for(url, tmp_path) as engine,
        ):
            told = failure(await ask(engine))
    assert f"{url} sends us to {other}/chat/completions" in told
    assert KEY not in told
    assert not seen


# --- proxies


@asynccontextmanager
async def proxy(status: int = 200) -> AsyncIterator[tuple[str, list[str]]]:
    """A proxy that answers each request itself, as the model server does; what it was asked for."""
    asked: list[str] = []

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        asked.append(
            f"{request.method} {request.raw_path if request.method == 'CONNECT' else request.url}"
        )
        if status != 200:
            return web.Response(status=status)
        return await (chatting if request.method == "POST" else listing)(request)  # type: ignore[arg-type]

    server = web.Server(answer)
    runner = web.ServerRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://me:{KEY}@127.0.0.1:{runner.addresses[0][1]}", asked
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", ""])
async def test_the_proxy_is_asked_for_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    async with proxy() as (address, asked):
        if name:
            monkeypatch.setenv(name, address)
        if name.upper() == "HTTP_PROXY":
            monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1")
        more: dict[str, Any] = {} if name else {"proxy": address}
        async with engine_for("http://models.invalid/v1", tmp_path, **more) as engine:
            assert text(await ask(engine)) == "Hello there"
    assert asked[0] == "GET http://models.invalid/v1/models"
    assert asked[-1] == "POST http://models.invalid/v1/chat/completions"


async def test_socks_alone_is_told_with_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", f"socks5://me:{KEY}@127.0.0.1:1")
    async with engine_for("http://models.invalid/v1", tmp_path) as engine:
        told = failure(await ask(engine))
    assert "ALL_PROXY" in told
    assert "NO_PROXY" in told
    assert KEY not in told


@pytest.mark.parametrize("status", [403, 407, 502])
async def test_a_proxy_that_refuses_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    async with proxy(status) as (address, _asked):
        monkeypatch.setenv("HTTPS_PROXY", address)
        with pytest.raises(ServiceError) as caught:
            await endpoint.look(Network(), "https://models.invalid/v1")
    assert f"(HTTPS_PROXY) does not let us through ({status})" in caught.value.headline
    assert KEY not in repr(caught.value) + caught.value.headline


async def test_a_dead_proxy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    server.close()
    await server.wait_closed()
    monkeypatch.setenv("http_proxy", f"http://me:{KEY}@127.0.0.1:{port}")
    with pytest.raises(ServiceError) as caught:
        await endpoint.look(Network(), "http://models.invalid/v1")
    assert f"the proxy 127.0.0.1:{port} (http_proxy) does not answer" in caught.value.headline
    assert KEY not in caught.value.headline


async def test_on_this_machine_no_variable_stands_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ALL_PROXY", "HTTP_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "socks5://127.0.0.1:1")
    async with model_server(says("Hi.")) as server, engine_for(server.url, tmp_path) as engine:
        assert text(await ask(engine)) == "Hi."
