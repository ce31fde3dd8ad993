"""A scrolling view of a scrollback, with Textual's line API.

It takes three liberties, each measured to matter: the same strips are handed out for rows that look
the same, only rows that have changed are painted again, and the scroll bar is drawn again only
when its thumb moves by what can be seen.
"""

from __future__ import annotations

from math import ceil
from typing import ClassVar

from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.scrollbar import ScrollBar
from textual.strip import Strip
from textual.widget import Widget

from robotui.layout.viewport import Viewport
from robotui.ui.log.frame import Frame, runs
from robotui.ui.painting import palette
from robotui.ui.painting.palette import Palette
from robotui.ui.painting.strips import MARGIN


class LogView(ScrollView, can_focus=False):
    """Shows a ``Viewport`` and moves it by keys, wheel and scroll bar. Never animated."""

    COMPONENT_CLASSES: ClassVar[set[str]] = palette.COMPONENTS
    DEFAULT_CSS = (
        """
        LogView {
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

    class FollowChanged(Message, namespace="chat_log"):
        """The view began or ceased to follow the end, or something came meanwhile."""

        def __init__(self, following: bool, new: int) -> None:
            super().__init__()
            self.following = following
            self.new = new
            """Rows that were added at the end since it was followed."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self.view = Viewport()
        self.frame = Frame(self.view)
        self._laid_out = Size(0, 0)
        self._palette: Palette | None = None
        self._thumb = (0, 0)
        self._told = (True, 0)

    @property
    def following(self) -> bool:
        """New text at the end comes into view."""
        return self.view.following

    # -- scrolling

    def action_page_up(self) -> None:
        """Scroll up by a page, less the row that stays in view."""
        self.scroll_to(y=self.view.top - max(1, self.view.height - 1))

    def action_page_down(self) -> None:
        """Scroll down by a page, less the row that stays in view."""
        self.scroll_to(y=self.view.top + max(1, self.view.height - 1))

    def action_scroll_up(self) -> None:
        """Scroll up by a row."""
        self.scroll_to(y=self.view.top - 1)

    def action_scroll_down(self) -> None:
        """Scroll down by a row."""
        self.scroll_to(y=self.view.top + 1)

    def action_scroll_home(self) -> None:
        """Scroll to the beginning."""
        self.scroll_to(y=0)

    def action_scroll_end(self) -> None:
        """Scroll to the end and follow it."""
        self.view.following = True
        self.update()

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

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel scrolls by a few rows a notch."""
        event.prevent_default().stop()
        self.scroll_to(y=self.view.top - self.app.scroll_sensitivity_y)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel scrolls by a few rows a notch."""
        event.prevent_default().stop()
        self.scroll_to(y=self.view.top + self.app.scroll_sensitivity_y)

    # -- showing

    def on_resize(self) -> None:
        """Fit what is shown to the new size."""
        size = self.scrollable_content_region.size
        if size and size != self._laid_out:
            self._laid_out = size
            self.view.resize(size.width - 2 * MARGIN, size.height)
            self.update()

    def update(self) -> None:
        """Show the scrollback as it is now."""
        if not self._laid_out or not self.is_attached:
            return
        view = self.view
        view.settle()
        total = view.scrollback.heights.total
        # Set without Textual's watchers: a new virtual size would lay out the whole screen.
        self.set_reactive(Widget.virtual_size, Size(self._laid_out.width, total))
        self.set_reactive(Widget.scroll_y, float(view.top))
        self.set_reactive(Widget.scroll_target_y, float(view.top))
        self._update_scroll_bar(total)
        if self._palette is None:
            self._palette = Palette(self)
        width = self._laid_out.width
        changed = self.frame.compose(width, self._palette, self.text_selection)
        if changed:
            self.refresh(*(Region(0, first, width, end - first) for first, end in runs(changed)))
        if (view.following, view.new) != self._told:
            self._told = (view.following, view.new)
            self.post_message(self.FollowChanged(*self._told))

    def _update_scroll_bar(self, total: int) -> None:
        bar, height, top = self.vertical_scrollbar, self.view.height, self.view.top
        bar.set_reactive(ScrollBar.window_virtual_size, total)
        bar.set_reactive(ScrollBar.window_size, height)
        bar.set_reactive(ScrollBar.position, float(top))
        size = min(height, max(1.0, height * height / max(1, total)))
        start = (height - size) * top / max(1, total - height)
        thumb = (int(start * 8), ceil(size * 8))  # in eighths of a cell, as it is drawn
        if thumb != self._thumb:
            self._thumb = thumb
            bar.refresh()

    def notify_style_update(self) -> None:
        """The theme may have changed; what it means for the components is known a bit later."""
        super().notify_style_update()
        if self._palette is not None:
            self.call_next(self._check_palette)

    def _check_palette(self) -> None:
        fresh = Palette(self)
        if self._palette is not None and not self._palette.same_as(fresh):
            self._palette = fresh
            self.frame.forget()
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
