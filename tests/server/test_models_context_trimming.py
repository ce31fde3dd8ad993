"""What is left out first when a conversation is too long."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pydantic_ai.messages import (
    ModelMessage,
    ModelRequest,
    ModelResponse,
    TextPart,
    ThinkingPart,
    ToolCallPart,
    ToolReturnPart,
    UserPromptPart,
)

from robotui.server.models.context_trimming import fit, is_prompt, size


def asked(text: str) -> ModelRequest:
    return ModelRequest(parts=[UserPromptPart(content=text)])


def said(text: str, *thoughts: str) -> ModelResponse:
    thinking = [ThinkingPart(content=thought) for thought in thoughts]
    return ModelResponse(parts=[*thinking, TextPart(content=text)])


def looked(output: str, name: str = "c") -> list[ModelMessage]:
    call = ToolCallPart(tool_name="read_file", args="{}", tool_call_id=name)
    result = ToolReturnPart(tool_name="read_file", content=output, tool_call_id=name)
    return [ModelResponse(parts=[call]), ModelRequest(parts=[result])]


def outputs(messages: list[ModelMessage]) -> list[str]:
    parts = [part for message in messages for part in message.parts]
    return [str(part.content) for part in parts if isinstance(part, ToolReturnPart)]


def prompts(messages: list[ModelMessage]) -> list[str]:
    parts = [part for message in messages for part in message.parts]
    return [str(part.content) for part in parts if isinstance(part, UserPromptPart)]


def test_what_fits_is_left_alone() -> None:
    messages = [asked("a"), *looked("b"), said("c"), asked("d")]
    assert fit(messages, 10_000) == messages


def test_the_oldest_outputs_go_first() -> None:
    messages = [asked("1"), *looked("x" * 900), said("a"), asked("2"), *looked("y" * 900)]
    kept = fit(messages, 1300)
    assert prompts(kept) == ["1", "2"]
    assert outputs(kept)[0].startswith("(left out")
    assert outputs(kept)[1] == "y" * 900
    assert outputs(messages)[0] == "x" * 900


def test_then_the_oldest_turns() -> None:
    messages: list[ModelMessage] = [
        asked("1"),
        said("x" * 900),
        asked("2"),
        said("y" * 500),
        asked("3"),
    ]
    assert prompts(fit(messages, 1000)) == ["2", "3"]
    assert prompts(fit(messages, 10)) == ["3"]


def test_then_the_ends_of_the_latest_outputs() -> None:
    (output,) = outputs(fit([asked("1"), *looked("x" * 9000)], 2000))
    assert 200 < len(output) < 2000
    assert output.endswith("long)")


def test_the_latest_prompt_stays_whatever_its_length() -> None:
    assert prompts(fit([asked("1"), said("a"), asked("x" * 900)], 100)) == ["x" * 900]


def test_reasoning_of_earlier_turns_goes_that_of_this_one_stays() -> None:
    now = ModelResponse(parts=[ThinkingPart(content="now"), *looked("")[0].parts])
    kept = fit([asked("1"), said("a", "before"), asked("2"), now], 10_000)
    thoughts = [p.content for m in kept for p in m.parts if isinstance(p, ThinkingPart)]
    assert thoughts == ["now"]


TURN = st.builds(
    lambda prompt, output, answer: [asked(prompt), *looked(output), said(answer)],
    *[st.text(max_size=400)] * 3,
)


@given(st.lists(TURN, max_size=6), st.text(max_size=50), st.integers(0, 4000))
def test_calls_and_results_stay_together(
    turns: list[list[ModelMessage]], prompt: str, budget: int
) -> None:
    messages = [*(message for turn in turns for message in turn), asked(prompt)]
    kept = fit(messages, budget)
    assert is_prompt(kept[0])
    assert prompts(kept)[-1] == prompt
    calls = [p.tool_call_id for m in kept for p in m.parts if isinstance(p, ToolCallPart)]
    results = [p.tool_call_id for m in kept for p in m.parts if isinstance(p, ToolReturnPart)]
    assert calls == results
    assert size(kept) <= max(budget, size(messages[-1:]))


def test_of_a_long_answer_that_is_gone_on_with_the_last_lines_are_read() -> None:
    answer = "".join(f"line {number}\n" for number in range(2000)) + "and the l"
    kept = fit([asked("1"), *looked("x" * 900), said(answer)], 3000)
    (part,) = kept[-1].parts
    assert isinstance(part, TextPart)
    assert answer.endswith("\n" + part.content)
    assert part.content.startswith("line ")
    assert 2000 < size(kept) <= 3000


@given(st.text(min_size=800), st.integers(-100, 2000))
def test_an_answer_that_is_gone_on_with_keeps_its_end(answer: str, budget: int) -> None:
    (part,) = fit([asked("1"), said(answer)], budget)[-1].parts
    assert isinstance(part, TextPart)
    assert part.content
    assert answer.encode("utf-8", "replace").decode().endswith(part.content)
