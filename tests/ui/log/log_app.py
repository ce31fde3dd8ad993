"""An app that is nothing but a chat log, and what can be seen of it."""

from __future__ import annotations

from typing import Any

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.message import Message
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input

from robotui.chats.transcript import Transcript
from robotui.layout import disclosure
from robotui.layout.scrollback import Place
from robotui.ui.log import messages
from robotui.ui.log.chat_log import ChatLog


class LogApp(App[None]):
    """A chat log above an input that has the focus."""

    CSS = "ChatLog { height: 1fr; } Input { height: 1; border: none; }"

    def __init__(self, transcript: Transcript | None = None, **options: Any) -> None:
        super().__init__()
        self.chat_log = ChatLog(id="log", **options)
        self.transcript = transcript or Transcript()
        self.heard: list[Message] = []
        self.opened: list[str] = []

    def compose(self) -> ComposeResult:
        yield self.chat_log
        field = Input(select_on_focus=False)
        field.cursor_blink = False  # two looks at the screen may be half a second apart
        yield field

    def on_mount(self) -> None:
        self.chat_log.show(self.transcript)

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        del new_tab
        self.opened.append(url)

    def on_chat_log_retry_requested(self, message: messages.RetryRequested) -> None:
        self.heard.append(message)

    def on_chat_log_block_action_requested(self, message: messages.BlockActionRequested) -> None:
        self.heard.append(message)

    def on_chat_log_block_left(self, message: messages.BlockLeft) -> None:
        self.heard.append(message)
        self.query_one(Input).focus()
        self.query_one(Input).insert_text_at_cursor(message.text)

    def on_chat_log_no_more_blocks(self, message: messages.NoMoreBlocks) -> None:
        self.heard.append(message)


def strips(app: App[Any]) -> list[Strip]:
    """The rows of the screen."""
    return app.screen._compositor.render_strips()


def rows(app: LogApp) -> list[str]:
    """The text of the log's rows, without blanks at the end and the scroll bar."""
    width = app.chat_log.size.width - 1
    return [strip.crop(0, width).text.rstrip() for strip in strips(app)[: app.chat_log.size.height]]


def where(app: LogApp, text: str, nth: int = 0) -> tuple[int, int]:
    """Column and row of a text on the screen."""
    found = [
        (cell_len(row[: row.index(text)]), y) for y, row in enumerate(rows(app)) if text in row
    ]
    return found[nth]


async def synced(pilot: Pilot[None], app: LogApp) -> None:
    """The log has taken in and painted what is in the transcript."""
    app.chat_log.sync.flush()
    await pilot.pause()


def reveal(app: LogApp, place: Place) -> None:
    """Let a place be in view, as finding text in it does."""
    disclosure.reveal(app.chat_log.view, place)
    app.chat_log.update()
