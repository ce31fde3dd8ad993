"""Sessions outlive the server and are counted without a repeat."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from robotui.errors import (
    BusyError,
    ForbiddenError,
    ServerFaultError,
    SessionGoneError,
    StorageError,
)
from robotui.server.sessions import Sessions


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "sessions.db"


@pytest.fixture
def sessions(file: Path) -> Iterator[Sessions]:
    opened = Sessions(file, patience=0.05)
    yield opened
    opened.close()


async def test_a_sid_is_a_uuid4_of_its_user(sessions: Sessions) -> None:
    sid = await sessions.create("me")
    assert str(uuid.UUID(sid)) == sid
    assert uuid.UUID(sid).version == 4
    await sessions.check(sid, "me")
    with pytest.raises(ForbiddenError):
        await sessions.check(sid, "you")
    with pytest.raises(SessionGoneError):
        await sessions.check("none", "me")


async def test_ids_go_on_over_replies_and_restarts(file: Path, sessions: Sessions) -> None:
    sid = await sessions.create("me")
    async with sessions.turn(sid) as turn:
        assert turn.next_id == 1
        turn.next_id = 4
    async with sessions.turn(sid) as turn:
        assert turn.next_id == 4
        turn.next_id = 9
    sessions.close()
    again = Sessions(file)
    await again.check(sid, "me")
    async with again.turn(sid) as turn:
        assert turn.next_id == 9
    again.close()


async def test_two_servers_never_give_one_id_twice(file: Path, sessions: Sessions) -> None:
    other = Sessions(file)
    sid = await sessions.create("me")
    async with sessions.turn(sid) as mine, other.turn(sid) as theirs:
        first, second = mine.next_id, theirs.next_id
        mine.next_id += 10
        theirs.next_id += 10
        assert abs(first - second) > 10
    async with sessions.turn(sid) as turn:
        assert turn.next_id >= max(first, second) + 10
    other.close()


async def test_a_crash_leaves_a_gap_and_no_repeat(file: Path, sessions: Sessions) -> None:
    sid = await sessions.create("me")
    async with sessions.turn(sid) as turn:
        turn.next_id = 50
        after_crash = Sessions(file)
        async with after_crash.turn(sid) as later:
            assert later.next_id > 50
        after_crash.close()


async def test_a_session_has_one_reply_at_a_time(sessions: Sessions) -> None:
    sid, other = await sessions.create("me"), await sessions.create("me")
    async with sessions.turn(sid), sessions.turn(other):
        with pytest.raises(BusyError):
            async with sessions.turn(sid):
                pytest.fail("two at once")
    async with sessions.turn(sid):
        pass


async def test_a_prompt_waits_a_little_for_the_reply_before(file: Path) -> None:
    sessions = Sessions(file, patience=10)
    sid = await sessions.create("me")
    order: list[str] = []
    entered = asyncio.Event()

    async def first() -> None:
        async with sessions.turn(sid):
            entered.set()
            await asyncio.sleep(0.02)
            order.append("first ended")

    async def second() -> None:
        await entered.wait()
        async with sessions.turn(sid):
            order.append("second began")

    await asyncio.gather(first(), second(), second())
    assert order == ["first ended", "second began", "second began"]
    sessions.close()


async def test_a_failed_reply_frees_its_session(sessions: Sessions) -> None:
    sid = await sessions.create("me")
    with pytest.raises(ZeroDivisionError):
        async with sessions.turn(sid):
            raise ZeroDivisionError
    async with sessions.turn(sid):
        pass


async def test_the_local_user_stays(file: Path, sessions: Sessions) -> None:
    sub = await sessions.local_user()
    assert str(uuid.UUID(sub)) == sub
    other = Sessions(file)
    assert await sessions.local_user() == await other.local_user() == sub
    other.close()


async def test_the_file_is_for_this_user_only(file: Path, sessions: Sessions) -> None:
    await sessions.create("me")
    modes = {path.stat().st_mode & 0o777 for path in file.parent.iterdir()}
    assert modes == {0o600}


@pytest.mark.parametrize(
    "content", [b"not a database at all", b"\0" * 5000, b"SQLite format 3\0" * 99]
)
async def test_a_damaged_file_is_set_aside(file: Path, content: bytes) -> None:
    damage(file, content)
    sessions = Sessions(file)
    await sessions.check(await sessions.create("me"), "me")
    sessions.close()
    assert file.with_name("sessions.db.corrupt").read_bytes() == content


def damage(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)


def test_a_file_that_can_not_be_opened_is_an_error(file: Path) -> None:
    file.mkdir(parents=True)
    with pytest.raises(StorageError, match=r"sessions\.db"):
        Sessions(file)


async def test_a_full_disk_at_the_end_of_a_reply_costs_only_the_count(
    sessions: Sessions, file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sid = await sessions.create("me")
    async with sessions.turn(sid) as turn:
        turn.next_id += 1
        blocker = sqlite3.connect(file)
        blocker.execute("BEGIN EXCLUSIVE")
        sessions._thread.submit(sessions._database.execute, "PRAGMA busy_timeout = 1").result()
    blocker.rollback()
    blocker.close()
    assert "not saved" in caplog.text
    async with sessions.turn(sid) as turn:
        assert turn.next_id > 2


async def test_a_held_file_holds_up_nobody_and_is_told_with_its_holder(
    file: Path, sessions: Sessions
) -> None:
    sid = await sessions.create("me")
    sessions._thread.submit(sessions._database.execute, "PRAGMA busy_timeout = 100").result()
    code = (
        "import sqlite3, sys\n"
        "base = sqlite3.connect(sys.argv[1])\n"
        "base.execute('BEGIN IMMEDIATE')\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", code, str(file)), stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin
    assert process.stdout
    try:
        assert await process.stdout.readline() == b"held\n"
        ticks = 0

        async def tick() -> None:
            nonlocal ticks
            while True:
                await asyncio.sleep(0.001)
                ticks += 1

        ticking = asyncio.create_task(tick())
        with pytest.raises(ServerFaultError) as caught:
            await sessions.create("me")
        ticking.cancel()
        assert ticks > 5, "the loop goes on"
        assert caught.value.status == 503
        assert str(file) in caught.value.detail
        if sys.platform == "linux":
            assert f"process {process.pid}" in caught.value.detail
        await sessions.check(sid, "me")  # reading goes on
    finally:
        process.stdin.close()
        await process.wait()
    assert await sessions.create("me")


async def test_in_memory() -> None:
    sessions = Sessions(None)
    sid = await sessions.create(await sessions.local_user())
    async with sessions.turn(sid) as turn:
        assert turn.next_id == 1
    sessions.close()
