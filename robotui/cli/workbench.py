"""The workbench: a chat, a way to the server and a screen are joined here."""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from robotui.cli.log_file import record_crash
from robotui.cli.opening import open_client
from robotui.config import Paths, Settings
from robotui.errors import StorageError, UsageError
from robotui.folders import working_folder

if TYPE_CHECKING:
    from robotui.chats.store import Chat
    from robotui.ui.app import RobotuiApp


async def run_workbench(options: argparse.Namespace, settings: Settings, paths: Paths) -> None:
    """Open it in this terminal until it is quit. Raises UsageError where there is none."""
    outputs = (sys.__stderr__, sys.__stdout__)  # the workbench is drawn on the first terminal
    if not (sys.stdin.isatty() and any(output and output.isatty() for output in outputs)):
        raise UsageError("The workbench needs a terminal", "Use `robotui ask` without one.")
    # Collecting garbage while modules load costs a tenth of the start; the screen turns it on.
    gc.disable()
    from robotui.client.connection import Connection
    from robotui.ui.app import RobotuiApp
    from robotui.ui.screen import Workbench

    workspace = working_folder()

    def first_chat() -> Chat:
        from robotui.chats.resuming import resumed

        chat = _new_chat(settings, paths, workspace)
        if options.resume or options.anywhere:
            chat = resumed(chat, paths.chats, workspace, anywhere=options.anywhere)
        if options.agent and chat.info.agent != settings.agent:
            try:
                chat.switch(settings.agent)
            except StorageError as error:
                chat.transcript.note("warning", error.headline, error.remedy)
        return chat

    async with Connection(lambda: open_client(settings, paths, workspace)) as connection:
        screen = Workbench(first_chat, connection, paths, settings, workspace)
        app = RobotuiApp(screen)
        _exit_on_signals(app)
        await app.run_async()
        if app.crash is not None:
            raise record_crash(app.crash)


def _exit_on_signals(app: RobotuiApp) -> None:
    """Let SIGTERM and SIGHUP end the app in order: chat recorded, terminal restored."""
    loop = asyncio.get_running_loop()
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None:
            # Windows has no signal handlers in its loop.
            with suppress(NotImplementedError):
                loop.add_signal_handler(number, app.exit)


def _new_chat(settings: Settings, paths: Paths, workspace: Path) -> Chat:
    from robotui.chats.store import Chat

    return Chat.new(paths.chats, server=settings.server, agent=settings.agent, workspace=workspace)
