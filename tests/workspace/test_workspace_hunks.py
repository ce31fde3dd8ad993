"""Blocks that describe changes of a file are applied as that, or refused."""

from __future__ import annotations

from difflib import SequenceMatcher
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from robotui import edits
from robotui.errors import WriteRefusedError
from robotui.workspace import plan
from robotui.workspace.hunks.search import edited
from robotui.workspace.merge.placement import Placement
from robotui.workspace.text_file import TextFile, file_lines
from tests.workspace.hunks_support import CALC, MENDED, applied, unified

HUNK = ' def sub(a, b):\n-    return a + b\n+    """Less."""\n+    return a - b\n'
NAMES = "--- a/calc.py\n+++ b/calc.py\n"
SEARCH = "def sub(a, b):\n    return a + b\n"
REPLACE = 'def sub(a, b):\n    """Less."""\n    return a - b\n'


def searching(old: str, new: str, marks: str = "<<<<<<< SEARCH|=======|>>>>>>> REPLACE") -> str:
    start, middle, end = marks.split("|")
    return f"{start}\n{old}{middle}\n{new}{end}\n"


FORMS = {
    "a diff": f"{NAMES}@@ -8,2 +8,3 @@\n{HUNK}",
    "wrong numbers": f"{NAMES}@@ -1,7 +1,9 @@\n{HUNK}",
    "no numbers": f"{NAMES}@@\n{HUNK}",
    "dots for numbers": f"{NAMES}@@ ... @@\n{HUNK}",
    "one number": f"{NAMES}@@ line 8 @@\n{HUNK}",
    "no header": f"@@ -8,2 +8,3 @@\n{HUNK}",
    "nothing but signs": HUNK,
    "no line with @@": NAMES + HUNK,
    "one name": f"+++ b/calc.py\n@@ -8,2 +8,3 @@\n{HUNK}",
    "no prefixes": f"--- calc.py\n+++ calc.py\n@@ -8,2 +8,3 @@\n{HUNK}",
    "times": "--- calc.py\t2024-01-02 10:11:12.000 +0100\n+++ calc.py\t2024-01-02 10:11:13\n"
    f"@@\n{HUNK}",
    "times behind blanks": "--- old/calc.py 2024-01-02 10:11\n+++ new/calc.py 2024-01-02\n"
    f"@@\n{HUNK}",
    "a kept copy": f"--- calc.py.orig\n+++ calc.py\n@@\n{HUNK}",
    "git": "diff --git a/calc.py b/calc.py\nindex 0123abc..4567def 100644\n"
    f"{NAMES}@@ -8,2 +8,3 @@ x\n{HUNK}",
    "svn": f"Index: calc.py\n{'=' * 67}\n--- calc.py\t(revision 3)\n"
    f"+++ calc.py\t(working copy)\n@@\n{HUNK}",
    "a mail": "From 0123456789abcdef0123 Mon Sep 17 00:00:00 2001\nFrom: x\nSubject: y\n\n"
    "Words.\n---\n calc.py | 3 ++-\n\ndiff --git a/calc.py b/calc.py\n"
    f"{NAMES}@@ -8,2 +8,3 @@\n{HUNK}-- \n2.40.1\n",
    "a name above": f"# calc.py\n@@ -8,2 +8,3 @@\n{HUNK}",
    "blanks lost": f"{NAMES}@@ -6,4 +6,5 @@\n\n\n{HUNK}\n",
    "signs lost": f"{NAMES}@@ -8,2 +8,3 @@\n{HUNK[1:]}",
    "a blank more": f"{NAMES}@@\n  def sub(a, b):\n-     return a + b\n"
    '+     """Less."""\n+     return a - b\n',
    "a list's margin": "".join(f"   {line}" for line in (f"{NAMES}@@\n{HUNK}").splitlines(True)),
    "CRLF": f"{NAMES}@@ -8,2 +8,3 @@\n{HUNK}".replace("\n", "\r\n"),
    "plain diff": '9c9,10\n<     return a + b\n---\n>     """Less."""\n>     return a - b\n',
    "SEARCH": searching(SEARCH, REPLACE),
    "ORIGINAL": searching(SEARCH, REPLACE, "<<<<<<< ORIGINAL|=======|>>>>>>> UPDATED"),
    "few marks": searching(SEARCH, REPLACE, "<<<<< SEARCH|=====|>>>>> REPLACE"),
    "many marks": searching(SEARCH, REPLACE, "<<<<<<<<< search|=========|>>>>>>>>> replace"),
    "other marks": searching(SEARCH, REPLACE, "------- SEARCH|=======|+++++++ REPLACE"),
    "a name over SEARCH": "calc.py\n" + searching(SEARCH, REPLACE),
    "a name beside SEARCH": searching(SEARCH, REPLACE).replace("SEARCH", "SEARCH calc.py"),
    "a number in SEARCH": searching(":start_line:8\n-------\n" + SEARCH, REPLACE),
    "SEARCH further in": searching(
        *("".join(f"    {line}" for line in text.splitlines(True)) for text in (SEARCH, REPLACE))
    ),
    "a patch": "*** Begin Patch\n*** Update File: calc.py\n@@ def sub(a, b):\n"
    f"{HUNK}*** End Patch\n",
    "a patch's heading": "*** Begin Patch\n*** Update File: calc.py\n@@ def sub(a, b):\n"
    '-    return a + b\n+    """Less."""\n+    return a - b\n*** End Patch\n',
    "no frame": f"*** Update File: calc.py\n@@\n{HUNK}",
    "a patch without @@": f"*** Begin Patch\n*** Update File: calc.py\n{HUNK}*** End Patch\n",
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_change_is_made_whatever_it_is_written_in(
    tmp_path: Path, form: str, newline: str
) -> None:
    found = applied(tmp_path, CALC.replace("\n", newline), FORMS[form])
    assert found.ways[0].after == MENDED.replace("\n", newline)
    if "plain diff" not in form:  # its lines are there twice; its number says which
        assert len(found.ways) == 1
    assert found.ways[0].sure, found.ways[0].description


def test_a_number_beside_twins_says_which(tmp_path: Path) -> None:
    block = "@@ -9 +9 @@\n-    return a + b\n+    return a - b\n"
    way = applied(tmp_path, CALC, block).ways[0]
    assert way.sure
    assert "of 2 places" in way.description
    assert way.after == CALC.replace(
        "def sub(a, b):\n    return a + b", "def sub(a, b):\n    return a - b"
    )


@pytest.mark.parametrize(
    "block",
    [
        "@@ -7 +7 @@\n-    return a + b\n+    return a - b\n",
        "@@ -300 +300 @@\n-    return a + b\n+    return a - b\n",
        "-    return a + b\n+    return a - b\n",
        searching("    return a + b\n", "    return a - b\n"),
        "*** Begin Patch\n*** Update File: calc.py\n@@\n-    return a + b\n+    return a - b\n",
    ],
)
def test_what_fits_two_places_is_asked(tmp_path: Path, block: str) -> None:
    ways = applied(tmp_path, CALC, block).ways
    assert len(ways) == 2
    assert not any(way.sure for way in ways)
    assert {way.after.count("return a - b") for way in ways} == {1}


def test_the_same_change_twice_is_for_both_twins(tmp_path: Path) -> None:
    block = searching("    return a + b\n", "    return b + a\n") * 2
    [way] = applied(tmp_path, CALC, block).ways
    assert way.sure
    assert way.after == CALC.replace("a + b", "b + a")


def test_a_later_change_may_be_of_what_an_earlier_one_wrote(tmp_path: Path) -> None:
    block = searching("import os\n", "import os\nimport sys\n") + searching(
        "import sys\n", "import re\n"
    )
    assert applied(tmp_path, CALC, block).ways[0].after == CALC.replace(
        "os\n", "os\nimport re\n", 1
    )


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (
            f"{NAMES}@@ -8,2 +8,2 @@\n def sub(a, b):\n-    return a * 2\n+    return 2\n",
            "lines 8-9",
        ),
        (searching("def sub(a, b):\n    return a ** b\n", "x\n"), "lines 8-9"),
        (
            searching("import os\n", "import re\n") + searching("nothing = 1\n", "x\n"),
            "hange 2 of 2",
        ),
        (f"*** Update File: calc.py\n@@\n{HUNK.replace('a + b', 'a / b')}", "lines 8-9"),
        ("<<<<<<< SEARCH\nimport os\n=======\nimport re\n", "no REPLACE mark"),
        ("<<<<<<< SEARCH\nimport os\n>>>>>>> REPLACE\n", "no ======="),
        ("diff --git a/calc.py b/calc.py\ndeleted file mode 100644\n", "deletes calc.py"),
        ("--- a/calc.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-import os\n", "deletes calc.py"),
        ("*** Begin Patch\n*** Delete File: calc.py\n*** End Patch\n", "deletes calc.py"),
        (
            "diff --git a/o.py b/calc.py\nsimilarity index 100%\n"
            "rename from o.py\nrename to calc.py\n",
            "renames o.py",
        ),
        ("diff --git a/calc.py b/calc.py\nold mode 100644\nnew mode 100755\n", "mode of calc.py"),
        (
            "diff --git a/calc.py b/calc.py\nBinary files a/calc.py and b/calc.py differ\n",
            "bytes of",
        ),
        (f"--- a/x.py\n+++ b/x.py\n@@\n{HUNK}--- a/y.py\n+++ b/y.py\n@@\n{HUNK}", "x.py, y.py"),
        ("Replace lines 40-50 with:\nx = 1\n", "line 40"),
    ],
)
def test_what_does_not_fit_is_refused(tmp_path: Path, block: str, said: str) -> None:
    with pytest.raises(WriteRefusedError) as refused:
        applied(tmp_path, CALC, block)
    assert said in f"{refused.value.headline} {refused.value.remedy}"


def test_a_change_of_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WriteRefusedError, match="not there"):
        applied(tmp_path, None, FORMS["a diff"])


@pytest.mark.parametrize(
    "block",
    [
        "--- /dev/null\n+++ b/new.py\n@@ -0,0 +1,2 @@\n+a = 1\n+\n+b = 2\n",
        "diff --git a/new.py b/new.py\nnew file mode 100644\n--- /dev/null\n+++ b/new.py\n"
        "@@ -0,0 +1,3 @@\n+a = 1\n+\n+b = 2\n",
        "*** Begin Patch\n*** Add File: new.py\n+a = 1\n+\n+b = 2\n*** End Patch\n",
        "new.py\n<<<<<<< SEARCH\n=======\na = 1\n\nb = 2\n>>>>>>> REPLACE\n",
    ],
)
def test_a_new_file_is_made(tmp_path: Path, block: str) -> None:
    found = applied(tmp_path, None, block, "new.py")
    assert found.file.is_new
    assert found.ways[0].after == "a = 1\n\nb = 2\n"
    there = applied(tmp_path, CALC, block, "new.py")
    assert not there.ways[0].sure
    same = applied(tmp_path, "a = 1\n\nb = 2\n", block, "new.py")
    assert "SEARCH" in block or same.ways[0].after == same.file.text


def test_what_was_applied_before_changes_nothing(tmp_path: Path) -> None:
    for form in ("a diff", "SEARCH", "a patch"):
        [way] = applied(tmp_path, MENDED, FORMS[form]).ways
        assert way.after == MENDED
        assert "already" in way.description


def test_each_file_of_a_block_is_reached_by_its_name(tmp_path: Path) -> None:
    block = (
        f"{NAMES}@@\n{HUNK}diff --git a/src/b.py b/src/b.py\n--- a/src/b.py\n+++ b/src/b.py\n"
        "@@ -1 +1 @@\n-x = 1\n+x = 2\n"
    )
    assert plan.targets(block, "calc.py") == ["calc.py", "src/b.py"]
    first = applied(tmp_path, CALC, block)
    assert (first.ways[0].after, first.ways[0].sure) == (MENDED, True)
    assert "src/b.py" in first.ways[0].description
    assert applied(tmp_path, "x = 1\n", block, "src/b.py").ways[0].after == "x = 2\n"


def test_a_block_for_another_file_is_asked(tmp_path: Path) -> None:
    block = FORMS["a diff"].replace("calc.py", "other.py")
    [way] = applied(tmp_path, CALC, block).ways
    assert not way.sure
    assert "other.py" in " ".join(way.warnings)


def test_code_left_out_between_lines_of_a_change_stays(tmp_path: Path) -> None:
    block = f"{NAMES}@@\n import os\n+import sys\n # ... existing code ...\n{HUNK}"
    way = applied(tmp_path, CALC, block).ways[0]
    assert way.sure
    assert way.after == MENDED.replace("import os\n", "import os\nimport sys\n")


def test_code_left_out_of_new_lines_is_asked(tmp_path: Path) -> None:
    block = searching(SEARCH, "def sub(a, b):\n    # ... existing code ...\n")
    [way] = applied(tmp_path, CALC, block).ways
    assert not way.sure
    assert "existing code" in way.warnings[0]


def test_lines_by_number_are_asked_and_done(tmp_path: Path) -> None:
    for block in (
        "Replace lines 8-9 with:\n" + REPLACE,
        "# Replace lines 8 to 9 in `calc.py` with the following code:\n" + REPLACE,
        "// change lines 8–9:\n" + REPLACE,
    ):
        way = applied(tmp_path, CALC, block).ways[0]
        assert way.after == MENDED
        assert not way.sure


# --- what only looks like a change ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["fix.patch", "a/fix.diff", "X.PATCH"])
def test_a_patch_file_is_literal(tmp_path: Path, name: str) -> None:
    found = applied(tmp_path, None, FORMS["git"], name)
    assert found.ways[0].after == FORMS["git"]


def test_saving_is_literal_with_a_word(tmp_path: Path) -> None:
    found = plan.make(tmp_path, "x.py", FORMS["SEARCH"], "save")
    assert found.ways[0].after == FORMS["SEARCH"]
    assert "describes a change" in " ".join(found.ways[0].warnings)
    assert plan.first_name(tmp_path, "x.py", "save", FORMS["SEARCH"]) == "x.py.patch"
    assert not plan.make(tmp_path, "x.patch", FORMS["git"], "save").ways[0].warnings


@pytest.mark.parametrize(
    "block",
    [
        'PATCH = """\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"""\n',
        "# Conflicts\n\nGit writes:\n\n<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> topic\n",
        "Write it so:\n\n<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n\nThen send it.\n",
        "- one\n- two\n+ three\n  more\n",
        "class A\n  @@count = 0\nend\n",
        "a = -b\n- c\n",
        "*** Important ***\nText\n",
        "total:\n- 1\n- 2\n",
    ],
)
def test_a_new_file_may_have_such_text(tmp_path: Path, block: str) -> None:
    assert applied(tmp_path, None, block, "notes.md").ways[0].after == block


@pytest.mark.parametrize(
    "block",
    [
        "<<<<<<< HEAD\nours\n=======\ntheirs\n>>>>>>> topic\n",
        'PATCH = """\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"""\n',
        "Text first\n<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n",
    ],
)
def test_such_text_is_never_put_into_a_file_as_sure(tmp_path: Path, block: str) -> None:
    assert not any(way.sure for way in applied(tmp_path, CALC, block).ways)


def test_a_file_that_has_such_lines_is_asked(tmp_path: Path) -> None:
    own = "Example:\n\n" + FORMS["SEARCH"] + "\nEnd.\n" + SEARCH
    ways = applied(tmp_path, own, FORMS["SEARCH"], "README.md").ways
    assert not any(way.sure for way in ways)
    assert len(ways) > 1


# --- any text ------------------------------------------------------------------------------------

ROWS = st.lists(
    st.one_of(
        st.sampled_from(
            ["", "}", "    pass", "\tx = 1", "-- a", "++ b", "- c", "  ", "@@ x", "a "]
        ),
        st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=12),
    ),
    max_size=25,
)


@st.composite
def versions(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and one that was made from it."""
    old = draw(ROWS)
    new = list(old)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(new)))
        new[at : at + draw(st.integers(0, 3))] = draw(ROWS)[:3]
    ends = draw(st.tuples(st.booleans(), st.booleans()))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    texts = []
    for rows, bare in zip((old, new), ends, strict=True):
        text = "".join(row + newline for row in rows)
        texts.append(text.removesuffix(newline) if bare and rows and rows[-1] else text)
    assume(newline == "\n" or newline in texts[0])
    assume(texts[0].strip() and texts[0] != texts[1] and texts[1])
    return texts[0], texts[1]


@given(versions(), st.integers(-3, 30), st.booleans(), st.sampled_from([1, 3, 10]))
def test_a_diff_makes_the_one_text_the_other(
    texts: tuple[str, str], shifted: int, counts: bool, context: int
) -> None:
    old, new = texts
    block = unified(
        file_lines(old), file_lines(new), shifted=shifted, counts=counts, context=context
    )
    ways = _ways(old, block)
    if not ways:
        return
    assert new in [way.after for way in ways], block
    if ways[0].sure and (shifted == 0 or len(ways) == 1):
        assert ways[0].after == new


def _ways(old: str, block: str) -> list[Placement]:
    file = TextFile(Path("calc.py"), old.encode())
    edit = edits.read(block)
    if edit is None or not edit.files:
        return []
    return edited(file, edit.files[0], edit)


@given(versions(), st.integers(0, 3))
def test_search_and_replace_makes_the_one_text_the_other(
    texts: tuple[str, str], around: int
) -> None:
    old, new = ([line.rstrip("\r\n") for line in file_lines(text)] for text in texts)
    steps = SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(around)
    block = ""
    for group in steps:
        a, b, c, d = group[0][1], group[-1][2], group[0][3], group[-1][4]
        block += searching(*("".join(f"{row}\n" for row in rows) for rows in (old[a:b], new[c:d])))
    text = "".join(f"{row}\n" for row in old)
    after = "".join(f"{row}\n" for row in new)
    if not all(any(row.strip() for row in hunk.old) for hunk in _hunks(block)):
        return  # nothing to look for
    ways = _ways(text, block)
    assert not ways or len(ways) == 20 or after in [way.after for way in ways], block
    if ways and ways[0].sure:
        assert ways[0].after == after


def _hunks(block: str) -> tuple[edits.Hunk, ...]:
    edit = edits.read(block)
    return edit.files[0].hunks if edit else ()
