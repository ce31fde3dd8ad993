"""What keys do with the code blocks of a log, without a screen."""

from __future__ import annotations

import pytest

from robotui.chats.transcript import Transcript
from robotui.layout.block_actions import BlockAction
from robotui.ui.log.code_blocks import ACTIONS
from robotui.ui.log.messages import BlockActionRequested, BlockLeft, NoMoreBlocks
from tests.layout.replies import code, said
from tests.ui.log.fake_log import FakeLog


def log_of(*texts: str) -> FakeLog:
    chat = Transcript()
    for text in texts:
        said(chat, text)
    return FakeLog(chat)


def walked(log: FakeLog) -> str:
    return log.blocks.walked.source.strip() if log.blocks.walked else ""


def test_the_blocks_of_a_reply_are_those_that_have_come() -> None:
    log = log_of("```\na\n```", "```\nb\n```\n\n```\nc\n```")
    assert [block.source for block in log.blocks.of_reply()] == ["b\n", "c\n"]
    first = log.transcript.turns[1]
    assert [block.source for block in log.blocks.of_reply(first)] == ["a\n"]  # type: ignore[arg-type] # it is a reply
    assert log_of().blocks.of_reply() == []


def test_a_walk_takes_the_focus_and_gives_it_away_with_what_was_typed() -> None:
    log = log_of("```\na\n```")
    log.blocks.step(-1)
    assert (walked(log), log.can_focus) == ("a", True)
    log.blocks.leave("x")
    assert (walked(log), log.can_focus) == ("", False)
    log.blocks.leave("y")  # typed before the focus went
    log.blocks.leave()  # there is nothing to leave
    assert [m.text for m in log.told if isinstance(m, BlockLeft)] == ["x", "y"]


def test_a_step_to_nowhere_is_told() -> None:
    log = log_of("no code")
    log.blocks.step(1)
    log.blocks.step(-1)
    assert [m.step for m in log.told if isinstance(m, NoMoreBlocks)] == [1, -1]
    assert not log.can_focus


@pytest.mark.parametrize("key", ACTIONS)
def test_keys_of_actions_mean_something_only_while_a_block_is_walked(key: str) -> None:
    log = log_of("```\na\n```")
    assert not log.blocks.press(key)
    log.blocks.step(-1)
    assert log.blocks.press(key)
    asked = [(m.action, m.block) for m in log.told if isinstance(m, BlockActionRequested)]
    fold = ACTIONS[key] is BlockAction.FOLD
    assert asked == ([] if fold else [(ACTIONS[key], log.blocks.walked)])


@pytest.mark.parametrize("key", ["x", "C", "tab", "pageup", "home"])
def test_other_keys_mean_nothing(key: str) -> None:
    log = log_of("```\na\n```")
    log.blocks.step(-1)
    assert not log.blocks.press(key)
    assert walked(log) == "a"


def test_up_and_down_step_and_escape_leaves() -> None:
    log = log_of("```\na\n```\n\n```\nb\n```")
    log.blocks.step(-1)
    for key, source in (("up", "a"), ("up", "a"), ("down", "b"), ("escape", "")):
        assert log.blocks.press(key)
        assert walked(log) == source


def test_a_walk_that_ends_at_the_end_follows_it_again() -> None:
    log = log_of("```\na\n```")
    log.blocks.step(-1)
    walking = log.view.following
    log.blocks.end()
    assert (walking, log.view.following) == (False, True)
    assert log.told == []


def test_space_folds_what_is_long() -> None:
    log = log_of(code(200))
    log.blocks.step(-1)
    (section,) = log.view.code()
    assert section.folded
    log.blocks.press("space")
    log.view.settle()
    assert not section.folded
    log.blocks.press("space")
    log.view.settle()
    assert section.folded
