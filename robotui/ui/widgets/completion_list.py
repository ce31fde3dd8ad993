"""The choices for what is typed, a row each, above the prompt."""

from __future__ import annotations

from typing import Final

from textual import events
from textual.message import Message
from textual.strip import Strip

from robotui.layout.rows import Run
from robotui.layout.wrap import cells_of
from robotui.text import one_line
from robotui.ui.completion import Choice, OpenList
from robotui.ui.painting.painted_view import PaintedView
from robotui.ui.painting.palette import Palette
from robotui.ui.painting.strips import MARGIN, paint
from robotui.ui.widgets.shelf_list import fit

_ROWS: Final = 8
_SHARE: Final = 3
"""At most one of so many rows of the window is taken."""
_LABEL: Final = 0.4
"""Share of the width that labels may take where there is help beside them."""
_KEY_FROM: Final = 60
"""Columns below which keys are left out."""
_GAP: Final = 2


class CompletionList(PaintedView, can_focus=False):
    """Shows an ``OpenList``; hidden until there is one."""

    DEFAULT_CSS = """
    CompletionList {
        display: none;
        height: auto;
        background: $surface;
        overflow-y: auto;
    }
    """

    class Picked(Message):
        """The choice of this index was clicked."""

        def __init__(self, index: int) -> None:
            super().__init__()
            self.index = index

    def __init__(self) -> None:
        super().__init__(id="completion")
        self._shown: OpenList | None = None
        self._label = 0
        self._key = 0

    def show(self, shown: OpenList) -> None:
        """Show this list as it is now."""
        choices = shown.offer.choices
        self._shown = shown
        self._label = max(cells_of(_label(each)) for each in choices)
        self._key = max(cells_of(each.key) for each in choices)
        self.styles.height = min(len(choices), _ROWS, max(1, self.app.size.height // _SHARE))
        self.display = True
        self.set_rows(len(choices))
        self.on_resize()

    def hide(self) -> None:
        """Show nothing."""
        self._shown = None
        self.display = False

    def on_resize(self) -> None:
        """Keep the picked choice in view."""
        if self._shown is not None:
            self.show_row(max(0, self._shown.picked))

    def on_click(self, event: events.Click) -> None:
        """Pick the choice that was clicked."""
        event.stop()
        row = event.y + round(self.scroll_y)
        if self._shown is not None and row < len(self._shown.offer.choices):
            self.post_message(self.Picked(row))

    def paint_row(self, row: int, width: int, palette: Palette) -> Strip:
        """Label, help, and at the right the key."""
        if self._shown is None:
            return Strip.blank(width, palette[""])
        choice = self._shown.offer.choices[row]
        fill = "below" if row == self._shown.picked else ""
        room = width - 2 * MARGIN
        key = self._key + _GAP if self._key and room >= _KEY_FROM else 0
        label = min(self._label, round(room * _LABEL) if choice.help else room - key)
        help_ = max(0, room - label - _GAP - key)
        cells = [
            (fit(_label(choice), label, left=not choice.help), "code-title"),
            (" " * _GAP + fit(one_line(choice.help), help_), ""),
            (choice.key.rjust(key) if key else "", "muted"),
        ]
        return paint([Run(text, fill or style) for text, style in cells], fill, width, palette)


def _label(choice: Choice) -> str:
    return one_line(choice.label, 500)
