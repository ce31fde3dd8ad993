"""Who gets into a server that runs: the key, the scopes, the user at the other end."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from robotui import config, owners, running
from robotui.client.api import Client
from robotui.client.tokens import TokenStore
from robotui.config import Endpoint, Settings
from robotui.errors import ForbiddenError, NoTokenError, StorageError
from robotui.server.choosing import make_engine
from robotui.server.listen import Tcp
from tests.needs import need
from tests.server.fake_engine import FakeEngine
from tests.server.model_server import folders
from tests.server.serving import token_in
from tests.server.test_server_run import serving

NOBODY = 65534


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a path short enough for a socket, which others may enter."""
    with tempfile.TemporaryDirectory(prefix="robotui-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


async def page(url: str, **headers: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as response:
        return response.status, await response.text()


async def switch(url: str, token: str) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}"}
    body = {"engine": "offline"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(url + "/engine", json=body) as response,
    ):
        return response.status, await response.json()


async def test_without_the_key_there_is_no_token_but_a_word_on_it(tmp_path: Path) -> None:
    where = Tcp(port=0)
    async with serving(FakeEngine(), tmp_path, where) as url:
        for query in ("", "?key=", "?key=wrong", f"?Key={where.key}"):
            status, text = await page(f"{url}/auth{query}")
            assert status == 403
            assert "robotui serve" in text
            assert not token_in(text)
        status, text = await page(f"{url}/auth?key={where.key}")
        assert (status, bool(token_in(text))) == (200, True)
        assert where.key not in text


async def test_every_run_has_a_key_of_its_own() -> None:
    assert len({Tcp().key for _ in range(100)}) == 100
    assert all(len(Tcp().key) >= 32 for _ in range(5))
    assert Tcp().key not in repr(Tcp())


async def test_an_open_server_gives_tokens_to_chat_only(tmp_path: Path) -> None:
    engine = make_engine(Settings(engine="offline"), folders(tmp_path), {})
    where = Tcp(port=0, open_auth=True)
    async with serving(engine, tmp_path, where) as url:
        _, text = await page(url + "/auth")
        status, answer = await switch(url, token_in(text))
        assert status == 403
        assert "owner" in answer["detail"]
        _, text = await page(f"{url}/auth?key={where.key}")
        assert (await switch(url, token_in(text)))[0] == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [("X-Forwarded-For", "192.0.2.7"), ("Forwarded", "for=_x"), ("Sec-Fetch-Site", "cross-site")],
)
async def test_a_token_is_not_passed_on(tmp_path: Path, name: str, value: str) -> None:
    where = Tcp(port=0, open_auth=True)
    async with serving(FakeEngine(), tmp_path, where) as url:
        for query in ("", f"?key={where.key}"):
            status, text = await page(f"{url}/auth{query}", **{name: value})
            assert status == 403
            assert not token_in(text)


async def test_our_own_client_finds_the_key_and_needs_nothing_typed(tmp_path: Path) -> None:
    notes = tmp_path / "runtime"
    async with serving(FakeEngine(), tmp_path, Tcp(port=0, notes=notes)) as url:
        (note,) = notes.iterdir()
        assert note.stat().st_mode & 0o777 == 0o600
        assert notes.stat().st_mode & 0o777 == 0o700
        for address in (url, url.replace("127.0.0.1", "localhost")):
            settings = Settings(server=address)
            endpoint = config.endpoint(settings, folders(tmp_path))
            assert endpoint.url == url, "a name may lead to another's server"
            async with Client(endpoint, settings, TokenStore(settings, {})) as client:
                assert await client.create_session()
    assert not list(notes.iterdir())


async def test_a_client_without_the_note_is_told_what_to_do(tmp_path: Path) -> None:
    settings = Settings()
    async with serving(FakeEngine(), tmp_path, Tcp(port=0)) as url:
        endpoint = Endpoint(url, url, notes=tmp_path)
        async with Client(endpoint, settings, TokenStore(settings, {})) as client:
            with pytest.raises(NoTokenError) as caught:
                await client.create_session()
    assert "login --token" in caught.value.remedy


async def test_a_unix_socket_is_reached_by_its_path(short: Path) -> None:
    path = short / "s"
    settings = Settings(server=f"unix:{path}")
    endpoint = config.endpoint(settings, folders(short))
    assert (endpoint.socket, endpoint.name) == (path, f"unix:{path}")
    async with (
        serving(FakeEngine(), short, path),
        Client(endpoint, settings, TokenStore(settings, {})) as client,
    ):
        assert await client.create_session()


async def test_a_note_is_not_believed_where_others_can_write_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "serve-8420.json"
    note.write_text(json.dumps({"url": "http://127.0.0.1:8420", "key": "k", "pid": 1}))
    monkeypatch.setattr(owners, "listeners", lambda _url: frozenset({owners.own_uid()}))
    assert running.key_for(tmp_path, "http://localhost:8420") == ("http://127.0.0.1:8420", "k")
    monkeypatch.setattr(owners, "listeners", lambda _url: frozenset({NOBODY}))
    assert running.key_for(tmp_path, "http://localhost:8420") == ("", "")

    def refused(_path: Path) -> Path:
        raise StorageError("another's")

    monkeypatch.setattr(owners, "listeners", lambda _url: None)
    monkeypatch.setattr(running, "private_folder", refused)
    assert running.key_for(tmp_path, "http://localhost:8420") == ("", "")


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"url": 7}'])
def test_a_note_that_makes_no_sense_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "serve-1.json").write_text(content)
    assert running.key_for(tmp_path, "http://127.0.0.1:1") == ("", "")


def test_a_successor_s_note_stays(tmp_path: Path) -> None:
    url = "http://127.0.0.1:1"
    with running.announced(tmp_path, url, "mine"):
        (tmp_path / "serve-1.json").write_text(json.dumps({"url": url, "key": "new", "pid": 0}))
    assert running.key_for(tmp_path, url)[1] == "new"


async def test_a_spent_token_is_renewed_before_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings()
    monkeypatch.setattr("robotui.server.auth.LIFE", 10)
    where = Tcp(port=0, open_auth=True)
    async with (
        serving(FakeEngine(), tmp_path, where) as url,
        Client(Endpoint(url, url), settings, TokenStore(settings, {})) as client,
    ):
        first = await client.token()
        monkeypatch.setattr("robotui.server.auth.LIFE", 1000)
        second = await client.token()
        assert second != first
        assert await client.token() == second


async def test_a_refused_token_does_not_cost_the_session_of_our_own_server(short: Path) -> None:
    settings = Settings()
    path = short / "s"
    tokens = TokenStore(settings, {})
    async with serving(FakeEngine(), short, path):
        endpoint = Endpoint("x", "http://localhost", path)
        async with Client(endpoint, settings, tokens) as client:
            session = client.session()
            async for _ in session.batches("hi"):
                pass
            sid = session.sid
            await tokens.forget("x")
            await tokens.add("x", "a.b.c")
            async for _ in session.batches("hi"):
                pass
            assert session.sid == sid


# --- other users

PYTHON = str(Path(sys.executable).resolve())


@pytest.fixture
def another_user() -> None:
    """Tests that act as another user need to be root."""
    need("setpriv")
    if os.getuid() != 0:
        pytest.skip("acting as another user takes root")
    if as_nobody("").returncode:
        pytest.skip("another user can't run this Python")


needs_root = pytest.mark.usefixtures("another_user")


def as_nobody(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    return subprocess.run(
        [*command, PYTHON, "-I", "-c", code, *arguments],
        capture_output=True, text=True, check=False, timeout=60, cwd="/",
    )  # fmt: skip


GET = """
import socket, sys
address = sys.argv[1]
s = socket.socket(socket.AF_UNIX) if "/" in address else socket.socket()
s.connect(address if "/" in address else ("127.0.0.1", int(address)))
s.sendall(b"GET /auth HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n")
answer = b""
while piece := s.recv(65536):
    answer += piece
print(answer.decode())
"""


@needs_root
async def test_a_stranger_gets_no_token_by_the_socket_even_if_its_mode_lets_them_in(
    short: Path,
) -> None:
    path = short / "s"
    async with serving(FakeEngine(), short, path):
        shut = await asyncio.to_thread(as_nobody, GET, str(path))
        assert "PermissionError" in shut.stderr
        path.chmod(0o777)
        answer = await asyncio.to_thread(as_nobody, GET, str(path))
    assert "403" in answer.stdout.splitlines()[0], answer.stderr
    assert "another user" in answer.stdout


@needs_root
async def test_a_stranger_gets_no_token_by_the_port(tmp_path: Path) -> None:
    async with serving(FakeEngine(), tmp_path, Tcp(port=0)) as url:
        answer = await asyncio.to_thread(as_nobody, GET, url.rpartition(":")[2])
    assert "403" in answer.stdout.splitlines()[0], answer.stderr
    assert 'id="token"' not in answer.stdout


LISTEN = """
import socket, sys
s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], flush=True)
sys.stdin.read()
"""


@asynccontextmanager
async def listening_as(uid: int) -> AsyncIterator[str]:
    """An address at which a user of this machine listens."""
    command = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups"]
    process = await asyncio.create_subprocess_exec(
        *command, PYTHON, "-I", "-c", LISTEN,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd="/",
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    try:
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}/v1"
    finally:
        process.stdin.close()
        await process.wait()


@needs_root
async def test_who_listens_is_known() -> None:
    async with listening_as(NOBODY) as url:
        assert owners.listeners(url) == frozenset({NOBODY})
        assert owners.listeners(url.replace("127.0.0.1", "localhost")) == frozenset({NOBODY})
        assert owners.listeners(url.replace("127.0.0.1", "[::1]")) is None
    async with listening_as(0) as url:
        assert owners.listeners(url) == frozenset({0})


@pytest.mark.skipif(sys.platform != "linux", reason="reads the tables of Linux's kernel")
async def test_who_listens_on_every_address() -> None:
    server = await asyncio.start_server(lambda _r, _w: None, "::", 0)
    port = server.sockets[0].getsockname()[1]
    assert owners.listeners(f"http://[::1]:{port}") == frozenset({owners.own_uid()})
    server.close()
    await server.wait_closed()
    assert owners.listeners(f"http://[::1]:{port}") is None


async def test_switching_is_refused_with_words(tmp_path: Path) -> None:
    settings = Settings()
    engine = make_engine(Settings(engine="offline"), folders(tmp_path), {})
    async with (
        serving(engine, tmp_path, Tcp(port=0, open_auth=True)) as url,
        Client(Endpoint(url, url), settings, TokenStore(settings, {})) as client,
    ):
        with pytest.raises(ForbiddenError, match="owner"):
            await client.switch_engine("offline")
