from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from robotui.chats.turns import Reply, Said
from robotui.layout.reply_entry import entry_of
from robotui.layout.wrap import graphemes
from robotui.ui.find.query import _ALIASES, _JOINING, Query, _casefold
from robotui.ui.find.source import count_shown, may_show


def found(query: str, line: str) -> list[str]:
    return [line[start:end] for start, end in Query(query).find(line)]


@pytest.mark.parametrize(
    ("query", "line", "expected"),
    [
        ("file", "File, FILE, profile", ["File", "FILE", "file"]),
        ("File", "File, FILE, profile", ["File"]),
        ("a.c", "abc a.c", ["a.c"]),  # not a pattern
        ("(", "f(x)", ["("]),
        ("aa", "aaaaa", ["aa", "aa"]),
        ("  ", "a   b", ["  "]),
        ("", "abc", []),
        ("größe", "GRÖSSE, Größe", ["GRÖSSE", "Größe"]),
        ("ss", "Maß, Masse", ["ß", "ss"]),
        ("s", "Maß, Masse", ["s", "s"]),  # half of an ß is no match
        ("straße", "STRASSE", ["STRASSE"]),
        ("é", "cafe\u0301 café", ["e\u0301", "é"]),
        ("e\u0301", "café", ["é"]),
        ("e", "cafe\u0301 le", ["e"]),  # a letter that looks otherwise
        ("É", "éÉe\u0301E\u0301", ["É", "E\u0301"]),
        ("文件", "打开文件。", ["文件"]),
        ("한", "하한", ["한"]),
        ("👩", "👩\u200d💻 👩", ["👩"]),  # one sign of two
        ("ΣΑΣ".lower(), "σας ΣΑΣ", ["σας", "ΣΑΣ"]),
        ("\t", "a\tb", ["\t"]),
        ("i", "İ i", ["i"]),
    ],
)
def test_matches_are_what_people_read(query: str, line: str, expected: list[str]) -> None:
    assert found(query, line) == expected


def test_a_capital_makes_case_count() -> None:
    assert not Query("grün").exact_case
    assert Query("grÜn").exact_case


@given(st.text("aAbßsSe\u0301éİi\u0307Å한하👩\u200d💻\ufe0f \t", max_size=12), st.data())
def test_a_match_has_the_text_of_the_query_and_does_not_overlap_another(
    line: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(line)))
    query = line[start : data.draw(st.integers(start, len(line)))]
    matches = Query(query).find(line)
    assert all(start < end for start, end in matches)
    assert all(one[1] <= two[0] for one, two in pairwise(matches))
    for start, end in matches:
        assert Query(query).find(line[start:end]) == [(0, end - start)]


# What Markdown is made of, and some text around it.
MARKS = """
fun ction Fun x a u 1 12 é e\u0301 ß ** * _ __ ` `` ~~ [ ] ( ) ]( ](u) ](http://a.b/fun) [a]: ![
![a](u) [fun] [x] <http://fun> <b> </b> <!-- --> &amp; &fun; &#97; & ; \\ \\* # > - + 1. 1) 2. | :-:
|---| --- === ``` ~~~ ```fun "t" .py / = . : , ' { $ fun( fun_a \0 \u202e \x1b[1m <br> a\u200bb
$$ $fun_a$ \\( \\) \\[ \\] C:\\_fun\\*x `a|fun`
"""
BLANKS = [" ", " ", " ", "- ", "1. ", ". ", " - ", "  ", "    ", "\t", "\u00a0"]
BREAKS = ["\n", "\n", "\n\n", "  \n", "\r\n", "\r", "\u2028", "```fun\n"]
TABLE = "| a | b |\n|---|---|\n| fun | x | a |\n"
LINKS = """
[fun](fun) [http://u](http://u) ![fun](u) [a](u_"fun") ](u_'x') ](a%20b) ](a&amp;b) ](a&b) (u) [u](
<mailto:u> &lt; &nbsp; &rarr; [fun]:_u [u]:_<é> e&#769; ☑ http://u
"""
PIECES = [*MARKS.split(), *BLANKS, *BREAKS, TABLE]
PIECES += [piece.replace("_", " ") for piece in LINKS.split()]
SOURCES = st.lists(st.sampled_from(PIECES), max_size=25).map("".join)
QUERIES = st.lists(
    st.sampled_from([piece for piece in PIECES if not set(piece) & set("\r\n\u2028\0\x1b")]),
    min_size=1,
    max_size=3,
).map("".join)


def shown(source: str) -> str:
    """The lines of a reply of this Markdown."""
    entry = entry_of(Reply("RepoAgent", [Said([source])], "done"))
    entry.make(80)
    return "\n".join(line.text for line in entry.stack.lines() if not line.chrome)


@given(SOURCES, QUERIES)
@example("fun**ction**", "function")
@example("fun&#99;tion", "function")
@example("```function\n```", "function")
@example("| a |\n|---|\n| b | fun |\n", "fun")
@example("[a]\n\n[a]: http://fun 'x'", "fun)")
@example("![a](u)", "image")
@example("[fun](fun)", "fun")
@example("- [x] y", "x")
@example("1. x", "1")
@example("1. x", ". x")
@example("fun  ", "fun ")
@example("fun_ _x", "n_ _x")
@example("x [http://u](http://u) y", "x http://u y")
@example("x [docs](docs) y", "docs y")
@example("[a](u 'fun') x", "u) x")
@example("a &lt; b", "a < b")
@example("a&lt;b", "ab")
@example("`x&lt; y` &lt; z", "t; y")
@example("fun&nbsp;x", "n\u00a0x")
@example("[a](b&quot;c)", "22c")
@example("x [a] y\n\n[a]: http://u", "a (http")
@example("`fun\u200bction`", "function")
def test_a_look_at_the_source_never_errs(source: str, text: str) -> None:
    query = Query(text)
    count = query.count(shown(source))
    if not may_show(query, source):
        assert count == 0
    quick = count_shown(query, source)
    if quick is not None:
        assert quick == count


@given(SOURCES, st.data())
def test_what_is_shown_is_not_ruled_out(source: str, data: st.DataObject) -> None:
    text = shown(source)
    lines = [line for line in text.split("\n") if line]
    if lines:
        line = data.draw(st.sampled_from(lines))
        start = data.draw(st.integers(0, len(line) - 1))
        query = Query(line[start : data.draw(st.integers(start + 1, min(len(line), start + 20)))])
        count = query.count(text)
        assert may_show(query, source) or not count
        assert count_shown(query, source) in {None, count}


@pytest.mark.parametrize(
    ("query", "source"),
    [
        ("zebra", "the **function** of `it`"),
        ("function", "fun\n\nion"),
        ("=>", "a = b"),
        ("zebra", "[one](http://a.b/c) and a_b[1](x)"),
        ("zebra", "a && b; x[1:]: y"),
        ("zebra", "AT&amp;T&nbsp;x, &foo; and [docs](a/b.md 'about this')"),
        ("zebra", "![a picture](a.png) [b](http://a.b/c?d=1&e=%20)"),
        ("größe", "the “quoted” text ✅"),
    ],
)
def test_most_texts_without_a_match_are_ruled_out(query: str, source: str) -> None:
    assert not may_show(Query(query), source)


@pytest.mark.parametrize(
    ("query", "source", "count"),
    [
        ("function", "a *function*, two `functions`\n\n```python\ndef function():\n```\n", 3),
        ("my_func", "call my_func in config.py", 1),
        ("config.py", "call my_func in config.py", 1),
        ("the user", "the user\nand **the user**", 2),
        ("größe", "Die Größe", 1),
        ("x", "- [ ] x\n\n1. y", 1),
        ("pytest -q", "*pytest* and `pytest -q`", 1),
        ("self.f(", "self.f(**self.g)", 1),
        ("if a == 1:", "```\nif a == 1:\n```", 1),
        ("docs", "the docs: [here](http://a.b/docs), [there](http://c.d)", 2),
        ("docs", "docs\n\n| a | b |\n|---|---|\n| c | d |\n\n- [x] “docs” ✅", 2),
    ],
)
def test_most_texts_with_a_match_need_no_parsing(query: str, source: str, count: int) -> None:
    assert count_shown(Query(query), source) == count


@given(SOURCES, QUERIES, QUERIES)
def test_what_is_ruled_out_for_a_query_is_so_for_a_longer_one(
    source: str, text: str, more: str
) -> None:
    short, long = Query(text), Query(text + more)
    if long.extends(short) and not may_show(short, source):
        assert not long.count(shown(source))


def test_what_is_the_same_as_ascii_or_takes_no_place_of_its_own_is_known() -> None:
    for character in map(chr, [*range(128, 0xD800), *range(0xE000, 0x20000)]):
        if not _JOINING.match(character):
            assert len(list(graphemes(f"a{character}a"))) == 3
        if not _ALIASES.match(character):
            assert not _casefold(character).isascii()


@given(st.lists(st.sampled_from([*"aKkß✅é“\u0301\u200d \n", "\u212a", "\ufb01"])).map("".join))
def test_the_count_is_that_of_the_lines(text: str) -> None:
    for query in map(Query, ["a", "K", "k", "ss", "é", "fi", "✅", "a✅"]):
        assert query.count(text) == sum(len(query.find(line)) for line in text.split("\n"))
