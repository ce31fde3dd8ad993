"""What the app and its screen need of Textual's inside, or do with less."""

from __future__ import annotations

from typing import Any, cast

from textual.app import App
from textual.driver import Driver
from textual.screen import Screen

from robotui.ui.internals import OrLess, need


def teach_alt() -> None:
    """Let Alt with a digit, a bound letter or Enter be a key on all terminals."""
    with OrLess("keys with Alt may do nothing"):
        from robotui.ui.internals import keys

        keys.teach_alt()


def paint_rows_alone(screen: Screen[Any]) -> None:
    """Paint what has changed within one widget from that widget alone."""
    with OrLess("it paints all that meets a change, which is slower"):
        from robotui.ui.internals.compositor import Compositor

        need(screen, "_compositor")
        screen._compositor = Compositor()


class QuietApp(App[None]):
    """An app that ends by ``panic`` whatever fails: Textual's own way prints all variables."""

    def __init__(self) -> None:
        super().__init__()
        with OrLess("a fault may be printed with all variables"):
            need(super(), "_fatal_error")

    def _fatal_error(self) -> None:
        self.panic()


def keep_copied(app: App[Any], text: str, sequence: str) -> bool:
    """Keep a text as what was copied, and write what puts it into the terminal's clipboard."""
    with OrLess("copies are sent to the terminal by Textual's own way"):
        need(app, "_clipboard", "_driver")
        app._clipboard = text
        if app._driver is not None:
            app._driver.write(sequence)
        return True
    return False


def can_stop(app: App[Any]) -> bool:
    """Whether the app can give its terminal back, stop, and go on."""
    with OrLess("it does not stop as a job of the shell"):
        need(app, "_driver")
        return app._driver is not None and app._driver.can_suspend
    return False


def end_at_once(app: App[Any]) -> None:
    """End an app that failed, without waiting for what it still has to do."""
    with OrLess("what is still to be done is done before the end"):
        need(app, "_close_messages_no_wait")
        app._close_messages_no_wait()
        return
    app.exit()


def outliving(found: type[Driver]) -> type[Driver]:
    """A driver like ``found`` that outlives its terminal, where there is one of ours."""
    if found.__name__ != "LinuxDriver":
        return found

    def make(*arguments: Any, **options: Any) -> Driver:
        with OrLess("the terminal is Textual's own: pastes and a window that is closed may fail"):
            from robotui.ui.internals.terminal import TerminalDriver

            return TerminalDriver(*arguments, **options)
        return found(*arguments, **options)

    return cast("type[Driver]", make)  # Textual only calls it
