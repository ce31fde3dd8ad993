"""Which engine answers: the offline one, or a model; chosen at the start, switched at run time.

A model's libraries are imported when one is taken, in a thread, so that the server starts at once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from robotui.config import AUTO, OFFLINE, Paths, Settings
from robotui.errors import RobotuiError, ServiceError, WorkspaceError
from robotui.profiles import Profile
from robotui.server.engine import Engine, Fail, Part, Request, Wait
from robotui.server.models.connection import Network
from robotui.server.models.keys import Key
from robotui.server.models.model_server import Model, ModelServer
from robotui.server.models.profiles import table
from robotui.server.models.server_finder import ServerFinder
from robotui.server.models.workspace import Workspace
from robotui.server.offline import OfflineEngine

if TYPE_CHECKING:
    from robotui.server.models.history import History

_ENGINE: Final = "robotui.server.models.engine"
_MAX_CHOICES: Final = 200
_NO_EXTRA: Final = "Models need more libraries than are installed ({name})"
_UNASKED: Final = (
    "A model server at {url} is run by {owner} and was not taken without your word; "
    "--engine {url} takes it"
)
_NO_KEY: Final = Key()
_INSTALL: Final = "Install them with `pip install 'robotui[models]'`."


def make_engine(
    settings: Settings, paths: Paths, environment: Mapping[str, str], own: Sequence[Profile] = ()
) -> SwitchingEngine:
    """The engine that the settings ask for; ``own`` are the user's profiles.

    It is chosen when started, in the background; the first prompt waits for that.
    """
    return SwitchingEngine(settings, paths, environment, own)


@dataclass(frozen=True, slots=True)
class _Unavailable:
    """Stands in for a model that can't be reached: says why, and is looked for anew."""

    name: str
    why: str
    about: str = "no model server answers"

    async def start(self, workspace: Path) -> None:
        """Nothing to do."""

    async def reply(self, _request: Request) -> AsyncGenerator[Part, None]:
        """Say why there is no answer."""
        yield Fail(self.why)

    async def aclose(self) -> None:
        """Nothing to do."""


class SwitchingEngine:
    """Lets one of several engines answer. Those that were taken once are kept until the end, so
    that a reply under way goes on where it began."""

    def __init__(
        self,
        settings: Settings,
        paths: Paths,
        environment: Mapping[str, str],
        own: Sequence[Profile] = (),
    ) -> None:
        self.agents = [profile.name for profile in own]
        self._settings = settings
        self._paths = paths
        self._profiles = table(own)
        self._network = Network(settings.proxy, settings.trust_env, settings.ca_file)
        self._offline = OfflineEngine(paths.cache)
        self._offline_started = False
        self._models: dict[tuple[str, str, Key], Engine] = {}
        self._root = Path()
        self._workspace: Workspace | None = None
        self._history: History | None = None
        self._current: Engine = self._offline
        self._model: Model | None = None
        self._choosing: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        memory = paths.state / "model-servers.json"
        self._finder = ServerFinder(settings, environment, self._network, memory)
        self._found = ""
        """The address of the current model's server, if nobody named it."""

    @property
    def name(self) -> str:
        """The current engine's."""
        return self._current.name

    @property
    def about(self) -> str:
        """The current engine's."""
        return self._current.about

    async def start(self, workspace: Path) -> None:
        """Begin to choose. Raises WorkspaceError."""
        self._root = await asyncio.to_thread(_folder, workspace)
        if self._settings.engine == OFFLINE:
            await self._take(OFFLINE, "")
        else:
            self._choosing = asyncio.create_task(self._choose())

    async def reply(self, request: Request) -> AsyncGenerator[Part, None]:
        """Answer one prompt with the engine that is current now."""
        await self._chosen()
        if isinstance(self._current, _Unavailable):
            await self._choose()
        if self._found and await self._finder.strangers.has_changed(self._found):
            await self._choose()
        if self._finder.unasked and self._model is None:
            yield Wait(
                _UNASKED.format(
                    url=self._finder.unasked[0].url, owner=self._finder.unasked[0].owner
                )
            )
        async with aclosing(self._current.reply(request)) as parts:
            async for part in parts:
                yield part

    async def describe(self) -> dict[str, Any]:
        """``current`` and the ``choices`` there are now."""
        await self._chosen()
        servers = await self._finder.all()
        choices = [_choice(OFFLINE, None)] + [
            _choice(server.kind, server, model) for server in servers for model in server.models
        ]
        current = _choice(OFFLINE, None)
        if self._model is not None:
            current = _choice(self._model.server.kind, self._model.server, self._model.name)
            current["context_window"] = self._model.window
        elif isinstance(self._current, _Unavailable):
            current = _choice(self._current.name, None) | {"why": self._current.why}
        unasked = self._finder.unasked if self._model is None else []
        strangers = [{"engine": each.url, "owner": each.owner} for each in unasked]
        return {"current": current, "choices": choices[:_MAX_CHOICES], "strangers": strangers}

    async def switch(self, engine: str, model: str) -> dict[str, Any]:
        """Take ``offline``, ``auto`` or the address of a model server, and one of its models.

        Raises RobotuiError if it can't be used; the current one then stays.
        """
        await self._chosen()
        await self._take(engine.rstrip("/") or AUTO, model)
        return await self.describe()

    async def answer(self, engine: str, *, use: bool) -> dict[str, Any]:
        """Keep whether the model server of another user at an address may be used, and do so.

        Raises RobotuiError if it can't be used.
        """
        stranger = await self._finder.strangers.at(engine)
        if stranger is not None:
            self._finder.strangers.remember(stranger, use=use)
        self._finder.unasked = [each for each in self._finder.unasked if each.url != engine]
        return await (self.switch(AUTO, "") if use else self.describe())

    def redact(self, text: str) -> str:
        """``text`` without the keys of the models."""
        for _, _, key in self._models:
            text = text.replace(key, "…") if key else text
        return text

    async def aclose(self) -> None:
        """Stop all engines; idempotent."""
        if self._choosing is not None:
            self._choosing.cancel()
            await asyncio.wait([self._choosing])
        for engine in (*self._models.values(), self._offline):
            await engine.aclose()
        self._models.clear()
        if self._workspace is not None:
            await self._workspace.aclose()
        if self._history is not None:
            self._history.close()

    async def _chosen(self) -> None:
        if self._choosing is not None:
            await asyncio.shield(self._choosing)

    async def _choose(self) -> None:
        """Take what the settings ask for, or what stands in for it."""
        wanted = self._settings.engine
        try:
            await self._take(wanted, self._settings.model)
        except RobotuiError as error:
            name = self._finder.named() if wanted == AUTO else wanted
            why = f"{error.headline.rstrip('.')}. {error.remedy}".strip()
            self._use(_Unavailable(name or wanted, why))

    async def _take(self, engine: str, name: str) -> None:
        async with self._lock:
            server, key = await self._finder.find(engine)
            named = engine != AUTO or self._finder.named() is not None
            self._found = "" if named or server is None else server.url
            if server is None:
                if not self._offline_started:
                    await self._offline.start(self._root)
                    self._offline_started = True
                self._use(self._offline)
                return
            model = await self._finder.model(server, name, key)
            known = self._models.get((server.url, model.name, key))
            if known is None:
                known = self._models[server.url, model.name, key] = await self._make(model, key)
            self._use(known, model, key)

    def _use(self, engine: Engine, model: Model | None = None, key: Key = _NO_KEY) -> None:
        self._current, self._model = engine, model
        self._finder.keep(model.server.url if model is not None else "", key)

    async def _make(self, model: Model, key: Key) -> Engine:
        """An engine for ``model``. Raises ServiceError where the libraries are missing."""
        try:
            await asyncio.to_thread(import_module, _ENGINE)
            from robotui.server.models.engine import ModelEngine
            from robotui.server.models.history import History
        except ImportError as error:
            headline = _NO_EXTRA.format(name=error.name)
            raise ServiceError(headline, _INSTALL) from error
        if self._workspace is None:
            self._workspace = Workspace(self._root, self._paths.cache)
        if self._history is None:
            self._history = History(self._paths.data / "models.db")
        return ModelEngine(
            model,
            key=key,
            network=self._network,
            workspace=self._workspace,
            history=self._history,
            agents=self._profiles,
        )


def _folder(workspace: Path) -> Path:
    if not workspace.is_dir():
        raise WorkspaceError(
            f"The workspace {workspace} can't be read: no such folder",
            "Start in a folder of code that you may read.",
        )
    return workspace.resolve()


def _choice(name: str, server: ModelServer | None, model: str = "") -> dict[str, Any]:
    url = server.url if server is not None else ""
    window = server.windows.get(model, 0) if server is not None else 0
    return {
        "engine": url or OFFLINE,
        "name": name,
        "endpoint": url,
        "model": model,
        "context_window": window,
    }
