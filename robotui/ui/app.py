"""The Textual app around the workbench."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial

from textual.app import App, SystemCommand
from textual.driver import Driver
from textual.screen import Screen

from robotui import agents
from robotui.ui.keyboard import key_name, teach_alt
from robotui.ui.screen import Workbench


class RobotuiApp(App[None]):
    """Opens one workbench, with the theme and the animations of its settings."""

    TITLE = "robotui"
    CSS_PATH = "robotui.tcss"

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        teach_alt()
        self._workbench = workbench
        if not workbench.settings.animations:
            self.animation_level = "none"

    def copy_to_clipboard(self, text: str) -> None:
        """Send a text to the terminal's clipboard, through GNU screen too."""
        from robotui.clipboard import sequence

        self._clipboard = text
        if self._driver is not None:
            self._driver.write(sequence(text, os.environ))

    def get_driver_class(self) -> type[Driver]:
        """A driver that outlives its terminal, where there is one of ours."""
        found = super().get_driver_class()
        if found.__name__ != "LinuxDriver":
            return found
        from robotui.ui.terminal import TerminalDriver

        return TerminalDriver

    def get_default_screen(self) -> Screen[None]:
        """The workbench is the app's first screen."""
        return self._workbench

    def on_mount(self) -> None:
        """Take the theme of the settings, if there is one of that name."""
        theme = self._workbench.settings.theme
        if theme in self.available_themes:
            self.theme = theme

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: Textual's own entries, every key of the workbench, every agent."""
        yield from super().get_system_commands(screen)
        if not isinstance(screen, Workbench):
            return
        for agent in agents.everyone():
            text = f"Agent: {agent.id}"
            yield SystemCommand(text, agent.purpose, partial(screen.switch, agent))
        for binding in screen.key_bindings():
            title = binding.description.capitalize()
            run = partial(screen.run_action, binding.action)
            yield SystemCommand(title, key_name(binding.key), run)
