"""Everything on the screen can be read, in every theme of Textual's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from robotui.ui.painting.legible import Legible, contrast, readable
from tests.ui.fakes import did, said, workbench

THEMES = [name for name in BUILTIN_THEMES if not name.startswith("ansi")]
HARDEST = ["textual-light", "solarized-light", "rose-pine-dawn", "nord"]
CHAT = """\
# One
## Two
### Three
Words, **strong**, *em*, ~~gone~~, `code`, $x^2$, a [link](http://localhost/a).

> a quote
- item
- [x] task

| a | b |
|---|---|
| 1 | 2 |

```python
# comment
class A(int):
    def f(self) -> str:
        return "text" + str(1) + self.b  # more
```
```diff
-old
+new
```
"""

colours = st.builds(Color, *[st.integers(0, 255)] * 3)


@given(colours, colours, st.sampled_from([3.0, 4.5]))
def test_any_colour_can_be_read_on_any_other(text: Color, behind: Color, ratio: float) -> None:
    assert contrast(readable(text, behind, ratio), behind) >= ratio


@given(colours, colours)
def test_what_can_be_read_is_left_as_it_is(text: Color, behind: Color) -> None:
    if contrast(text, behind) >= 4.5:
        assert readable(text, behind) is text


def test_the_contrast_is_that_of_the_standard() -> None:
    black, white, grey = Color(0, 0, 0), Color(255, 255, 255), Color(119, 119, 119)
    assert contrast(black, white) == contrast(white, black) == 21
    assert contrast(white, grey) == pytest.approx(4.48, abs=0.01)


def test_lines_stay_faint_and_the_terminals_own_colours_as_they_are() -> None:
    faint, own = Style.parse("#222222 on #111111"), Style.parse("blue on black")
    [line] = Legible().apply([Segment("──", faint)], Color(0, 0, 0))
    [word] = Legible().apply([Segment("word", own)], Color(0, 0, 0))
    assert line.style == faint
    assert word.style == own


def shown(app: App[None]) -> Iterator[tuple[str, Color, Color]]:
    """All text on the screen: its words, their colour, and what is behind."""
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            style = segment.style
            if style and style.color and style.bgcolor and segment.text.strip():
                colour, behind = map(Color.from_rich_color, (style.color, style.bgcolor))
                yield segment.text, colour, behind


@pytest.mark.parametrize(
    ("keys", "themes"),
    [("", THEMES), *((keys, HARDEST) for keys in ("alt+up", "f1", "f6", "ctrl+f", "ctrl+p"))],
)
async def test_everything_can_be_read(keys: str, themes: list[str]) -> None:
    async with workbench([did("run", command="ls"), said(CHAT)], size=(110, 70)) as bench:
        await bench.ask("a question")
        await bench.ready()
        bench.screen.notify("A passing message.")
        await bench.pilot.press(*keys.split())
        for theme in themes:
            bench.pilot.app.theme = theme
            await bench.pilot.pause()
            for text, colour, behind in shown(bench.pilot.app):
                if any(map(str.isalnum, text)):
                    assert contrast(colour, behind) >= 4.5, (theme, text)
                elif set("●○▶✖▲·→").intersection(text):
                    assert contrast(colour, behind) >= 3, (theme, text)
