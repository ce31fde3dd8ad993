"""The key of a model's endpoint: from the environment, else from the OS keyring; never a file."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Final

from robotui.errors import KeyringError, NoKeyringError
from robotui.keyring_access import KeyringAccess
from robotui.secret import Secret

log = logging.getLogger(__name__)

SERVICE: Final = "robotui-models"
"""The service name of the entries in the keyring; the account is the endpoint's base URL."""

VARIABLE: Final = "OPENAI_API_KEY"
"""The key for the endpoint that the environment itself names, and for no other."""

OWN_VARIABLE: Final = "ROBOTUI_MODEL_KEY"
"""The key for the address of the setting ``engine``."""


class Key(Secret):
    """The key of an endpoint; empty where it has none."""

    __slots__ = ()


def given(environment: Mapping[str, str], url: str, named: str | None, engine: str) -> Key:
    """The environment's key for the endpoint ``url``; empty if it has none for it.

    ``named`` is the endpoint that the environment names, ``engine`` the setting.
    """
    for variable, meant in ((VARIABLE, named), (OWN_VARIABLE, engine)):
        key = environment.get(variable, "").strip()
        if key and meant and url.removesuffix("/v1") == meant.removesuffix("/v1"):
            return Key(key)
    return Key()


async def stored(keyring: KeyringAccess, url: str) -> Key:
    """The keyring's key for the endpoint ``url``; empty if it has none, or does not answer."""
    try:
        # What a backend says about its failure may quote the key.
        found = await keyring.ask(
            lambda backend: backend.get_password(SERVICE, url) or "", quote=False
        )
    except NoKeyringError:
        return Key()
    except KeyringError as error:
        log.warning("%s; no key for %s", error, url)
        return Key()
    return Key(found)
