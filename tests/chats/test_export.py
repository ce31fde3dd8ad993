"""A chat as Markdown."""

from __future__ import annotations

from robotui.chats.export import markdown, newest
from robotui.chats.transcript import Transcript
from robotui.chats.turns import Did, Said


def chat(count: int) -> Transcript:
    transcript = Transcript()
    for number in range(count):
        reply = transcript.ask(f"question {number}", "RepoAgent")
        reply.parts += [Did("read a.py"), Said([f"answer {number}  \n\tas it came"])]
        transcript.close("done")
    return transcript


def test_words_stay_as_they_were() -> None:
    transcript = chat(1)
    transcript.switch("FrontEndAgent", "RepoAgent")
    transcript.note("error", "It broke")
    assert markdown(transcript.turns) == (
        "## To RepoAgent\n\nquestion 0\n\n## RepoAgent\n\n(read a.py)\n\n"
        "answer 0  \n\tas it came\n\n(FrontEndAgent from here on)\n\n(It broke)\n"
    )


def test_the_newest_turns_that_fit() -> None:
    turns = chat(50).turns
    text = newest(turns, 300)
    assert "answer 49" in text
    assert "answer 40" not in text
    assert len(text) <= 320
    assert newest(turns, 10**6) == markdown(turns)
    assert "answer 49" in newest(turns, 1)
    assert newest([], 10) == "\n"


def test_turns_that_fit_exactly_are_all_there() -> None:
    turns = chat(3).turns
    room = sum(len(markdown([turn]).removesuffix("\n")) for turn in turns[-2:])
    assert newest(turns, room) == markdown(turns[-2:])
    assert newest(turns, room - 1) == markdown(turns[-1:])
