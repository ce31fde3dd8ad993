"""Token, session, redirects, proxies and retries: protocol 1, 6.3, 6.5, 6.6, 6.7."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from robotui import errors
from robotui.client.api import Client
from robotui.client.tokens import TokenStore
from robotui.client.transport import exposure, proxy_for
from robotui.config import Endpoint
from tests.waiting import PATIENCE

from .conftest import (
    AUTH_PAGE,
    TOKEN,
    Open,
    Script,
    Service,
    collect,
    http,
    said,
    settings,
)


async def test_the_token_is_fetched_like_a_browser_does(connect: Open, service: Service) -> None:
    client = await connect(service.url)
    assert await client.token() == TOKEN
    [request] = service.asked("/auth")
    assert request.method == "GET"
    assert "text/html" in request.headers["accept"]
    assert request.headers["user-agent"].startswith("Mozilla/5.0")
    assert "authorization" not in request.headers


async def test_callers_at_once_share_one_fetch(connect: Open, service: Service) -> None:
    client = await connect(service.url)
    tokens = await asyncio.gather(*(client.token() for _ in range(10)))
    assert set(tokens) == {TOKEN}
    assert len(service.asked("/auth")) == 1


async def test_a_stored_token_is_not_fetched(service: Service) -> None:
    chosen = settings()
    tokens = TokenStore(chosen, {"ROBOTUI_TOKEN": "my.token"})
    async with Client(Endpoint(service.url, service.url), chosen, tokens) as client:
        assert await client.create_session() == "sid-1"
    [request] = service.requests
    assert request.headers["authorization"] == "Bearer my.token"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        pytest.param(http(200, "<title>Sign in</title>"), "Sign in", id="login page"),
        pytest.param(http(200, ""), "empty page", id="empty page"),
        pytest.param(http(401, ""), "401|refused", id="401"),
        pytest.param(http(403, '{"detail": "shut"}'), "shut", id="403"),
        pytest.param(http(404, '{"detail": "Not Found"}'), "Not Found", id="404"),
        pytest.param(http(410, "gone"), "gone", id="410"),
        pytest.param(
            http(302, Location="https://accounts.google.com/o/oauth2?state=s"),
            "accounts.google.com",
            id="login elsewhere",
        ),
        pytest.param(http(302, Location="http://other.example/auth"), "other.example", id="host"),
        pytest.param(http(302, Location="http://[bad"), "can't be read", id="bad target"),
        pytest.param(http(302), "302", id="no target"),
        pytest.param(http(302, Location="/auth"), "sends us to", id="loop"),
        pytest.param(http(302, Location="ftp://127.0.0.1/auth"), "sends us to", id="scheme"),
    ],
)
async def test_without_a_token_it_says_what_came_and_how_to_give_one(
    connect: Open, service: Service, answer: bytes, words: str
) -> None:
    service.on("/auth", answer)
    client = await connect(service.url)
    with pytest.raises(errors.NoTokenError, match=words) as caught:
        await client.token()
    assert "robotui login --token -" in caught.value.remedy
    assert len(service.asked("/auth")) <= 6


async def test_an_empty_or_malformed_token_is_refused(connect: Open, service: Service) -> None:
    client = await connect(service.url)
    for element in ('<pre id="token"> </pre>', '<pre id="token">a;b</pre>'):
        service.on("/auth", http(200, element))
        with pytest.raises(errors.BadTokenError):
            await client.token()


async def test_redirects_on_the_same_host_are_followed_to_the_token(
    connect: Open, service: Service
) -> None:
    service.on("/auth", http(307, Location="/a?x=1"))
    for step, following in pairwise("abcde"):
        service.on(f"/{step}?x=1", http(302, Location=f"{service.url}/{following}?x=1"))
    service.on("/e?x=1", http(200, AUTH_PAGE))
    client = await connect(service.url)
    assert await client.token() == TOKEN
    assert len(service.requests) == 6


async def test_a_session_is_created_with_the_token(connect: Open, service: Service) -> None:
    client = await connect(service.url)
    assert await client.create_session() == "sid-1"
    [request] = service.asked("/create-session")
    assert request.method == "GET"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("<html><title>Log in</title>secret</html>", "Log in"),
        ("null", "no session id"),
        ("{}", "no session id"),
        ('{"sid": null}', "no session id"),
        ('{"sid": ""}', "no session id"),
        ('{"sid": 7}', "no session id"),
        ("[1]", "instead of a JSON object"),
        ("", "empty"),
        ("[" * 50_000, "instead of a JSON object"),
    ],
)
async def test_an_answer_without_session_is_told(
    connect: Open, service: Service, body: str, words: str
) -> None:
    service.on("/create-session", http(200, body))
    client = await connect(service.url)
    with pytest.raises(errors.ServiceError, match=words) as caught:
        await client.create_session()
    assert "secret" not in str(caught.value)
    assert len(str(caught.value)) < 300


async def test_chat_sends_what_the_protocol_says(connect: Open, service: Service) -> None:
    service.replies(said("hi"))
    client = await connect(service.url)
    await collect(client.session("abc"), "hello", agent="RepoAgent")
    await collect(client.session("abc"), "hello")
    first, second = service.asked("/chat")
    assert first.method == "POST"
    assert first.headers["content-type"] == "application/json"
    assert first.json == {"sid": "abc", "prompt": "hello", "stream": True, "agent": "RepoAgent"}
    assert "agent" not in second.json


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_chat_never_follows_a_redirect(connect: Open, service: Service, status: int) -> None:
    service.on("/chat", http(status, Location="/elsewhere"))
    client = await connect(service.url)
    _events, error = await collect(client.session())
    assert type(error) is errors.RedirectError
    assert "/elsewhere" in str(error)
    assert service.asked("/elsewhere") == []


async def test_the_collaborator_is_added(connect: Open, service: Service) -> None:
    answer = {"repo_url": "https://github.com/o/r", "message": "Collaborator added successfully"}
    service.on("/get-session-code", http(200, json.dumps(answer)))
    client = await connect(service.url)
    found = await client.get_session_code("sid-1", "octocat")
    assert (found.repo_url, found.message) == (answer["repo_url"], answer["message"])
    [request] = service.asked("/get-session-code")
    assert request.json == {"sid": "sid-1", "github_username": "octocat"}
    assert request.headers["authorization"] == f"Bearer {TOKEN}"


async def test_null_from_get_session_code_is_told(connect: Open, service: Service) -> None:
    service.on("/get-session-code", http(200, "null"))
    client = await connect(service.url)
    with pytest.raises(errors.ServiceError, match="could not add the collaborator 'octocat'"):
        await client.get_session_code("sid-1", "octocat")


async def test_a_collaborator_is_added_with_a_new_token_after_401(
    connect: Open, service: Service
) -> None:
    refusal = http(401, '{"detail": "Invalid token"}')
    service.on("/get-session-code", refusal, http(200, "{}"), refusal)
    client = await connect(service.url)
    await client.get_session_code("sid-1", "octocat")
    assert len(service.asked("/auth")) == 2
    with pytest.raises(errors.UnauthorizedError):
        await client.get_session_code("sid-1", "octocat")
    assert len(service.asked("/get-session-code")) == 4


@pytest.mark.parametrize("status", [200, 201, 203])
@pytest.mark.parametrize("body", [TOKEN, json.dumps({"token": TOKEN}), json.dumps(TOKEN)])
async def test_a_token_outside_of_a_page_is_not_quoted(
    connect: Open, service: Service, status: int, body: str
) -> None:
    service.on("/auth", http(status, body))
    client = await connect(service.url)
    with pytest.raises(errors.NoTokenError) as caught:
        await client.token()
    assert TOKEN[:20] not in str(caught.value)


ECHOES = [f"<title>{TOKEN}</title>", f'["{TOKEN}"]', f'["{"x" * 190}{TOKEN}"]', TOKEN]


@pytest.mark.parametrize("body", ECHOES)
async def test_no_answer_that_echoes_the_token_is_quoted(
    connect: Open, service: Service, body: str
) -> None:
    service.on("/create-session", http(200, body))
    service.on("/get-session-code", http(200, body))
    client = await connect(service.url)
    with pytest.raises(errors.ServiceError) as session:
        await client.create_session()
    with pytest.raises(errors.ServiceError) as code:
        await client.get_session_code("sid-1", "x")
    assert TOKEN[:9] not in str(session.value) + str(code.value)


@pytest.mark.parametrize("body", [*ECHOES, f'{{"error": "bad {TOKEN}"}}', f'{{"x": "{TOKEN}"}}'])
async def test_no_event_holds_an_echoed_token(connect: Open, service: Service, body: str) -> None:
    service.replies(body.encode())
    events, error = await collect((await connect(service.url)).session())
    assert TOKEN[:9] not in str(error) + "".join(f"{event} {event.raw}" for event in events)


async def test_a_short_token_in_a_title_is_not_quoted_either(service: Service) -> None:
    service.replies(b"<title>Bearer s3cr3t</title>")
    tokens = TokenStore(settings(), {"ROBOTUI_TOKEN": "s3cr3t"})
    async with Client(Endpoint(service.url, service.url), settings(), tokens) as client:
        _events, error = await collect(client.session())
    assert "Bearer" in str(error)
    assert "s3cr3t" not in str(error)


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_get_is_repeated_twice_after_a_server_fault(
    connect: Open, service: Service, status: int
) -> None:
    fault = http(status, "Internal Server Error")
    service.on("/create-session", fault, fault, http(200, '{"sid": "x"}'))
    client = await connect(service.url)
    assert await client.create_session() == "x"
    service.on("/auth", fault)
    await client.forget_token()
    with pytest.raises(errors.ServerFaultError, match="Internal Server Error"):
        await client.token()
    assert len(service.asked("/auth")) == 1 + 3


@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 422, 429, 501])
async def test_a_get_is_not_repeated_after_anything_else(
    connect: Open, service: Service, status: int
) -> None:
    service.on("/create-session", http(status, '{"detail": "why"}'))
    client = await connect(service.url)
    with pytest.raises(errors.StatusError, match="why"):
        await client.create_session()
    assert len(service.asked("/create-session")) == 1


async def test_a_huge_error_body_is_not_read_to_its_end(connect: Open, service: Service) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 403 No\r\n\r\n")
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    service.on("/create-session", answer)
    client = await connect(service.url)
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(errors.ForbiddenError):
            await client.create_session()


async def test_a_unix_socket(connect: Open, tmp_path: Any) -> None:
    service = Service()
    service.on("/auth", http(200, AUTH_PAGE))
    path = tmp_path / "s"
    async with await asyncio.start_unix_server(service.serve, path):
        client = await connect("http://localhost", name="embedded", socket=path, proxy="http://x:1")
        assert await client.token() == TOKEN
    assert service.requests[0].headers["host"] == "localhost"
    await service.close()


def test_the_address_may_not_hold_a_password() -> None:
    with pytest.raises(errors.SettingsError, match="user name") as caught:
        Client(Endpoint("x", "https://me:secret@host"), settings(), TokenStore(settings(), {}))
    assert "secret" not in str(caught.value)


async def test_a_closed_client_says_so(service: Service) -> None:
    client = Client(Endpoint("x", service.url), settings(), TokenStore(settings(), {}))
    with pytest.raises(RuntimeError, match="not open"):
        await client.token()


async def test_the_proxy_gets_every_call(connect: Open, service: Service) -> None:
    service.on("http://service.invalid/auth", http(200, AUTH_PAGE))
    service.on("http://service.invalid/create-session", http(200, '{"sid": "sid-1"}'))
    service.on("http://service.invalid/chat", http(200, said("hi")))
    service.on("http://service.invalid/get-session-code", http(200, "{}"))
    client = await connect("http://service.invalid", proxy=service.url)
    _events, error = await collect(client.session())
    await client.get_session_code("sid-1", "x")
    assert error is None
    assert len(service.requests) == 4
    assert all(request.path.startswith("http://service.invalid/") for request in service.requests)


@pytest.mark.parametrize(
    ("url", "proxy", "exposed"),
    [
        ("https://host", "", False),
        ("https://host", "http://proxy:1", False),
        ("http://host", "", True),
        ("http://192.0.2.7:8420", "", True),
        ("http://127.0.0.1:8420", "", False),
        ("http://localhost:8420", "", False),
        ("http://[::1]:8420", "", False),
        ("http://localhost.evil.example", "", True),
        ("http://127.0.0.1:8420", "http://proxy:1", True),
    ],
)
def test_who_can_read_what_is_sent(url: str, proxy: str, exposed: bool) -> None:
    assert bool(exposure(Endpoint(url, url), settings(proxy=proxy))) is exposed
    assert not exposure(Endpoint("embedded", "http://localhost", Path("/s")), settings(proxy=proxy))


HOST = Endpoint("https://host", "https://host")
LOOPBACK = Endpoint("x", "http://127.0.0.1:8420")
EMBEDDED = Endpoint("embedded", "http://127.0.0.1:5000")


def test_the_environments_proxy_counts_where_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert proxy_for(HOST, settings()) is None
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy:3128")
    assert proxy_for(HOST, settings()) == "http://proxy:3128"
    assert proxy_for(HOST, settings(trust_env=False)) is None
    assert proxy_for(Endpoint("x", "http://host"), settings()) is None
    assert proxy_for(HOST, settings(proxy="http://mine:1")) == "http://mine:1"
    monkeypatch.setenv("NO_PROXY", "host")
    assert proxy_for(HOST, settings()) is None


def test_a_proxy_of_the_environment_without_scheme_is_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "proxy:3128")
    assert proxy_for(HOST, settings()) == "http://proxy:3128"


def test_an_unsupported_proxy_scheme_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://me:secret@proxy:1080")
    with pytest.raises(errors.SettingsError, match="'socks5'") as caught:
        proxy_for(HOST, settings())
    assert "secret" not in str(caught.value) + caught.value.remedy


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://localhost", "http://[::1]:1"])
def test_loopback_needs_no_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy:3128")
    assert proxy_for(Endpoint("x", url), settings()) is None
    assert proxy_for(Endpoint("x", url), settings(proxy="http://mine:1")) == "http://mine:1"


def test_the_embedded_server_never_has_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy:3128")
    assert proxy_for(EMBEDDED, settings(proxy="http://mine:1")) is None


def _hang_up() -> Script:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.close()

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        http(401, json.dumps({"detail": f"Invalid token {TOKEN}"})),
        http(403, f"no {TOKEN} here"),
        http(302, Location=f"http://other.example/x?token={TOKEN}"),
        http(200, f"oops {TOKEN}\n"),
        b"nonsense\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n",
        _hang_up(),
    ],
)
async def test_no_error_and_no_log_holds_the_token(
    connect: Open, service: Service, caplog: pytest.LogCaptureFixture, answer: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    service.on("/chat", answer)
    client = await connect(service.url)
    _events, error = await collect(client.session())
    assert error is not None
    shown = [caplog.text, repr(client), repr(client.tokens), error.remedy]
    at: BaseException | None = error
    while at is not None:
        shown += [repr(at), *traceback.format_exception(at)]
        shown += [
            repr(value)
            for frame, _line in traceback.walk_tb(at.__traceback__)
            if "robotui" in frame.f_code.co_filename or "aiohttp" in frame.f_code.co_filename
            for name, value in frame.f_locals.items()
            if name in ("self", "token", "headers", "secret")
        ]
        at = at.__cause__ or at.__context__
    assert not any(TOKEN in text for text in shown)
