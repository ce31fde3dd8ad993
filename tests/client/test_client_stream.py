"""The one-call API."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import robotui.client
from robotui import config, errors
from robotui.client import ChatMessage, stream_chat
from robotui.config import Endpoint

from .conftest import Service, acted, failed, http, said

HELLO = [ChatMessage("user", "hello")]


async def pieces(*args: Any, **more: Any) -> list[str]:
    return [text async for text in stream_chat(*args, **more)]


async def test_messages_in_text_out(service: Service) -> None:
    service.replies(said("Hi."))
    messages = [{"role": "system", "content": "Be short."}, {"role": "user", "content": "hello"}]
    assert await pieces(messages, server=service.url) == ["Hi."]
    assert service.prompts == ["System:\nBe short.\n\nUser:\nhello"]
    assert service.asked("/chat")[0].json["agent"] == robotui.client.DEFAULT_AGENT
    assert robotui.client.DEFAULT_AGENT == "GeneralCodingAgent"


async def test_pieces_are_joined_and_messages_separated(service: Service) -> None:
    service.replies(
        acted("run", command="ls", thought="Look.")
        + said("a", delta=True)
        + said("b", delta=True)
        + said("")
        + acted("write", path="x", content="the file's text")
        + said("c")
        + said("", True)
    )
    found = await pieces(HELLO, "RepoAgent", server=service.url)
    assert found == ["Look.", "\n\na", "b", "\n\nc"]


async def test_automatic_continues_go_on_in_the_text(service: Service) -> None:
    service.replies(
        said("one", True, reason="length"), said("two", True, reason="budget"), said("three")
    )
    assert await pieces(HELLO, server=service.url) == ["one", "two", "\n\nthree"]


async def test_errors_come_after_the_text(service: Service) -> None:
    service.on("/chat", http(200, said("one") + b'{"action": "mess'))
    reply = stream_chat(HELLO, server=service.url)
    assert await anext(reply) == "one"
    with pytest.raises(errors.CutReplyError):
        await anext(reply)


async def test_a_reply_of_errors_only_is_an_error(service: Service) -> None:
    service.replies(failed("boom"))
    with pytest.raises(errors.ReportedError, match="boom"):
        await pieces(HELLO, server=service.url)


async def test_an_error_at_the_end_is_raised_after_the_text(service: Service) -> None:
    service.replies(said("one") + failed("boom"))
    reply = stream_chat(HELLO, server=service.url)
    assert await anext(reply) == "one"
    with pytest.raises(errors.ReportedError, match="boom"):
        await anext(reply)


async def test_an_error_before_the_answer_is_none(service: Service) -> None:
    service.replies(failed("boom") + said("one"))
    assert await pieces(HELLO, server=service.url) == ["one"]


async def test_a_known_session_is_gone_on_with(service: Service) -> None:
    service.replies(said("Hi."))
    messages = [ChatMessage("user", "a"), ChatMessage("assistant", "b"), ChatMessage("user", "c")]
    assert await pieces(messages, server=service.url, sid="old") == ["Hi."]
    assert service.asked("/create-session") == []
    assert service.asked("/chat")[0].json["sid"] == "old"
    assert service.prompts == ["c"], "the session knows the rest"


async def test_a_forgotten_session_gets_all_messages(service: Service) -> None:
    service.on("/chat", http(404), http(200, said("Hi.")))
    messages = [ChatMessage("user", "a"), ChatMessage("assistant", "b"), ChatMessage("user", "c")]
    assert await pieces(messages, server=service.url, sid="old") == ["Hi."]
    assert service.prompts == ["c", "User:\na\n\nAssistant:\nb\n\nUser:\nc"]


async def test_the_settings_name_the_server(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.replies(said("Hi."))
    monkeypatch.setenv("ROBOTUI_SERVER", service.url)
    monkeypatch.setenv("ROBOTUI_TOKEN", "from.environment")
    assert await pieces(HELLO) == ["Hi."]
    assert service.asked("/auth") == []
    assert service.asked("/chat")[0].headers["authorization"] == "Bearer from.environment"


async def test_the_embedded_server_can_not_be_started_here() -> None:
    with pytest.raises(errors.SettingsError) as caught:
        await pieces(HELLO)
    assert "robotui serve --port 8420" in caught.value.remedy
    assert 'server="http://127.0.0.1:8420"' in caught.value.remedy


async def test_an_endpoint_may_be_given(service: Service) -> None:
    service.replies(said("Hi."))
    endpoint = Endpoint(config.EMBEDDED, service.url, None)
    assert await pieces(HELLO, endpoint=endpoint) == ["Hi."]


async def test_a_bad_proxy_is_refused_by_name() -> None:
    with pytest.raises(errors.SettingsError, match="socks5"):
        await pieces(HELLO, server="http://host", proxy="socks5://host:1")


async def test_no_question_is_refused_before_anything_is_sent(service: Service) -> None:
    with pytest.raises(errors.SettingsError):
        await pieces([], server=service.url)
    assert service.requests == []


async def test_the_token_is_written_to_no_file(service: Service) -> None:
    service.replies(said("Hi."))
    await pieces(HELLO, server=service.url)
    written = [path for path in Path.home().rglob("*") if path.is_file()]
    assert written == []
