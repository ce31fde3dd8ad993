"""The state of an open list."""

from __future__ import annotations

import pytest

from robotui.ui.completion import Choice, Offer, OpenList


def offer(*labels: str, optional: bool = False) -> Offer:
    return Offer(1, [Choice(label, label, label) for label in labels], optional)


def picked(shown: OpenList) -> str:
    return shown.choice.label if shown.choice else ""


@pytest.mark.parametrize(
    ("steps", "optional", "expected"),
    [
        ([], False, "a"),
        ([1], False, "b"),
        ([1, 1, 1], False, "a"),
        ([-1], False, "c"),
        ([], True, ""),
        ([1], True, "a"),
        ([-1], True, "c"),
        ([1, -1], True, "c"),
    ],
)
def test_moving_goes_round(steps: list[int], optional: bool, expected: str) -> None:
    shown = OpenList(offer("a", "b", "c", optional=optional))
    for step in steps:
        shown.move(step)
    assert picked(shown) == expected


def test_what_was_moved_to_stays_picked_while_it_is_offered() -> None:
    shown = OpenList(offer("a", "b", "c"))
    shown.move(1)
    shown.renew(offer("x", "b"))
    assert picked(shown) == "b"
    shown.renew(offer("c", "x"))
    assert picked(shown) == "c"
    shown.renew(offer("b", "c"))
    assert picked(shown) == "b"


def test_the_best_is_picked_while_nothing_was_moved_to() -> None:
    shown = OpenList(offer("a", "b"))
    shown.renew(offer("b", "a"))
    assert picked(shown) == "b"
    shown.renew(offer("b", "a", optional=True))
    assert not picked(shown)
