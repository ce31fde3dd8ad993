"""Documents made together with the source of each fence in them: copies are exact.

What is expected is what the document was made of; our parser has no part in it.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import example, given
from hypothesis import strategies as st

from robotui.markdown import Document
from tests.markdown.samples import cuts


@dataclass(frozen=True)
class Made:
    """A document, and what copying each of its fences has to give."""

    text: str
    sources: list[str]


_LETTERS = st.one_of(
    st.sampled_from(
        "\t\t  ``~~abc-*>#|[]()\\&;<1.:\0\x07\x1b\x0b\x0c\x85\u2028\ufeff日é👩🏽\u0301\u202e"
    ),
    st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"),
)
_SAID = st.sampled_from(
    [
        *("```", "~~~", "````py", "  ```", "\t```", "``` ", "~~~~ x", "`", "- a", "1. b", "> q"),
        *(
            "",
            "  ",
            "\t",
            " \t ",
            "# head",
            "[a]: /u",
            "| a |",
            "|---|",
            "</div>",
            "\\",
            "x  ",
            "y\t",
        ),
    ]
)
_LINES = st.lists(st.one_of(st.text(_LETTERS, max_size=12), _SAID), max_size=6)
_PROSE = st.sampled_from(
    [
        *("text", "# Head", "- item", "> quote", "In `app.py`:", "a\n\nb", "[a]: /u", "1. x\n2. y"),
        *(
            "| a | b |\n|---|---|\n| 1 | 2 |",
            "text  \nhard",
            "***",
            "<p>\nhtml\n</p>",
            "日本 👩‍👩‍👧",
        ),
    ]
)
_CONTAINERS = st.sampled_from(
    [
        ("", ""),
        ("- ", "  "),
        ("* ", "  "),
        ("12. ", "    "),
        ("> ", "> "),
        ("> - ", ">   "),
        ("- > ", "  > "),
        ("- 1) ", "     "),
    ]
)
"""What stands before the first line of something and before its others."""


def _longest(lines: list[str], mark: str) -> int:
    """The length of the longest run of ``mark`` that begins a line."""
    bare = [line.strip(" \t") for line in lines]
    return max((len(line) - len(line.lstrip(mark)) for line in bare), default=0)


@st.composite
def _nests(draw: st.DrawFn, fence: str, lines: list[str]) -> tuple[str, list[str]]:
    """An info string, and a source that has fences of the same length in it around ``lines``."""
    inner = [f"{fence}{draw(st.sampled_from(['sh', ' js x.js', 'markdown']))}", *lines, fence]
    match draw(st.sampled_from(["markdown", "bare", "text", "string"])):
        case "markdown":
            info = draw(st.sampled_from(["markdown", "md", " mdx title=x.mdx"]))
            return info, ["# A", *inner, "b", *inner[:1], "c", *inner, fence, "d"]
        case "bare":
            return "md", ["Run this:", "", fence, "x", *lines, fence, "", "## A", fence, "y", fence]
        case "text":
            info = draw(st.sampled_from(["", "text", "txt", "html", "yaml"]))
            return info, [*inner, "", "a", *inner, "b"]
        case _:
            info = draw(st.sampled_from(["python", "py title=x.py"]))
            return info, [*('"""A.', fence), "x", *(fence, "", fence + "sh"), "y", fence, '"""']


@st.composite
def _fences(draw: st.DrawFn, end: str, *, may_be_open: bool = False) -> Made:
    """A fence somewhere, with a source of any kind in it."""
    lines = [line.rstrip("\r\n") for line in draw(_LINES)]
    mark = draw(st.sampled_from("`~"))
    fence = mark * max(_longest(lines, mark) + 1, draw(st.integers(3, 6)))
    info = draw(st.sampled_from(["", "python", " sh title=x.sh", "c x.c  ", " \t", "a\\*b"]))
    if draw(st.booleans()):
        info, lines = draw(_nests(fence, lines))
        may_be_open = False  # Then it would end otherwise.
    first, rest = draw(_CONTAINERS)
    indent = " " * draw(st.integers(0, 3))
    written = [f"{first}{fence}{info}"]
    if indent:  # Behind a list's marker the blanks would belong to that.
        written = (
            [f"{first}item", f"{rest}{indent}{fence}{info}"] if first else [indent + fence + info]
        )
    for line in lines:
        bare = not line and ">" not in rest and draw(st.booleans())
        written.append("" if bare else f"{rest}{indent}{line}")
    source = "".join(line.replace("\0", "\ufffd") + end for line in lines)
    if may_be_open and not first and draw(st.booleans()):
        if lines and lines[-1] and draw(st.booleans()):
            return Made(end.join(written), [source.removesuffix(end)])
        return Made(end.join([*written, ""]), [source])
    closing = fence + mark * draw(st.integers(0, 2)) + draw(st.sampled_from(["", " ", "\t "]))
    written.append(rest + " " * draw(st.integers(0, 3)) + closing)
    return Made(end.join([*written, ""]), [source])


@st.composite
def made_documents(draw: st.DrawFn) -> Made:
    """Prose and fences one after the other, the last one open at times."""
    end = draw(st.sampled_from(["\n", "\n", "\r\n", "\r"]))
    text, sources = "", []
    count = draw(st.integers(1, 4))
    for at in range(count):
        other = draw(st.sampled_from(["\n", "\r\n"])) if end != "\r" else end
        if draw(st.booleans()):
            text += draw(_PROSE).replace("\n", other) + other * 2
        # What is between ends a container, lest the next fence be taken into it.
        text += f"next{other}{other}"
        made = draw(_fences(other, may_be_open=at == count - 1))
        text += made.text + (other if at < count - 1 else "")
        sources += made.sources
    return Made(text, sources)


def copies(pieces: list[str] | str) -> list[str]:
    document = Document()
    for piece in pieces:
        document.feed(piece)
        _ = document.blocks
    document.finish()
    return [block.source for block in document.code_blocks]


@given(st.data())
def test_copies_are_exact_however_the_text_was_cut(data: st.DataObject) -> None:
    made = data.draw(made_documents())
    assert copies([made.text]) == made.sources
    assert copies(data.draw(cuts(made.text))) == made.sources


@given(made_documents())
@example(Made("- ```\n\n  \ta\n\n  ```\n", ["\n\ta\n\n"]))
@example(Made("> ```\n> \ta \n>\n> ```\n", ["\ta \n\n"]))
def test_copies_are_exact_when_each_character_comes_alone(made: Made) -> None:
    assert copies(made.text) == made.sources


@given(made_documents())
def test_what_has_come_so_far_is_the_beginning_of_the_copy(made: Made) -> None:
    document = Document()
    for letter in made.text:
        document.feed(letter)
        for block, source in zip(document.code_blocks, made.sources, strict=False):
            assert source.startswith(block.source)
