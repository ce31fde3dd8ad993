"""The faults that are made: which, and where they are put."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

import robotui
from tests.mutants.__main__ import ROOMS, Copy, choose, room_of
from tests.mutants.faults import faults

PACKAGE = Path(robotui.__file__).parent


def made(source: str) -> list[str]:
    return [fault.put_into(source.encode()).decode() for fault in faults(source.encode())]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a < b", ["a <= b"]),
        ("ä not in ö", ["ä in ö"]),
        ("(a) is not (b)", ["(a) is (b)"]),
        ("a and (\n    b\n)", ["a or (\n    b\n)"]),
        ("a = not b", ["a = (b)"]),
        ("a = True", ["a = False"]),
        ("a[3]", ["a[4]"]),
        ("a + b", ["a - b"]),
        ("f()", ["pass"]),
        ("await f(  )", ["pass"]),
        ("a = f(x,\n  y, z)", ["a = f(y,\n  x, z)"]),
        ("a if b else c", ["a if (not (b)) else c"]),
        ("def f() -> None:\n    a\n    b", ["def f() -> None:\n    a\n    return\n    b"]),
    ],
)
def test_a_fault_is_put_where_it_belongs(source: str, expected: list[str]) -> None:
    assert made(source) == expected


@pytest.mark.parametrize(
    "source",
    [
        "def f(a: Literal[3]) -> Literal[4]: ...",
        "def f() -> None:\n    'Says 3 < 4.'",
        "_log.info(a)",
        "a = max(b, c)",
        "a = f'{b + c}'",
        "if TYPE_CHECKING:\n    a = 3",
        "def f(a):\n    os.kill(a + b, 9)",
    ],
)
def test_no_fault_is_made_where_it_makes_no_difference_or_harm(source: str) -> None:
    assert made(source) == []


@pytest.mark.parametrize("name", ["text.py", "chats/transcript.py", "layout/viewport.py"])
def test_a_module_with_any_fault_is_python(name: str) -> None:
    source = (PACKAGE / name).read_bytes()
    found = faults(source)
    assert len(found) > 20
    for fault in found:
        changed = fault.put_into(source)
        assert changed != source
        ast.parse(changed)


def test_the_same_seed_makes_the_same_mutants_and_the_rooms_take_turns() -> None:
    rooms = ["chats", "text.py", "edits"]
    mutants = choose(PACKAGE.parent, 30, 5, rooms)
    assert mutants == choose(PACKAGE.parent, 30, 5, rooms)
    assert mutants != choose(PACKAGE.parent, 30, 6, rooms)
    assert Counter(mutant.room for mutant in mutants) == dict.fromkeys(rooms, 10)


def test_a_copy_has_its_fault_for_as_long_as_it_is_tried_and_each_room_has_tests(
    tmp_path: Path,
) -> None:
    copy = Copy(tmp_path)
    mutant = choose(PACKAGE.parent, 1, 0, ["text.py"])[0]
    before = (tmp_path / mutant.module).read_bytes()
    with copy.holding(mutant):
        assert (tmp_path / mutant.module).read_bytes() == mutant.fault.put_into(before)
    assert (tmp_path / mutant.module).read_bytes() == before
    assert all(copy.tests(room) for room in ROOMS)


def test_the_room_of_a_module_is_the_nearest() -> None:
    assert room_of("server/models/reply.py") == "server/models"
    assert room_of("server/app.py") == "server"
    assert room_of("cli/__init__.py") is None
