"""Of a service's long list, which model is taken, and how much it is thought to keep in mind."""

from __future__ import annotations

import pytest

from robotui.server.models import hosted_services
from robotui.server.models.context_window import CAUTIOUS_WINDOW
from robotui.server.models.endpoint import OPENAI
from robotui.server.models.model_server import ModelServer


def service(*models: str, url: str = OPENAI, kind: str = "api.openai.com") -> ModelServer:
    return ModelServer(url, kind, models)


@pytest.mark.parametrize(
    ("models", "best"),
    [
        (("gpt-3.5-turbo-instruct", "computer-use-preview", "gpt-4o", "gpt-4o-mini"), "gpt-4o"),
        (("gpt-4", "gpt-4o-audio-preview", "gpt-4.1-mini", "gpt-4.1", "o1-pro"), "gpt-4.1"),
        (("gpt-5-mini", "gpt-5-2025-08-07", "gpt-5", "gpt-5.1", "gpt-5-codex"), "gpt-5.1"),
        (("claude-3-5-sonnet-20241022", "claude-sonnet-4-5", "claude-haiku-4-5"), None),
        (("a/llama-guard-4", "meta/llama-3-70b-instruct", "meta/llama-3.3-70b-instruct"), None),
        (("own-embed", "own"), "own"),
        (("only-realtime",), "only-realtime"),
    ],
)
def test_the_model_of_a_service(models: tuple[str, ...], best: str | None) -> None:
    wanted = best or next(name for name in models if "4-5" in name or "3.3" in name)
    assert hosted_services.preferred(service(*models)) == wanted
    assert hosted_services.preferred(service(*models[::-1])) == wanted


def test_a_program_puts_its_best_first() -> None:
    local = service("b-embed", "gpt-5", url="http://127.0.0.1:1234/v1", kind="LM Studio")
    assert hosted_services.preferred(local) == "b-embed"


@pytest.mark.parametrize(
    ("url", "kind", "name", "window"),
    [
        (OPENAI, "x", "gpt-4", 8192),
        (OPENAI, "x", "gpt-4o-mini", 128_000),
        (OPENAI, "x", "gpt-5-chat-latest", 128_000),
        ("https://h.example/v1", "x", "anthropic/claude-sonnet-4", 200_000),
        ("https://h.example/v1", "x", "new-thing", hosted_services.HOSTED_WINDOW),
        ("http://127.0.0.1:1/v1", "x", "gpt-4o", CAUTIOUS_WINDOW),
        ("http://192.168.0.2:1/v1", "x", "gpt-4o", CAUTIOUS_WINDOW),
        ("http://box:1/v1", "x", "gpt-4o", CAUTIOUS_WINDOW),
        ("https://h.example/v1", "Ollama", "gpt-4o", CAUTIOUS_WINDOW),
    ],
)
def test_the_context_of_a_service(url: str, kind: str, name: str, window: int) -> None:
    assert hosted_services.guess(service(url=url, kind=kind), name) == window
