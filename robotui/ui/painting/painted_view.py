"""A scrolling view whose rows are painted in the colours of the chat log."""

from __future__ import annotations

from typing import ClassVar

from textual.geometry import Region, Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from robotui.ui.painting import palette
from robotui.ui.painting.palette import Palette


class PaintedView(ScrollView):
    """Paints only the rows in view: subclasses say how many there are, and what each looks like."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = palette.COMPONENTS
    DEFAULT_CSS = (
        """
        PaintedView {
            overflow-x: hidden;
            overflow-y: scroll;
            scrollbar-size-vertical: 1;
            scrollbar-color: $foreground 20%;
            scrollbar-background: $surface;
            scrollbar-background-hover: $surface;
            scrollbar-background-active: $surface;
        """
        + palette.CSS
        + "}"
    )

    _palette: Palette | None = None

    def paint_row(self, row: int, width: int, palette: Palette) -> Strip:
        """The row with this number, of exactly this width."""
        raise NotImplementedError

    def set_rows(self, count: int) -> None:
        """There are this many rows now."""
        size = Size(self.scrollable_content_region.width, count)
        if size != self.virtual_size:
            self.virtual_size = size
        self.refresh()

    def show_row(self, row: int) -> None:
        """Scroll as little as needed to have a row in view."""
        height = self.scrollable_content_region.height
        top = round(self.scroll_y)
        wanted = min(max(top, row - height + 1), row)
        if wanted != top:
            self.scroll_to(y=wanted, animate=False, immediate=True)

    def refresh_row(self, row: int) -> None:
        """Paint one row anew."""
        self.refresh(Region(0, row - round(self.scroll_y), self.size.width, 1))

    def render_line(self, y: int) -> Strip:
        """A row of the view."""
        width = self.scrollable_content_region.width
        row = y + round(self.scroll_y)
        if self._palette is None:
            self._palette = Palette(self)
        if row >= self.virtual_size.height:
            return Strip.blank(width, self._palette[""])
        return self.paint_row(row, width, self._palette)

    def notify_style_update(self) -> None:
        """The theme may have changed."""
        super().notify_style_update()
        self._palette = None
