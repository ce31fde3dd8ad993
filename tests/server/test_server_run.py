"""A whole server as a program: where it listens, how it stops, what it keeps."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from robotui.errors import LaunchError, RobotuiError
from robotui.server.engine import Engine
from robotui.server.listen import Tcp
from robotui.server.run import serve
from robotui.server.sessions import Sessions
from tests.server.fake_engine import FakeEngine, waits
from tests.server.serving import running, token_in
from tests.waiting import PATIENCE, until


@pytest.fixture
def short() -> Iterator[Path]:
    """A folder with a path short enough for a socket."""
    with tempfile.TemporaryDirectory(prefix="robotui-") as folder:
        yield Path(folder)


@asynccontextmanager
async def serving(
    engine: Engine, data: Path, where: Path | Tcp, stop: int = signal.SIGTERM
) -> AsyncIterator[str]:
    """``serve`` in this process, ended by a signal."""
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    work = serve(engine, workspace=data, data=data / "d", where=where, on_ready=ready.set_result)
    task = asyncio.create_task(work)
    task.add_done_callback(lambda _task: ready.done() or ready.cancel())
    try:
        await ready
    except asyncio.CancelledError:
        await task  # it says why
        raise
    try:
        yield ready.result()
    finally:
        os.kill(os.getpid(), stop)
        async with asyncio.timeout(PATIENCE):
            await task


async def sub_at(url: str, path: str = "/auth") -> str:
    async with aiohttp.ClientSession() as http, http.get(url + path) as response:
        assert response.status == 200
        return token_in(await response.text())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_stops_it_and_all_replies(short: Path, number: int) -> None:
    engine = FakeEngine(waits)
    path = short / "made" / "socket"
    async with serving(engine, short, path, number) as address:
        assert address == str(path)
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert engine.workspace == short
        handler = signal.getsignal(number)
    assert engine.closed
    assert not path.exists()
    assert signal.getsignal(number) != handler


async def test_sid_user_and_token_survive_a_restart(short: Path) -> None:
    path = short / "socket"
    base = "http://localhost"
    headers: dict[str, str] = {}
    sids = []
    ids = []
    for _ in range(2):
        async with (
            serving(FakeEngine(), short, path),
            aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(path))) as http,
        ):
            if not headers:
                async with http.get(base + "/auth") as response:
                    token = token_in(await response.text())
                headers = {"Authorization": f"Bearer {token}"}
                async with http.get(base + "/create-session", headers=headers) as response:
                    sids.append((await response.json())["sid"])
            body = {"sid": sids[0], "prompt": "hi"}
            async with http.post(base + "/chat", json=body, headers=headers) as response:
                ids.append((await response.json(content_type=None))["id"])
    assert ids == [1, 2]
    assert (short / "d" / "secret").stat().st_mode & 0o777 == 0o600


async def test_a_random_port(tmp_path: Path) -> None:
    where = Tcp(port=0)
    async with serving(FakeEngine(), tmp_path, where) as url:
        assert url.startswith("http://127.0.0.1:")
        assert (await sub_at(url, f"/auth?key={where.key}")).count(".") == 2


async def test_another_name_for_this_machine_is_refused(tmp_path: Path) -> None:
    where = Tcp(port=0, allowed_hosts=frozenset({"Desk.lan"}), open_auth=True)
    async with serving(FakeEngine(), tmp_path, where) as url, aiohttp.ClientSession() as http:
        for host, status in {"rebound.example": 403, "desk.lan": 200, "localhost": 200}.items():
            async with http.get(url + "/auth", headers={"Host": host}) as response:
                assert response.status == status
                page = await response.text()
            assert ("rebound.example" in page) is (status == 403)


async def test_a_taken_port_is_a_clear_error(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        engine = FakeEngine()
        with pytest.raises(LaunchError, match=f"127.0.0.1, port {port}: .*in use") as caught:
            async with serving(engine, tmp_path, Tcp(port=port)):
                pass
    assert "--port" in caught.value.remedy
    assert engine.closed


@pytest.mark.parametrize("where", [Tcp(port=70000), Tcp(host="192.0.2.1"), Tcp(host="no.invalid")])
async def test_an_impossible_address_is_a_clear_error(tmp_path: Path, where: Tcp) -> None:
    with pytest.raises(LaunchError, match=f"Can't listen on {where.host}") as caught:
        async with serving(FakeEngine(), tmp_path, where):
            pass
    assert "--" in caught.value.remedy


async def test_a_stale_socket_is_replaced(short: Path) -> None:
    path = short / "socket"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    async with serving(FakeEngine(), short, path):
        with socket.socket(socket.AF_UNIX) as probe:
            probe.connect(str(path))


async def test_a_living_socket_is_left_alone(short: Path) -> None:
    path = short / "socket"
    sessions = Sessions(short / "sessions.db")
    async with running(FakeEngine(), path, sessions):
        with pytest.raises(LaunchError, match="another server listens there"):
            async with serving(FakeEngine(), short, path):
                pass
        assert path.is_socket()
    sessions.close()


async def test_a_file_in_the_socket_s_place_is_left_alone(short: Path) -> None:
    path = short / "socket"
    path.write_text("precious")
    with pytest.raises(RobotuiError, match=str(path)):
        async with serving(FakeEngine(), short, path):
            pass
    assert path.read_text() == "precious"


async def test_a_path_too_long_for_a_socket_is_a_clear_error(short: Path) -> None:
    with pytest.raises(LaunchError, match="too long"):
        async with serving(FakeEngine(), short, short / ("x" * 100)):
            pass


async def test_the_socket_of_a_successor_is_not_removed(short: Path) -> None:
    path = short / "socket"
    async with serving(FakeEngine(), short, path):
        path.unlink()
        path.write_text("someone else's")
    assert path.exists()


async def test_an_ignored_signal_stays_ignored(short: Path) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        async with serving(FakeEngine(), short, short / "socket"):
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


async def test_an_engine_that_can_not_start_leaves_nothing(short: Path) -> None:
    class Broken(FakeEngine):
        async def start(self, workspace: Path) -> None:
            raise RobotuiError("no start")

    engine = Broken()
    with pytest.raises(RobotuiError, match="no start"):
        async with serving(engine, short, short / "socket"):
            pass
    assert engine.closed
    assert not (short / "socket").exists()
    await until(lambda: len(asyncio.all_tasks()) == 1, "no task is left")
