"""Line numbers, prompts and signs before every line are taken off, where that is what they are."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.edits import files_named
from robotui.workspace.code.line_prefixes import undecorated
from tests.examples import examples
from tests.workspace.hunks_support import CALC, applied

NUMBERED: dict[str, Callable[[int, str], str]] = {
    "two blanks": lambda n, line: f"{n}  {line}",
    "one blank": lambda n, line: f"{n} {line}",
    "to the right": lambda n, line: f"{n:>5}  {line}",
    "to the left": lambda n, line: f"{n:<3} {line}",
    "bar": lambda n, line: f"{n} | {line}",
    "bar, to the right": lambda n, line: f"{n:4} | {line}",
    "rule": lambda n, line: f"{n:4} │ {line}",
    "rule without blanks": lambda n, line: f"{n}│{line}",
    "colon": lambda n, line: f"{n}: {line}",
    "colon alone": lambda n, line: f"{n}:{line}",
    "tab": lambda n, line: f"{n:6}\t{line}",
    "arrow": lambda n, line: f"{n:6}→{line}",
    "brackets": lambda n, line: f"[{n}] {line}",
    "L": lambda n, line: f"L{n}: {line}",
    "dot": lambda n, line: f"{n}. {line}",
    "parenthesis": lambda n, line: f"{n}) {line}",
}
CODE = "def f(x):\n    if x:\n        return 1\n\n    return 2\n"
LINES = st.lists(
    st.one_of(
        st.sampled_from(["", "    return x", "\tx = 1", "}", "# no", "        deep", "a: 1", "|"]),
        st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=8),
    ),
    min_size=1,
    max_size=20,
)


@pytest.mark.parametrize("form", NUMBERED)
@examples(0.6)
@given(lines=LINES, first=st.integers(1, 120), newline=st.sampled_from(["\n", "\r\n"]))
def test_numbers_are_taken_off_exactly(
    form: str, lines: list[str], first: int, newline: str
) -> None:
    lines = ["x = y", *lines, "end"]  # some code is not indented, or the margin could be its own
    numbered = [NUMBERED[form](first + at, line) for at, line in enumerate(lines)]
    found = undecorated("".join(line + newline for line in numbered))
    assert found is not None
    text = found.text if form != "to the left" else textwrap.dedent(found.text)
    assert (text, found.line) == ("".join(line + newline for line in lines), first)
    assert found.certain


@pytest.mark.parametrize("form", NUMBERED)
def test_empty_lines_may_have_lost_their_numbers_or_blanks(form: str) -> None:
    rows = [NUMBERED[form](at, line).rstrip() for at, line in enumerate(CODE.splitlines(), 8)]
    for block in (rows, [*rows[:3], "", rows[4]]):
        found = undecorated("\n".join(block) + "\n")
        assert found is not None
        assert (textwrap.dedent(found.text), found.line) == (CODE, 8)


@pytest.mark.parametrize(
    ("block", "text"),
    [
        (">>> def f():\n...     return 1\n...\n>>> f()\n1\n", "def f():\n    return 1\n\nf()\n"),
        (">>> x = 1\n>>> x\n1\n>>> y = 2\n", "x = 1\nx\ny = 2\n"),
        ("In [3]: x = 1\n   ...: y = 2\nOut[3]: 2\nIn [4]: z\n", "x = 1\ny = 2\nz\n"),
        ("$ ls\na.py\n$ cd x\n", "ls\ncd x\n"),
        ("me@host:~/x$ ls \\\n> -l\ntotal 1\nme@host:~/x$ pwd\n", "ls \\\n-l\npwd\n"),
        ("# apt update\n# apt upgrade\n", "apt update\napt upgrade\n"),
        ("PS C:\\x> dir\nnothing\n", "dir\n"),
        ("+ def f():\n+     return 1\n", "def f():\n    return 1\n"),
        ("+def f():\n+    return 1\n", "def f():\n    return 1\n"),
        (" def f():\n     return 1\n", "def f():\n    return 1\n"),
        ("│ a\n│\n│   b\n", "a\n\n  b\n"),
        ("12:def f():\n13-    return 1\n", "def f():\n    return 1\n"),
    ],
)
def test_other_decorations(block: str, text: str) -> None:
    found = undecorated(block)
    assert found is not None
    assert found.text == text


@pytest.mark.parametrize(
    "block",
    [
        "def f():\n    return 1\n",
        "1 a\nb\n3 c\n",
        "3 a\n2 b\n1 c\n",
        "12: only one\n",
        "",
        "\n\n",
        "    indented\n    code\n",
        "x = 1\n>>> x\n",
        "# one comment\nx = 1\n",
        "- a\n- b\n",
    ],
)
def test_what_has_none(block: str) -> None:
    assert undecorated(block) is None


# --- applied -------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", NUMBERED)
def test_numbers_are_not_written_and_say_where(tmp_path: Path, form: str) -> None:
    rows = ["def sub(a, b):", "    return a - b"]
    block = "".join(f"{NUMBERED[form](at, line)}\n" for at, line in enumerate(rows, 8))
    way = applied(tmp_path, CALC, block).ways[0]
    assert way.after == CALC.replace(
        "def sub(a, b):\n    return a + b", "def sub(a, b):\n    return a - b"
    )
    assert way.sure
    assert "without the line numbers" in way.description


def test_a_part_with_numbers_replaces_those_lines_only(tmp_path: Path) -> None:
    text = "class A:\n    def load(self):\n        data = read()\n        for x in data:\n" + (
        "            use(x)\n        return data\n"
    )
    block = "2      def load(self):\n3          data = read(8)\n4          for x in data:\n"
    way = applied(tmp_path, text, block).ways[0]
    assert way.after == text.replace("read()", "read(8)")
    assert way.sure


def test_a_prompt_is_not_written(tmp_path: Path) -> None:
    block = ">>> def sub(a, b):\n...     return a - b\n...\n>>> sub(2, 1)\n1\n"
    after = applied(tmp_path, CALC, block).ways[0].after
    assert ">>>" not in after
    assert "..." not in after


@pytest.mark.parametrize(
    ("name", "text", "block"),
    [
        ("a.tsv", "1\tone\n2\ttwo\n", "3\tthree\n4\tfour\n"),
        ("a.yaml", "10: ten\n20: twenty\n", "30: thirty\n31: thirty-one\n"),
        ("a.md", "# Steps\n\n1. Open\n2. Close\n", "1. Open it\n2. Close it\n"),
        ("a.bas", '10 PRINT "A"\n20 GOTO 10\n', '10 PRINT "B"\n20 GOTO 10\n'),
    ],
)
def test_numbers_that_the_file_has_itself_stay(
    tmp_path: Path, name: str, text: str, block: str
) -> None:
    first = block.partition("\n")[0]
    assert all(first in way.after for way in applied(tmp_path, text, block, name).ways)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("README.md", "# Title\n\nWords of all kinds.\n"),
        ("a.yaml", "name: x\nports: y\n"),
        ("new.txt", None),
        ("new.py", None),
    ],
)
def test_numbers_in_a_file_that_knows_none_of_the_lines_are_asked(
    tmp_path: Path, name: str, text: str | None
) -> None:
    block = "1. Open the door\n2. Close the window\n"
    ways = applied(tmp_path, text, block, name).ways
    assert not any(way.sure for way in ways)
    assert any("1. Open the door" in way.after for way in ways)
    assert any("1. Open" not in way.after and "Open the door" in way.after for way in ways)


@given(st.text(st.sampled_from(list(" 12.:|>$+\n\tab")), max_size=60))
def test_any_text_can_be_looked_at(text: str) -> None:
    found = undecorated(text)
    assert found is None or len(found.text) <= len(text)


@pytest.mark.parametrize(
    "sign", [".", " ", "*", "a.", "a@", "-", "@", "@@ ", "<", "1 ", "> ", "$ "]
)
def test_masses_of_signs_are_looked_at_quickly(tmp_path: Path, sign: str) -> None:
    for line in (sign * 20_000 + "x", "@@ " + sign * 20_000 + "x", "Replace " + sign * 20_000):
        block = f"{line}\n{line}\nx\n"
        undecorated(block)
        applied(tmp_path, None, block, "new.py")
        files_named([line, line])
