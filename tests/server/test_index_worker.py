from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from typing import TypeVar

import pytest

from robotui.server.index import worker as module
from robotui.server.index.worker import Update, Worker
from tests.waiting import PATIENCE

T = TypeVar("T")


async def result(future: Future[T]) -> T:
    """What the thread brings."""
    return await asyncio.wait_for(asyncio.wrap_future(future), PATIENCE)


class Closed:
    def __init__(self) -> None:
        self.threads: list[str] = []

    def __call__(self) -> None:
        self.threads.append(threading.current_thread().name)


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    worker = Worker("test-worker", Closed())
    yield worker
    await worker.aclose()


async def test_calls_run_in_the_one_thread_in_order(worker: Worker) -> None:
    order: list[int] = []
    calls = [worker.call(order.append, number) for number in range(50)]
    name = await result(worker.call(lambda: threading.current_thread().name))
    assert all(call.done() for call in calls)
    assert order == list(range(50))
    assert name == "test-worker"


async def test_what_a_call_raises_comes_out_where_it_is_awaited(worker: Worker) -> None:
    with pytest.raises(ZeroDivisionError):
        await result(worker.call(lambda: 1 // 0))
    assert await result(worker.call(lambda: 2)) == 2


async def test_calls_are_answered_between_two_steps_of_background_work(worker: Worker) -> None:
    seen: list[int] = []
    stop = threading.Event()

    def endless() -> Iterator[None]:
        while not stop.is_set():
            seen.append(1)
            yield

    work = worker.background(endless())
    assert await result(worker.call(lambda: "answer")) == "answer"
    assert not work.done()
    stop.set()
    await result(work)


async def test_background_work_goes_one_after_the_other_and_its_errors_are_kept(
    worker: Worker,
) -> None:
    order: list[str] = []

    def steps(name: str, fail: bool = False) -> Iterator[None]:
        for _ in range(3):
            order.append(name)
            yield
        if fail:
            raise OSError(name)

    first = worker.background(steps("a", fail=True))
    second = worker.background(steps("b"))
    await result(second)
    assert order == ["a"] * 3 + ["b"] * 3
    with pytest.raises(OSError, match="a"):
        await result(first)


async def test_cancelled_work_is_skipped(worker: Worker) -> None:
    hold = threading.Event()
    ran: list[int] = []
    worker.call(hold.wait, PATIENCE)
    call = worker.call(ran.append, 1)
    assert call.cancel()
    hold.set()
    await result(worker.call(lambda: None))
    assert ran == []


async def test_the_end_cancels_what_waits_and_cleans_up_in_the_thread() -> None:
    closed = Closed()
    worker = Worker("ending", closed)
    hold, running = threading.Event(), threading.Event()

    def long() -> None:
        running.set()
        hold.wait(PATIENCE)

    def endless() -> Iterator[None]:
        while True:
            yield

    worker.call(long)
    waiting, work = worker.call(lambda: 1), worker.background(endless())
    assert await asyncio.to_thread(running.wait, PATIENCE)
    ending = asyncio.create_task(worker.aclose())
    await asyncio.sleep(0)
    hold.set()
    await ending
    assert waiting.cancelled()
    assert closed.threads == ["ending"]
    assert worker.call(lambda: 1).cancelled()
    assert not work.done() or work.cancelled()
    await worker.aclose()
    assert closed.threads == ["ending"]


async def test_a_thread_that_hangs_does_not_stop_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STOP_TIMEOUT", 0.01)
    worker = Worker("hanging", Closed())
    hold, running = threading.Event(), threading.Event()

    def hang() -> None:
        running.set()
        hold.wait(PATIENCE)

    worker.call(hang)
    assert await asyncio.to_thread(running.wait, PATIENCE)
    await worker.aclose()
    assert not hold.is_set()
    hold.set()


async def test_a_worker_that_never_worked_has_no_thread_and_is_cleaned_up_all_the_same() -> None:
    closed = Closed()
    worker = Worker("idle", closed)
    await worker.aclose()
    await worker.aclose()
    assert closed.threads == [threading.current_thread().name]
    assert worker.call(lambda: 1).cancelled()
    assert "idle" not in [thread.name for thread in threading.enumerate()]


async def test_an_update_is_not_repeated_too_soon_unless_asked(worker: Worker) -> None:
    runs: list[int] = []

    def steps() -> Iterator[None]:
        runs.append(1)
        yield

    update = Update(worker, steps)
    assert await update.wait(0)
    update.refresh()
    assert await update.wait(PATIENCE)
    update.refresh()
    assert await update.wait(PATIENCE)
    assert len(runs) == 1
    update.refresh(now=True)
    assert await update.wait(PATIENCE)
    assert len(runs) == 2


async def test_an_update_tells_its_failure(worker: Worker) -> None:
    def steps() -> Iterator[None]:
        yield
        raise OSError("disk")

    update = Update(worker, steps)
    assert update.failure is None
    update.refresh()
    assert await update.wait(PATIENCE)
    assert str(update.failure) == "disk"


async def test_a_thread_that_the_system_refuses_is_tried_again(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patch:
        patch.setattr(threading.Thread, "start", refuse)
        with pytest.raises(RuntimeError, match="new thread"):
            worker.call(lambda: 1)
    assert await result(worker.call(lambda: 2)) == 2
