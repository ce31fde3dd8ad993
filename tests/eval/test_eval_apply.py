from __future__ import annotations

import dataclasses
from itertools import islice
from pathlib import Path

import pytest

from tests.eval.apply.judging import same
from tests.eval.apply.python_source import parsed
from tests.eval.apply.report import Result, fits, judged, report, tried
from tests.eval.apply.slots import PLAN, Edit, edits
from tests.eval.apply.source import Source
from tests.eval.apply.sources import OWN, find, parse

BEFORE = """\
import os


class Shop:
    def open(self):
        return 1

    def close(self):
        return 2


def main():
    print(Shop().open())
"""
METHOD = "    def sell(self):\n        return 3\n"
EDIT = Edit(
    kind="insert",
    form="plain",
    path="shop.py",
    language="python",
    before=BEFORE,
    block=METHOD,
    right=(
        BEFORE.replace("    def close", METHOD + "\n    def close"),
        BEFORE.replace("        return 2\n", "        return 2\n\n" + METHOD),
    ),
    ask="no",
    line=None,
    note="",
)


@pytest.mark.parametrize(
    ("after", "verdict"),
    [
        (BEFORE.replace("    def close", METHOD + "\n    def close"), "right"),
        (BEFORE.replace("        return 2\n", "        return 2\n\n" + METHOD), "right"),
        (BEFORE.replace("        return 2\n", "        return 2\n" + METHOD), "right"),
        (BEFORE.replace("        return 2\n", "        return 2\n\n\n" + METHOD), "right"),
        (BEFORE.replace("    def close(self):\n        return 2\n", METHOD), "wrong"),
        (BEFORE + METHOD, "wrong"),
        (BEFORE.replace("        return 1\n", "        return 1\n" + METHOD[4:]), "wrong"),
        (BEFORE, "wrong"),
        (BEFORE.replace("import os\n\n\n", "import os\n") + "\n" + METHOD, "wrong"),
        (EDIT.right[0].rstrip("\n"), "wrong"),
        (EDIT.right[0].replace("\n", "\r\n"), "wrong"),
        (EDIT.right[0].replace("import os\n\n\n", "import os\n"), "wrong"),
    ],
)
def test_a_result_is_judged_by_its_lines(after: str, verdict: str) -> None:
    assert judged(EDIT, after, sure=True) == verdict
    assert judged(EDIT, after, sure=False) == "asked"


def test_a_sure_answer_is_wrong_where_nobody_could_know() -> None:
    edit = dataclasses.replace(EDIT, ask="must")
    assert judged(edit, EDIT.right[0], sure=True) == "wrong"
    assert Result(edit, "asked", "", "").honest


def test_blank_lines_count_within_code_and_strings() -> None:
    before = 'A = """x\n\ny"""\n\n\nB = 1\n'
    assert same(before, before, before, python=True)
    assert not same(before, before.replace("x\n\ny", "x\ny"), before, python=True)
    assert not same(before, before.replace("\n\n\nB", "\nB"), before, python=False)
    assert same(before, before.replace("B = 1", "B = 2   "), before.replace("1", "2"), python=True)


def test_a_seam_may_be_seen_in_two_places() -> None:
    def shop(name: str) -> str:
        return f"func {name}() error {{\n\tlog()\n\treturn nil\n}}\n"

    before = f"{shop('a')}\n{shop('b')}"
    right = f"{shop('a')}\n\n{shop('c')}\n\n{shop('b')}"
    assert same(before, f"{shop('a')}\n{shop('c')}\n{shop('b')}", right, python=False)
    spoiled = right.replace("error {\n", "error {\n\n")
    assert not same(before, spoiled, right, python=False)


def test_a_file_that_lost_its_neighbour_is_not_the_same_in_any_language() -> None:
    before = "a {\n  x: 1;\n}\n\nb {\n  y: 2;\n}\n"
    right = before.replace("1", "3")
    assert same(before, right, right, python=False)
    assert not same(before, "a {\n  x: 3;\n}\n", right, python=False)


@pytest.fixture(scope="module")
def sources() -> list[Source]:
    return [*find([Path(__file__).parents[2] / "robotui" / "chats"]), *find([])]


def test_files_are_taken_apart(sources: list[Source]) -> None:
    known = {source.language: source for source in sources if source.path.startswith(OWN.name)}
    assert set(known) == {"typescript", "go", "rust", "java", "c"}
    assert [holder.name for holder in known["typescript"].holders] == ["Shelf", "Ledger"]
    assert known["go"].named("Len") == known["java"].named("toString") == 2
    assert parse("x.c", "int f()\n{\n" + "\tx();\n" * 40) is None


def test_edits_are_always_the_same_and_can_be_right(sources: list[Source]) -> None:
    few = {kind: dict.fromkeys(groups, 1) for kind, groups in PLAN.items()}
    made = list(edits(sources, few))
    assert made[:9] == list(islice(edits(sources, few), 9))
    assert {edit.kind for edit in made} == set(PLAN)
    for edit in made:
        assert all(fits(edit, right) for right in (edit.right[0], edit.right[-1]))
        assert not fits(edit, edit.before)
        assert not fits(edit, edit.before + edit.block)
        if edit.language == "python":
            assert parsed(edit.right[0])


def test_there_are_300() -> None:
    assert sum(sum(groups.values()) for groups in PLAN.values()) == 300


def test_an_edit_is_tried_and_the_report_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    block = "def main():\n    print(Shop().close())\n"
    right = BEFORE.replace("Shop().open", "Shop().close")
    edit = dataclasses.replace(EDIT, kind="replace", block=block, right=(right,))
    result = tried(edit, tmp_path)
    assert (result.verdict, list(tmp_path.iterdir())) == ("right", [])
    assert report([result]) == 0
    assert report([result, Result(edit, "wrong", "", "")]) == 1
    assert report([result, Result(edit, "asked", "", "")]) == 1
    assert "100.0%" in capsys.readouterr().out
