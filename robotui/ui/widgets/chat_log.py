"""The chat as people read it: prompts, replies as they come in, what happened besides."""

from __future__ import annotations

import re
import time
from typing import Final

from textual import events
from textual.message import Message
from textual.selection import Selection

from robotui.chats.transcript import Did, Notice, Remark, Reply, Transcript
from robotui.markdown import CodeBlock
from robotui.ui.widgets.block_log import BlockLog
from robotui.ui.widgets.code_section import CodeSection
from robotui.ui.widgets.entries import ReplyEntry
from robotui.ui.widgets.paint import target_at
from robotui.ui.widgets.scrollback import Place
from robotui.ui.widgets.viewport import Spot

_WORD: Final = re.compile(r"[\w.@/-]+|\S")


class ChatLog(BlockLog, can_focus=False):
    """Shows a transcript and takes in what is added to it when ``sync`` is called.

    ``max_fps`` bounds how often a second the screen is painted, however often that is.
    ``code_wrap`` and ``fold_lines`` are as in ``set_code``.
    """

    class CopyRequested(Message):
        """The badge of a code block was clicked."""

        def __init__(self, block: CodeBlock) -> None:
            super().__init__()
            self.block = block

    class LinkClicked(Message):
        """A link was clicked; http, https or mailto."""

        def __init__(self, url: str) -> None:
            super().__init__()
            self.url = url

    class RetryRequested(Message):
        """The retry of a notice was clicked."""

    def __init__(
        self,
        *,
        max_fps: int = 30,
        code_wrap: bool = True,
        fold_lines: int = 60,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(code_wrap=code_wrap, fold_lines=fold_lines, id=id)
        self._interval = 1 / max_fps
        self._next_at = float("-inf")
        self._scheduled = False
        self._transcript = Transcript()

    def show(self, transcript: Transcript) -> None:
        """Show this chat, at its end."""
        self.action_leave_block()
        self._transcript = transcript
        self.view.scrollback.load(transcript.turns)
        if self.is_attached:
            self.screen.clear_selection()
        self.action_scroll_end()

    def sync(self) -> None:
        """The transcript has grown or its last reply changed. Cheap: painting is put together."""
        if self._scheduled:
            return
        wait = self._next_at - time.monotonic()
        if wait <= 0:
            self._flush()
        else:
            self._scheduled = True
            self.set_timer(wait, self._flush)

    def _flush(self) -> None:
        self._scheduled = False
        began = time.monotonic()
        self.view.scrollback.sync()
        self.update()
        ended = time.monotonic()
        # What takes long (a paragraph of a megabyte) gets at most half of the time.
        self._next_at = ended + max(self._interval, ended - began)

    # -- code blocks and activities

    def code_blocks(self, reply: Reply | None = None) -> list[CodeBlock]:
        """The code blocks of a reply as far as it has come; of the latest without one."""
        log = self.view.scrollback
        log.sync()
        index = log.index_of(reply)
        entry = log.entries[index] if index is not None else None
        if index is None or not isinstance(entry, ReplyEntry):
            return []
        log.measure(index)
        return entry.code_blocks()

    def toggle_last_activity(self) -> None:
        """Show or hide the detail of the last activity or remark of the latest reply."""
        log = self.view.scrollback
        index = log.index_of()
        entry = log.entries[index] if index is not None else None
        if index is None or not isinstance(entry, ReplyEntry):
            return
        log.measure(index)
        for part in reversed(entry.reply.parts):
            if isinstance(part, Did | Remark) and part.detail:
                self._toggle(Place(index, entry.line_of(part), 0), part)
                break

    def _toggle(self, place: Place, part: Did | Remark) -> None:
        """Show or hide the detail of an activity or a remark; its title stays where it is."""
        entry = self.view.scrollback.entries[place.entry]
        if isinstance(entry, ReplyEntry):
            self.view.change(place, lambda: entry.toggle(part))
            self.update()

    def reveal(self, place: Place) -> None:
        """Let a place be in view, whatever hides it; the end is not followed any more."""
        log = self.view.scrollback
        log.sync()
        log.measure(place.entry)
        log.entries[place.entry].reveal(place.line)
        log.touch(place.entry)
        self.view.show(place)
        self.update()

    # -- mouse

    def on_click(self, event: events.Click) -> None:
        """Follow what was clicked; a double click selects a word, a third one its line."""
        event.prevent_default()
        spot = self.view.spot(event.y)
        if spot is None:
            return
        if event.chain > 1:
            self._select_around(event, spot.place, whole_line=event.chain > 2)
        elif target := target_at(spot.section.row(spot.row), event.x):
            event.stop()
            self._follow(target, spot)
        elif isinstance(spot.section, CodeSection) and spot.section.is_header(spot.row):
            self.jump_to(spot.place.entry, spot.section.block.number)

    def _follow(self, target: str, spot: Spot) -> None:
        match target, spot.section.subject:
            case "copy", CodeBlock() as block:
                self.post_message(self.CopyRequested(block))
            case "fold", CodeBlock() as block:
                self.toggle_fold(block)
            case ("save" | "apply" | "menu") as action, CodeBlock() as block:
                self.post_message(self.BlockAction(action, block))
            case "toggle", Did() | Remark() as part:
                self._toggle(spot.place, part)
            case "retry", Notice():
                self.post_message(self.RetryRequested())
            case _ if ":" in target:
                self.post_message(self.LinkClicked(target))

    # -- selection

    def _select_around(self, event: events.Click, place: Place, *, whole_line: bool) -> None:
        _, offset = self.screen.get_widget_and_offset_at(event.screen_x, event.screen_y)
        text = self.view.scrollback.line(place).text
        if offset is None:
            return
        words = [m.span() for m in _WORD.finditer(text) if m.start() <= offset.x < m.end()]
        span = (0, len(text)) if whole_line else words[0] if words else None
        if span is not None:
            start, end = (type(offset)(x, place.y) for x in span)
            self.screen.selections = {self: Selection(start, end)}

    def text_select_all(self) -> None:
        """Select nothing: everything is more than anyone means by a double click."""

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text: logical lines, without margins, padding and soft breaks."""
        entries = self.view.scrollback.entries
        if not entries:
            return None
        first, last = Place(0, 0, 0), Place(len(entries) - 1, 0xFFFF, 1 << 30)
        start = Place.at(*selection.start.transpose) if selection.start is not None else first
        end = Place.at(*selection.end.transpose) if selection.end is not None else last
        return self.view.scrollback.text(start, end), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Paint the rows that are selected now, or no longer."""
        del selection
        self.update()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """While the mouse selects, what scrolls under it is selected too."""
        super().watch_scroll_y(old_value, new_value)
        state = self.screen._select_state  # noqa: SLF001 - Textual moves it only with the mouse
        if state is None or state.end is None or state.end.content_widget is not self:
            return
        _, offset = self.screen.get_widget_and_offset_at(*state.screen_offset)
        if offset is not None:
            end = state.end._replace(content_offset=offset)
            self.screen._select_state = state.update_end(state.screen_offset, end)  # noqa: SLF001
