"""The chat as people read it: prompts, replies as they come in, what happened besides."""

from __future__ import annotations

import re
import time
from typing import Final

from textual import events
from textual.message import Message

from robotui.chats.transcript import Did, Notice, Remark, Reply, Transcript
from robotui.layout.code_section import CodeSection
from robotui.layout.scrollback import Place
from robotui.layout.turn_entries import ReplyEntry
from robotui.layout.turn_sections import ActivitySection
from robotui.layout.viewport import Spot
from robotui.markdown import CodeBlock
from robotui.ui.log.block_log import BlockLog
from robotui.ui.log.select_log import Press
from robotui.ui.painting.strips import target_at

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
        for section in reversed(entry.sections):
            if isinstance(section, ActivitySection) and section.can_expand:
                part = section.subject
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
        log.entries[place.entry].reveal(*place[1:])
        log.touch(place.entry)
        self.view.show(place)
        self.update()

    # -- mouse

    def on_click(self, event: events.Click) -> None:
        """Follow what was pressed; a double click selects a word, a third one its line."""
        press = self.press
        if press is None or self.text_selection is not None:
            return
        spot = press.spot
        if press.on_notice:
            self.action_scroll_end()
        elif spot is None:
            return
        elif event.chain > 1:
            self._select_around(press, whole_line=event.chain > 2)
        elif target := target_at(spot.section.row(spot.row), press.x):
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

    def _select_around(self, press: Press, *, whole_line: bool) -> None:
        """Select the word that was pressed, or its line."""
        if press.spot is None:
            return
        place = press.text[0]
        text = self.view.scrollback.line(place).text
        words = [m.span() for m in _WORD.finditer(text) if m.start() <= place.offset < m.end()]
        span = (0, len(text)) if whole_line else words[0] if words else None
        if span is not None:
            self.view.following = False
            self.select(*(place._replace(offset=offset) for offset in span))
