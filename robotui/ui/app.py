"""The Textual app around the workbench."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import ClassVar

from rich.console import RenderableType
from textual import events
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.driver import Driver
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import Theme
from textual.widgets import Input, TextArea

from robotui import agents
from robotui.config import Settings
from robotui.errors import StorageError
from robotui.text import pasted
from robotui.ui import last_theme
from robotui.ui.actions import ACTIONS, by_id
from robotui.ui.input.keyboard import key_name
from robotui.ui.internals.screens import (
    QuietApp,
    can_stop,
    end_at_once,
    keep_copied,
    outliving,
    teach_alt,
)
from robotui.ui.painting.legible import Legible
from robotui.ui.screen import Workbench

_LEGIBLE = Legible()


class RobotuiApp(QuietApp):
    """Opens one workbench, with the theme and the animations of its settings."""

    TITLE = "robotui"
    CSS_PATH = "robotui.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+z", "suspend_process", "Suspend", show=False, priority=True),
    ]

    def __init__(self, workbench: Workbench) -> None:
        super().__init__()
        teach_alt()
        self._workbench = workbench
        self.crash: BaseException | None = None
        """The fault that ended the app."""
        if not workbench.settings.animations:
            self.animation_level = "none"

    def copy_to_clipboard(self, text: str) -> None:
        """Send a text to the terminal's clipboard, through GNU screen too."""
        from robotui.clipboard import sequence

        if not keep_copied(self, text, sequence(text, os.environ)):
            super().copy_to_clipboard(text)

    def get_css_variables(self) -> dict[str, str]:
        """Textual's, with a colour for selected text: its own is the one behind it."""
        variables = super().get_css_variables()
        if Color.parse(variables["screen-selection-foreground"]).a == 0:
            over = Color.parse(variables["screen-selection-background"])
            behind = Color.parse(variables["background"]) + over
            variables["screen-selection-foreground"] = behind.get_contrast_text(1).hex
        return variables

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's, and whatever is shown can be read, in every theme."""
        return [*super().get_line_filters(), _LEGIBLE]

    # -- keys and pastes

    async def on_event(self, event: events.Event) -> None:
        """Textual's, after a look at what is pasted and where it goes."""
        if isinstance(event, events.Paste) and not event.is_forwarded and not self._place(event):
            return
        await super().on_event(event)

    def _place(self, paste: events.Paste) -> bool:
        """Find a place for what is pasted; nothing in it is ever taken for keys."""
        paste.text = pasted(paste.text)  # not every driver has done so
        if isinstance(self.focused, Input):
            lines = [line for line in paste.text.split("\n") if line.strip()]
            paste.text = lines[0] if lines else ""
            if len(lines) > 1:
                self.notify("There is room for one line: the first is pasted.", markup=False)
        elif isinstance(self.screen, Workbench):
            self.screen.set_focus(self.screen.prompt)
        elif not isinstance(self.focused, TextArea):
            self.notify("There is nothing to paste into here.", markup=False)
            return False
        return True

    def on_paste_lost(self) -> None:
        """Say what became of a paste."""
        text = (
            "The terminal did not say where the paste ends. What came is pasted; keys work again."
        )
        self.notify(text, severity="warning", markup=False)

    def action_suspend_process(self) -> None:
        """Ctrl+Z: stop, with all that the shell started together with us, until its ``fg``."""
        if not can_stop(self):
            self.notify("There are no jobs to stop on this system.", markup=False)
        elif not has_shell():
            self.notify("No shell waits behind this window to go on with.", markup=False)
        else:
            os.kill(0, signal.SIGTSTP)

    # -- the end

    def panic(self, *renderables: RenderableType) -> None:
        """End after a fault; what it was is told, and kept in the log, when the terminal is back.

        Textual would print its variables, tokens among them.
        """
        told = next((item for item in renderables if isinstance(item, BaseException)), None)
        self.crash = self.crash or told or sys.exception() or RuntimeError("keys can't be read")
        end_at_once(self)

    # -- the driver

    def get_driver_class(self) -> type[Driver]:
        """A driver that outlives its terminal, where there is one of ours."""
        return outliving(super().get_driver_class())

    def get_default_screen(self) -> Screen[None]:
        """The workbench is the app's first screen."""
        return self._workbench

    def on_mount(self) -> None:
        """Take the theme of the settings or, if they name none, the one that was chosen last."""
        theme = self._workbench.settings.theme
        if theme == Settings().theme:
            with suppress(StorageError):  # it is a matter of looks: the usual one will do
                theme = last_theme.kept(self._workbench.state_folder) or theme
        if theme in self.available_themes:
            self.theme = theme
        self.theme_changed_signal.subscribe(self, self._keep_theme, immediate=True)

    def _keep_theme(self, theme: Theme) -> None:
        """A theme was chosen."""
        try:
            last_theme.keep(self._workbench.state_folder, theme.name)
        except StorageError as error:
            self._workbench.host.warn_of(error)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: Textual's own entries, all that the workbench can do, every agent."""
        yield from super().get_system_commands(screen)
        if not isinstance(screen, Workbench):
            return
        for agent in agents.everyone():
            run = partial(screen.run_action, by_id("agent").call(agent.id))
            yield SystemCommand(f"Agent: {agent.id}", agent.purpose, run)
        for action in ACTIONS:
            if not action.needs_argument:
                run = partial(screen.run_action, action.call())
                how = key_name(action.keys) if action.keys else action.command
                yield SystemCommand(action.help.capitalize(), how, run)


def has_shell() -> bool:
    """Whether the process that started ours can go on with it after a stop.

    A program that is the first one in its window has nobody who would. One without a window of its
    own is run by another program, which knows what it does.
    """
    if os.getsid(0) != os.getpid():
        return True
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return True
    return False
