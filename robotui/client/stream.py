"""The whole client as one call: messages in, text out."""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from robotui import config
from robotui.agents import DEFAULT_AGENT
from robotui.client.api import Client
from robotui.client.prompt import AnyMessage, split_question
from robotui.client.tokens import TokenStore
from robotui.client.words import Paragraphs
from robotui.errors import ReportedError, SettingsError
from robotui.text import one_line


async def stream_chat(
    messages: Sequence[AnyMessage],
    agent: str | None = DEFAULT_AGENT,
    proxy: str | None = None,
    server: str | None = None,
    *,
    endpoint: config.Endpoint | None = None,
    sid: str | None = None,
) -> AsyncGenerator[str]:
    """Ask once and give the agent's words as they come.

    ``messages`` are ChatMessages or mappings with ``role`` and ``content``. Settings, token and
    proxy come from where the program keeps them unless given here; ``server`` is an address,
    ``endpoint`` stands for one that needs more than an address. Without ``sid`` a new session is
    started; with it the talk goes on in that one, and only the last user message is sent, unless
    the server forgot the session. Whole messages are separated by a blank line.

    Raises the exceptions of errors.py: after the text that came, ReportedError when the reply ends
    with an error; SettingsError when only the embedded server is set up, which this call can't
    start.
    """
    settings = config.load(
        config.paths().settings_file, os.environ, {"server": server, "proxy": proxy}
    )
    history, question = split_question(messages)
    tokens = TokenStore(settings, os.environ)
    paragraphs = Paragraphs()
    async with (
        Client(endpoint or _endpoint(settings), settings, tokens) as client,
        aclosing(client.session(sid).batches(question, agent, history)) as reply,
    ):
        async for batch in reply:
            for event in batch:
                text = paragraphs.add(event)
                if text:
                    yield text
    if paragraphs.failure:
        raise ReportedError(f"the server reports an error: {one_line(paragraphs.failure, 500)}")


def _endpoint(settings: config.Settings) -> config.Endpoint:
    if settings.server == config.EMBEDDED:
        raise SettingsError(
            "no server is set, and the embedded one is started by the program only",
            'Run `robotui serve --port 8420` and pass server="http://127.0.0.1:8420".',
        )
    return config.endpoint(settings, config.paths())
