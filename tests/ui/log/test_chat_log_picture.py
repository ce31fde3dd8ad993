"""What is shown depends on the text that came, not on how it was cut into pieces."""

from __future__ import annotations

from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.segment import Segment
from rich.style import Style

from robotui.chats.transcript import Transcript
from robotui.chats.turns import Said
from robotui.layout.code_section import CodeOptions
from robotui.layout.viewport import Viewport
from robotui.ui.painting.palette import Palette
from robotui.ui.painting.strips import strip_of
from tests.examples import examples
from tests.layout.replies import said
from tests.markdown.samples import cuts, documents
from tests.ui.log.log_app import LogApp, strips, synced

CODE_LINES = ["x = 1", "", '"""', "def f(x):", "\treturn '日本' # " + "long " * 12, "{", "}", "\\"]


class Names:
    """Instead of colours the names of the styles."""

    def __getitem__(self, key: str) -> Style:
        return Style(meta={"key": " ".join(key.split())})


@st.composite
def fences(draw: st.DrawFn) -> str:
    """A fence, often long, maybe in a list or a quote."""
    count = draw(st.sampled_from([0, 1, 3, 14, 17, 59, 60, 61, 62, 90, 130]))
    some = draw(st.lists(st.sampled_from(CODE_LINES), min_size=1, max_size=6))
    lines = [some[at % len(some)] for at in range(count)]
    language = draw(st.sampled_from(["", "py", "json", "js title=a.js", "nonsense"]))
    margin = draw(st.sampled_from(["", "", "", "> ", "   "]))
    first = "1. " if margin == "   " else margin
    end = draw(st.sampled_from(["```\n\n", "```\n", ""]))
    return first + f"```{language}\n" + "".join(f"{margin}{t}\n" for t in lines) + margin + end


replies = st.lists(
    st.one_of(
        fences(),
        documents,
        st.sampled_from(["\n\ntext **bold**\n\n", "\n- a\n- b\n", "\n|a|b|\n|-|-|\n|日|c|\n\n"]),
    ),
    min_size=1,
    max_size=4,
).map("".join)
options = st.builds(CodeOptions, st.booleans(), st.sampled_from([0, 10, 60]))


class Growing:
    """A reply that comes in, in a viewport of a fixed size."""

    def __init__(self, options: CodeOptions) -> None:
        self.chat = Transcript()
        self.part = Said([], open=True)
        self.chat.ask("?", "RepoAgent").parts.append(self.part)
        self.view = Viewport(options)
        self.view.scrollback.load(self.chat.turns)
        self.view.resize(38, 30)

    def feed(self, piece: str) -> None:
        if piece:
            self.part.pieces.append(piece)
        self.view.scrollback.sync()
        self.view.settle()

    def picture(self) -> list[list[Segment]]:
        """All rows in view, as they are painted and kept."""
        palette = cast("Palette", Names())
        spots = [self.view.spot(y) for y in range(self.view.height)]
        shown = [spot for spot in spots if spot is not None]
        return [list(strip_of(spot.section, spot.row, 40, palette)) for spot in shown]

    def everything(self) -> list[list[Segment]]:
        """All rows there are."""
        self.view.height = self.view.scrollback.heights.total
        self.view.settle()
        return self.picture()


@examples(1.5)
@given(st.data())
def test_any_prefix_in_any_chunking_gives_the_same_picture(data: st.DataObject) -> None:
    shown, text = data.draw(options), data.draw(replies)
    growing, came = Growing(shown), ""
    for piece in data.draw(cuts(text)):
        growing.feed(piece)
        came += piece
        whole = Growing(shown)
        whole.feed(came)
        assert growing.picture() == whole.picture()
        assert growing.view.scrollback.heights.total == whole.view.scrollback.heights.total
    growing.chat.close("done")
    growing.feed("")
    whole.chat.close("done")
    whole.feed("")
    assert growing.everything() == whole.everything()


@pytest.mark.parametrize("shown", [CodeOptions(), CodeOptions(fold=10), CodeOptions(wrap=False)])
@pytest.mark.parametrize("margin", ["", "> ", "   "])
def test_a_block_that_grows_line_by_line_gives_the_same_picture(
    shown: CodeOptions, margin: str
) -> None:
    first = "1. " if margin == "   " else margin
    lines = [f"{first}```py\n", *(f"{margin}x = {n}  # {'word ' * n}\n" for n in range(80))]
    growing, came = Growing(shown), ""
    for line in [*lines, f"{margin}```\n", "\nafter\n"]:
        growing.feed(line)
        came += line
        whole = Growing(shown)
        whole.feed(came)
        assert growing.picture() == whole.picture()


@pytest.mark.parametrize("taken", [1, 2, 3, 12])
@pytest.mark.parametrize("shown", [CodeOptions(), CodeOptions(False, 0), CodeOptions(fold=10)])
def test_a_block_that_ended_earlier_than_it_seemed_loses_its_lines(
    shown: CodeOptions, taken: int
) -> None:
    rest = "```\n" + "more\n" * taken
    text = f"```\nc\n```js\nd\n{rest}"
    growing, whole = Growing(shown), Growing(shown)
    growing.feed(text)
    growing.feed("\n```\nf\n```\n```\n```\n")
    whole.feed(text + "\n```\nf\n```\n```\n```\n")
    assert growing.everything() == whole.everything()


@examples(0.05)
@given(st.data())
async def test_the_screen_shows_the_same_however_the_reply_came(data: st.DataObject) -> None:
    text = data.draw(replies)
    pieces = data.draw(cuts(text))
    whole = LogApp()
    said(whole.transcript, text, open=True)
    async with whole.run_test(size=(50, 24)) as pilot:
        await synced(pilot, whole)
        expected = strips(whole)
    growing = LogApp()
    part = said(growing.transcript, "", open=True).parts[0]
    assert isinstance(part, Said)
    async with growing.run_test(size=(50, 24)) as pilot:
        for piece in pieces:
            part.pieces.append(piece)
            await synced(pilot, growing)
        await synced(pilot, growing)
        assert [list(strip) for strip in strips(growing)] == [list(strip) for strip in expected]
