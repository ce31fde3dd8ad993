"""Parts become events in the protocol's shapes."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui import events
from robotui.chats.transcript import Transcript
from robotui.server.engine import Act, End, Fail, Observe, Part, Text, Think, Wait
from robotui.server.reply_lines import Frames

SID = "07f3c70b-8c19-4ace-98a2-9a9290161656"
TIME = "2024-11-15T16:57:07.422154"


def lines(*parts: Part, deltas: bool = False) -> list[str]:
    frames = Frames(SID, 3, deltas=deltas, clock=lambda: TIME)
    made = [line for part in parts for line in frames.feed(part)]
    return made + list(frames.close())


def framed(*parts: Part, deltas: bool = False) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines(*parts, deltas=deltas)]


def test_a_message_as_the_service_sends_it() -> None:
    assert lines(Text("Hello, "), Text("wörld"), End(asks=True)) == [
        '{"id": 3, "timestamp": "2024-11-15T16:57:07.422154", "source": "agent", '
        '"message": "Hello, w\\u00f6rld", "action": "message", "args": {"content": '
        '"Hello, w\\u00f6rld", "wait_for_response": true, "extras": {}}, "sid": "' + SID + '"}\n'
    ]


def test_an_action_and_its_observation() -> None:
    act = Act("run", {"command": "ls", "background": False, "thought": ""}, "Running command: ls")
    saw = Observe("run", "a.py", {"exit_code": 0}, "Command `ls` executed with exit code 0.")
    action, observation, last = framed(act, saw)
    assert list(action) == ["id", "timestamp", "source", "message", "action", "args", "sid"]
    assert action["args"] == act.args
    names = "id timestamp source message cause observation content extras sid"
    assert " ".join(observation) == names
    assert observation["cause"] == action["id"] == 3
    assert observation["extras"] == {"exit_code": 0}
    assert (last["id"], last["args"]["content"]) == (5, "")


def test_observations_belong_to_the_actions_of_their_name_in_order() -> None:
    read, run = Act("read", {}, ""), Act("run", {}, "")
    made = framed(read, run, read, Observe("read", "1"), Observe("read", "2"), Observe("x", "3"))
    assert [event.get("cause") for event in made[3:6]] == [3, 5, None]


def test_timestamps_have_microseconds_and_no_zone() -> None:
    line = next(Frames(SID, 1, deltas=False).close())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}", json.loads(line)["timestamp"])


def test_pieces_are_deltas_and_an_empty_one_ends_them() -> None:
    made = framed(Text("a"), Text(""), Text("b"), End(usage={"output_tokens": 2}), deltas=True)
    assert [event["args"]["content"] for event in made] == ["a", "b", ""]
    extras = [event["args"]["extras"] for event in made]
    assert extras == [{"delta": True}, {"delta": True}, {"usage": {"output_tokens": 2}}]
    assert [event["id"] for event in made] == [3, 4, 5]


@pytest.mark.parametrize("part", [Act("read", {}, ""), Observe("read", ""), Fail("broken")])
def test_a_message_under_way_is_closed_before(part: Part) -> None:
    made = framed(Text("a"), part, deltas=True)
    assert made[1]["args"]["content"] == ""
    assert "delta" not in made[1]["args"]["extras"]
    assert framed(Text("a"), Text("b"), part)[0]["message"] == "ab"


def test_only_a_question_or_a_limit_waits_for_a_response() -> None:
    def end(part: End) -> dict[str, Any]:
        args: dict[str, Any] = framed(Text("a"), part)[-1]["args"]
        return {"waits": args["wait_for_response"], **args["extras"]}

    assert end(End()) == {"waits": False}
    assert end(End(asks=True)) == {"waits": True}
    assert end(End(limit="length")) == {"waits": True, "reason": "length"}


def test_a_finish_ends_a_reply_alone() -> None:
    finish = Act("finish", {"outputs": {}, "thought": ""}, "All done!")
    assert [event.get("action") for event in framed(finish)] == ["finish"]
    assert [event.get("action") for event in framed(finish, End())] == ["finish"]
    assert framed(finish, End(usage={"x": 1}))[-1]["args"]["extras"] == {"usage": {"x": 1}}
    assert [event["action"] for event in framed(finish, Text("more"))] == ["finish", "message"]


def test_nothing_at_all_is_an_empty_message() -> None:
    (event,) = framed()
    assert event["args"] == {"content": "", "wait_for_response": False, "extras": {}}


@pytest.mark.parametrize("last", [Fail("broken"), End()])
def test_nothing_follows_the_end(last: Part) -> None:
    assert framed(last, Text("more"), End()) == framed(last)


def test_a_failure_is_an_error_observation() -> None:
    (event,) = framed(Fail("no model"))
    assert (event["observation"], event["content"], event["message"], event["extras"]) == (
        "error",
        "no model",
        "no model",
        {},
    )


def test_a_thought_is_one_action_and_no_part_of_the_message() -> None:
    made = framed(Think("Let me "), Think("see."), Text("Yes"))
    assert [event["action"] for event in made] == ["think", "message"]
    assert made[0]["args"] == {"thought": "Let me see.", "extras": {}}
    assert made[1]["args"]["content"] == "Yes"


def test_a_thought_in_pieces_is_closed_by_an_empty_one() -> None:
    parts = (Text("a"), Think("b"), Think(""), Think("c"), Act("read", {}, ""), Think("d"))
    made = framed(*parts, deltas=True)
    told = [(event["action"], *event["args"].values()) for event in made if "think" in str(event)]
    piece = {"delta": True}
    thoughts = [("b", piece), ("c", piece), ("", {}), ("d", piece), ("", {})]
    assert told == [("think", *thought) for thought in thoughts]
    kinds = [event["action"] for event in made]
    assert kinds == ["message", *["think"] * 3, "message", "read", *["think"] * 2, "message"]


def test_a_thought_amid_a_message_leaves_it_open() -> None:
    parts = (Text("```\nx"), Think("b"), Text(" = 1"), Think("c"), Text("\n```"))
    made = [event["args"] for event in framed(*parts, deltas=True)]
    assert [args["content"] for args in made if "content" in args] == [
        "```\nx",
        " = 1",
        "\n```",
        "",
    ]
    assert all(args["extras"] for args in made[:-1] if "content" in args)
    thoughts = [args["thought"] for args in made if "thought" in args]
    assert thoughts == ["b", "", "c", ""]
    whole = framed(*parts)
    assert [event["action"] for event in whole] == ["think", "think", "message"]
    assert whole[-1]["message"] == "```\nx = 1\n```"


def test_waiting_is_told_in_passing_to_our_client_only() -> None:
    ours = framed(Text("a"), Wait("for it"), Text("b"), deltas=True)
    assert isinstance(events.from_object(ours[1]), events.Status)
    assert [event["message"] for event in ours] == ["a", "for it", "b", ""]
    others = framed(Text("a"), Wait("for it"), Text("b"))
    assert others[0]["observation"] == "agent_state_changed"
    assert [event["message"] for event in others] == ["", "ab"]


@pytest.mark.parametrize("bad", [float("nan"), object(), {1, 2}])
def test_what_json_has_not_is_an_error_and_leaves_the_reply_open(bad: object) -> None:
    frames = Frames(SID, 1, deltas=False)
    with pytest.raises((TypeError, ValueError)):
        list(frames.feed(Act("read", {"path": bad}, "")))
    (line,) = frames.feed(Fail("broken"))
    assert json.loads(line)["id"] == 1


PARTS = st.lists(
    st.text(max_size=5).map(Text)
    | st.text(max_size=5).map(Think)
    | st.just(Wait("for it"))
    | st.sampled_from([Act("read", {}, "Reading"), Act("finish", {}, ""), Observe("read", "x")]),
    max_size=12,
)


@given(PARTS, st.sampled_from([End(), End(asks=True), Fail("broken"), None]), st.booleans())
def test_no_character_is_lost_and_every_reply_ends_well(
    parts: list[Part], last: Part | None, deltas: bool
) -> None:
    made = lines(*parts, *([last] if last else []), deltas=deltas)
    assert all(line.index("\n") == len(line) - 1 for line in made)
    parsed = [events.parse(line) for line in made]
    assert [event.id for event in parsed] == list(range(3, 3 + len(parsed)))
    said = "".join(event.text for event in parsed if isinstance(event, events.Message))
    texts = "".join(part.piece for part in parts if isinstance(part, Text))
    assert said == texts.encode("utf-8", "replace").decode()
    end = parsed[-1]
    whole = isinstance(end, events.Message) and not end.delta
    finish = isinstance(end, events.Action) and end.action == "finish"
    assert whole or finish or isinstance(end, events.Failure)


def test_that_tools_are_off_reaches_the_transcript() -> None:
    frames = Frames(SID, 1, deltas=True)
    transcript = Transcript()
    transcript.ask("look", "RepoAgent")
    for line in frames.feed(Wait("no tools", without_tools=True)):
        transcript.receive(events.parse(line))
    assert transcript.reply is not None
    assert transcript.reply.usage == {"without_tools": 1}
