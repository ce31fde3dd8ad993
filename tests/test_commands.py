"""The commands that need no screen: exit codes and output of the real program, and the keyring."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.errors import KeyringLocked

from robotui import commands, config
from robotui.chats import sidecar
from robotui.cli.opening import open_client
from robotui.config import Settings
from robotui.errors import (
    BadTokenError,
    ConnectError,
    KeyringError,
    NoTokenError,
    ReportedError,
)
from tests.waiting import PATIENCE

from .client.conftest import (
    CHUNKED,
    TOKEN,
    Service,
    acted,
    chunk,
    failed,
    http,
    line,
    said,
    serving,
    settings,
)
from .client.keyrings import Broken, Hanging, Memory, installed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends POSIX signals")


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    async with serving() as service:
        yield service


@pytest.fixture
def memory() -> Iterator[Memory]:
    backend = Memory()
    with installed(backend):
        yield backend


async def start(*arguments: str, **environment: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "robotui", *arguments),
        env={**os.environ, **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def run(*arguments: str, **environment: str) -> tuple[int | None, str, str]:
    """Exit code, standard output and standard error of the program."""
    process = await start(*arguments, **environment)
    async with asyncio.timeout(PATIENCE):
        out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def test_an_interrupted_ask_prints_what_came(service: Service) -> None:
    async def hold(writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED + chunk(said("Half", delta=True)))
        await writer.drain()
        await asyncio.Event().wait()

    service.on("/chat", hold)
    process = await start("--server", service.url, "ask", "hello")
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        first = await process.stdout.readexactly(4)
        process.send_signal(signal.SIGINT)
        rest, err = await process.communicate()
    assert (first, rest) == (b"Half", b"\n")
    assert process.returncode == 130
    assert err == b""


async def test_an_error_at_the_end_of_a_reply_is_a_failure(service: Service) -> None:
    service.replies(said("Half") + failed("boom"))
    code, out, err = await run("ask", "hello", ROBOTUI_SERVER=service.url)
    assert (code, out) == (1, "Half\n")
    assert "boom" in err
    assert "Traceback" not in err


async def test_a_flag_before_the_command_wins_over_the_environment(service: Service) -> None:
    service.replies(said("Hi."))
    other = "http://127.0.0.1:1"
    assert await run("--server", service.url, "ask", "hello", ROBOTUI_SERVER=other) == (
        0,
        "Hi.\n",
        "",
    )


# Within this process


async def ask(service: Service, *, as_json: bool = False) -> None:
    opening = open_client(settings(server=service.url), config.paths(), Path())
    await commands.ask(opening, "hello", "RepoAgent", as_json=as_json)


async def test_an_error_before_the_answer_is_success(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    service.replies(failed("boom") + said("Answer"))
    await ask(service)
    assert capsys.readouterr() == ("Answer\n", "")


async def test_words_of_unknown_actions_are_printed(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    novel = line(action="novel", args={"content": "New."}, message="m", source="agent")
    service.replies(said("A\n") + novel + said("", delta=True) + said("B", delta=True) + said(""))
    await ask(service)
    assert capsys.readouterr() == ("A\n\nNew.\n\nB\n", "")


async def test_a_reply_without_words_is_told(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    service.replies(acted("run", command="ls"))
    await ask(service)
    assert capsys.readouterr() == ("", "robotui: the reply has no text\n")
    await ask(service, as_json=True)
    assert capsys.readouterr().err == ""


async def test_only_an_error_is_told_once(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    service.replies(failed("boom"))
    with pytest.raises(ReportedError, match="boom"):
        await ask(service)
    assert capsys.readouterr() == ("", "")


async def login(server: str, given: str | None = None, timeout: float = PATIENCE) -> None:
    wanted = settings(server=server, keyring_timeout=timeout)
    await commands.login(open_client(wanted, config.paths(), Path()), given)


async def test_login_replaces_the_token(
    service: Service, memory: Memory, capsys: pytest.CaptureFixture[str]
) -> None:
    memory.entries["robotui", service.url] = "old.token"
    await login(service.url)
    assert memory.entries == {("robotui", service.url): TOKEN}
    await login(service.url, "given.token\n")
    assert memory.entries == {("robotui", service.url): "given.token"}
    assert capsys.readouterr().out.count("kept in the keyring") == 2


async def test_a_failed_login_leaves_the_token(service: Service, memory: Memory) -> None:
    refused = "http://127.0.0.1:1"
    memory.entries = {("robotui", url): "old.token" for url in (service.url, refused)}
    kept = dict(memory.entries)
    with pytest.raises(BadTokenError):
        await login(service.url, "a;b")
    with pytest.raises(ConnectError):
        await login(refused)
    service.on("/auth", http(200, "<title>Sign in</title>"))
    with pytest.raises(NoTokenError):
        await login(service.url)
    assert memory.entries == kept


async def test_login_fetches_beside_the_variable(
    service: Service,
    memory: Memory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ROBOTUI_TOKEN", "x")
    await login(service.url)
    assert memory.entries == {("robotui", service.url): TOKEN}
    assert "ROBOTUI_TOKEN is set; while it is" in capsys.readouterr().out


async def test_login_without_a_keyring_says_that_nothing_was_kept(
    service: Service, hanging: Hanging, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(KeyringError, match=r"No token was kept .*did not answer") as caught:
        await login(service.url, timeout=0.2)
    assert "ROBOTUI_TOKEN" in caught.value.remedy
    keyring.set_keyring(Broken(KeyringLocked(TOKEN)))
    with pytest.raises(KeyringError, match=r"No token was kept .*KeyringLocked") as caught:
        await login(service.url, TOKEN)
    assert TOKEN not in str(caught.value)
    assert capsys.readouterr().out == ""


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    backend = Hanging()
    with installed(backend):
        yield backend
    backend.answer.set()
    for thread in backend.threads:
        thread.join(5)


HOST = "https://host"


@pytest.mark.parametrize("variable", ["", "x"])
async def test_logout_deletes_the_token(
    memory: Memory,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variable: str,
) -> None:
    memory.entries["robotui", HOST] = TOKEN
    monkeypatch.setenv("ROBOTUI_TOKEN", variable)
    await commands.logout(Settings(server=HOST))
    assert memory.entries == {}
    out = capsys.readouterr().out
    assert f"No token is kept for {HOST}." in out
    assert ("still set" in out) == bool(variable)


async def test_logout_claims_nothing_that_the_keyring_did_not_do(
    hanging: Hanging, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(KeyringError, match="may still be in the keyring"):
        await commands.logout(Settings(server=HOST, keyring_timeout=0.1))
    keyring.set_keyring(Broken(KeyringLocked("no")))
    with pytest.raises(KeyringError, match="may still be in the keyring"):
        await commands.logout(Settings(server=HOST))
    assert capsys.readouterr().out == ""


async def status(capsys: pytest.CaptureFixture[str]) -> str:
    await commands.status(Settings(server=HOST), config.paths())
    return capsys.readouterr().out


async def test_status_stands_a_malformed_variable(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ROBOTUI_TOKEN", "a;b")
    out = await status(capsys)
    assert "in environment: malformed" in out
    assert "ROBOTUI_TOKEN is set" in out
    assert "a;b" not in out


async def test_status_says_why_there_is_no_keyring_and_where_logs_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = await status(capsys)
    assert out.count("the keyring is switched off") == 2
    assert str(config.paths().state / "server.log") in out


async def test_status_shows_the_latest_sid_of_that_server(
    capsys: pytest.CaptureFixture[str],
) -> None:
    chats = config.paths().chats
    rows = [(HOST, "older", 1.0), (HOST, "newer", 2.0), ("embedded", "newest", 3.0)]
    for server, sid, updated in rows:
        transcript = chats / f"{sid}.jsonl"
        sidecar.write(transcript, sidecar.Sidecar(server=server, sid=sid, updated=updated))
        transcript.touch()
    out = await status(capsys)
    assert "newer" in out
    assert "newest" not in out
    assert "older" not in out
