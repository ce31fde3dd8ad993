"""Edges of the view: a chat shorter than it, a block that just fits, its first and last row."""

from __future__ import annotations

import pytest

from robotui.chats.transcript import Transcript
from robotui.layout.scrollback import Place
from robotui.layout.viewport import Viewport
from tests.layout.replies import said

PAGE = 20


def view_of(lines: int) -> Viewport:
    """A view of one reply that has so many lines; its end is followed."""
    chat = Transcript()
    said(chat, "".join(f"line {n}  \n" for n in range(lines)))
    view = Viewport()
    view.resize(60, PAGE)
    view.scrollback.load(chat.turns)
    view.settle()
    return view


def last_of(view: Viewport) -> int:
    return view.scrollback.heights.total - PAGE


@pytest.mark.parametrize("top", [0, 1, 7])
def test_a_chat_shorter_than_the_view_is_always_at_its_end(top: int) -> None:
    view = view_of(3)
    assert last_of(view) < 0
    view.following = False
    view.move(top)
    assert (view.top, view.following, view.below) == (0, True, 0)


def test_going_up_in_a_chat_shorter_than_the_view_lets_go_of_its_end() -> None:
    view = view_of(3)
    view.move(-1)
    assert (view.top, view.following) == (0, False)


def test_a_chat_as_long_as_the_view_is_at_its_end() -> None:
    view = view_of(3)
    view.resize(60, view.scrollback.heights.total)
    view.following = False
    view.move(0)
    assert (view.top, view.following) == (0, True)


def test_going_down_to_the_very_end_is_following_again_and_a_row_less_is_not() -> None:
    view = view_of(100)
    last = last_of(view)
    for top in (30, 40):
        view.move(top)
        assert (view.top, view.following) == (top, False)
    view.move(last - 1)
    assert (view.top, view.following, view.below) == (last - 1, False, 1)
    view.move(last)
    assert (view.top, view.following, view.below) == (last, True, 0)
    view.move(last + 9)
    assert (view.top, view.following) == (last, True)
    view.move(-4)
    assert (view.top, view.following) == (0, False)


def brought(top: int, first: int, end: int) -> int:
    """The row at the top after rows ``first`` to ``end`` were brought into view."""
    view = view_of(100)
    view.move(top)
    view.bring(1, first - view.scrollback.heights.top(1), end - view.scrollback.heights.top(1))
    assert not view.following
    return view.top


@pytest.mark.parametrize(
    ("rows", "top"),
    [
        (PAGE - 3, 60 + PAGE - 3 + 1 - PAGE),
        (PAGE - 2, 59),
        (PAGE - 1, 59),
        (PAGE, 59),
        (PAGE + 30, 59),
    ],
)
def test_a_block_below_is_shown_whole_with_a_row_around_it_or_from_its_beginning(
    rows: int, top: int
) -> None:
    assert brought(30, 60, 60 + rows) == top


def test_what_is_in_view_to_the_last_row_does_not_move() -> None:
    assert brought(30, 30, 30 + PAGE) == 30
    assert brought(30, 30 + PAGE - 3, 30 + PAGE) == 30
    assert brought(30, 30 + PAGE - 3, 30 + PAGE + 1) == 32
    assert brought(30, 29, 35) == 28


@pytest.mark.parametrize(
    ("row", "moves"),
    [(0, False), (PAGE // 2, False), (PAGE - 2, False), (PAGE - 1, True), (PAGE, True), (-1, True)],
)
def test_a_place_in_the_last_row_is_not_in_view_where_the_notice_may_be(
    row: int, moves: bool
) -> None:
    view = view_of(100)
    view.move(30)
    view.settle()
    place = view.scrollback.place_of(30 + row)
    assert view.scrollback.row_of(place) == 30 + row
    view.show(Place(*place))
    assert view.top == (30 + row - PAGE // 3 if moves else 30)
    assert not view.following
