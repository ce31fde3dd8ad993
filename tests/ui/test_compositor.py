"""Only what has changed is painted, and the screen is as if all of it were."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyte
import pytest
from rich.console import Console
from textual._compositor import ChopsUpdate, CompositorUpdate
from textual._compositor import Compositor as TextualCompositor

from robotui.ui.internals.compositor import Compositor, RowsUpdate
from tests.ui.fakes import Bench, did, said, workbench

REPLY = "# Words\n\n" + "".join(f"- item {n} **bold** and `code` 漢字\n" for n in range(60))


class Terminal:
    """What a terminal shows that gets every update of a screen."""

    def __init__(self, compositor: Compositor) -> None:
        self.screen = pyte.Screen(*compositor.size)
        self.kinds: set[type] = set()
        self._stream = pyte.Stream(self.screen)
        self._console = Console(color_system="truecolor", force_terminal=True)

    def take(self, update: CompositorUpdate) -> None:
        self.kinds.add(type(update))
        self.screen.cursor_position()
        self._stream.feed(update.render_segments(self._console).replace("\n", "\r\n"))

    @property
    def rows(self) -> list[str]:
        return [row.rstrip() for row in self.screen.display]


@contextmanager
def watched(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """All that is painted from now on, on top of what is painted already."""
    compositor = bench.screen._compositor
    assert isinstance(compositor, Compositor)
    terminal = Terminal(compositor)
    terminal.take(compositor.render_full_update())
    render = compositor.render_update

    def watch(**options: Any) -> Any:
        update: Any = render(**options)
        if isinstance(update, CompositorUpdate):
            terminal.take(update)
        return update

    monkeypatch.setattr(compositor, "render_update", watch)
    yield terminal


async def test_a_terminal_that_gets_the_updates_shows_the_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pieces = [REPLY[at : at + 40] for at in range(0, len(REPLY), 40)]
    script = [did("read"), *(said(piece, delta=True) for piece in pieces)]
    async with workbench(script) as bench:
        with watched(bench, monkeypatch) as terminal:
            await bench.ask("hi")
            await bench.pilot.press(*"typed")
            await bench.ready()
            await bench.shows("item 59")
            for keys in (["pageup"], ["x", "pageup", "ctrl+b"], ["y", "pagedown"], ["ctrl+j", "z"]):
                await bench.pilot.press(*keys)
                await bench.pilot.pause()
                assert terminal.rows == bench.rows
            bench.screen.host.warn("A passing word")
            await bench.shows("A passing word")
            await bench.pilot.press("pageup")
            await bench.pilot.pause()
            assert terminal.rows == bench.rows
    assert {RowsUpdate, ChopsUpdate} <= terminal.kinds


def test_what_is_between_two_paints_is_short_enough_for_typing() -> None:
    code = "import robotui.ui.app; from textual import constants; print(constants.MAX_FPS)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(run.stdout) >= 120


def test_the_names_of_textual_that_the_compositor_relies_on() -> None:
    compositor = TextualCompositor()
    assert compositor._dirty_regions == set()
    assert compositor.visible_widgets == {}
    assert compositor.render_partial_update() is None
