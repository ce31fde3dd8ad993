"""Changes in rarer forms, and changes that have not the very lines of the file."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from robotui import edits
from robotui.errors import WriteRefusedError
from tests.workspace.hunks_support import CALC, MENDED, applied

STARS = "***************\n"
OLD = "*** 8,9 ****\n  def sub(a, b):\n!     return a + b\n"
NEW = '--- 8,10 ----\n  def sub(a, b):\n!     """Less."""\n!     return a - b\n'
SUB = "def sub(a, b):\n    return a + b\n"


def searching(old: str, new: str, marks: int = 7) -> str:
    return f"{'<' * marks} SEARCH\n{old}{'=' * marks}\n{new}{'>' * marks} REPLACE\n"


# --- forms ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "block",
    [
        f"*** a/calc.py\n--- b/calc.py\n{STARS}{OLD}{NEW}",
        f"*** calc.py\t2024-01-02 10:11\n--- calc.py\t2024-01-03 10:11\n{STARS}{OLD}{NEW}",
        f"diff -c calc.py calc.py\n*** calc.py\n--- calc.py\n{STARS}{OLD}{NEW}",
        f"{STARS}{OLD}{NEW}",
        f"{OLD}{NEW}",
        f"*** calc.py\n--- calc.py\n{OLD}{NEW}",
        f"{OLD}{NEW}".replace("  def", " def").replace("!  ", "! "),
        f"*** calc.py\n--- calc.py\n{STARS}{OLD.replace('8,9', '1,2')}{NEW.replace('8,10', '1')}",
        f"*** calc.py\n--- calc.py\n{STARS}{OLD}{NEW}".replace("\n", "\r\n"),
    ],
)
def test_a_context_diff_is_made(tmp_path: Path, block: str) -> None:
    [way] = applied(tmp_path, CALC, block).ways
    assert (way.after, way.sure) == (MENDED, True)


@pytest.mark.parametrize(
    ("block", "old", "new"),
    [
        (
            f"{STARS}*** 8,9 ****\n--- 8,10 ----\n  def sub(a, b):\n+     x = 1\n"
            "      return a + b\n",
            SUB,
            "def sub(a, b):\n    x = 1\n    return a + b\n",
        ),
        (
            f"{STARS}*** 12,13 ****\n  def mul(a, b):\n-     return a * b\n--- 12 ----\n",
            "    return a * b\n",
            "",
        ),
        (
            f"{STARS}*** 12,13 ****\n! def mul(a, b):\n      return a * b\n--- 12,13 ----\n"
            "! def mul(a, c):\n      return a * b\n",
            "mul(a, b)",
            "mul(a, c)",
        ),
    ],
)
def test_a_half_of_a_context_diff_may_be_left_out(
    tmp_path: Path, block: str, old: str, new: str
) -> None:
    way = applied(tmp_path, CALC, block).ways[0]
    assert way.after == CALC.replace(old, new)
    assert way.sure


@pytest.mark.skipif(not shutil.which("diff"), reason="needs diff")
@pytest.mark.parametrize("option", ["-c", "-C1", "-u", "-U0", "-e", "--normal"])
def test_what_diff_prints_is_made(tmp_path: Path, option: str) -> None:
    new = MENDED.replace("import os\n", "import sys\nimport os\n").replace("a * b", "a @ b")
    (tmp_path / "old.py").write_text(CALC)
    (tmp_path / "new.py").write_text(new)
    command = ["diff", option, "old.py", "new.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    found = applied(tmp_path, CALC, done.stdout, "old.py")
    assert found.ways[0].after == new


def test_files_of_a_context_diff_are_named() -> None:
    block = f"*** a/x.py\n--- b/x.py\n{STARS}{OLD}{NEW}*** y.py\n--- y.py\n{STARS}{OLD}{NEW}"
    assert edits.files_named(edits.split(block)) == ["x.py", "y.py"]
    found = edits.read(block)
    assert found is not None
    assert found.names == ["x.py", "y.py"]


@pytest.mark.parametrize("marks", [3, 4, 5, 9])
def test_search_marks_of_any_length(tmp_path: Path, marks: int) -> None:
    block = searching(SUB, SUB.replace("+", "-"), marks)
    way = applied(tmp_path, CALC, block).ways[0]
    assert way.after == CALC.replace(SUB, SUB.replace("+", "-"))
    assert way.sure


def test_fewer_marks_than_the_first_line_has_end_nothing(tmp_path: Path) -> None:
    new = "def sub(a, b):\n    '''Less\n    ====\n    >>> new = sub(2, 1)\n    '''\n"
    way = applied(tmp_path, CALC, searching("def sub(a, b):\n", new)).ways[0]
    assert way.after == CALC.replace("def sub(a, b):\n", new)


@pytest.mark.parametrize(
    "script",
    [
        '9c\n    """Less."""\n    return a - b\n.\n',
        '9c\n    """Less."""\n    return a - b\n.\nw\nq\n',
        '9a\n    """Less."""\n    return a - b\n.\n9d\n',
        '8,9c\ndef sub(a, b):\n    """Less."""\n    return a - b\n.\n',
        '9d\n8a\n    """Less."""\n    return a - b\n.\n',
    ],
)
def test_an_ed_script_is_made_and_asked(tmp_path: Path, script: str) -> None:
    [way] = applied(tmp_path, CALC, script).ways
    assert (way.after, way.sure) == (MENDED, False)


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("9c\n    return a - b\n.\n8s/a/b/\n", "not understood at line 4"),
        ("99c\nx\n.\n", "line 99"),
        (
            "diff --cc calc.py\nindex 1,2..3\n--- a/calc.py\n+++ b/calc.py\n@@@ -8 -8 +8 @@@\n",
            "comb",
        ),
        ("@@@ -8,2 -8,2 +8,2 @@@\n  def sub(a, b):\n- -    return a + b\n", "combined"),
        ("--- a/x\n+++ b/x\n@@@ -1 -1 +1 @@@\n- -a\n++b\n", "combined"),
        ("diff --combined x.py\n@@@ -1 -1 +1 @@@\n- -a\n++b\n", "combined"),
    ],
)
def test_what_can_not_be_made_is_refused(tmp_path: Path, block: str, said: str) -> None:
    with pytest.raises(WriteRefusedError) as refused:
        applied(tmp_path, CALC, block)
    assert said in f"{refused.value.headline} {refused.value.remedy}"


# --- not the very lines --------------------------------------------------------------------------

BLOCKS = {
    "one more": (SUB.replace("\n    ", "\n\n    "), SUB.replace("+", "-")),
    "too few": ("    return a + b\n\ndef mul(a, b):\n", "    return a - b\n\ndef mul(a, b):\n"),
    "none": ("    return a + b\ndef mul(a, b):\n", "    return a - b\ndef mul(a, b):\n"),
    "at the ends": (f"\n\n\n\n{SUB}", f"\n\n\n\n{SUB.replace('+', '-')}"),
    "with blanks": (SUB.replace("\n    ", "\n   \n    "), SUB.replace("+", "-")),
}


@pytest.mark.parametrize("which", BLOCKS)
@pytest.mark.parametrize("form", ["SEARCH", "diff"])
def test_empty_lines_may_differ(tmp_path: Path, which: str, form: str) -> None:
    old, new = BLOCKS[which]
    block = searching(old, new)
    if form == "diff":
        rows = [f"-{line}" for line in old.splitlines()] + [f"+{line}" for line in new.splitlines()]
        block = "@@\n" + "\n".join(rows) + "\n"
    [way] = applied(tmp_path, CALC, block).ways
    bare = [line for line in way.after.splitlines() if line.strip()]
    right = CALC.replace(SUB, SUB.replace("+", "-"))
    assert bare == [line for line in right.splitlines() if line.strip()]


def test_empty_lines_that_stay_are_the_files(tmp_path: Path) -> None:
    block = "@@\n     return a + b\n+# next\n def mul(a, b):\n"
    [way] = applied(tmp_path, CALC, block).ways
    assert way.after == CALC.replace("\n\n\ndef mul", "\n# next\n\n\ndef mul")
    assert "empty lines" in way.description


@pytest.mark.parametrize(
    ("old", "new", "before", "after"),
    [
        ("a * b\n", "a ** b\n", "a * b", "a ** b"),
        ("mul(a, b)\n", "mul(a, c)\n", "mul(a, b)", "mul(a, c)"),
        ("mul(a, b):\n    return a *\n", "mul(a, c):\n    return c *\n", "mul(a, b)", "mul(a, c)"),
    ],
)
def test_a_part_of_a_line_is_found_and_asked(
    tmp_path: Path, old: str, new: str, before: str, after: str
) -> None:
    [way] = applied(tmp_path, CALC, searching(old, new)).ways
    assert way.after == CALC.replace(before, after).replace(
        "return a * b" if "return" in old else "\0", "return c * b"
    )
    assert not way.sure
    assert "part" in way.description


def test_a_part_that_is_there_twice_is_asked_with_all_places(tmp_path: Path) -> None:
    ways = applied(tmp_path, CALC, searching("a + b\n", "a - b\n")).ways
    assert len(ways) == 2
    assert not any(way.sure for way in ways)


@pytest.mark.parametrize("old", ["ul(a, b)\n", "retur\n", "a\n", "return a - b\n"])
def test_a_part_of_a_word_is_none(tmp_path: Path, old: str) -> None:
    with pytest.raises(WriteRefusedError, match="does not fit"):
        applied(tmp_path, CALC, searching(old, "x\n"))


@pytest.mark.parametrize("form", ["{n}: {l}", "{n:3} | {l}", "{n}\t{l}", "L{n}: {l}", "[{n}] {l}"])
@pytest.mark.parametrize("both", [True, False])
def test_numbers_in_what_is_searched_are_taken_off(tmp_path: Path, form: str, both: bool) -> None:
    def numbered(text: str) -> str:
        lines = enumerate(text.splitlines(), 8)
        return "".join(form.format(n=n, l=line) + "\n" for n, line in lines)

    new = SUB.replace("+", "-")
    block = searching(numbered(SUB), numbered(new) if both else new)
    way = applied(tmp_path, CALC, block).ways[0]
    assert way.after == CALC.replace(SUB, new)


def test_numbers_in_a_diff_are_taken_off(tmp_path: Path) -> None:
    block = "@@ -8,2 +8,2 @@\n 8  def sub(a, b):\n-9      return a + b\n+9      return a - b\n"
    [way] = applied(tmp_path, CALC, block).ways
    assert (way.after, way.sure) == (CALC.replace(SUB, SUB.replace("+", "-")), True)
    before = "8   def sub(a, b):\n9 -     return a + b\n10 +     return a - b\n"
    [way] = applied(tmp_path, CALC, before).ways
    assert way.after == CALC.replace(SUB, SUB.replace("+", "-"))


def test_numbers_before_some_lines_only_are_refused(tmp_path: Path) -> None:
    block = "@@\n 8  def sub(a, b):\n-9      return a + b\n+     return a - b\n"
    with pytest.raises(WriteRefusedError, match="have line numbers"):
        applied(tmp_path, CALC, block)


# --- numbers beside twins ------------------------------------------------------------------------

CHANGE = "-    return a + b\n+    return a - b\n"


@pytest.mark.parametrize(
    ("header", "line"),
    [
        ("@@ -9 +9 @@", 9),
        ("@@ -9,1 +9,1 @@", 9),
        ("@@ -5 +5 @@", 5),
        ("@@ -9 +9 @@ def sub(a, b):", 9),
        ("@@ def sub(a, b):", 9),
        ("@@ def add(a, b):", 5),
    ],
)
def test_what_is_told_says_which_twin(tmp_path: Path, header: str, line: int) -> None:
    [way] = applied(tmp_path, CALC, f"{header}\n{CHANGE}").ways
    assert way.sure
    assert way.after.splitlines()[line - 1] == "    return a - b"


@pytest.mark.parametrize(
    "header",
    [
        "@@ -8 +8 @@",  # near is not there
        "@@ -7 +7 @@",
        "@@ -9,6 +9,6 @@",  # no program counts so
        "@@ -9,1 +9,3 @@",
        "@@ -9 +9 @@ def add(a, b):",  # the heading says otherwise
        "@@ -5 +5 @@ def sub(a, b):",
        "@@ -9 +9 @@ def mul(a, b):",
        "@@ -9 +9 @@ class Nowhere:",
    ],
)
def test_what_is_told_against_itself_is_asked(tmp_path: Path, header: str) -> None:
    ways = applied(tmp_path, CALC, f"{header}\n{CHANGE}").ways
    assert len(ways) == 2
    assert not any(way.sure for way in ways)


def test_numbers_that_are_off_elsewhere_say_nothing(tmp_path: Path) -> None:
    other = "@@ -{0} +{0} @@\n-    return a * b\n+    return a @ b\n"
    first = "@@ -3 +3 @@\n-import os\n+import sys\n"
    text = f"\n\n{CALC}"
    good = first + f"@@ -11 +11 @@\n{CHANGE}" + other.format(15)
    assert applied(tmp_path, text, good).ways[0].sure
    bad = first + f"@@ -11 +11 @@\n{CHANGE}" + other.format(40)
    assert not applied(tmp_path, text, bad).ways[0].sure
