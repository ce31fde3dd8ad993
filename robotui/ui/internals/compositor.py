"""How the screen paints what has changed."""

from __future__ import annotations

from rich.console import Console
from textual import _compositor as textual_compositor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from robotui.ui.internals import need

need(textual_compositor, "ChopsUpdate")
need(textual_compositor.Compositor(), "_dirty_regions", "size", "visible_widgets")


class Compositor(textual_compositor.Compositor):
    """Paints what Textual's own does; what lies within one widget is taken from that one alone.

    Textual asks every widget whose container meets what has changed for all of its rows, and cuts
    and joins them. While a reply comes in, that takes longer than making the rows.
    """

    def render_partial_update(self) -> textual_compositor.ChopsUpdate | None:
        """The regions that have changed since the last time."""
        screen = self.size.region
        rows: list[tuple[int, int, Strip]] = []
        for dirty in self._dirty_regions:
            region = dirty.intersection(screen)
            found = self._only_widget(region)
            if found is None:
                return super().render_partial_update()
            widget, place = found
            top, left = region.y - place.y, region.x - place.x
            strips = widget.render_lines(Region(0, top, place.width, region.height))
            for y, strip in enumerate(strips, region.y):
                rows.append((region.x, y, strip.crop(left, left + region.width)))
        self._dirty_regions.clear()
        return RowsUpdate(rows) if rows else None

    def _only_widget(self, region: Region) -> tuple[Widget, Region] | None:
        """The widget that alone shows in the region, and its own region."""
        for widget, (place, clip) in self.visible_widgets.items():  # the ones in front first
            shown = place.intersection(clip)
            if shown.contains_region(region):
                return widget, place
            if shown.overlaps(region):
                return None
        return None


class RowsUpdate(textual_compositor.ChopsUpdate):
    """Strips, each with the column and the row at which it begins; nothing is left to be cut."""

    def __init__(self, rows: list[tuple[int, int, Strip]]) -> None:
        super().__init__([], [], [])
        self._rows = rows

    def render_segments(self, console: Console) -> str:
        """What is written to the terminal."""
        return "".join(
            f"\x1b[{y + 1};{x + 1}H{strip.render(console)}" for x, y, strip in self._rows
        )
