"""A block in a form that no reader knows, decorated or describing a change, is asked about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.workspace.merge.disguised_changes import doubt
from robotui.workspace.text_file import TextFile
from tests.workspace.hunks_support import CALC, applied

ROWS = ["def sub(a, b):", '    """Less."""', "    return a - b"]
FRAMES: dict[str, Callable[[int, str], str]] = {
    "angles": lambda n, line: f"<{n}> {line}",
    "braces": lambda n, line: f"{{{n}}} {line}",
    "grep": lambda n, line: f"calc.py:{n}: {line}",
    "grep, far": lambda n, line: f"src/calc.py:{n}:4: {line}",
    "a word": lambda n, line: f"row {n}: {line}",
    "percent": lambda n, line: f"%{n}% {line}",
    "hexadecimal": lambda n, line: f"0x{n:02} {line}",
    "of how many": lambda n, line: f"{n}/10 {line}",
    "a key": lambda n, line: f'"{n}": {line}',
    "tilde": lambda _n, line: f"~ {line}",
    "star": lambda _n, line: f"* {line}",
    "bar": lambda _n, line: f"| {line}",
    "a comment": lambda _n, line: f"// {line}",
    "arrow behind": lambda n, line: f"{line} <- {n}",
    "number behind": lambda n, line: f"{line}    ({n})",
}


@pytest.mark.parametrize("frame", FRAMES)
def test_what_is_around_every_line_is_noticed(tmp_path: Path, frame: str) -> None:
    block = "".join(f"{FRAMES[frame](at, line)}\n" for at, line in enumerate(ROWS, 8))
    ways = applied(tmp_path, CALC, block).ways
    assert not any(way.sure for way in ways)
    assert "every line of the block" in " ".join(ways[0].warnings) or "before lines" in " ".join(
        ways[0].warnings
    )


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("! def sub(a, b):\n!     return a - b\n", "“!”"),
        ("def sub(a, b):\n-     return a + b\n    return a - b\n", "“-”"),
        ("<<<<<<<\ndef sub(a, b):\n=======\ndef sub(a, c):\n>>>>>>>\n", "marks"),
        ("<<<< mine\ndef sub(a, b):\n||||\n====\ndef sub(a, c):\n>>>> yours\n", "marks"),
        ("*** 8,9\ndef sub(a, b):\n--- 8,9\ndef sub(a, b, c):\n", "marks"),
        ("@@@ somewhere\ndef sub(a, b):\n    return a - b\n", "marks"),
        ("s/a + b/a - b/\n", "command"),
        ("9s/+/-/\n", "command"),
        ("d9 1\na9 1\n    return a - b\n", "command"),
        ("/def sub/a\n    x = 1\n.\n", "command"),
        ("# Before:\ndef sub(a, b):\n    x\n\n# After:\ndef sub(a, b):\n    y\n", "both before"),
        ("// OLD CODE\ndef sub(a, b):\n// NEW CODE\ndef sub(a, c):\n", "both before"),
        ("Find:\n    return a + b\nReplace with:\n    return a - b\n", "both before"),
        ("<search>\nreturn a + b\n</search>\n<replace>\nx\n</replace>\n", "both before"),
        ('{\n "old_string": "return a + b",\n "new_string": "x"\n}\n', "both before"),
        ("def sub(a, b):\n    return a [-+-]{+-+} b\n", "within"),
        ("def sub(a, b):\n    return a {--+--}{++-++} b\n", "within"),
        ("def sub(a, b):\n<del>    return a + b</del>\n<ins>    return a - b</ins>\n", "within"),
        ("~~return a + b~~\nreturn a - b\n", "within"),
        ("    return a + b\n->\n    return a - b\n", "marks"),
        ("    return a + b\n⬇️\n    return a - b\n", "marks"),
        ("8  8   def sub(a, b):\n9    -     return a + b\n   9 +     return a - b\n", "“-”"),
        ("def sub(a, b):        def sub(a, b):\n    return a + b   |   return a - b\n", "side"),
    ],
)
def test_a_change_in_another_form_is_noticed(tmp_path: Path, block: str, said: str) -> None:
    ways = applied(tmp_path, CALC, block).ways
    assert not any(way.sure for way in ways)
    assert said in " ".join(ways[0].warnings)


@pytest.mark.parametrize("middle", ["=======", "||||||| base\nx = 0\n======="])
def test_a_file_with_a_conflict_is_never_sure(tmp_path: Path, middle: str) -> None:
    text = f"x = 1\n<<<<<<< HEAD\ny = 2\n{middle}\ny = 3\n>>>>>>> main\nz = 4\n"
    for block in ("x = 1\ny = 3\nz = 4\n", "y = 2\n", "z = 5\n"):
        ways = applied(tmp_path, text, block).ways
        assert not any(way.sure for way in ways)
        assert "conflict of a merge at line 2" in ways[0].warnings[-1]


@pytest.mark.parametrize(
    "block",
    [
        "def sub(a, b):\n    return a - b\n",
        "def sub(a, b):\n    # before\n    x = a\n    return x - b\n",
        "def sub(a, b):\n    return -a\n",
        "async def sub(a, b):\n    return a + b\n",
        "x = 1\ny = 2\n",
        'def sub(a, b):\n    """Less.\n\n    >>> sub(2, 1)\n    1\n    """\n    return a - b\n',
        'def sub(a, b):\n    """Less\n    ====\n    """\n    return a - b\n',
        "import os\n\n\ndef sub(a, b):\n    return a  # 1\n",
        "-x\n-y\n",
        "---\ntitle: x\n---\n",
        "***\n",
        "@@count = 1\n",
        "a >> b\nc << d\n",
    ],
)
def test_plain_code_is_not_doubted(block: str) -> None:
    assert doubt(block, TextFile(Path("calc.py"), CALC.encode())) is None


def test_what_the_file_has_itself_is_not_doubted() -> None:
    text = "Git writes:\n\n<<<<<<< a\n=======\n\n- one thing\n* two\n"
    file = TextFile(Path("a.md"), text.encode())
    assert doubt("<<<<<<< a\n=======\nmore\n", file) is None
    assert doubt("- one thing\n- two things\n", file) is None


@given(st.text(st.sampled_from(list(" 12.:|>$+-<=*@!\n\tab")), max_size=80))
def test_any_text_can_be_looked_at(text: str) -> None:
    said = doubt(text, TextFile(Path("a.py"), CALC.encode()))
    assert said is None or said


@pytest.mark.parametrize(
    "sign", [" ", "*", "a", "1", "<", "|", "a |", "[-", "{-", "s/", "\t", "- "]
)
def test_masses_of_signs_are_looked_at_quickly(sign: str) -> None:
    line = sign * 20_000 + "x"
    doubt(f"{line}\n" * 200, TextFile(Path("a.py"), CALC.encode()))
