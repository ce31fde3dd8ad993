from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui import events
from robotui.chats.export import markdown
from robotui.chats.reply_parts import SHOWN_UNREADABLE
from robotui.chats.reply_text import ReplyText
from robotui.chats.transcript import Transcript
from robotui.chats.turns import Did, Notice, Prompt, Remark, Reply, Said, State, Switch
from robotui.events import Continued, Event, SessionStarted, Unreadable
from tests.chats.samples import (
    AGENT,
    OTHER,
    act,
    observe,
    parts_of,
    say,
    think,
    transcript_of,
    words,
)
from tests.strategies import wire_objects


def reply_of(*received: Event) -> Reply:
    reply = transcript_of(*received).reply
    assert reply is not None
    return reply


# --- messages ------------------------------------------------------------------------------------


def test_pieces_are_one_message() -> None:
    pieces = [say("He", delta=True), say("ll", delta=True), say("o.")]
    (said,) = parts_of(*pieces)
    assert isinstance(said, Said)
    assert (said.text, said.open) == ("Hello.", False)


@given(st.text(), st.data())
def test_every_chunking_is_the_same_message(text: str, data: st.DataObject) -> None:
    safe = events.text_of(text)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(safe)), max_size=8)))
    bounds = [0, *cuts, len(safe)]
    chunks = [safe[start:end] for start, end in pairwise(bounds)]
    received = [say(chunk, delta=True) for chunk in chunks[:-1]] + [say(chunks[-1])]
    assert [words(part) for part in parts_of(*received)] == ([safe] if safe else [])


def test_a_message_stays_open_until_its_last_piece() -> None:
    transcript = transcript_of(say("a", delta=True))
    assert transcript.speaking
    transcript.receive(say("b"))
    assert not transcript.speaking


def test_whole_messages_are_paragraphs() -> None:
    reply = reply_of(say("One."), say("Two."))
    assert [words(part) for part in reply.parts] == ["One.", "Two."]
    assert reply.text == "One.\n\nTwo."


def test_a_message_after_a_streamed_one_is_its_own() -> None:
    assert list(map(words, parts_of(say("a", delta=True), say("b"), say("c")))) == ["ab", "c"]


def test_an_empty_last_piece_ends_a_message() -> None:
    assert list(map(words, parts_of(say("a", delta=True), say(""), say("b")))) == ["a", "b"]


def test_empty_messages_leave_no_part() -> None:
    assert parts_of(say(""), say("", delta=True), say("")) == []


def test_many_pieces_are_joined_once() -> None:
    (said,) = parts_of(*(say("x", delta=True) for _ in range(100)))
    assert isinstance(said, Said)
    assert said.text == "x" * 100
    assert said.pieces == ["x" * 100]
    assert Said().text == ""


def test_the_last_message_says_whether_and_why_the_agent_waits() -> None:
    reply = reply_of(say("a", wait=True), say("b", wait=True, reason="budget"))
    assert (reply.waiting, reply.limit) == (True, "budget")
    reply = reply_of(say("a", wait=True, reason="budget"), say("b"))
    assert (reply.waiting, reply.limit) == (False, "")


# --- activities ----------------------------------------------------------------------------------


def test_a_thought_is_speech_and_the_action_an_activity() -> None:
    said, did = parts_of(act("run", thought="I look.", command="ls"))
    assert words(said) == "I look."
    assert words(did) == ("$ ls", "ls", "")


def test_an_action_without_thought_is_only_an_activity() -> None:
    (did,) = parts_of(act("write", path="a.py", content="x = 1\n"))
    assert words(did) == ("writes a.py", "x = 1\n", "")


def test_an_activity_ends_the_message_under_way() -> None:
    parts = parts_of(say("a", delta=True), act("run", command="ls"), say("b", delta=True))
    assert [type(part) for part in parts] == [Said, Did, Said]
    assert isinstance(parts[0], Said)
    assert not parts[0].open


def test_an_observation_belongs_to_the_action_that_caused_it() -> None:
    first, second = parts_of(
        act("run", 5, command="ls"),
        act("run", 6, command="pwd"),
        observe("run", "a\nb\n", cause=5, exit_code=0),
    )
    assert words(first) == ("$ ls", "ls\n\na\nb\n", "exit 0, 2 lines")
    assert words(second) == ("$ pwd", "pwd", "")


@pytest.mark.parametrize("cause", [None, 99, "5", [5]])
def test_an_observation_without_its_action_stands_alone(cause: object) -> None:
    _did, seen = parts_of(act("run", 5, command="ls"), observe("run", "out", cause=cause))
    assert words(seen) == ("run: out", "out", "")


def test_an_action_without_id_causes_nothing() -> None:
    event = events.from_object({"action": "run", "args": {"command": "ls"}})
    assert len(parts_of(event, observe("run", "out"))) == 2


def test_an_attached_observation_does_not_end_the_message_under_way() -> None:
    parts = parts_of(
        act("run", 5, command="ls"), say("a", delta=True), observe("run", "x", 5), say("b")
    )
    assert [type(part) for part in parts] == [Did, Said]
    assert words(parts[1]) == "ab"


def test_null_actions_and_observations_leave_no_part() -> None:
    assert parts_of(act("null"), observe("null", "")) == []


def test_a_null_action_still_speaks() -> None:
    assert [words(part) for part in parts_of(act("null", thought="Hm."))] == ["Hm."]


# --- remarks -------------------------------------------------------------------------------------


def test_unreadable_lines_in_a_row_are_one_remark() -> None:
    lines = [Unreadable(why="not JSON", excerpt=f"line {number}") for number in range(3)]
    (remark,) = parts_of(*lines)
    assert isinstance(remark, Remark)
    assert (remark.level, remark.count) == ("warning", 3)
    assert remark.title == "3 lines of the reply could not be read"
    assert remark.detail.splitlines() == [f"not JSON: line {number}" for number in range(3)]


def test_one_unreadable_line_says_so() -> None:
    (remark,) = parts_of(Unreadable(why="too long"))
    assert words(remark) == ("warning", "A line of the reply could not be read", "too long")


def test_of_many_unreadable_lines_only_some_are_shown() -> None:
    (remark,) = parts_of(*(Unreadable(why="bad") for _ in range(1000)))
    assert isinstance(remark, Remark)
    assert remark.count == 1000
    assert remark.detail.count("bad") == SHOWN_UNREADABLE


def test_an_unreadable_line_does_not_count_into_another_remark() -> None:
    session, unreadable = parts_of(SessionStarted(sid="s", why="gone"), Unreadable(why="bad"))
    assert words(session) == ("warning", "A new session was started", "gone")
    assert words(unreadable) == ("warning", "A line of the reply could not be read", "bad")


def test_an_error_of_the_server_is_a_remark() -> None:
    (remark,) = parts_of(observe("error", "boom"))
    assert words(remark) == ("error", "The server reports an error: boom", "boom")


def test_the_first_session_is_not_worth_a_remark() -> None:
    assert parts_of(SessionStarted(sid="s")) == []


def test_a_state_is_shown_only_with_a_word_about_it() -> None:
    quiet = observe("agent_state_changed", "", agent_state="paused")
    told = observe("agent_state_changed", "too dear", agent_state="paused")
    (remark,) = parts_of(quiet, told)
    assert words(remark) == ("info", "The agent's state is paused", "too dear")


def test_a_status_passes() -> None:
    transcript = transcript_of(events.from_object({"message": "Starting."}))
    reply = transcript.reply
    assert reply is not None
    assert (reply.status, reply.parts) == ("Starting.", [])
    transcript.close("done")
    assert reply.status == ""


# --- prompts and replies -------------------------------------------------------------------------


def test_a_prompt_opens_a_reply() -> None:
    transcript = Transcript()
    reply = transcript.ask("Where?", AGENT, 5.0)
    prompt, opened = transcript.turns
    assert isinstance(prompt, Prompt)
    assert (prompt.text, prompt.agent, prompt.at, prompt.automatic) == ("Where?", AGENT, 5.0, "")
    assert opened is reply is transcript.reply
    assert (reply.agent, reply.began, reply.state) == (AGENT, 5.0, "streaming")


@pytest.mark.parametrize("state", ["done", "interrupted", "failed"])
def test_a_closed_reply_keeps_what_came_and_takes_no_more(state: State) -> None:
    transcript = transcript_of(say("half", delta=True))
    transcript.close(state, 9.0)
    transcript.receive(say("late"))
    transcript.close("done", 10.0)
    reply = transcript.turns[-1]
    assert isinstance(reply, Reply)
    assert (reply.state, reply.ended, reply.text) == (state, 9.0, "half")
    assert transcript.reply is None
    assert not transcript.speaking


def test_nothing_is_folded_before_the_first_prompt() -> None:
    transcript = Transcript()
    transcript.receive(say("early"))
    transcript.receive(Continued(number=1, why="limit"))
    transcript.close("done")
    assert transcript.turns == []


def test_an_automatic_continue_shows_and_opens_a_reply() -> None:
    transcript = transcript_of(say("a", wait=True), Continued(number=1, why="budget"), say("b"))
    first, reply, prompt, second = transcript.turns
    assert isinstance(first, Prompt)
    assert isinstance(reply, Reply)
    assert (reply.state, reply.text) == ("done", "a")
    assert isinstance(prompt, Prompt)
    assert (prompt.text, prompt.automatic, prompt.agent) == ("continue", "budget", AGENT)
    assert isinstance(second, Reply)
    assert second.text == "b"


@pytest.mark.parametrize("reason", ["length", "time"])
def test_a_reply_that_was_cut_goes_on_as_one_text(reason: str) -> None:
    transcript = transcript_of(
        say("```py\nx = ", delta=True),
        say("", wait=True, reason=reason),
        Continued(number=1, why=reason),
        think("hm", delta=True),
        think(""),
        say("1\n", wait=True, reason=reason),
        Continued(number=2, why=reason),
        say("```", delta=True),
        say(""),
    )
    _, reply = transcript.turns
    assert isinstance(reply, Reply)
    assert reply.text == "```py\nx = 1\n```"
    assert (reply.continued, reply.limit, reply.waiting) == (2, "", False)
    assert [type(part) for part in reply.parts] == [Said, Did]
    assert not transcript.speaking


def test_after_a_cut_only_what_was_asked_for_goes_on_with_the_message() -> None:
    cut = say("a", wait=True, reason="length")
    assert [words(part) for part in parts_of(cut, say("b"))] == ["a", "b"]
    parts = parts_of(cut, act("run", command="ls"), Continued(number=1, why="limit"), say("b"))
    assert [type(part) for part in parts] == [Said, Did, Said]
    transcript = transcript_of(cut)
    transcript.ask("continue", AGENT)
    assert len(transcript.turns) == 4


def test_reasoning_amid_words_leaves_them_one_text() -> None:
    text = ["```py\n", "x = 1\n", "```"]
    received = [think("first", delta=True), think("")]
    for piece in text:
        received += [say(piece, delta=True), think("more", delta=True), think("")]
    for parts in (parts_of(*received, say("")), parts_of(*received[2:], say(""))):
        said = [part for part in parts if isinstance(part, Said)]
        (did,) = (part for part in parts if isinstance(part, Did))
        assert [(part.text, part.open) for part in said] == [("".join(text), False)]
        assert did.detail.endswith("more\n\nmore\n\nmore")
        assert did.title.startswith("thought: ")
        assert not did.open


def test_a_prompt_over_an_open_reply_means_it_was_interrupted() -> None:
    transcript = transcript_of(say("half", delta=True))
    transcript.ask("Again?", AGENT)
    reply = transcript.turns[1]
    assert isinstance(reply, Reply)
    assert reply.state == "interrupted"


# --- switches and notices ------------------------------------------------------------------------


def test_a_switch_shows() -> None:
    transcript = Transcript()
    transcript.switch(OTHER, AGENT)
    (switch,) = transcript.turns
    assert isinstance(switch, Switch)
    assert (switch.agent, switch.previous) == (OTHER, AGENT)


def test_a_second_switch_replaces_the_first() -> None:
    transcript = Transcript()
    transcript.switch("B", "A")
    transcript.switch("C", "B")
    (switch,) = transcript.turns
    assert isinstance(switch, Switch)
    assert (switch.agent, switch.previous) == ("C", "A")


def test_a_switch_there_and_back_is_none() -> None:
    transcript = Transcript()
    transcript.switch("B", "A")
    transcript.switch("C", "B")
    transcript.switch("A", "C")
    assert transcript.turns == []
    transcript.switch("A", "A")
    assert transcript.turns == []


def test_a_switch_before_a_prompt_stays() -> None:
    transcript = Transcript()
    transcript.switch("B", "A")
    transcript.ask("x", "B")
    transcript.close("done")
    transcript.switch("A", "B")
    assert [type(turn) for turn in transcript.turns] == [Switch, Prompt, Reply, Switch]


def test_a_switch_or_notice_while_a_reply_comes_in_does_not_end_it() -> None:
    transcript = transcript_of(say("a", delta=True))
    transcript.switch(OTHER, AGENT)
    transcript.note("info", "by the way")
    transcript.receive(say("b"))
    reply = transcript.turns[1]
    assert isinstance(reply, Reply)
    assert reply.text == "ab"


def test_a_notice_keeps_what_to_do() -> None:
    transcript = Transcript()
    transcript.note("error", "It failed", "Try again.", retry=True)
    (notice,) = transcript.turns
    assert isinstance(notice, Notice)
    assert (notice.level, notice.headline, notice.remedy) == ("error", "It failed", "Try again.")
    assert notice.retry


@given(st.lists(wire_objects, max_size=6))
def test_any_events_can_be_folded(raws: list[dict[str, object]]) -> None:
    received = [events.from_object(raw) for raw in raws]
    transcript = transcript_of(*received)
    transcript.close("done")
    reply = transcript.turns[1]
    assert isinstance(reply, Reply)
    assert reply.state == "done"
    repr([words(part) for part in reply.parts]).encode("utf-8")
    "".join(part.text for part in reply.parts if isinstance(part, Said)).encode("utf-8")


def test_reasoning_is_one_activity_whose_detail_grows() -> None:
    transcript = Transcript()
    reply = transcript.ask("?", "RepoAgent")
    for piece in ("first ", "sec", "ond"):
        transcript.receive(think(piece, delta=True))
    (part,) = reply.parts
    assert isinstance(part, Did)
    assert (part.title, part.detail, part.open) == ("thinking …", "first second", True)
    transcript.receive(think(""))
    assert (part.title, part.detail, part.open) == ("thought: 2 words", "first second", False)
    transcript.receive(think("whole"))
    assert [p.title for p in reply.parts if isinstance(p, Did)] == [
        "thought: 2 words",
        "thought: 1 word",
    ]
    assert reply.text == ""


def test_reasoning_ends_with_what_comes_next_or_with_the_reply() -> None:
    transcript = Transcript()
    reply = transcript.ask("?", "RepoAgent")
    transcript.receive(think("a b", delta=True))
    transcript.receive(events.from_object({"action": "message", "args": {"content": "answer"}}))
    transcript.receive(think("c", delta=True))
    transcript.close("interrupted")
    titles = [part.title for part in reply.parts if isinstance(part, Did)]
    assert titles == ["thought: 2 words", "thought: 1 word"]
    assert reply.text == "answer"


def test_a_thought_without_words_is_shown_as_any_action() -> None:
    transcript = Transcript()
    reply = transcript.ask("?", "RepoAgent")
    transcript.receive(think(""))
    (part,) = reply.parts
    assert isinstance(part, Did)
    assert part.title == "Thinking"


def test_a_code_block_that_was_cut_is_one_block_though_it_was_shown_before() -> None:
    transcript = transcript_of()
    reply = transcript.reply
    assert reply is not None
    text = ReplyText(reply)
    for event in (
        say("```py\nx = ", delta=True),
        say("", wait=True, reason="length"),
        Continued(number=1, why="length"),
        think("hm", delta=True),
        say("1\n", delta=True),
        think("hm", delta=True),
        think(""),
        say("y = 2\n```\n", delta=True),
        think(""),
        say(""),
    ):
        transcript.receive(event)
        text.update()
    transcript.close("done")
    text.update()
    assert [block.lines for block in text.code_blocks] == [["x = 1\n", "y = 2\n"]]
    assert markdown(transcript.turns).count("```py\nx = 1\ny = 2\n```") == 1


def test_a_message_without_words_ends_the_reasoning_beside_its_words() -> None:
    cut = say("", wait=True, reason="length")
    said, did = parts_of(say("a", delta=True), think("hm", delta=True), cut)
    assert isinstance(said, Said)
    assert isinstance(did, Did)
    assert (said.open, did.title, did.open) == (True, "thought: 1 word", False)


def test_an_empty_piece_of_another_message_ends_what_was_cut() -> None:
    (said,) = parts_of(say("a", wait=True, reason="length"), say("", delta=True))
    assert isinstance(said, Said)
    assert not said.open
