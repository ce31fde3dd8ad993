"""The one thread for what can block: reading files and asking SQLite.

Calls are answered in order; between them background work goes on, one step at a time. The thread
is a daemon, so that a file system that hangs can't keep the program from ending.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, ParamSpec, TypeVar

from robotui.errors import WorkspaceError

P = ParamSpec("P")
T = TypeVar("T")

_IDLE: Final = 20  # what is up to date is looked at again after this many times what it took, ...
_IDLE_LEAST: Final = 2.0  # ... but not sooner than this, in seconds

STOP_TIMEOUT: Final = 2.0
"""Seconds that the thread gets to end."""


@dataclass(frozen=True, slots=True)
class _Job:
    """A call, and where its result goes."""

    call: Callable[[], Any]
    future: Future[Any]

    def run(self) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            self.future.set_result(self.call())
        except BaseException as error:  # noqa: BLE001 - raised again where the result is awaited
            self.future.set_exception(error)


class Worker:
    """A daemon thread. It starts with the first call; ``cleanup`` runs in it at its end.

    Where no call ever came, ``cleanup`` runs in the thread that closes the worker.
    """

    def __init__(self, name: str, cleanup: Callable[[], None]) -> None:
        self._cleanup = cleanup
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._background: deque[tuple[Iterator[object], Future[None]]] = deque()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._started = False
        self._stopping = threading.Event()
        self._ended: Future[None] = Future()

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run ``function`` in the thread, soon. A future that is cancelled in time is skipped."""
        future: Future[T] = Future()
        if self._stopping.is_set():
            future.cancel()
            return future
        self._jobs.put(_Job(lambda: function(*args, **kwargs), future))
        if not self._started:
            self._thread.start()  # tried again by the next call if the system has no more threads
            self._started = True
        return future

    async def result(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The result of ``function``, run in the thread. Raises WorkspaceError at the end."""
        try:
            return await asyncio.wrap_future(self.call(function, *args, **kwargs))
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            raise WorkspaceError("The server is stopping.") from None

    def background(self, steps: Iterator[object]) -> Future[None]:
        """Walk through ``steps`` between the calls, after earlier background work.

        The future has no result; cancelling it stops the work at the next step.
        """
        future: Future[None] = Future()
        self.call(self._background.append, (steps, future))
        return future

    async def aclose(self) -> None:
        """Stop after the step under way; calls that wait are cancelled. Idempotent."""
        self._stopping.set()
        if not self._started:
            self._end()
            return
        self._jobs.put(None)
        # A thread that hangs in the file system is left behind: it is a daemon.
        done, _ = await asyncio.wait([asyncio.wrap_future(self._ended)], timeout=STOP_TIMEOUT)
        if done:
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                try:
                    job = self._jobs.get(block=not self._background)
                except queue.Empty:
                    self._step()
                else:
                    if job is not None:
                        job.run()
        finally:
            self._end()

    def _end(self) -> None:
        if self._ended.done():
            return
        self._cancel_waiting()
        self._cleanup()
        self._ended.set_result(None)

    def _step(self) -> None:
        steps, future = self._background[0]
        if future.cancelled():
            self._background.popleft()
            return
        try:
            next(steps)
        except StopIteration:
            self._finish(lambda: future.set_result(None))
        except BaseException as error:  # noqa: BLE001 - raised again where the result is awaited
            failure = error
            self._finish(lambda: future.set_exception(failure))

    def _finish(self, settle: Callable[[], None]) -> None:
        _, future = self._background.popleft()
        if future.set_running_or_notify_cancel():
            settle()

    def _cancel_waiting(self) -> None:
        while self._background:
            self._background.popleft()[1].cancel()
        while True:
            try:
                job = self._jobs.get(block=False)
            except queue.Empty:
                return
            if job is not None:
                job.future.cancel()


class Update:
    """Keeps one thing up to date: not twice at once, and not more often than it is worth."""

    def __init__(self, worker: Worker, steps: Callable[[], Iterator[None]]) -> None:
        self._worker = worker
        self._steps = steps
        self._due = 0.0
        self._future: Future[None] | None = None

    def refresh(self, *, now: bool = False) -> None:
        """Begin an update if none is under way and the last one is long enough ago."""
        early = not now and time.monotonic() < self._due
        if self._future is not None and (early or not self._future.done()):
            return
        self._future = self._worker.background(self._timed())

    def _timed(self) -> Iterator[None]:
        started = time.monotonic()
        yield from self._steps()
        ended = time.monotonic()
        self._due = ended + max(_IDLE_LEAST, _IDLE * (ended - started))

    @property
    def failure(self) -> BaseException | None:
        """What made the last update fail."""
        future = self._future
        settled = future is not None and future.done() and not future.cancelled()
        return future.exception() if future is not None and settled else None

    async def wait(self, timeout: float) -> bool:
        """Whether the update ended within ``timeout`` seconds, if only by failing."""
        if self._future is None:
            return True
        waiting = asyncio.wrap_future(self._future)
        done, _ = await asyncio.wait([waiting], timeout=timeout)
        if done and not waiting.cancelled():
            waiting.exception()  # seen: it is told by ``failure``
        return bool(done)
