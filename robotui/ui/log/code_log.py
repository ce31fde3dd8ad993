"""A log whose code is folded, and wrapped or moved sideways."""

from __future__ import annotations

from typing import Final

from textual import events

from robotui.layout.code_section import CodeOptions, CodeSection
from robotui.markdown import CodeBlock
from robotui.ui.log.select_log import SelectLog

_SIDEWAYS: Final = 8
"""Cells that code moves sideways at once."""


class CodeLog(SelectLog, can_focus=False):
    """Shows long code blocks folded, and long lines of code wrapped or cut: see ``set_code``."""

    def __init__(
        self,
        *,
        code_wrap: bool,
        fold_lines: int,
        id: str | None = None,  # noqa: A002 - Textual's name
    ) -> None:
        super().__init__(id=id)
        self.view.scrollback.options = CodeOptions(code_wrap, fold_lines)

    def set_code(self, *, wrap: bool | None = None, fold: int | None = None) -> None:
        """Wrap long code lines or cut them; fold blocks of more lines than ``fold`` (0: none)."""
        now = self.view.scrollback.options
        options = CodeOptions(
            now.wrap if wrap is None else wrap, now.fold if fold is None else fold
        )
        if options != now:
            self.view.show_code(options)
            self.update()

    def toggle_fold(self, block: CodeBlock) -> None:
        """Fold a long block, or show all of it; its header or its fold stays where it is."""
        found = self.view.scrollback.find_code(block)
        if found is not None:
            place, section = found
            if section.folded:
                place = place._replace(line=place.line + 1 + section.folded.start)
            self.view.change(place, section.toggle_fold)
            self.update()

    # -- sideways

    def action_scroll_left(self) -> None:
        """Move code back."""
        self._sideways(-_SIDEWAYS)

    def action_scroll_right(self) -> None:
        """Move code sideways."""
        self._sideways(_SIDEWAYS)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """A horizontal wheel moves the code under the mouse."""
        self._wheel(event, -_SIDEWAYS)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """A horizontal wheel moves the code under the mouse."""
        self._wheel(event, _SIDEWAYS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """With Shift the wheel moves the code under the mouse sideways."""
        if event.shift:
            self._wheel(event, -_SIDEWAYS)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """With Shift the wheel moves the code under the mouse sideways."""
        if event.shift:
            self._wheel(event, _SIDEWAYS)

    def _wheel(self, event: events.MouseEvent, cells: int) -> None:
        event.prevent_default().stop()
        spot = self.view.spot(event.y)
        if spot is not None and isinstance(spot.section, CodeSection):
            spot.section.scroll(cells)
            self.update()

    def _sideways(self, cells: int) -> None:
        for section in self.code_at_hand():
            section.scroll(cells)
        self.update()

    def code_at_hand(self) -> list[CodeSection]:
        """What keys that move code sideways are about."""
        return list(self.view.code())
