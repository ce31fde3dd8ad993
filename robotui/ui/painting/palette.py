"""The colours of the log: style names to styles, out of the theme."""

from __future__ import annotations

from typing import Final

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.widget import Widget

PREFIX: Final = "chat-log--"
SELECTED: Final = "selected"

_STYLES: Final = {
    "strong": "text-style: bold;",
    "em": "text-style: italic;",
    "strike": "text-style: strike;",
    "code": "color: $text-warning; background: $foreground 8%;",
    "math": "color: $text-secondary;",
    "link": "color: $text-primary; text-style: underline;",
    "url": "color: $text-muted;",
    "image": "color: $text-muted;",
    "html": "color: $text-muted;",
    "heading1": "color: $text-primary; text-style: bold underline;",
    "heading2": "color: $text-primary; text-style: bold;",
    "heading3": "color: $text-secondary; text-style: bold;",
    "heading4": "text-style: bold;",
    "heading5": "text-style: bold italic;",
    "heading6": "text-style: italic;",
    "bullet": "color: $text-primary;",
    "task": "color: $text-success;",
    "quote": "color: $secondary;",
    "rule": "color: $foreground 30%;",
    "th": "text-style: bold;",
    "table-line": "color: $foreground 30%;",
    "table-thin": "color: $foreground 15%;",
    "muted": "color: $text-muted;",
    "info": "color: $text-primary;",
    "warning": "color: $text-warning;",
    "error": "color: $text-error;",
    "did": "color: $text-secondary;",
    "detail": "color: $text-muted;",
    "button": "color: $text-primary; text-style: bold underline;",
    "prompt": "background: $foreground 6%;",
    "code-block": "background: $foreground 7%;",
    "code-header": "color: $text-muted; background: $foreground 14%;",
    "code-walked": "color: $text; background: $primary 70%; text-style: bold;",
    "code-number": "color: $text; background: $primary; text-style: bold;",
    "code-language": "color: $text; text-style: bold;",
    "code-title": "color: $text-primary;",
    "match": "color: $text; background: $warning 35%; text-style: underline;",
    "match-current": "color: $warning; background: $background; text-style: bold reverse;",
    "below": "color: $text; background: $primary; text-style: bold;",
    "token-comment": "color: $text-muted; text-style: italic;",
    "token-keyword": "color: $text-accent;",
    "token-constant": "color: $text-error;",
    "token-type": "color: $text-warning; text-style: bold;",
    "token-string": "color: $text-success;",
    "token-number": "color: $text-warning;",
    "token-function": "color: $text-primary;",
    "token-builtin": "color: $text-secondary;",
    "token-variable": "color: $text-secondary;",
    "token-deleted": "color: $text-error;",
    "token-inserted": "color: $text-success;",
}

_LINES: Final = {"rule", "table-line", "table-thin"}
"""What draws lines, not words."""

COMPONENTS: Final = {PREFIX + name for name in _STYLES}

CSS: Final = "\n".join(f".{PREFIX}{name} {{ {rules} }}" for name, rules in _STYLES.items())


class Palette:
    """Style names, several joined by blanks, as Rich styles of a widget's current theme.

    Besides the components there are ``fg:COLOUR``, ``badge:COLOUR`` and ``selected``.
    """

    def __init__(self, widget: Widget) -> None:
        self._widget = widget
        self._background = widget.background_colors[1]
        self._base = widget.visual_style.rich_style
        self._styles: dict[str, Style] = {}

    def __getitem__(self, key: str) -> Style:
        style = self._styles.get(key)
        if style is None:
            names = key.split()
            sample = "─" if _LINES.intersection(names) else "x"
            style = self._styles[key] = self._filtered(self._mix(names), sample)
        return style

    def same_as(self, other: Palette) -> bool:
        """The theme has not changed between the two."""
        keys = ("", "code-header", "code-block token-keyword", "prompt muted")
        return all(self[key] == other[key] for key in keys)

    def _mix(self, names: list[str]) -> Style:
        """One style out of several; colours that let through what is below are mixed with it."""
        background, text = self._background, Style()
        colour: Color | None = None
        mixed = self._base
        for name in names:
            kind, _, value = name.partition(":")
            if kind == "fg":
                colour = Color.parse(value)
            elif kind == "badge":
                background = Color.parse(value)
                colour, text = background.get_contrast_text(), Style(bold=True)
            elif kind == SELECTED:
                return self._widget.screen.get_component_rich_style("screen--selection")
            else:
                styles = self._widget.get_component_styles(PREFIX + name)
                if styles.has_rule("background"):
                    background = background + styles.background
                if styles.has_rule("color"):
                    auto = styles.auto_color
                    alpha = styles.color.a
                    colour = background.get_contrast_text(alpha) if auto else styles.color
                text += styles.text_style
        if background is not self._background:
            mixed += Style(bgcolor=background.rich_color)
        if colour is not None:
            mixed += Style(color=(background + colour).rich_color)
        return mixed + text

    def _filtered(self, style: Style, sample: str) -> Style:
        """The style as Textual's filters leave it: done here once, not for every strip."""
        for line_filter in self._widget.get_line_filters():
            [segment] = line_filter.apply([Segment(sample, style)], self._background)
            style = segment.style or style
        return style
