"""All parts of the workbench, made and joined. A new one is a line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from robotui.agents import Agent
from robotui.client.connection import Connection
from robotui.config import Paths, Settings
from robotui.ui.log.chat_log import ChatLog
from robotui.ui.parts.agents import Agents
from robotui.ui.parts.arguments import arguments
from robotui.ui.parts.blocks import Blocks
from robotui.ui.parts.chats import Chats
from robotui.ui.parts.completing import Completing
from robotui.ui.parts.copying import Copying
from robotui.ui.parts.engines import Engines
from robotui.ui.parts.files import Files
from robotui.ui.parts.find import Find, Mount
from robotui.ui.parts.host import Host
from robotui.ui.parts.prompts import Prompts
from robotui.ui.parts.reading import Reading
from robotui.ui.parts.shelf import Shelf
from robotui.ui.parts.status import Status
from robotui.ui.parts.stopping import Stopping
from robotui.ui.parts.turns import Turns
from robotui.ui.parts.writing import Writing
from robotui.ui.widgets.completion_list import CompletionList
from robotui.ui.widgets.prompt import PromptArea
from robotui.ui.widgets.status_bar import StatusBar


@dataclass(frozen=True, slots=True)
class Widgets:
    """What is on the screen for parts to work on."""

    log: ChatLog
    choices: CompletionList
    prompt: PromptArea
    bar: StatusBar
    mount: Mount
    """Puts a widget above the prompt."""
    show_agent: Callable[[Agent], None]
    """Tells everywhere whom the next prompt goes to."""


def make_log(settings: Settings) -> ChatLog:
    """The log as the settings want it."""
    return ChatLog(
        id="log",
        max_fps=settings.max_fps,
        code_wrap=settings.code_wrap,
        fold_lines=settings.fold_lines,
    )


class Parts:
    """The parts by the names that actions call them by."""

    def __init__(
        self,
        host: Host,
        widgets: Widgets,
        connection: Connection,
        paths: Paths,
        settings: Settings,
        workspace: Path,
    ) -> None:
        log, prompt, show_agent = widgets.log, widgets.prompt, widgets.show_agent
        self.status = Status(widgets.bar, settings)
        self.prompts = Prompts(host, prompt, paths, workspace)
        self.find = Find(host, log, prompt, widgets.mount)
        self.turns = Turns(host, log, self.prompts, self.status, self.find, connection)
        self.chats = Chats(host, self.turns, self.find, show_agent, paths.chats, workspace)
        self.agents = Agents(host, log, self.turns, show_agent)
        self.engines = Engines(host, connection, self.status)
        self.copying = Copying(host, log, self.turns, paths.state / "copied")
        self.writing = Writing(host, log, workspace, paths.state / "undo")
        self.shelf = Shelf(host, log, self.turns, self.copying, self.writing)
        self.blocks = Blocks(host, log, prompt, self.copying, self.writing, self.shelf)
        self.reading = Reading(
            host, log, prompt, self.turns, self.find, code_wrap=settings.code_wrap
        )
        self.files = Files(host, workspace)
        self.completing = Completing(
            prompt, widgets.choices, self.files, arguments(log, self.engines)
        )
        self.stopping = Stopping(
            host, log, self.prompts, self.turns, self.find, self.copying, self.completing
        )
