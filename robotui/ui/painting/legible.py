"""Text that can be read on what is behind it, whatever theme and whoever chose its colour.

The measure is the contrast ratio of WCAG 2.2 (success criteria 1.4.3 and 1.4.11): words have at
least 4.5, marks at least 3; lines and shades are decoration and stay as they are.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from rich.color import ColorType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

_WORDS: Final = 4.5
_MARKS: Final = 3.0
_WORD: Final = re.compile(r"[^\W_]")
_DECORATION: Final = re.compile(r"[\s\u2500-\u259f\u2800-\u28ff\U0001fb00-\U0001fbff]*")
"""Blanks, box drawing, block elements, braille patterns, symbols for legacy computing."""
_WHITE: Final = Color(255, 255, 255)
_BLACK: Final = Color(0, 0, 0)
_STEPS: Final = 32


class Legible(LineFilter):
    """Gives text that can't be read a colour that can: its own, nearer to black or to white."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments of a line; ``background`` is behind those that have none of their own."""
        return [
            segment
            if segment.style is None or (needed := _needed(segment.text)) == 0
            else Segment(segment.text, _legible(segment.style, background, needed), segment.control)
            for segment in segments
        ]


@lru_cache(4096)
def contrast(one: Color, other: Color) -> float:
    """WCAG's contrast ratio of two opaque colours, 1 to 21."""
    dark, bright = sorted((_luminance(one), _luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def readable(colour: Color, background: Color, ratio: float = _WORDS) -> Color:
    """The colour, moved to black or white until it has at least this contrast, at most 4.58.

    So much has black or white on any background; more gives whichever of them has more.
    """
    if contrast(colour, background) >= ratio:
        return colour
    end = max(_WHITE, _BLACK, key=lambda end: contrast(end, background))
    for step in range(1, _STEPS):
        nearer = colour.blend(end, step / _STEPS)
        if contrast(nearer, background) >= ratio:
            return nearer
    return end


@lru_cache(4096)
def _needed(text: str) -> float:
    if _WORD.search(text):
        return _WORDS
    return 0 if _DECORATION.fullmatch(text) else _MARKS


@lru_cache(4096)
def _legible(style: Style, background: Color, ratio: float) -> Style:
    colour, behind = style.color, style.bgcolor
    if colour is None or colour.type is not ColorType.TRUECOLOR:
        return style  # the terminal's own colours: nobody knows what they are
    if behind is not None:
        if behind.type is not ColorType.TRUECOLOR:
            return style
        background = Color.from_rich_color(behind)
    elif background.ansi is not None:
        return style
    shown = Color.from_rich_color(colour)
    better = readable(shown, background, ratio)
    return style if better is shown else style + Style(color=better.rich_color)


def _luminance(colour: Color) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (colour.r / 255, colour.g / 255, colour.b / 255)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
