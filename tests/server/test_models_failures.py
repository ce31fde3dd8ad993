"""The words for a model's failures: none of them looks like a limit at which a client goes on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from pydantic_ai import exceptions
from pydantic_ai.exceptions import (
    ModelAPIError,
    ModelConnectionError,
    ModelHTTPError,
    UnexpectedModelBehavior,
)

from robotui.client.continuing import has_limit_sign
from robotui.server.models import failures
from robotui.server.models.model_server import Model, ModelServer

LIMITS = [
    "Token limit exceeded: you sent 9000",
    "The context window was exceeded",
    "reached the maximum number of tokens”, say `continue`",
    "",
]


def errors(told: str) -> Iterator[Exception]:
    body = {"error": {"message": told}}
    for kind in vars(exceptions).values():
        if isinstance(kind, type) and issubclass(kind, ModelHTTPError):
            for status in (400, 401, 404, 413, 429, 500, 503):
                yield kind(status, "m", body)
    for message in ("no finish_reason", told):
        yield ModelAPIError("m", message)
        yield ModelConnectionError("m", message)
    yield httpx2.ReadError(told)
    yield UnexpectedModelBehavior(told)


@pytest.mark.parametrize("told", LIMITS)
@pytest.mark.parametrize("kind", ["Ollama", "vLLM"])
def test_no_failure_looks_like_a_limit(told: str, kind: str) -> None:
    model = Model(ModelServer("http://h/v1", kind), "m", 8192)
    for error in errors(told):
        for flags in ((False, False), (True, False), (True, True)):
            text = explain(error, model, *flags)
            assert not has_limit_sign(text), text
            assert ("is kept" not in text) or flags == (True, True), text


def explain(error: Any, model: Model, begun: bool, kept: bool) -> str:
    return failures.explain(error, model, "", begun=begun, kept=kept)
