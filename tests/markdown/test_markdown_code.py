"""A code block's source is the content of its fence, byte for byte, however it came."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.markdown import CodeBlock, Document
from tests.markdown.samples import cuts


def blocks_of(*pieces: str, final: bool = True) -> list[CodeBlock]:
    document = Document()
    for piece in pieces:
        document.feed(piece)
        _ = document.blocks
    if final:
        document.finish()
    return document.code_blocks


def sources(*pieces: str) -> list[str]:
    return [block.source for block in blocks_of(*pieces)]


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("```\n```\n", ""),
        ("```\n\n```\n", "\n"),
        ("```\na\n```", "a\n"),
        ("```\n\tif x:\n\t\ty  \n```\n", "\tif x:\n\t\ty  \n"),
        ("  ```\n  a\n    b\n c\n\td\n  ```\n", "a\n  b\nc\n  d\n"),
        ("~~~ sh\n```\n~~\n~~~\n", "```\n~~\n"),
        ("`````md\n```\ninner\n```\n````\n`````\n", "```\ninner\n```\n````\n"),
        ("```\n  ```  \nafter\n", ""),
        ("```\n    ```\n```\n", "    ```\n"),
        ("```\nunclosed\n\n", "unclosed\n\n"),
        ("```\nno newline", "no newline"),
        ("```\r\na\r\n\tb\r\n```\r\n", "a\r\n\tb\r\n"),
        ("```\ra\r\r```\rx", "a\r\r"),
        ("- item\n\n  ```\n  a\n   b\n\n\tc\n  ```\n", "a\n b\n\n  c\n"),
        ("> ```\r\n> a\r\n>\r\n>  b\r\n> ```\r\n", "a\r\n\r\n b\r\n"),
        ("> - ```\n>   x\n>\n>   > y\n>   ```\n", "x\n\n> y\n"),
        ("1. a\n   ~~~\n   b\n   ~~~\n2. c\n", "b\n"),
        ("    a\n\n      b  \n\ntext\n", "a\n\n  b  \n"),
        ("```\n\\[x] &amp; <b> \x1b[1m **\n```\n", "\\[x] &amp; <b> \x1b[1m **\n"),
        ("```\na\x0bb\x0cc\u2028d\u0085e\n```\n", "a\x0bb\x0cc\u2028d\u0085e\n"),
    ],
)
def test_source_is_the_content_as_commonmark_defines_it(text: str, source: str) -> None:
    assert sources(text) == [source]
    assert sources(*text) == [source]


_LINES = st.lists(
    st.text(
        st.one_of(
            st.sampled_from("\t `~-*>#|[]()abc.\\"), st.characters(exclude_categories=["Cs"])
        ),
        max_size=12,
    ).filter(lambda line: not set(line) & set("\r\n\x00")),
    max_size=6,
)


@given(st.data())
def test_every_fence_gives_back_what_it_was_made_of(data: st.DataObject) -> None:
    lines = data.draw(_LINES)
    end = data.draw(st.sampled_from(["\n", "\r\n"]))
    marker = data.draw(st.sampled_from("`~"))
    fence = marker * data.draw(st.integers(3, 6))
    while any(line.strip(" \t").startswith(fence) for line in lines):
        fence += marker
    info = data.draw(st.sampled_from(["", "python", " sh title=x.sh"]))
    margin = data.draw(st.sampled_from(["", " ", "   "]))
    before = data.draw(
        st.sampled_from(["", "text\n\n", "text\n", "- item\n\n\n# Head\n", "> q\n\n"])
    )
    text = before + f"{margin}{fence}{info}{end}"
    text += "".join(f"{margin}{line}{end}" for line in lines)
    if data.draw(st.booleans()):
        text += fence + data.draw(st.sampled_from(["", end, end + "after\n"]))
    assert sources(*data.draw(cuts(text))) == ["".join(line + end for line in lines)]


@given(st.data())
def test_fences_inside_lists_and_quotes_give_back_what_they_were_made_of(
    data: st.DataObject,
) -> None:
    lines = [line.replace("\t", " ") for line in data.draw(_LINES)]
    fence = "`" * 3
    while any(line.strip(" ").startswith(fence) for line in lines):
        fence += "`"
    first, rest = data.draw(
        st.sampled_from([("- ", "  "), ("1. ", "   "), ("> ", "> "), ("> - ", ">   ")])
    )
    text = f"{first}{fence}py\n" + "".join(f"{rest}{line}\n" for line in lines)
    text += f"{rest}{fence}\n"
    assert sources(*data.draw(cuts(text))) == ["".join(f"{line}\n" for line in lines)]


def test_the_source_so_far_is_there_while_the_fence_is_open() -> None:
    (block,) = blocks_of("```py\nx = 1\ny =", final=False)
    assert (block.source, block.closed, block.language) == ("x = 1\ny =", False, "py")


@pytest.mark.parametrize(
    ("info", "language", "file_name"),
    [
        ("", "", ""),
        ("python", "python", ""),
        ("  c++  ", "c++", ""),
        ("python title=app.py", "python", "app.py"),
        ('js title="my file.js" x', "js", "my file.js"),
        ("title=notes.txt", "", "notes.txt"),
        ("python:src/app.py", "python", "src/app.py"),
        ("{.python file='a b.py'}", "python", "a b.py"),
        ("python\\_x", "python_x", ""),
    ],
)
def test_language_and_file_name_come_from_the_info_string(
    info: str, language: str, file_name: str
) -> None:
    (block,) = blocks_of(f"```{info}\nx\n```\n")
    assert (block.language, block.file_name) == (language, file_name)
