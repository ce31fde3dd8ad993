"""The words of an answer: reasoning between tags at its start, characters that came in halves."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_ai.messages import PartStartEvent, TextPart, ThinkingPart

from robotui.server.engine import Text, Think
from robotui.server.models.streaming import Words, paired
from tests.server.model_server import ask, end, engine_for, model_server, says, text, thoughts


def heard(*pieces: str, kind: type[TextPart | ThinkingPart] = TextPart) -> tuple[str, str]:
    """The reasoning and the text that pieces make."""
    words = Words()
    events = [PartStartEvent(index=0, part=kind(content=piece)) for piece in pieces]
    parts = [part for event in events for part in words.take(event)] + list(words.flush())
    thought = "".join(part.piece for part in parts if isinstance(part, Think))
    return thought, "".join(part.piece for part in parts if isinstance(part, Text))


CASES = [
    ("Yes.", "", "Yes."),
    ("<think>a\nb</think>\n\nYes.", "a\nb", "Yes."),
    ("\n <think>a < b </thin</think>  Yes.", "a < b </thin", "  Yes."),
    ("<think>never closed</thi", "never closed</thi", ""),
    ("Use `<think>` and </think>.", "", "Use `<think>` and </think>."),
    ("<think>a</think>Use <think>b</think>", "a", "Use <think>b</think>"),
    ("<thin", "", "<thin"),
    ("  \n", "", "  \n"),
    ("<thinking>", "", "<thinking>"),
    ("</think>", "", "</think>"),
]


@pytest.mark.parametrize(("whole", "thought", "said"), CASES)
def test_a_tag_counts_at_the_very_start_only(whole: str, thought: str, said: str) -> None:
    assert heard(whole) == heard(*whole) == (thought, said)


@given(st.sampled_from([case[0] for case in CASES]) | st.text(), st.data())
def test_every_chunking_is_heard_the_same(whole: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    pieces = [whole[start:stop] for start, stop in pairwise([0, *cuts, len(whole)])]
    assert heard(*pieces) == heard(whole)


@pytest.mark.parametrize("kind", [TextPart, ThinkingPart])
def test_the_halves_of_a_character_are_put_together(
    kind: type[TextPart | ThinkingPart],
) -> None:
    assert "".join(heard("a\ud83d", "\ude00b", kind=kind)) == "a😀b"
    assert "".join(heard("a\ud83d", "b", "\ude00", "\ud83d", kind=kind)) == "a�b��"


def test_half_a_character_is_replaced() -> None:
    assert paired("a\ud83d\ude00\ud83db\ude00") == "a😀�b�"


async def test_tags_and_halves_come_through_a_model(tmp_path: Path) -> None:
    script = says("<think>", "hm", "</think>", "The tag ", "<think>", " ends with ", "</think>")
    async with model_server(script) as server, engine_for(server.url, tmp_path) as engine:
        parts = await ask(engine)
    assert (thoughts(parts), text(parts)) == ("hm", "The tag <think> ends with </think>")

    script = says("Hi \ud83d", "\ude00 and \ud83d")
    async with model_server(script) as server, engine_for(server.url, tmp_path) as engine:
        parts = await ask(engine, "half \ud83d")
        await ask(engine, "again")
    assert text(parts) == "Hi 😀 and �"
    assert end(parts).limit is None
    assert server.turns[1].messages[-2]["content"] == "Hi 😀 and �"
