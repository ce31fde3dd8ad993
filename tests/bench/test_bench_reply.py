"""The generated replies are what they promise, and come through server and client unchanged."""

from __future__ import annotations

import math
from contextlib import aclosing
from pathlib import Path

from robotui.client import Client, TokenStore
from robotui.config import Endpoint, Settings
from robotui.events import Message
from robotui.markdown import Document
from robotui.server.listen import Tcp
from robotui.server.sessions import Sessions
from tests.bench.replay import BIG, ReplayEngine
from tests.bench.reply import END, FENCES, PIECE, big_reply, pieces, small_reply
from tests.server.serving import running


def test_the_big_reply_has_the_size_that_it_promises() -> None:
    text = big_reply()
    assert 115_000 < len(text) < 125_000
    assert 2_400 < text.count("\n") < 2_650
    assert text.count(END) == 1
    assert text.endswith(f"{END}\n")
    blocks = _parsed(text).code_blocks
    assert len(blocks) == FENCES
    assert all(block.closed for block in blocks)
    assert text.count("| :--- |") > 5
    assert "".join(pieces(text)) == text
    assert {len(piece) for piece in pieces(text)[:-1]} == {PIECE}


def test_small_replies_have_two_code_blocks_and_differ() -> None:
    texts = {small_reply(seed) for seed in range(20)}
    assert len(texts) == 20
    assert all(1_000 < len(text) < 1_600 for text in texts)
    assert all(len(_parsed(text).code_blocks) == 2 for text in texts)


async def test_the_text_comes_through_server_and_client_exactly(tmp_path: Path) -> None:
    engine = ReplayEngine(rate=0)
    sessions = Sessions(tmp_path / "sessions.db")
    settings = Settings()
    async with (
        running(engine, Tcp(port=0), sessions) as url,
        Client(Endpoint(url, url), settings, TokenStore(settings, {})) as client,
        aclosing(client.session().batches(BIG)) as reply,
    ):
        await engine.set_rate(math.inf)
        messages = [event async for batch in reply for event in batch if isinstance(event, Message)]
    sessions.close()
    assert [message.text for message in messages if message.text] == pieces(big_reply())
    assert all(message.delta for message in messages if message.text)


def _parsed(text: str) -> Document:
    document = Document(0, gap=False)
    document.feed(text)
    document.finish()
    return document
