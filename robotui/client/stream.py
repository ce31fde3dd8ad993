"""The whole client as one call: messages in, text out."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Final

from robotui import config, events
from robotui.agents import DEFAULT_AGENT
from robotui.client.api import Client
from robotui.client.prompt import AnyMessage, format_prompt
from robotui.client.tokens import TokenStore
from robotui.errors import ServiceError, SettingsError
from robotui.events import Event, text_of

_log = logging.getLogger("robotui.client")

_ACTIONS: Final = frozenset(
    {"run", "run_ipython", "kill", "read", "write", "edit", "browse", "browse_interactive"}
    | {"recall", "delegate", "finish", "reject", "add_task", "modify_task", "summarize", "null"}
)
"""Actions of protocol 4, whose arguments are not meant to be read as chat."""


async def stream_chat(
    messages: Sequence[AnyMessage],
    agent: str | None = DEFAULT_AGENT,
    proxy: str | None = None,
    server: str | None = None,
    *,
    endpoint: config.Endpoint | None = None,
) -> AsyncGenerator[str]:
    """Ask once, in a new session, and give the agent's words as they come.

    ``messages`` are ChatMessages or mappings with ``role`` and ``content``. Settings, token and
    proxy come from where the program keeps them unless given here; ``server`` is an address,
    ``endpoint`` stands for one that needs more than an address. Whole messages are separated by a
    blank line. Raises the exceptions of errors.py; SettingsError when only the embedded server is
    set up, which this call can't start.
    """
    settings = config.load(
        config.paths().settings_file, os.environ, {"server": server, "proxy": proxy}
    )
    prompt = format_prompt(messages)
    tokens = TokenStore(settings, os.environ)
    spoke, failure = False, ""
    async with (
        Client(endpoint or _endpoint(settings), settings, tokens) as client,
        aclosing(client.session().chat(prompt, agent)) as reply,
    ):
        open_message = False
        async for event in reply:
            if isinstance(event, events.Failure):
                failure = event.text
                _log.warning("the server reports an error inside the reply")
            text = words(event)
            if text:
                yield f"\n\n{text}" if spoke and not open_message else text
                spoke = True
            if isinstance(event, events.Message | events.Action):
                open_message = isinstance(event, events.Message) and event.delta
    if failure and not spoke:
        raise ServiceError(f"the server reports: {failure}")


def words(event: Event) -> str:
    """What the agent says in ``event`` (the text rule of protocol 2); empty for other events."""
    match event:
        case events.Message(text=text):
            return text
        case events.Action(thought=thought) if thought:
            return thought
        case events.Action(action=action, args=args, message=message) if action not in _ACTIONS:
            return text_of(args.get("content")) or message
    return ""


def _endpoint(settings: config.Settings) -> config.Endpoint:
    if settings.server == config.EMBEDDED:
        raise SettingsError(
            "no server is set, and the embedded one is started by the program only",
            'Run `robotui serve --port 8420` and pass server="http://127.0.0.1:8420".',
        )
    return config.Endpoint(settings.server, settings.server)
