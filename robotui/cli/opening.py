"""A client of the server that the settings name; the embedded one is started for it."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from robotui import config
from robotui.config import EMBEDDED, Paths, Settings

if TYPE_CHECKING:
    from robotui.client import Client


@asynccontextmanager
async def open_client(
    settings: Settings, paths: Paths, workspace: Path
) -> AsyncGenerator[Client, None]:
    """A client of the server that the settings name; the embedded one is started, and stopped.

    Raises LaunchError.
    """
    from robotui.client import Client, TokenStore

    async with AsyncExitStack() as stack:
        if settings.server == EMBEDDED:
            from robotui.server.launch import launch

            endpoint = await stack.enter_async_context(
                launch(workspace, log=paths.state / "server.log", flags=_engine_flags(settings))
            )
        else:
            endpoint = config.endpoint(settings, paths)
        tokens = TokenStore(settings, os.environ)
        yield await stack.enter_async_context(Client(endpoint, settings, tokens))


def _engine_flags(settings: Settings) -> list[str]:
    """What the embedded server can't find in the file or the environment: this run's flags."""
    return ["--engine", settings.engine, "--model", settings.model]
