"""A log without Textual's app: what its parts ask of it, and what they did to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from textual.message import Message
from textual.selection import Selection
from textual.timer import Timer

from robotui.chats.transcript import Transcript
from robotui.layout.scrollback import Place
from robotui.layout.viewport import Viewport
from robotui.ui.log.code_blocks import CodeBlocks
from robotui.ui.log.frame import Frame
from robotui.ui.log.mouse_selection import MouseSelection
from robotui.ui.painting.strips import MARGIN

WIDTH, HEIGHT = 60, 20


class FakeApp:
    """Who has the mouse, and which pages were opened."""

    def __init__(self) -> None:
        self.mouse_captured: object = None
        self.opened: list[str] = []

    def open_url(self, url: str) -> None:
        self.opened.append(url)


@dataclass
class FakeTimer:
    """A timer that runs when it is told to."""

    run: Callable[[], None]
    stopped: bool = False

    def stop(self) -> None:
        self.stopped = True


@dataclass
class FakeLog:
    """Shows a transcript to nobody, at its end."""

    transcript: Transcript
    can_focus: bool = False
    text_selection: Selection | None = None
    selected: tuple[Place, Place] | None = None
    updates: int = 0
    told: list[Message] = field(default_factory=list)
    timers: list[FakeTimer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.fake_app = FakeApp()
        self.app = cast("Any", self.fake_app)
        self.view = Viewport()
        self.view.scrollback.load(self.transcript.turns)
        self.view.resize(WIDTH - 2 * MARGIN, HEIGHT)
        self.view.settle()
        self.frame = Frame(self.view, lambda: cast("Any", None))
        self.frame.width = WIDTH
        self.blocks = CodeBlocks(self)
        self.selecting = MouseSelection(self)

    def update(self) -> None:
        self.selecting.extend()
        self.view.settle()
        self.updates += 1

    def scroll_to(self, x: float | None = None, y: float | None = None) -> None:
        del x
        self.view.move(round(y or 0))
        self.update()

    def select(self, start: Place, end: Place) -> None:
        self.selected = (start, end)
        self.text_selection = cast("Any", self.selected) if start != end else None

    def take_focus(self) -> None:
        self.can_focus = True

    def post_message(self, message: Message) -> bool:
        self.told.append(message)
        return True

    def capture_mouse(self) -> None:
        self.fake_app.mouse_captured = self

    def release_mouse(self) -> None:
        self.fake_app.mouse_captured = None

    def set_interval(self, interval: float, callback: Callable[[], None]) -> Timer:
        assert interval > 0
        self.timers.append(FakeTimer(callback))
        return cast("Timer", self.timers[-1])

    def text(self) -> str:
        """What is selected."""
        return self.view.scrollback.text(*self.selected) if self.selected else ""

    def row_of(self, text: str) -> int:
        """The row of the view that shows a text."""
        shown = ["".join(run.text for run in s.row(at)) for s, at in self.view.rows()]
        return next(y for y, row in enumerate(shown) if text in row)
