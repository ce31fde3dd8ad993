"""The chat as people read it: prompts, replies as they come in, what happened besides.

The widget lays out, paints and routes; its parts do the rest. It takes two liberties with Textual,
each measured to matter: the same strips are handed out for rows that look the same, and only rows
that have changed are painted again.
"""

from __future__ import annotations

from typing import ClassVar

from textual import events, on
from textual.geometry import Offset, Region, Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from robotui.chats.transcript import Transcript
from robotui.layout import disclosure
from robotui.layout.code_section import CodeOptions
from robotui.layout.scrollback import Place
from robotui.layout.viewport import Viewport
from robotui.ui.log.clicks import click
from robotui.ui.log.code_blocks import CodeBlocks
from robotui.ui.log.frame import Frame, runs
from robotui.ui.log.mouse_selection import MouseSelection
from robotui.ui.log.scroll_position import ScrollPosition
from robotui.ui.log.throttle import Throttle
from robotui.ui.painting import palette
from robotui.ui.painting.palette import Palette
from robotui.ui.painting.strips import MARGIN


class ChatLog(ScrollView, can_focus=False):
    """Shows a transcript and takes in what is added to it when ``sync`` is called.

    ``max_fps`` bounds how often a second the screen is painted, however often that is. Long lines
    of code are wrapped with ``code_wrap``, else cut; blocks of more lines than ``fold_lines`` are
    folded (0: none). Scrolling is never animated.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = palette.COMPONENTS
    DEFAULT_CSS = (
        """
        ChatLog {
            overflow-x: hidden;
            overflow-y: scroll;
            scrollbar-size-vertical: 1;
            scrollbar-color: $foreground 20%;
            scrollbar-background: $background;
            scrollbar-background-hover: $background;
            scrollbar-background-active: $background;
        """
        + palette.CSS
        + "}"
    )
    ALLOW_SELECT = False
    """Textual's own selecting is off: see ``MouseSelection``."""

    def __init__(
        self,
        *,
        max_fps: int = 30,
        code_wrap: bool = True,
        fold_lines: int = 60,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self.view = Viewport(CodeOptions(code_wrap, fold_lines))
        self.frame = Frame(self.view, lambda: Palette(self))
        self.blocks = CodeBlocks(self)
        self.selecting = MouseSelection(self)
        self.sync = Throttle(self._take_in, max_fps, self.set_timer)
        """To be called when the transcript has grown or its last reply changed: cheap."""
        self._position = ScrollPosition(self)
        self._laid_out = Size(0, 0)

    # -- what is shown

    def show(self, transcript: Transcript) -> None:
        """Show this chat, at its end."""
        self.blocks.leave()
        self.view.scrollback.load(transcript.turns)
        if self.is_attached:
            self.screen.clear_selection()
        self.action_scroll_end()

    def _take_in(self) -> None:
        self.view.scrollback.sync()
        self.update()

    def toggle_last_activity(self) -> None:
        """Show or hide the detail of the last activity or remark of the latest reply."""
        disclosure.toggle_last_detail(self.view)
        self.update()

    # -- painting

    def on_resize(self) -> None:
        """Fit what is shown to the new size."""
        size = self.scrollable_content_region.size
        if size and size != self._laid_out:
            self._laid_out = size
            self.view.resize(size.width - 2 * MARGIN, size.height)
            self.update()

    def update(self) -> None:
        """Show the scrollback as it is now."""
        self.selecting.extend()
        if not self._laid_out or not self.is_attached:
            return
        view, width = self.view, self._laid_out.width
        view.settle()
        self._position.set(Size(width, view.scrollback.heights.total), view.top, view.height)
        changed = self.frame.compose(width, self.text_selection)
        if changed:
            self.refresh(*(Region(0, first, width, end - first) for first, end in runs(changed)))

    def notify_style_update(self) -> None:
        """The theme may have changed; what it means for the components is known a bit later."""
        super().notify_style_update()
        self.call_next(self._restyle)

    def _restyle(self) -> None:
        if self.frame.restyle():
            self.update()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The painted rows. Borders and padding are for a parent: they would need other rows."""
        strips = self.frame.strips[crop.y : crop.bottom]
        if len(strips) < crop.height:
            blank = Strip.blank(self._laid_out.width, self.visual_style.rich_style)
            strips += [blank] * (crop.height - len(strips))
        return strips

    def render_line(self, y: int) -> Strip:
        """The painted row."""
        return self.render_lines(Region(0, y, self._laid_out.width, 1))[0]

    # -- scrolling

    def scroll_to(self, x: float | None = None, y: float | None = None, **_options: object) -> None:
        """Scroll to a row, at once. The options of Textual's animations have no meaning here."""
        del x
        if y is not None:
            self.view.move(round(y))
            self.update()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Someone else scrolled: Textual, while the mouse selects beyond the edge."""
        del old_value
        moved = round(new_value) != self.view.top
        if moved and self._laid_out == self.scrollable_content_region.size:
            self.scroll_to(y=new_value)

    def action_page_up(self) -> None:
        """Scroll up by a page, less the row that stays in view."""
        self.scroll_to(y=self.view.top - max(1, self.view.height - 1))

    def action_page_down(self) -> None:
        """Scroll down by a page, less the row that stays in view."""
        self.scroll_to(y=self.view.top + max(1, self.view.height - 1))

    def action_scroll_end(self) -> None:
        """Scroll to the end and follow it."""
        self.view.following = True
        self.update()

    @on(events.MouseScrollUp)
    @on(events.MouseScrollDown)
    @on(events.MouseScrollLeft)
    @on(events.MouseScrollRight)
    def _scroll_by_wheel(self, event: events.MouseEvent) -> None:
        """By some rows a notch. A horizontal wheel, or Shift, moves the code under the mouse."""
        event.prevent_default().stop()
        rows = self.app.scroll_sensitivity_y
        match event:
            case events.MouseScrollLeft() | events.MouseScrollUp(shift=True):
                self.blocks.scroll_at(event.y, -1)
            case events.MouseScrollRight() | events.MouseScrollDown(shift=True):
                self.blocks.scroll_at(event.y, 1)
            case events.MouseScrollUp():
                self.scroll_to(y=self.view.top - rows)
            case _:
                self.scroll_to(y=self.view.top + rows)

    # -- the mouse, and what it selects

    @on(events.MouseDown)
    @on(events.MouseMove)
    @on(events.MouseUp)
    @on(events.MouseRelease)
    def _select_by_mouse(self, event: events.Event) -> None:
        self.selecting.take(event)

    def on_click(self, event: events.Click) -> None:
        """Follow what was pressed; a double click selects a word, a third one its line."""
        press = self.selecting.press
        if press is None or self.text_selection is not None:
            return
        if press.on_notice:
            self.action_scroll_end()
        elif press.spot is None:
            return
        elif event.chain > 1:
            self.selecting.select_around(press, whole_line=event.chain > 2)
        elif click(self, press.spot, press.x):
            event.stop()

    @property
    def text_selection(self) -> Selection | None:
        """What is selected. One without ends is meant for other widgets: the chat has no ends."""
        selection = super().text_selection
        return None if selection is None or None in selection else selection

    def select(self, start: Place, end: Place) -> None:
        """Select the text between two places; nothing if they are the same."""
        ends = (Offset(place.offset, place.y) for place in (start, end))
        self.screen.selections = {} if start == end else {self: Selection(*ends)}

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text: logical lines, without margins, padding and soft breaks."""
        start, end = selection
        if start is None or end is None:
            return None
        places = Place.at(*start.transpose), Place.at(*end.transpose)
        return self.view.scrollback.text(*places), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Paint the rows that are selected now, or no longer."""
        del selection
        self.update()

    # -- keys, while a block is walked

    def take_focus(self) -> None:
        """Let keys come to the log, at once."""
        self.can_focus = True
        # ``focus`` takes until after the next key, which may have come together with this one.
        self.screen.set_focus(self, scroll_visible=False)

    @on(events.Key)
    @on(events.Paste)
    def _walk_or_leave(self, event: events.Key | events.Paste) -> None:
        """Keys are about the walked block; what else is typed or pasted is for the prompt."""
        if isinstance(event, events.Paste):
            self.blocks.leave(event.text)
        elif not self.blocks.press(event.key):
            if not event.is_printable or not event.character:
                return
            self.blocks.leave(event.character)
        event.prevent_default().stop()

    def on_blur(self) -> None:
        """End the walk if the focus went to another widget, not to a dialog or another window."""
        if self.app.app_focus and self.app.screen is self.screen:
            self.blocks.end()
