"""Markdown for tests: a corpus of awkward documents, and ways to make more."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st

NESTED: Final = [
    "```markdown\n# T\n\n```sh\nx\n```\n\ny\n```\n\nafter\n",
    "```md\n## A\n```\nsrc/\n```\n\nb:\n\n```\nc\n```\n```\nafter\n",
    "```md\na\n\n```\nafter\n```py\nx\n```\n",
    "~~~txt\na\n~~~sh\n```\n~~~\n~~~\nb\n```\nc\n```js\nd\n```\ne\n\n```\nf\n```\n",
    '```py\n"""A.\n```\nb\n```\n"""\n```\nc\n```py\nd = """\n```\ne\n```sh\nf\n```\n',
    "- ```md\n  a\n  ```sh\n  b\n  ```\n  c\n\n  ```\n  d\n> ```\n> e\n> ```sh\n> f\n> ```\n\ng\n",
    "```py\na\n```py\nb\n```\nc\n" + "```x\n" * 10 + "```\nd\n```\n",
    "```diff\n ```sh\n ```\n ```\n```\n```sh\ncat <<'E'\n```sh\n```\n```\nE\n```\na\n",
]
"""Fences inside fences, well or badly made."""

FORMULAS: Final = [
    "a\n$$\nx\n=\n- y\n\n    z\n> w\n$$\nb *c*\n",
    "so: \\[\na\n=\n\\] and **b**\n\n\\begin{align}\na &= b \\\\\n\\end{align}\nc\n",
    "$$ a\n===\nb\n\n$$\n\nc\n",
    "- $$\n  a\n  -\n\n  b\n  $$\n- c\n$$\nd\n$$\n> $$\n> e\n> =\n\nf\n\n1. \\[\n\n   g\n",
    "$$\na\n```\nb\n```\n$$\nc $d_1*e_2$ \\(f\\) $5 $6 \\[g = h\\]\n",
    "| `a|b` | c |\n|-|-|\n| $|x|$ | a<br>b |\n| `p | q` |\n",
    "5*3*2 __init__ C:\\new\\_temp\\*.txt **C:\\_b** src/**/*.py *a* __b c__\n",
]
"""Formulas, and what else is not Markdown."""

CORPUS: Final = [
    "",
    "one\ntwo\n\nthree\n",
    "# Title\ntext right below\n## Sub ##\n\nSetext\n===\nmore\n---\n",
    "1. a\n2. b\n\n   ```py\n   x\n   ```\n3. c\n",
    "7) seven\n8) eight\n\n9) nine\nlazy\n\n- other\n+ third\n",
    "- a\n - b\n  - c\n   - d\n    - e\n",
    "- a\n\n  second\n\n  - nested\n\n    deep\n- b\n\n\n- c\n-\n- d\n",
    "- [ ] open\n- [x] done\n- [X] done **too**\n",
    "* x | y\n* a | b\n-|-\n",
    "- x\n- a | b\n  -|-\n  1 | 2\n- c\n",
    "> quote\nlazy\n> - item\n>   ```js\n>   code\n>\n>   > inner\n>   ```\n\nafter\n",
    "| a | b | c |\n|---|:-:|--:|\n| 1 | `x|y` | 3 |\n| **b** | | [l](http://x.y) |\nend\n",
    "para\nx|y\n-|-\n1|2\n",
    "```python\ndef f():\n\treturn 1\n\n    # indented  \n```\nafter\n",
    "~~~~ text title=a.txt\n```\ninner\n```\n~~~\n~~~~\n```\nunclosed\n\n  \n``",
    "  ```\n  a\n b\n   c\n\td\n  ```\n",
    "```\r\nwin\r\n\ttabs\r\n```\r\nafter\r\n\r\n- x\r\n  ~~~\r\n  in\r\n  ~~~\r\n",
    "old mac\r\r```\rcode\r```\rend",
    "    indented\n    \tcode\n\n    more\ntext\n",
    "<div>\n *html* [x]\n</div>\n\ntext <b>bold</b> &amp; &lt; &copy;\n",
    "see [a] and [b][a] and [c]\n\nmore\n\n[a]: http://a.b/c\n[c]: <http://c.d>\n",
    '[a]: /url\n"title\nmore\n\ntext [a]\n\n[a]: /second\n',
    '[a]: /url\n"title\nmore"\ntext [a]\n',
    "text [a b] here\n\n# head\n\n- i [A  B]\n- j\n\n[a b]:\nhttp://later.example/\n",
    "- a\n\n  [x]: http://in.item/\n- [x] b\n\n[x]\n",
    "hard  \nbreak\\\nagain ![pic *x*](http://i.g/p.png) https://bare.url/a_(b). end\n",
    "**bold *both* ~~gone~~** `` code ` tick `` <http://auto.link> <me@x.org>\n",
    "see www.a.org/b_(c), or me@x.org! git@x.org:y <br> a<br/>\nb\n\n| a<br>b | www.x.y |\n|-|-|\n",
    "***\n- - -\n_____\n",
    "text\n```\ndirectly\n```\ntext\n> q\n```\nx\n```\n",
    "3\n4. not a list\n\n4. a list\n5. more\n",
    "a\n\n\n\n\nb\n\x0c\nc\u2028d\x1b[31mred\x1b[0m \x00 nul\n```\n\x00\x1b[1m\n```\n",
    "日本語のテキスト\n\n- 項目 👩‍👩‍👧 é\n",
    "> " * 60 + "deep\n\n" + "- " * 60 + "deep\n\nshallow\n",
    ">\n\n>\n> \n\ntext\n",
    "[" * 50 + "\n\n" + "*" * 50 + "a\n",
    "1. one\n1. two\n\n   1. a\n   2. b\n1. three\n\n2000000000. big\n",
    "- ```\n  open\n\n- b\n\n-\n\n  x\n",
    "```a|b\n-|-\n```\n",
    "1. a\n1. 1. \n\n   2. x\n1. - y\n",
    "- a\n- " + "> " * 100 + "b\n- c\n- d\n",
    "-\n- >\n1.\nc\n\n- [r]: u\n- > [s]: v\n\nx [r]\n",
    "1.\n1. [a]: u\n\n   b [a]\n2. c\n",
    "10. a\n\n        code\n\n11. b\n    ---\n",
    *NESTED,
    *FORMULAS,
]
"""Documents in which something has gone wrong in one parser or another."""

_FRAGMENTS: Final = st.sampled_from(
    [
        *("```", "```py\n", "~~~", "~~~~\n", "\n", "\n\n", "\r\n", "\r", "  ", "    ", "\t"),
        *("- ", "* ", "+ ", "1. ", "2) ", "10. ", "> ", ">", "# ", "---", "===", "|", "|-|-|\n"),
        *("a|b\n-|-\n", "[a]", "[a]: /u\n", "[b]: <x> 'y'\n", "](", "[x] ", "**", "*", "_", "~~"),
        *("`", "``", "\\", "<b>", "<div>\n", "&amp;", "word", "text and more", "é", "日本", "!["),
        *(
            "www.x.y",
            "me@x.org",
            "<br>",
            "https://x.y/z",
            ".",
            "!",
            "\x1b[1m",
            "\x00",
            "3",
            "code\n",
            "  \n",
            "'",
            '"',
            *("$$", "$", "\\[", "\\]", "\\(", "\\)", "$$\n", "\\[\n", "\\a", "`a|b`"),
            "```md\n",
            "```\n",
            '"""\n',
        ),
    ]
)
documents = st.one_of(
    st.lists(_FRAGMENTS, max_size=30).map("".join),
    st.lists(st.sampled_from(CORPUS), min_size=1, max_size=3).map("".join),
    st.text("`~-*+>#|[]():12. \t\n\rab\\<", max_size=60),
)


def cuts(text: str) -> st.SearchStrategy[list[str]]:
    """Ways to cut ``text`` into pieces."""
    places = st.lists(st.integers(0, len(text)), max_size=12).map(sorted)
    return places.map(
        lambda at: [text[i:j] for i, j in zip([0, *at], [*at, len(text)], strict=True)]
    )
