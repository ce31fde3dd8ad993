"""What each construct of Markdown becomes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from robotui.markdown import Document
from robotui.markdown.blocks import Block, Line, Paragraph, Table, lead_of


def blocks_of(text: str) -> list[Block]:
    document = Document()
    document.feed(text)
    document.finish()
    return document.blocks


def lines_of(text: str) -> list[Line]:
    return [
        line for block in blocks_of(text) if isinstance(block, Paragraph) for line in block.lines
    ]


def shown(text: str) -> list[str]:
    return ["".join(piece.text for piece in line.first) + line.text for line in lines_of(text)]


def styles(text: str) -> list[tuple[str, str]]:
    (line,) = lines_of(text)
    starts = [0, *(span.end for span in line.spans)]
    return [
        (line.text[at : span.end], span.key) for at, span in zip(starts, line.spans, strict=False)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one\ntwo", ["one two"]),
        ("one  \ntwo\\\nthree", ["one", "two", "three"]),
        ("3) a\n4) b", ["3) a", "4) b"]),
        ("- a\n  - b\n    - c\n      - d", ["• a", "  ◦ b", "    ▪ c", "      ▪ d"]),
        ("- [ ] a\n- [x] b\n- [y] c", ["☐ a", "☑ b", "• [y] c"]),
        ("- a\n\n  b", ["• a", "  b"]),
        ("-\n- b", ["• ", "• b"]),
        ("> a\n>\n> - b", ["▎ a", "▎ • b"]),
        ("a<br>b <br/>\nc<BR />d `<br>` \\<br>", ["a", "b", "c", "d <br> <br>"]),
        ("- a<br>b\n  c", ["• a", "  b c"]),
        ("<b>x</b> &amp; &copy;", ["<b>x</b> & ©"]),
        ("<div>\n<p>\n</div>", ["<div>", "<p>", "</div>"]),
        ("[t](http://a.b)", ["t (http://a.b)"]),
        ("[t](a.md 'title')", ["t (a.md)"]),
        ("[http://a.b](http://a.b)", ["http://a.b"]),
        ("<me@a.b>", ["me@a.b"]),
        ("![alt](p.png)", ["[image: alt] (p.png)"]),
        ("[bad](javascript:x)", ["[bad](javascript:x)"]),
        ("a [b] c [/red]", ["a [b] c [/red]"]),
        ("x \x1b[31mred\x1b[0m \x07y", ["x red y"]),
        ("`a\tb`", ["a b"]),
    ],
)
def test_text(text: str, expected: list[str]) -> None:
    assert shown(text) == expected


def test_styles_nest() -> None:
    assert styles("a **b *c `d`*** ~~e~~") == [
        ("a ", ""),
        ("b ", "strong"),
        ("c ", "strong em"),
        ("d", "strong em code"),
        (" ", ""),
        ("e", "strike"),
    ]


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("[t](http://a.b)", {"http://a.b"}),
        ("see https://a.b/c_(d), or http://e.f.", {"https://a.b/c_(d)", "http://e.f"}),
        ("<mailto:me@a.b> <ftp://x.y>", {"mailto:me@a.b"}),
        ("[t](file:///etc/passwd) [u](robotui:retry) [v](copy)", set()),
        ("`http://a.b` app.py", set()),
        ("www.a.b and WWW.a.co.uk/x?y=(z).", {"http://www.a.b", "http://WWW.a.co.uk/x?y=(z)"}),
        ("(www.a.b/c_(d)), *www.e.f:80*!", {"http://www.a.b/c_(d)", "http://www.e.f:80"}),
        ("`www.a.b` xwww.a.b /www.a.b ../www.a.b www.conf www. www.a_b.c_d www.a.b\\\\c", set()),
        (
            "me@a.b.org, (x+y.z@a-b.co). mailto:c@d.org!",
            {
                "mailto:me@a.b.org",
                "mailto:x+y.z@a-b.co",
                "mailto:c@d.org",
            },
        ),
        ("`me@a.org` git@a.org:b/c @me@a.org a/me@b.org react@18.2.0 me@a me@a.org/b", set()),
        ("https://me@a.org/x", {"https://me@a.org/x"}),
    ],
)
def test_only_web_and_mail_links_can_be_followed(text: str, targets: set[str]) -> None:
    found = {span.target for line in lines_of(text) for span in line.spans}
    assert found - {""} == targets


def test_blank_rows_follow_the_source_inside_lists_and_always_part_top_level_blocks() -> None:
    gaps = [block.gap is not None for block in blocks_of("a\n# b\nc\n- d\n- e\n\n  f\n- g\n> h")]
    assert gaps == [False, True, True, True, False, True, False, True]


def test_a_table_has_its_cells_and_alignments() -> None:
    (table,) = blocks_of("| a | **b** |\n|:-:|--:|\n| `x\\|y` | |\n| only |")
    assert isinstance(table, Table)
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["a", "b"],
        ["x|y", ""],
        ["only", ""],
    ]
    assert table.aligns == ["center", "right"]


def test_a_line_break_in_a_cell_is_a_blank() -> None:
    (table,) = blocks_of("| a<br>b | c <br/> **d** |\n|---|---|\n| `<br>` | x<br> |")
    assert isinstance(table, Table)
    assert [[cell.text for cell in row] for row in table.rows] == [["a b", "c d"], ["<br>", "x "]]
    assert table.rows[0][1].spans[-1] == (3, "th strong", "")


def test_what_stands_for_margins_in_copied_text_is_their_source() -> None:
    first, _, second, third = (
        [lead_of(block.gap or ()), *(line.lead for line in block.lines)]
        for block in blocks_of("> a\n>\n> - b\n>\n>   c\n> - [x] d")
        if isinstance(block, Paragraph)
    )
    assert first == ["", "> "]
    assert second == [">   ", ">   "]
    assert third == ["", "> - [x] "]


def test_what_is_nested_too_deeply_is_shown_as_its_source() -> None:
    text = "> " * 150 + "deep\n"
    assert "deep" in shown(text)[0]
    assert shown("- " * 150 + "deep\n\nafter")[-1] == "after"


def test_importing_markdown_loads_no_parser() -> None:
    code = (
        "import sys, robotui.markdown; print({'markdown_it', 'pygments', 'rich'} & {*sys.modules})"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"


def test_masses_of_markers_are_plain_text() -> None:
    assert shown("![" * 3000 + "\n**x**") == ["![" * 3000 + " **x**"]


@pytest.mark.parametrize(
    "text",
    ["para {}", "# head {}", "- item {}", "<div>{}</div>", "|a{}|b|\n|-|-|\n|c{}|d|", "`co{}de`"],
)
@pytest.mark.parametrize("separator", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c"])
def test_no_line_has_a_line_break_in_it(text: str, separator: str) -> None:
    texts: list[str] = []
    for block in blocks_of(text.replace("{}", separator)):
        match block:
            case Paragraph(lines=lines):
                texts += [line.text for line in lines]
            case Table(rows=rows):
                texts += [cell.text for row in rows for cell in row]
    assert texts
    assert not set("".join(texts)) & {"\n", separator}
