"""When the client continues by itself: every row and fact of protocol 5."""

from __future__ import annotations

from typing import Any

import pytest

from robotui.client.continuing import MAX_CONTINUES, Continuation, has_limit_sign
from robotui.events import (
    Action,
    Event,
    Failure,
    Message,
    Observation,
    StateChange,
    Status,
    Unreadable,
    from_object,
)

# The limit texts of the versions of the base, in the order of protocol 5, fact 3.
LIMITS = [
    "Agent reached maximum number of iterations",
    "Task budget exceeded. Current cost: 4.01, Max budget: 4.00",
    "Agent reached maximum number of iterations, task paused. Please click on resume button if"
    " you'd like to continue, or start a new task.",
    "Task budget exceeded. Current cost: 4.01, Max budget: 4.00, task paused.",
    "Agent reached maximum number of iterations in headless mode, task stopped.",
    "Agent reached maximum iteration, task paused. Current iteration: 100.00, max iteration:"
    " 100.00.",
    "Agent reached maximum iteration. Current iteration: 100.00, max iteration: 100.00. ",
    "I have hit my output limit.",
    "I reached the maximum allowed tokens here",
    "The context window was exceeded",
    "Time limit has been reached.",
    "Type 'continue' to go on",
    'Please reply with "Continue".',
    "the reply\nreached its\nmax   output length",
]
ORDINARY = [
    "Would you like me to continue?",
    "Once you provide this information, I'll create a plan and proceed accordingly.",
    "All done! What's next on the agenda?",
    "I added a rate limit to the API; requests over it get a 429.",
    "The maximum number of players is 4. Shall I make it a setting?",
    "Let me know how many steps you want, and I will continue.",
    "The task takes time: O(n log n).",
    "We could continue with the tests, or paused tasks.",
    "Set max_iterations to limit the loop. Is that what you meant?",
    "Timeouts exceeded by the server are retried.",
]


def said(text: str = "Go on?", wait: bool = True, **more: Any) -> Message:
    return Message(text=text, wait_for_response=wait, source="agent", **more)


def ran(action: str = "run") -> Action:
    return Action(action=action, args={}, source="agent")


def failed(text: str) -> Failure:
    return Failure(text=text, source="agent")


def chain(*replies: list[Event], mode: Any = "limit") -> Continuation:
    """A chain after these replies; all but the last were continued."""
    made = Continuation(mode)
    for at, reply in enumerate(replies):
        if at:
            made.next_reply()
        for event in reply:
            made.add(event, "sid-1")
    return made


def continues(*replies: list[Event], mode: Any = "limit", left: float = 100) -> bool:
    return bool(chain(*replies, mode=mode).why_continue(left))


LIMIT = said("Half of it.", reason="length")


@pytest.mark.parametrize("text", LIMITS)
def test_limit_signs(text: str) -> None:
    assert has_limit_sign(text)
    assert has_limit_sign("x" * 5000 + " " + text.upper())


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_texts_have_no_limit_sign(text: str) -> None:
    assert not has_limit_sign(text)


def test_a_limit_sign_far_from_the_end_does_not_count() -> None:
    assert not has_limit_sign(LIMITS[0] + " x" * 400)


@pytest.mark.parametrize("action", ["finish", "reject"])
@pytest.mark.parametrize("mode", ["limit", "always"])
def test_finish_and_reject_are_the_end(action: str, mode: str) -> None:
    made = chain([LIMIT, StateChange(state="paused"), ran(action)], mode=mode)
    assert made.why_continue(100) == ""
    assert not made.unfinished


@pytest.mark.parametrize("mode", ["limit", "always"])
@pytest.mark.parametrize("flag", [False, "true", 1, None])
def test_without_a_json_true_it_is_the_users_turn(flag: Any, mode: str) -> None:
    args = {"content": LIMITS[0], "wait_for_response": flag, "extras": {"reason": "length"}}
    event = from_object({"action": "message", "source": "agent", "args": args})
    assert not continues([event], mode=mode)


def test_waiting_without_a_limit_sign_is_the_users_turn() -> None:
    assert not continues([said("Which file do you mean?")])


def test_always_answers_every_waiting_message() -> None:
    assert continues([said("Which file do you mean?")], mode="always")


@pytest.mark.parametrize("reason", ["max_iterations", "budget", "time", "length"])
def test_waiting_with_a_limit_reason_continues_and_names_it(reason: str) -> None:
    assert reason in chain([said("Half.", reason=reason)]).why_continue(100)


def test_an_unknown_reason_is_no_limit_sign() -> None:
    assert not continues([said("Half.", reason="bored")])


@pytest.mark.parametrize("text", LIMITS)
def test_waiting_with_limit_words_continues(text: str) -> None:
    assert continues([said(text)])


def test_off_never_continues() -> None:
    assert not continues([LIMIT], mode="off")
    assert not continues([failed(LIMITS[0])], mode="off")


@pytest.mark.parametrize("text", LIMITS[:7])
def test_an_error_with_a_limit_sign_continues_once(text: str) -> None:
    assert continues([ran(), failed(text)])
    assert continues([ran(), failed(text), StateChange(state="paused")])
    assert not continues([ran(), failed(text)], [ran(), failed(text)])
    assert not continues([ran(), failed(text)], [failed(text)])


def test_an_error_without_a_limit_sign_is_the_users_turn() -> None:
    assert not continues([failed("boom")], mode="always")


@pytest.mark.parametrize("state", ["paused", "error"])
def test_a_paused_or_error_state_needs_a_limit_sign(state: str) -> None:
    assert continues([said(LIMITS[0], wait=False), StateChange(state=state)])
    assert continues([ran(), Status(text=LIMITS[0]), StateChange(state=state)])
    assert continues([ran(), StateChange(state=state, text=LIMITS[0])])
    assert not continues([said("Hello.", wait=False), StateChange(state=state)])
    assert not continues([ran(), StateChange(state=state)])
    assert not continues([said(LIMITS[0], wait=False), StateChange(state="running")])


def test_a_status_frame_of_type_error_counts_as_an_error() -> None:
    frame = {"status_update": True, "type": "error", "id": "x", "message": LIMITS[6]}
    assert continues([from_object(frame)])


@pytest.mark.parametrize("action", ["run", "run_ipython", "delegate", "write"])
def test_a_reply_that_ends_at_work_is_offered_to_the_user(action: str) -> None:
    made = chain([said("I start."), ran(action)], mode="always")
    assert made.why_continue(100) == ""
    assert made.unfinished


def test_an_observation_at_the_end_is_work_too() -> None:
    event = Observation(observation="run", content="", extras={}, source="agent")
    assert chain([ran(), event]).unfinished
    assert not chain([said()]).unfinished


def test_what_says_nothing_does_not_hide_the_last_message() -> None:
    extra: list[Event] = [StateChange(state="awaiting_user_input"), Unreadable(why="x")]
    assert continues([LIMIT, *extra, Status(text="idle")])


def test_a_flagged_message_in_the_middle_is_no_reason() -> None:
    assert not continues([LIMIT, said("And done.", wait=False)], mode="always")


@pytest.mark.parametrize(
    "event",
    [
        Message(text="x", wait_for_response=True, reason="length", source="user"),
        Message(text="x", wait_for_response=True, reason="length", source="agent", sid="sid-2"),
        Failure(text=LIMITS[0], source="agent", sid="sid-2"),
    ],
)
def test_the_user_and_other_sessions_are_never_a_cause(event: Event) -> None:
    assert not continues([said("Hello.", wait=False), event], mode="always")
    assert continues([LIMIT, event]), "nor do they hide one"


def test_pieces_of_a_message_are_one_text() -> None:
    pieces: list[Event] = [said(piece, False, delta=True) for piece in ["Agent rea", "ched max"]]
    assert continues([*pieces, said(" iterations")])


def test_at_most_three_continues() -> None:
    replies: list[list[Event]] = [[said(f"part {n}", reason="length")] for n in range(5)]
    assert continues(*replies[:MAX_CONTINUES])
    assert not continues(*replies[: MAX_CONTINUES + 1])
    assert chain(*replies[: MAX_CONTINUES + 1]).number == MAX_CONTINUES == 3


def test_without_progress_it_stops() -> None:
    again = said("Half  of\nit.", reason="length")
    assert not continues([LIMIT], [again])
    assert not continues([LIMIT], [said("", reason="length")])
    assert continues([LIMIT], [ran(), again])
    assert continues([LIMIT], [said("The other half.", reason="length")])


def test_when_the_time_is_used_up_it_stops() -> None:
    assert not continues([LIMIT], left=0)
    assert continues([LIMIT], left=0.1)


def test_an_empty_reply_is_no_reason() -> None:
    assert not continues([], mode="always")


def test_what_is_quoted_is_no_limit_sign() -> None:
    assert not has_limit_sign("The server refused: “Token limit exceeded, say `continue`”. Retry.")
    assert has_limit_sign("“Fine”. Token limit exceeded. “Fine”")


def test_reasoning_amid_a_message_does_not_divide_it() -> None:
    chain = Continuation("limit")
    think = from_object({"source": "agent", "action": "think", "args": {"thought": "hm"}})
    for event in (
        Message(text="I hit the token", delta=True, source="agent"),
        think,
        Message(text=" limit", source="agent", wait_for_response=True),
    ):
        chain.add(event, None)
    assert chain.why_continue(9.0)
