from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from robotui.ui.dialogs.write_offer import WriteOffer
from robotui.workspace.diff import Diff
from robotui.workspace.merge.placement import Placement
from robotui.workspace.plan import Plan
from robotui.workspace.text_file import TextFile

FILE = TextFile(Path("/w/a.py"), b"a\nb\n")


def way(after: str = "a\nc\n", **options: Any) -> Placement:
    return Placement("region", 1, 2, 1.0, after, "replaces line 2", **options)


def offer(
    *ways: Placement, file: TextFile = FILE, runs: str = "", outside: bool = False
) -> WriteOffer:
    found = WriteOffer(Plan(file, list(ways), outside, "a.py", runs))
    found.diff = Diff.of("a\nb\n", found.way.after)
    return found


def test_what_is_sure_is_written_by_one_key() -> None:
    it = offer(way())
    assert it.acceptable
    assert not it.has_choice
    assert it.accept()


def test_nothing_is_acceptable_before_it_is_seen() -> None:
    it = offer(way())
    it.diff = None
    assert not it.acceptable


def test_what_changes_nothing_is_not_acceptable_but_an_empty_new_file_is() -> None:
    assert not offer(way("a\nb\n")).acceptable
    assert offer(way(""), file=TextFile(Path("/w/a.py"), None)).acceptable


@pytest.mark.parametrize(
    ("options", "runs", "asked"),
    [
        ({"removes": 1}, "", "Removes 1 line that the block does not show. y again writes it"),
        ({"removes": 3}, "git runs it", "Removes 3 lines"),
        ({}, "git runs it", "y again writes it. Careful: git runs it"),
        ({"sure": False}, "", "This is a guess. y again writes it"),
    ],
)
def test_a_risk_is_asked_about_once_more(options: dict[str, Any], runs: str, asked: str) -> None:
    it = offer(way(**options), runs=runs)
    assert it.acceptable
    assert not it.told().plain.startswith(asked)
    assert not it.accept()
    assert it.told([("→ a.py\n", "bold")]).plain.startswith(asked)
    assert "\n→ a.py\nReplaces line 2" in it.told([("→ a.py\n", "bold")]).plain
    assert it.accept()


def test_of_several_ways_one_is_chosen_first() -> None:
    it = offer(way(sure=False), way("x\na\nb\n", sure=False))
    assert (it.has_choice, it.acceptable) == (True, False)
    assert "1 of 2: Replaces line 2" in it.told().plain
    assert "Choose the place: n and p step through them." in it.told().plain
    it.step(-1)
    assert it.diff is None
    it.diff = Diff.of("", "")
    assert (it.way.after, it.acceptable) == ("x\na\nb\n", True)
    assert "2 of 2" in it.told().plain
    assert "Choose" not in it.told().plain
    assert it.accept()


def test_a_step_forgets_what_was_asked() -> None:
    it = offer(way(removes=1), way(removes=2))
    assert not it.accept()
    it.step(1)
    it.diff = Diff.of("", "")
    assert not it.accept()


@pytest.mark.parametrize(
    ("data", "outside", "warnings", "harmless"),
    [
        (None, False, (), True),
        (b"a", False, (), False),
        (None, True, (), False),
        (None, False, ("?",), False),
    ],
)
def test_only_a_new_file_in_the_workspace_is_harmless(
    data: bytes | None, outside: bool, warnings: tuple[str, ...], harmless: bool
) -> None:
    file = TextFile(Path("/w/a.py"), data)
    assert offer(way(warnings=warnings), file=file, outside=outside).is_harmless is harmless
