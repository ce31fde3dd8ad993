"""A look at a piece of code, highlighted; only its beginning where it is long."""

from __future__ import annotations

from typing import Final

from textual.strip import Strip

from robotui.layout.section import Section
from robotui.markdown import highlight
from robotui.markdown.blocks import Line, Span
from robotui.markdown.source import split_lines, without_ending
from robotui.text import visible
from robotui.ui.painting.painted_view import PaintedView
from robotui.ui.painting.palette import Palette
from robotui.ui.painting.strips import MARGIN, strip_of

_LINES: Final = 500
_CHARACTERS: Final = 20_000
"""What is shown at most."""


class CodeView(PaintedView, can_focus=False):
    """Shows the code given to ``show``, long lines wrapped."""

    DEFAULT_CSS = "CodeView { background: $surface; }"

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._section = Section([])

    def show(self, source: str, language: str, *, stay: bool = False) -> None:
        """Show other code from its beginning, or ``stay`` where the view is."""
        lines = split_lines(source[:_CHARACTERS])[:_LINES]
        rest = source[sum(len(line) for line in lines) :]
        texts = [visible(without_ending(line)) for line in lines]
        colours = highlight.exact(language, texts) or [()] * len(texts)
        shown = [
            Line(text, spans, wrap="fold", fill="code-block")
            for text, spans in zip(texts, colours, strict=True)
        ]
        if rest:
            more = rest.count("\n") + (not rest.endswith("\n"))
            words = f"… {more:,} more line{'' if more == 1 else 's'}"
            shown.append(Line(words, (Span(len(words), "muted"),)))
        self._section = Section(shown)
        self._lay_out()
        if not stay:
            self.scroll_to(y=0, animate=False, immediate=True)

    def on_resize(self) -> None:
        """Fit the code to the new width."""
        self._lay_out()

    def _lay_out(self) -> None:
        width = self.scrollable_content_region.width - 2 * MARGIN
        if width > 0:
            self.set_rows(self._section.lay_out(width) if self._section.lines else 0)

    def paint_row(self, row: int, width: int, palette: Palette) -> Strip:
        """A row of the code."""
        return strip_of(self._section, row, width, palette)

    def notify_style_update(self) -> None:
        """The theme may have changed."""
        super().notify_style_update()
        self._section.strips.clear()
