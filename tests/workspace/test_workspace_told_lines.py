"""What the text above a block says of lines is followed where those lines are like the block."""

from __future__ import annotations

from pathlib import Path

import pytest

from robotui.edits import LineMention, line_mention
from robotui.markdown import CodeBlock, Document
from robotui.workspace import plan
from robotui.workspace.merge.placement import Placement
from robotui.workspace.merge.told_lines import as_told
from robotui.workspace.text_file import TextFile
from tests.workspace.hunks_support import CALC

SUB = "def sub(a, b):\n    return a + b\n"
LESS = "def sub(a, b):\n    return a - b\n"


def ways(folder: Path, said: str, block: str) -> list[Placement]:
    (folder / "calc.py").write_text(CALC)
    told = line_mention(said)
    assert told is not None
    return plan.make(folder, "calc.py", block, "apply", told=told).ways


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Replace lines 10-20 with:", LineMention("replace", 10, 21)),
        (
            "Now replace lines 10 to 20 of `app.py` with the following:",
            LineMention("replace", 10, 21),
        ),
        ("Change line 7 to:", LineMention("replace", 7, 8)),
        ("**Update lines 10–20**", LineMention("replace", 10, 21)),
        ("Lines 3 through 5 should be replaced by this:", LineMention("replace", 3, 5 + 1)),
        ("In `a.py`, L3-L5 becomes:", LineMention("replace", 3, 6)),
        ("That is all. Then replace line 3 with", LineMention("replace", 3, 4)),
        ("Insert after line 12:", LineMention("insert", 13, 13)),
        ("Add the following below line 12:", LineMention("insert", 13, 13)),
        ("After line 12, add:", LineMention("insert", 13, 13)),
        ("Insert this before line 12:", LineMention("insert", 12, 12)),
        ("At line 12 insert:", LineMention("insert", 12, 12)),
        ("Add between lines 4 and 5:", LineMention("insert", 5, 5)),
        ("Delete lines 5 to 7:", LineMention("delete", 5, 8)),
        ("Remove line 5:", LineMention("delete", 5, 6)),
        ("Ersetze die Zeilen 5 bis 7 durch:", LineMention("replace", 5, 8)),
        ("Füge nach Zeile 7 ein:", LineMention("insert", 8, 8)),
        ("Remplacez les lignes 5 à 7 par :", LineMention("replace", 5, 8)),
        ("Lines 5-7:", LineMention("see", 5, 8)),
        ("The fix (line 5):", LineMention("see", 5, 6)),
        ("Replace the code after line 12 with:", LineMention("see", 12, 13)),
        ("See lines 5-7:", None),
        ("The error on line 5 is:", None),
        ("Don't change lines 5-7:", None),
        ("Replace lines 1-2 with lines 5-7:", None),
        ("Replace lines 7-5 with:", None),
        ("Replace line 0 with:", None),
        ("Replace the outline 5 with:", None),
        ("Replace 3 lines:", None),
        ("Use 50% of line 5%:", None),
        ("", None),
    ],
)
def test_what_a_sentence_says(text: str, told: LineMention | None) -> None:
    assert line_mention(text) == told


def test_a_block_knows_what_is_said_above_it() -> None:
    def block_of(text: str) -> CodeBlock:
        document = Document()
        document.feed(text)
        document.finish()
        return document.code_blocks[-1]

    code = "```python\nx = 1\n```\n"
    assert block_of(f"Replace lines 3-4 with:\n\n{code}").told == LineMention("replace", 3, 5)
    assert block_of(f"### Insert after line 3\n{code}").told == LineMention("insert", 4, 4)
    assert block_of(f"`src/a.py:7`:\n{code}").told == LineMention("see", 7, 8)
    assert block_of("- Now delete line 3:\n  ```\n  x\n  ```\n").told == LineMention("delete", 3, 4)
    assert block_of(f"Replace line 3.\n\n{code}{code}").told is None
    assert block_of(code).told is None


@pytest.mark.parametrize(
    ("said", "block", "old", "new"),
    [
        ("Replace lines 8-9 with:", LESS, SUB, LESS),
        (
            "Replace lines 8 to 9 with:",
            LESS.replace("\n", "\n\n"),
            SUB,
            LESS.replace(":\n", ":\n\n"),
        ),
        ("Change line 9 to:", "    return a - b\n", SUB, LESS),
        ("Change line 9 to:", "return a - b\n", SUB, LESS),
        ("Change line 9 to:", LESS, SUB, LESS),
        ("Delete lines 8 to 9:", SUB, SUB, ""),
        ("Delete line 1:", "import os\n", "import os\n", ""),
    ],
)
def test_lines_that_are_like_the_block(
    tmp_path: Path, said: str, block: str, old: str, new: str
) -> None:
    way = ways(tmp_path, said, block)[0]
    assert way.after == CALC.replace(old, new)
    assert way.sure, way.description


@pytest.mark.parametrize(
    ("said", "block"),
    [
        ("Replace lines 1-3 with:", LESS),
        ("Replace lines 4-5 with:", "x = open()\ny = x.read()\n"),
        ("Replace lines 7-8 with:", LESS),
        ("Replace lines 9-10 with:", LESS),
        ("Replace lines 8-12 with:", "def sub(a, b):\n    return 1\n\ndef neg(a):\n"),
        ("Replace lines 80-90 with:", "x = open()\n"),
        ("Insert after line 2:", "x = open()\n"),
        ("Delete lines 8 to 9:", "x = 1\ny = 2\n"),
        ("Delete lines 8 to 9:", "def add(a, b):\n    return a + b\n"),
    ],
)
def test_lines_that_are_not_like_the_block_are_asked(tmp_path: Path, said: str, block: str) -> None:
    assert not any(way.sure for way in ways(tmp_path, said, block))


@pytest.mark.parametrize(
    ("said", "block", "line"),
    [
        ("Insert after line 2:", "x = open()\n", 3),
        ("Insert before line 1:", "x = open()\n", 1),
        ("Add this after line 9:", "x = open()\n", 10),
    ],
)
def test_what_is_to_be_inserted_is_offered_there_first(
    tmp_path: Path, said: str, block: str, line: int
) -> None:
    way = ways(tmp_path, said, block)[0]
    assert way.after.splitlines()[line - 1].strip() == block.strip()
    assert len(way.after) >= len(CALC) + len(block)


def test_lines_to_delete_that_are_elsewhere_are_offered(tmp_path: Path) -> None:
    [way, *_] = ways(tmp_path, "Delete lines 7 to 8:", SUB)
    assert not way.sure
    assert way.after == CALC.replace(SUB, "")


LOADS = "a = load(x, 1)\nb = load(x, 2)\nc = load(x, 3)\nsave(a, b, c)\nclose(x)\n"


@pytest.mark.parametrize(
    ("told", "block", "sure"),
    [
        (LineMention("replace", 1, 4), "a = load(y, 1)\nb = load(y, 2)\nc = load(y, 3)\n", True),
        (LineMention("replace", 2, 3), "b = load(y, 2)\n", True),
        (LineMention("replace", 1, 2), "a = load(x, 1)\nb = load(x, 2)\n", False),  # b comes twice
        (LineMention("replace", 3, 4), "b = load(x, 2)\nc = load(y, 3)\n", False),
        (LineMention("replace", 1, 4), "a = load(y, 1)\nc = load(y, 3)\n", False),  # b goes unseen
        (LineMention("replace", 1, 5), "a = load(y, 1)\nb = load(y, 2)\nc = load(y, 3)\n", False),
        (LineMention("replace", 2, 5), "import y\nb = load(y, 2)\nsave(a, b, c)\n", False),
        (LineMention("insert", 2, 2), "b = load(y, 2)\n", False),
    ],
)
def test_a_range_alone_is_trusted_if_its_ends_are_like_the_blocks(
    told: LineMention, block: str, sure: bool
) -> None:
    file = TextFile(Path("a.py"), LOADS.encode())
    end = Placement("end", 5, 5, 0.0, LOADS + block, "at the end", sure=False)
    first = as_told(file, block, told, [end])[0]
    assert first.sure is sure
