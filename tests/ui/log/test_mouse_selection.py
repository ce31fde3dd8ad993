"""From a press to its release, without a screen."""

from __future__ import annotations

from typing import TypeVar

import pytest
from textual import events

from robotui.chats.transcript import Transcript
from tests.layout.replies import said
from tests.ui.log.fake_log import HEIGHT, FakeLog

E = TypeVar("E", bound=events.MouseEvent)


def mouse(kind: type[E], x: int, y: int, button: int = 1) -> E:
    return kind(None, x, y, 0, 0, button, False, False, False)


def log_of(lines: int) -> FakeLog:
    chat = Transcript()
    said(chat, "".join(f"line {n} of them  \n" for n in range(lines)))
    return FakeLog(chat)


def press(log: FakeLog, x: int, y: int, button: int = 1) -> None:
    log.selecting.take(mouse(events.MouseDown, x, y, button))


def move(log: FakeLog, x: int, y: int) -> None:
    log.selecting.take(mouse(events.MouseMove, x, y))


def release(log: FakeLog) -> None:
    log.selecting.take(mouse(events.MouseUp, 0, 0))


def test_a_drag_selects_what_is_between() -> None:
    log = log_of(3)
    y = log.row_of("line 0")
    press(log, 3 + len("line "), y)
    move(log, 3 + len("line") - 1, y + 1)
    release(log)
    assert log.text() == "0 of them\nline"
    assert log.fake_app.mouse_captured is None
    assert all(timer.stopped for timer in log.timers)


def test_a_press_that_does_not_move_selects_nothing_and_lets_the_end_be_followed() -> None:
    log = log_of(50)
    press(log, 5, 5)
    assert not log.view.following
    move(log, 5, 5)
    assert (log.selected, log.timers) == (None, [])
    release(log)
    assert log.view.following


@pytest.mark.parametrize("button", [2, 3])
def test_other_buttons_do_not_select(button: int) -> None:
    log = log_of(50)
    press(log, 5, 5, button)
    move(log, 9, 9)
    assert log.selected is None
    assert log.view.following
    assert log.selecting.press is not None
    assert log.selecting.press.spot is not None


@pytest.mark.parametrize(("y", "rows"), [(-3, -4), (0, -1), (1, 0), (HEIGHT - 1, 1), (HEIGHT, 2)])
def test_a_mouse_beyond_an_edge_scrolls_by_as_many_rows(y: int, rows: int) -> None:
    log = log_of(100)
    log.scroll_to(y=40)
    press(log, 5, 5)
    move(log, 5, y)
    (timer,) = log.timers
    timer.run()
    assert log.view.top == 40 + rows


def test_what_comes_under_a_held_mouse_is_selected_too() -> None:
    log = log_of(100)
    log.scroll_to(y=40)
    press(log, 0, 5)
    move(log, 0, 6)
    before = log.selected
    log.view.top += 3
    log.update()
    assert before is not None
    assert log.selected is not None
    assert log.selected[0] == before[0]
    assert log.selected[1] > before[1]


def test_when_somebody_else_takes_the_mouse_selecting_ends() -> None:
    log = log_of(100)
    press(log, 0, 5)
    move(log, 0, 6)
    log.fake_app.mouse_captured = None
    log.selecting.take(events.MouseRelease(mouse(events.MouseMove, 0, 0).screen_offset))
    selected = log.selected
    move(log, 0, 9)
    assert log.selected == selected
    assert log.timers[0].stopped


def test_a_word_or_its_line_is_selected() -> None:
    log = log_of(3)
    press(log, 3, log.row_of("line 1"))
    assert log.selecting.press is not None
    log.selecting.select_around(log.selecting.press, whole_line=False)
    assert log.text() == "line"
    log.selecting.select_around(log.selecting.press, whole_line=True)
    assert log.text() == "line 1 of them"
