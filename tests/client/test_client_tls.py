"""A service behind TLS with a private authority, and redirects of what has a token in it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from robotui import errors
from tests.authority import Authority
from tests.client.conftest import TOKEN, Open, Service, collect, http, said, serving


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "CURL_CA_BUNDLE", ""])
async def test_a_private_authority_is_trusted(
    connect: Open, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    authority = Authority(tmp_path)
    if name:
        monkeypatch.setenv(name, str(authority.file))
    more: dict[str, Any] = {} if name else {"ca_file": str(authority.file)}
    async with serving() as service:
        service.replies(said("hi"))
        tls = authority.server()
        async with await asyncio.start_server(service.serve, "127.0.0.1", 0, ssl=tls) as server:
            port = server.sockets[0].getsockname()[1]
            client = await connect(f"https://127.0.0.1:{port}", **more)
            _events, error = await collect(client.session())
    assert error is None
    assert service.prompts == ["hello"]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({}, "its authority is not known here"),
        ({"self_signed": True}, "it is self-signed"),
        ({"days": -1}, "it has expired"),
        ({"host": "other.example"}, "it is for another host"),
    ],
)
async def test_a_refused_certificate_is_told_as_that(
    connect: Open, service: Service, tmp_path: Path, how: dict[str, Any], words: str
) -> None:
    authority = Authority(tmp_path)
    known = "" if not how else str(authority.file)
    tls = authority.server(**how)
    async with await asyncio.start_server(service.serve, "127.0.0.1", 0, ssl=tls) as server:
        port = server.sockets[0].getsockname()[1]
        client = await connect(f"https://127.0.0.1:{port}", ca_file=known)
        _events, error = await collect(client.session())
    assert type(error) is errors.ConnectError
    assert error.headline == f"The certificate of 127.0.0.1:{port} was refused: {words}"
    assert ("ca_file" in error.remedy) is (words.endswith(("here", "signed")))


async def test_a_get_is_followed_on_the_same_server(connect: Open, service: Service) -> None:
    service.on("/create-session", http(307, Location="/v2/create-session"))
    service.on("/v2/create-session", http(200, '{"sid": "sid-9"}'))
    client = await connect(service.url)
    assert await client.create_session() == "sid-9"
    [request] = service.asked("/v2/create-session")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"


async def test_a_token_does_not_go_to_another_server(connect: Open, service: Service) -> None:
    async with serving() as other:
        service.on("/create-session", http(302, Location=f"{other.url}/create-session?x=1"))
        client = await connect(service.url)
        with pytest.raises(errors.RedirectError, match="sends us to http://127") as caught:
            await client.create_session()
        assert other.requests == []
    assert f"{other.url}/create-session" in caught.value.headline


async def test_a_login_page_is_told_as_that(connect: Open, service: Service) -> None:
    service.on("/create-session", http(302, Location="/login?next=x"))
    client = await connect(service.url)
    with pytest.raises(errors.UnauthorizedError, match="new login"):
        await client.create_session()
