"""A window without room for anything: it shows nothing, and all again when it has grown."""

from __future__ import annotations

from typing import Final

from textual.geometry import Size
from textual.screen import Screen
from textual.widget import Widget

_SIDEBAR_FROM: Final = 60
"""Columns below which there is no room for the sidebar."""
_COLUMNS: Final = 5
_ROWS: Final = 2
"""What a window has to have to show anything."""


class Window:
    """Hides what has no room; the focus comes back to where it was: Textual takes it from there."""

    def __init__(self, screen: Screen[None], otherwise: Widget) -> None:
        """``otherwise`` gets the focus if it can't go back to where it was."""
        self._screen = screen
        self._otherwise = otherwise
        self._focus_before: Widget | None = None

    def fit(self, size: Size) -> None:
        """Show what has room in a window of this size."""
        self._screen.set_class(size.width < _SIDEBAR_FROM, "-tiny")
        hidden = size.width < _COLUMNS or size.height < _ROWS
        if hidden and not self._screen.has_class("-none"):
            self._focus_before = self._screen.focused
        self._screen.set_class(hidden, "-none")
        if not hidden and self._focus_before is not None:
            self._screen.call_after_refresh(self._focus_again, self._focus_before)
            self._focus_before = None

    def _focus_again(self, before: Widget) -> None:
        """Focus what had it; a walk over the blocks has ended meanwhile."""
        if self._screen.focused is None:
            self._screen.set_focus(before if before.focusable else self._otherwise)
