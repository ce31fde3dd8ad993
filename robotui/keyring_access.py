"""The keyring of the operating system, asked in a thread that nothing waits for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from robotui.errors import KeyringError, NoKeyringError
from robotui.text import one_line

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")


class KeyringAccess:
    """Calls of the keyring, one after the other, each for ``timeout`` seconds at most.

    asyncio.to_thread would not do: its threads are waited for at exit, and a keyring that asks the
    user to unlock it can take for ever. So each call has a daemon thread, and while one of them is
    silent no other is started.
    """

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._lock = asyncio.Lock()
        self._waiting_for: threading.Thread | None = None

    async def ask(self, work: Callable[[KeyringBackend], T], *, quote: bool = True) -> T:
        """Do ``work`` on the keyring.

        Raises KeyringError for whatever goes wrong, which has the backend's own words only with
        ``quote``: they may have a secret in them.
        """
        async with self._lock:
            if self._waiting_for is not None and self._waiting_for.is_alive():
                raise KeyringError("the keyring still does not answer")
            loop = asyncio.get_running_loop()
            answer: asyncio.Future[T] = loop.create_future()
            self._waiting_for = threading.Thread(
                target=_work, args=(work, loop, answer, quote), name="keyring", daemon=True
            )
            self._waiting_for.start()
            try:
                async with asyncio.timeout(self.timeout):
                    return await answer
            except TimeoutError:
                raise KeyringError(
                    f"the keyring did not answer within {self.timeout:g} s"
                ) from None
            finally:
                if not answer.cancelled():
                    self._waiting_for = None


def _work(
    work: Callable[[KeyringBackend], T],
    loop: asyncio.AbstractEventLoop,
    answer: asyncio.Future[T],
    quote: bool,
) -> None:
    """The thread: does ``work`` and hands its result, or a KeyringError, to the event loop."""
    result: T | None = None
    failure: KeyringError | None = None
    try:
        result = work(_usable_backend())
    except KeyringError as error:
        failure = error
    except Exception as error:  # noqa: BLE001 - a backend may raise anything; all of it is told
        words = _words(error) if quote else type(error).__name__
        failure = KeyringError(f"the keyring failed: {words}")

    def settle() -> None:
        if answer.done():
            return
        if failure is not None:
            answer.set_exception(failure)
        else:
            answer.set_result(result)  # type: ignore[arg-type]  # None only where T allows it

    with suppress(RuntimeError):  # the loop was closed while the keyring was silent
        loop.call_soon_threadsafe(settle)


def _usable_backend() -> KeyringBackend:
    import keyring
    from keyring.backends import fail, null

    backend = keyring.get_keyring()
    if isinstance(backend, null.Keyring):
        raise NoKeyringError("the keyring is switched off")
    if isinstance(backend, fail.Keyring):
        raise NoKeyringError("this machine has no keyring")
    return backend


def _words(error: Exception) -> str:
    name, text = type(error).__name__, one_line(str(error), 120)
    return f"{name}, {text}" if text else name
