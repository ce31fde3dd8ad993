"""A line to type in, as all bars and dialogs have it."""

from __future__ import annotations

from textual.widgets import Input


class Field(Input):
    """An input without a frame, whose cursor blinks only where things may move."""

    DEFAULT_CSS = """
    Field {
        height: 1;
        border: none;
        padding: 0 1;
        background: $foreground 8%;
        &:focus {
            border: none;
            background: $foreground 14%;
        }
    }
    """

    def on_mount(self) -> None:
        """Obey the setting ``animations``."""
        self.cursor_blink = self.app.animation_level != "none"
