"""The engine that asks a language model."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx2
from openai import AsyncOpenAI
from pydantic_ai.profiles.openai import OpenAIModelProfile
from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

from robotui.agents import DEFAULT_AGENT
from robotui.profiles import Profile
from robotui.server.engine import Part, Request
from robotui.server.models import answer_normalizing, profiles
from robotui.server.models.connection import Network
from robotui.server.models.dialect import Chat, Form
from robotui.server.models.endpoint import OPENAI
from robotui.server.models.history import History
from robotui.server.models.keys import Key
from robotui.server.models.model_server import Model
from robotui.server.models.reply import Reply
from robotui.server.models.tools import offered
from robotui.server.models.workspace import Workspace

CONNECT_TIMEOUT: Final = 15.0
"""Seconds to get a connection to the model's server."""
RETRIES: Final = 2
"""Times that a request is repeated that failed before its answer began (429, 5xx, connection)."""

_NO_KEY: Final = "none"  # the client wants one, local servers do not look at it
_LOADED: Final = 12  # bytes of a conversation that are read for a token of context, then trimmed


class ModelEngine:
    """Answers with ``model``; ``agents`` are the profiles by name.

    What was said before is in ``history``; the tools look into ``workspace``.
    """

    def __init__(
        self,
        model: Model,
        *,
        key: Key,
        network: Network,
        workspace: Workspace,
        history: History,
        agents: Mapping[str, Profile],
    ) -> None:
        self.model = model
        self.name = model.name
        self.about = f"{model.name} at {model.server.url} ({model.server.kind})"
        self._key = key
        self._agents = agents
        self._workspace = workspace
        self._history = history
        self._client = _client(model, key, network)
        self._chat = _chat(model, self._client)

    async def start(self, workspace: Path) -> None:
        """Nothing to do: the workspace was given."""

    async def reply(self, request: Request) -> AsyncGenerator[Part, None]:
        """Answer one prompt."""
        profile = self._agents.get(request.agent) or self._agents[DEFAULT_AGENT]
        plain = profiles.instructions(replace(profile, tools=()), self._workspace.root.name)
        able = self._chat.form.tools
        tools = offered(self._workspace, profile.tools if able else ())
        if tools:
            self._workspace.refresh()
        thread = self._history.load(request.sid, _LOADED * self.model.window)
        reply = Reply(self.model, self._chat, profile, thread, self._key)
        told = profiles.instructions(profile, self._workspace.root.name) if tools else plain
        reply.requests.equip(told, tools, plain)
        async with aclosing(reply.run(request.prompt)) as parts:
            async for part in parts:
                yield part

    async def aclose(self) -> None:
        """Close the connections; idempotent."""
        await self._client.close()


def _client(model: Model, key: Key, network: Network) -> AsyncOpenAI:
    route = network.route(model.server.url)
    # Proxy and certificates are ours to choose, so that they are those of listing the models.
    http = httpx2.AsyncClient(
        timeout=httpx2.Timeout(None, connect=CONNECT_TIMEOUT),
        trust_env=False,
        proxy=route.url if route is not None else None,
        verify=network.trust(model.server.url) or True,
    )
    http.event_hooks = {"response": [answer_normalizing.rewrite]}
    return AsyncOpenAI(
        base_url=model.server.url, api_key=key or _NO_KEY, http_client=http, max_retries=RETRIES
    )


def _chat(model: Model, client: AsyncOpenAI) -> Chat:
    name = urlsplit(model.server.url).hostname or "model"
    profile = OpenAIModelProfile(
        # A stream that just ends was cut; every server of note says why it stops.
        openai_chat_streaming_requires_finish_reason=True,
        # What others than OpenAI understand is the older name.
        openai_chat_supports_max_completion_tokens=model.server.url == OPENAI,
        # A continued answer may begin with white space, and no character is to be lost.
        ignore_streamed_leading_whitespace=False,
        # A file that has a template's control words in it must not end the turn it is quoted in.
        may_tokenize_special_tokens_in_content=True,
        # Such tags are looked for where an answer begins, see ``streaming``; later they are text.
        thinking_tags=("", ""),
    )
    provider = OpenAICompatibleProvider(name, openai_client=client, profile=profile)
    chat = Chat(model.name, provider=provider)
    # An answer is not cut to a share of a context of which nobody knows the size.
    chat.form = Form(continues=model.server.continues, limit=not model.guessed)
    return chat
