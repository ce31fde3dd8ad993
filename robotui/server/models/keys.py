"""The key of a model's endpoint: from the environment, else from the OS keyring; never a file."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

log = logging.getLogger(__name__)

SERVICE: Final = "robotui-models"
"""The service name of the entries in the keyring; the account is the endpoint's base URL."""

VARIABLE: Final = "OPENAI_API_KEY"
"""The key for the endpoint that the environment itself names, and for no other."""

OWN_VARIABLE: Final = "ROBOTUI_MODEL_KEY"
"""The key for the address of the setting ``engine``."""


class Key(str):
    """A secret: text on the wire, but no ``repr`` (tracebacks, debuggers, logs) shows it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Key('…')"


def given(environment: Mapping[str, str], url: str, named: str | None, engine: str) -> Key:
    """The environment's key for the endpoint ``url``; empty if it has none for it.

    ``named`` is the endpoint that the environment names, ``engine`` the setting.
    """
    for variable, meant in ((VARIABLE, named), (OWN_VARIABLE, engine)):
        key = environment.get(variable, "").strip()
        if key and meant and url.removesuffix("/v1") == meant.removesuffix("/v1"):
            return Key(key)
    return Key()


async def stored(url: str, timeout: float) -> Key:
    """The key that the keyring has for the endpoint ``url``; empty if none, or no answer in time.

    Read in a daemon thread, as a keyring that asks the user to unlock it can take for ever, and
    that must not keep the program from ending.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[str] = loop.create_future()

    def settle(found: str) -> None:
        if not answer.done():
            answer.set_result(found)

    def work() -> None:
        found = _read(url)
        with suppress(RuntimeError):  # the loop was closed while the keyring was silent
            loop.call_soon_threadsafe(settle, found)

    threading.Thread(target=work, name="keyring", daemon=True).start()
    try:
        async with asyncio.timeout(timeout):
            return Key(await answer)
    except TimeoutError:
        log.warning("the keyring did not answer within %g s; no key for %s", timeout, url)
        return Key()


def _read(url: str) -> str:
    import keyring
    from keyring.errors import NoKeyringError

    try:
        return keyring.get_password(SERVICE, url) or ""
    except NoKeyringError:
        return ""
    except Exception as error:  # noqa: BLE001 - a backend may raise anything; without a key it goes on
        # Its words may quote the key.
        log.warning("the keyring failed (%s); no key for %s", type(error).__name__, url)
        return ""
