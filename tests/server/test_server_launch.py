"""The child process: started, stopped, and never left behind."""

from __future__ import annotations

import asyncio
import importlib.util
import os
import signal
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import aiohttp
import pytest

from robotui.config import EMBEDDED, Endpoint
from robotui.errors import LaunchError
from robotui.server import launch as launch_module
from robotui.server.launch import COMMAND, launch
from tests.server.serving import token_in
from tests.waiting import PATIENCE, until

FAKE = str(Path(__file__).with_name("fake_engine.py"))


def command(data: Path) -> list[str]:
    return [sys.executable, FAKE, "--pid-file", str(data / "pid"), "--data", str(data)]


def script(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def gone(pid: int) -> bool:
    """Whether the process ended; one that nobody has waited for yet has ended too."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return False
    return state == "Z"


def pid_of(folder: Path) -> int:
    return int((folder / "pid").read_text())


def names_in(folder: Path, pattern: str = "*") -> list[str]:
    return [path.name for path in folder.glob(pattern)]


async def token_of(endpoint: Endpoint) -> str:
    connector = aiohttp.UnixConnector(str(endpoint.socket)) if endpoint.socket else None
    async with (
        aiohttp.ClientSession(connector=connector) as http,
        http.get(endpoint.url + "/auth") as response,
    ):
        return token_in(await response.text())


def test_the_command_does_not_import_from_the_workspace() -> None:
    assert COMMAND[:4] == (sys.executable, "-P", "-m", "robotui")


async def test_a_child_serves_until_the_block_ends(tmp_path: Path) -> None:
    async with launch(tmp_path, command=command(tmp_path)) as endpoint:
        assert (endpoint.name, endpoint.url) == (EMBEDDED, "http://localhost")
        assert endpoint.socket is not None
        assert endpoint.socket.stat().st_mode & 0o777 == 0o600
        assert endpoint.socket.parent.stat().st_mode & 0o777 == 0o700
        assert await token_of(endpoint)
        pid = pid_of(tmp_path)
        assert not gone(pid)
        # Ctrl+C in the terminal reaches the parent alone.
        assert os.getsid(pid) == pid
    assert gone(pid)
    assert not endpoint.socket.parent.exists()


async def test_without_room_for_a_socket_it_is_tcp_under_a_secret_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch_module, "MAX_SOCKET_PATH", 5)
    async with launch(tmp_path, command=command(tmp_path)) as endpoint:
        assert endpoint.socket is None
        assert await token_of(endpoint)
        origin, _, secret = endpoint.url.rpartition("/")
        assert origin.startswith("http://127.0.0.1:")
        assert len(secret) == 32
        async with aiohttp.ClientSession() as http:
            for path in ("", "/", "/auth", "/" + "0" * 32 + "/auth"):
                async with http.get(origin + path) as response:
                    assert response.status == 404
        pid = pid_of(tmp_path)
    assert gone(pid)


async def test_a_killed_parent_takes_the_child_along(tmp_path: Path) -> None:
    code = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from robotui.server.launch import launch\n"
        "async def main():\n"
        "    async with launch(Path.cwd(), command=sys.argv[1:]) as endpoint:\n"
        "        print(endpoint.socket, flush=True)\n"
        "        await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, *command(tmp_path)), stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    folder = Path((await parent.stdout.readline()).decode().strip()).parent
    pid = pid_of(tmp_path)
    assert names_in(folder) == ["socket"]
    assert not gone(pid)
    parent.kill()
    await parent.wait()
    try:
        await until(lambda: gone(pid), "the child ended")
    finally:
        if not gone(pid):
            os.kill(pid, signal.SIGKILL)
    assert not names_in(folder.parent, folder.name)


async def test_a_child_that_ends_at_once_is_quoted(tmp_path: Path) -> None:
    dies = script("import sys; sys.exit('first\\nno such engine: \\x1b[31mfoo')")
    log = tmp_path / "logs" / "server.log"
    log.parent.mkdir()
    log.write_text("of an earlier run\n")
    with pytest.raises(LaunchError) as caught:
        async with launch(tmp_path, command=dies, log=log):
            pytest.fail("not ready")
    assert str(caught.value) == (
        "The embedded server ended at once with exit code 1:\nfirst\nno such engine: foo"
    )
    assert "no such engine" in log.read_text()
    assert "of an earlier run" in log.read_text()


async def test_a_child_that_says_nothing_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Process] = []
    spawn = launch_module._spawn

    async def noted(command: Sequence[str], errors: IO[bytes]) -> Process:
        started.append(await spawn(command, errors))
        return started[0]

    monkeypatch.setattr(launch_module, "_spawn", noted)
    hangs = script(
        "import sys; print('warming up', file=sys.stderr, flush=True); print('[1]', flush=True);"
        "sys.stdin.read()"
    )
    with pytest.raises(LaunchError, match=r"not ready after 2 s"):
        async with launch(tmp_path, command=hangs, timeout=2):
            pytest.fail("not ready")
    assert gone(started[0].pid)


@pytest.mark.parametrize("ignored", ["SIGTERM", ""])
async def test_a_child_that_does_not_listen_is_ended_by_force(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ignored: str
) -> None:
    monkeypatch.setattr(launch_module, "_STOP_TIMEOUTS", (0.3, 0.3, 5.0))
    stubborn = script(
        "import os, pathlib, signal, time, json\n"
        f"if {ignored!r}: signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "pathlib.Path('pid').write_text(str(os.getpid()))\n"
        "print(json.dumps({'ready': 'http://127.0.0.1:1/x'}), flush=True)\n"
        "time.sleep(600)\n"
    )
    async with launch(tmp_path, command=stubborn) as endpoint:
        assert endpoint.url == "http://127.0.0.1:1/x"
    assert gone(pid_of(Path()))


async def test_a_stopped_child_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It hears neither the end of its input nor SIGTERM."""
    monkeypatch.setattr(launch_module, "_STOP_TIMEOUTS", (0.3, 0.3, PATIENCE))
    async with launch(tmp_path, command=command(tmp_path)) as endpoint:
        pid = pid_of(tmp_path)
        os.kill(pid, signal.SIGSTOP)
    assert gone(pid)
    assert endpoint.socket is not None
    assert not endpoint.socket.parent.exists()


def test_ending_a_child_takes_two_seconds_at_most() -> None:
    # Loaded anew, as the module's own times are longer in tests.
    spec = importlib.util.find_spec(launch_module.__name__)
    assert spec is not None
    assert spec.loader is not None
    as_it_is = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(as_it_is)
    assert sum(as_it_is._STOP_TIMEOUTS) <= 2


async def test_a_child_that_keeps_ending_is_started_again_so_often_in_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch_module, "_RESTARTS", 3)
    monkeypatch.setattr(launch_module, "_RESTARTS_WITHIN", 3600.0)
    dies = script(
        "import json, os, sys\n"
        f"open({str(tmp_path / 'start-')!r} + str(os.getpid()), 'w').close()\n"
        "print(json.dumps({'ready': sys.argv[-1]}), flush=True)\n"
    )
    pauses: list[tuple[int, float]] = []
    rest, sleep = asyncio.Event(), asyncio.sleep

    async def pause(seconds: float) -> None:
        if seconds < 60:
            await sleep(seconds)
            return
        pauses.append((len(names_in(tmp_path, "start-*")), seconds))
        if len(pauses) == 3:
            rest.set()
            await asyncio.Event().wait()

    monkeypatch.setattr(asyncio, "sleep", pause)
    async with launch(tmp_path, command=dies):
        await asyncio.wait_for(rest.wait(), 30)
    # Once, and three times again; then one each time that the oldest is long enough ago.
    assert [starts for starts, _ in pauses] == [4, 5, 6]
    assert all(3500 < seconds <= 3600 for _, seconds in pauses)


async def test_a_child_that_ends_is_there_again_at_the_same_address(tmp_path: Path) -> None:
    async with launch(tmp_path, command=command(tmp_path)) as endpoint:
        first = pid_of(tmp_path)
        os.kill(first, signal.SIGKILL)
        known = {"", str(first)}
        await until(lambda: (tmp_path / "pid").read_text() not in known, "another child")
        assert endpoint.socket is not None
        second = pid_of(tmp_path)
    assert gone(second)


async def test_a_child_that_died_meanwhile_is_no_error(tmp_path: Path) -> None:
    async with launch(tmp_path, command=command(tmp_path)) as endpoint:
        pid = pid_of(tmp_path)
        os.kill(pid, signal.SIGKILL)
        await until(lambda: gone(pid), "the child ended")
    assert endpoint.socket is not None
    assert not endpoint.socket.parent.exists()


async def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match="can't be started"):
        async with launch(tmp_path, command=[str(tmp_path / "none")]):
            pytest.fail("not ready")


async def test_an_error_in_the_block_stops_the_child(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        async with launch(tmp_path, command=command(tmp_path)):
            raise ZeroDivisionError
    assert gone(pid_of(tmp_path))


async def test_two_launches_share_user_and_sessions(tmp_path: Path) -> None:
    async with (
        launch(tmp_path, command=command(tmp_path)) as one,
        launch(tmp_path, command=command(tmp_path)) as two,
    ):
        headers = {"Authorization": "Bearer " + await token_of(one)}
        assert one.socket
        assert two.socket
        connector = aiohttp.UnixConnector(str(one.socket))
        async with (
            aiohttp.ClientSession(connector=connector) as http,
            http.get("http://localhost/create-session", headers=headers) as response,
        ):
            sid = (await response.json())["sid"]
        body = {"sid": sid, "prompt": "hi"}
        connector = aiohttp.UnixConnector(str(two.socket))
        async with (
            aiohttp.ClientSession(connector=connector) as http,
            http.post("http://localhost/chat", json=body, headers=headers) as response,
        ):
            assert response.status == 200


def test_launching_loads_neither_a_server_nor_a_screen() -> None:
    code = (
        "import sys; before = set(sys.modules); "  # what measures coverage has modules of its own
        "import robotui.server.launch, robotui.server.engine; new = sys.modules.keys() - before; "
        "print([name for name in ('aiohttp', 'textual', 'jwt', 'sqlite3') if name in new])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_serving_loads_neither_client_nor_screen() -> None:
    code = (
        "import sys, robotui.server.run; print([name for name in sys.modules"
        " if name.startswith(('textual', 'robotui.client', 'robotui.ui', 'keyring', 'bs4'))])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
