"""What a click on a cell does, without a screen."""

from __future__ import annotations

import pytest

from robotui.chats.transcript import Transcript
from robotui.chats.turns import Did, Said
from robotui.layout.block_actions import BlockAction
from robotui.ui.log.clicks import click
from robotui.ui.log.messages import BlockActionRequested, RetryRequested
from robotui.ui.painting.strips import MARGIN
from tests.layout.replies import code, said
from tests.ui.log.fake_log import FakeLog


def clicked(log: FakeLog, text: str, nth: int = 0) -> bool:
    """Click on the first cell of a text."""
    spot = log.view.spot(log.row_of(text))
    assert spot is not None
    row = "".join(run.text for run in spot.section.row(spot.row))
    at = row.index(text) if nth == 0 else row.rindex(text)
    return click(log, spot, MARGIN + at)


@pytest.mark.parametrize("text", ["plain", "words"])
def test_plain_text_leads_nowhere(text: str) -> None:
    chat = Transcript()
    said(chat, "plain words [link](https://a.b/c)")
    log = FakeLog(chat)
    assert not clicked(log, text)
    assert (log.told, log.fake_app.opened) == ([], [])


def test_a_link_is_opened() -> None:
    chat = Transcript()
    said(chat, "plain words [link](https://a.b/c)")
    log = FakeLog(chat)
    assert clicked(log, "link")
    assert log.fake_app.opened == ["https://a.b/c"]


def test_a_header_is_walked_to_and_then_its_words_are_buttons() -> None:
    chat = Transcript()
    said(chat, "```py\nx\n```")
    log = FakeLog(chat)
    assert not clicked(log, "py")
    assert log.blocks.walked is not None
    log.view.settle()
    for text in ("Enter menu", "a apply", "s save", "c copy"):
        assert clicked(log, text)
    asked = [m.action for m in log.told if isinstance(m, BlockActionRequested)]
    assert asked == [BlockAction.MENU, BlockAction.APPLY, BlockAction.SAVE, BlockAction.COPY]


def test_a_fold_opens() -> None:
    chat = Transcript()
    said(chat, code(100))
    log = FakeLog(chat)
    log.scroll_to(y=log.view.scrollback.heights.total // 2)
    assert clicked(log, "… +72 lines")
    (section, *_) = log.view.code()
    log.view.settle()
    assert not section.folded


def test_an_activity_shows_its_detail() -> None:
    chat = Transcript()
    reply = chat.ask("?", "RepoAgent")
    reply.parts += [Did("runs", "the detail"), Said(["done"])]
    chat.close("done")
    log = FakeLog(chat)
    assert clicked(log, "runs")
    log.view.settle()
    assert log.row_of("the detail") == log.row_of("runs") + 1


def test_a_retry_is_asked_for() -> None:
    chat = Transcript()
    chat.note("error", "Refused", "Check it.", retry=True)
    log = FakeLog(chat)
    assert clicked(log, "[r] retry")
    assert [type(message) for message in log.told] == [RetryRequested]
