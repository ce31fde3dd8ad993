"""Which model servers there are, which one is meant, and the key for each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from robotui.config import AUTO, OFFLINE, Settings
from robotui.errors import RobotuiError, ServiceError
from robotui.keyring_access import KeyringAccess
from robotui.server.models import context_window, endpoint, hosted_services, keys
from robotui.server.models.connection import Network
from robotui.server.models.keys import Key
from robotui.server.models.model_server import Model, ModelServer
from robotui.server.models.servers_of_others import Stranger, Strangers
from robotui.text import one_line

_GLANCE: Final = 3.0  # seconds that a server gets to be listed


class ServerFinder:
    """Finds model servers by the settings, the environment and at the usual places.

    ``memory`` is the file of what the user said of other users' servers.
    """

    def __init__(
        self, settings: Settings, environment: Mapping[str, str], network: Network, memory: Path
    ) -> None:
        self.strangers = Strangers(memory)
        self.unasked: list[Stranger] = []
        """Servers that were not taken, as the user was not asked yet."""
        self._settings = settings
        self._environment = environment
        self._network = network
        self._keyring = KeyringAccess(settings.keyring_timeout)
        self._used: tuple[str, Key] = ("", Key())

    def named(self) -> str | None:
        """The endpoint that the environment names."""
        return endpoint.named(self._environment) or endpoint.ollama(self._environment)

    def keep(self, url: str, key: Key) -> None:
        """Remember the key of the server in use, so that the keyring is not asked again."""
        self._used = (url, key)

    async def find(self, engine: str) -> tuple[ModelServer | None, Key]:
        """The model server meant, and its key; None for none, which ``auto`` may come to.

        Raises ServiceError if one that was named does not answer.
        """
        url = endpoint.named(self._environment) if engine == AUTO else engine
        if engine == OFFLINE:
            return None, Key()
        if url is not None:
            key = await self._key(url)
            return await self._look(url, key), key
        ollama = endpoint.ollama(self._environment)
        if ollama is not None:
            return await self._look(ollama, Key()), Key()
        found = await self._local()
        if not found or find_spec("pydantic_ai") is None:
            return None, Key()
        return await self._first_trusted(found), Key()  # it has told its models without one

    async def _first_trusted(self, found: Sequence[ModelServer]) -> ModelServer | None:
        """The first that this user or root runs, or that the user has said yes to."""
        self.unasked = []
        for server in found:
            stranger = await self.strangers.at(server.url)
            if stranger is None or stranger.answer:
                return server
            if stranger.answer is None:
                self.unasked.append(stranger)
        return None

    async def _look(
        self, url: str, key: Key, timeout: float = endpoint.LOOK_TIMEOUT
    ) -> ModelServer:
        """The model server at ``url``; what OLLAMA_HOST names is Ollama. Raises ServiceError."""
        server = await endpoint.look(self._network, url, key, timeout)
        is_ollama = url == endpoint.ollama(self._environment)
        return replace(server, kind="Ollama") if is_ollama else server

    async def _local(self) -> list[ModelServer]:
        """The servers that answer at the usual places."""
        return await endpoint.find_local(self._network, endpoint.LOCAL)

    async def all(self) -> list[ModelServer]:
        """All servers that there are to choose from, the one in use first."""
        found = await self._local()
        wanted = {self._used[0]} - {""}
        ollama = endpoint.ollama(self._environment)
        urls = [endpoint.named(self._environment), ollama, self._settings.engine]
        wanted |= {url for url in urls if url and url not in (AUTO, OFFLINE)}
        missing = sorted(wanted - {server.url for server in found})
        looks = await asyncio.gather(*map(self._glance, missing))
        return [server for server in looks if server is not None] + found

    async def _glance(self, url: str) -> ModelServer | None:
        """The model server at ``url``, if it answers soon."""
        try:
            return await self._look(url, await self._key(url), _GLANCE)
        except RobotuiError:
            return None

    async def _key(self, url: str) -> Key:
        """The key for ``url``: the environment's only where it is meant for."""
        named = endpoint.named(self._environment)
        key = keys.given(self._environment, url, named, self._settings.engine)
        if key:
            return key
        if url == self._used[0]:
            return self._used[1]
        return await keys.stored(self._keyring, url)

    async def model(self, server: ModelServer, name: str, key: Key) -> Model:
        """The model ``name`` of a server, or the one to prefer of it. Raises ServiceError."""
        if not name and not server.models:
            raise ServiceError(
                f"The model server at {server.url} has no model for chats",
                "Load one there, or name one with the setting `model`.",
            )
        name = one_line(name or hosted_services.preferred(server))
        window = await context_window.window(self._network, server, name, key)
        # The cautious one of a service is nobody's word.
        guessed = window == context_window.CAUTIOUS_WINDOW and name not in server.windows
        guessed = guessed and hosted_services.is_hosted(server)
        window = hosted_services.guess(server, name) if guessed else window
        return Model(server, name, window, guessed)
