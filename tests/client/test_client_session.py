"""One conversation: renewal after 401 and 404, waiting, history, automatic continues."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncGenerator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from robotui import errors
from robotui.client.api import Client
from robotui.client.prompt import ChatMessage
from robotui.client.tokens import TokenStore
from robotui.config import Endpoint
from robotui.events import Continued, Event, Message, SessionStarted, Status

from .conftest import (
    AUTH_PAGE,
    CHUNKED,
    TOKEN,
    Open,
    Service,
    acted,
    chunk,
    collect,
    failed,
    http,
    line,
    said,
    settings,
)
from .keyrings import Memory, installed

HISTORY = [ChatMessage("user", "Before?"), ChatMessage("assistant", "After.")]
UNAUTHORIZED = http(401, '{"detail": "Invalid token"}')
NO_HEADER = http(422, '{"detail": [{"loc": ["header", "authorization"], "msg": "Field required"}]}')
GONE = http(404, '{"detail": "no such session"}')
LIMIT = "Half of it."


def texts(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, Message)]


def of(kind: type[Any], events: list[Event]) -> list[Any]:
    return [event for event in events if isinstance(event, kind)]


async def test_a_first_prompt_gets_token_and_session(connect: Open, service: Service) -> None:
    service.replies(said("hi"))
    client = await connect(service.url)
    session = client.session()
    events, error = await collect(session)
    assert error is None
    assert [type(event) for event in events] == [SessionStarted, Message]
    assert (events[0].sid, of(SessionStarted, events)[0].why) == ("sid-1", "")
    assert session.sid == "sid-1"


async def test_the_next_prompt_uses_the_same_session(connect: Open, service: Service) -> None:
    service.replies(said("hi"))
    session = (await connect(service.url)).session()
    await collect(session, agent="RepoAgent")
    events, _error = await collect(session, "more", agent="FrontEndAgent", history=HISTORY)
    assert of(SessionStarted, events) == []
    assert [request.json["sid"] for request in service.asked("/chat")] == ["sid-1", "sid-1"]
    assert [request.json["agent"] for request in service.asked("/chat")] == [
        "RepoAgent",
        "FrontEndAgent",
    ]
    assert service.prompts == ["hello", "more"], "the server knows the history"


async def test_a_known_session_is_resumed_without_history(connect: Open, service: Service) -> None:
    service.replies(said("hi"))
    session = (await connect(service.url)).session("old")
    await collect(session, history=HISTORY)
    assert service.asked("/create-session") == []
    assert service.prompts == ["hello"]


async def test_a_new_session_gets_the_history(connect: Open, service: Service) -> None:
    service.replies(said("hi"))
    session = (await connect(service.url)).session()
    events, _error = await collect(session, history=HISTORY)
    assert service.prompts == ["User:\nBefore?\n\nAssistant:\nAfter.\n\nUser:\nhello"]
    assert of(SessionStarted, events)[0].why == ""


@pytest.mark.parametrize("refusal", [UNAUTHORIZED, NO_HEADER, http(302, Location="/login")])
async def test_401_gets_token_and_session_anew_and_repeats_once(
    connect: Open, service: Service, refusal: bytes
) -> None:
    service.on("/chat", refusal, http(200, said("hi", sid="sid-2")))
    service.on("/auth", http(200, AUTH_PAGE), http(200, '<pre id="token">new.token</pre>'))
    client = await connect(service.url)
    session = client.session()
    events, error = await collect(session)
    assert error is None
    assert texts(events) == ["hi"]
    assert session.sid == "sid-2"
    first, second = service.asked("/chat")
    assert first.headers["authorization"] == f"Bearer {TOKEN}"
    assert second.headers["authorization"] == "Bearer new.token"
    assert second.json["sid"] == "sid-2"
    assert "refused the token" in of(SessionStarted, events)[1].why


async def test_401_twice_is_unauthorized(connect: Open, service: Service) -> None:
    service.on("/chat", UNAUTHORIZED)
    session = (await connect(service.url)).session()
    _events, error = await collect(session)
    assert type(error) is errors.UnauthorizedError
    assert error.detail == "Invalid token"
    assert len(service.asked("/chat")) == 2
    assert len(service.asked("/auth")) == 2
    assert session.sid is None


async def test_401_on_create_session_gets_a_new_token_once(connect: Open, service: Service) -> None:
    service.on("/create-session", UNAUTHORIZED, http(200, '{"sid": "sid-1"}'))
    service.replies(said("hi"))
    events, error = await collect((await connect(service.url)).session())
    assert error is None
    assert len(service.asked("/auth")) == 2
    assert of(SessionStarted, events)[0].why == "", "nothing was lost"


async def test_401_and_no_new_token_is_unauthorized_too(connect: Open, service: Service) -> None:
    service.on("/auth", http(200, AUTH_PAGE), http(200, "<title>Sign in</title>"))
    service.on("/chat", UNAUTHORIZED)
    _events, error = await collect((await connect(service.url)).session())
    assert type(error) is errors.UnauthorizedError
    assert "Sign in" in str(error)


@pytest.fixture
def empty_keyring() -> Iterator[Memory]:
    backend = Memory()
    with installed(backend):
        yield backend


@pytest.mark.parametrize("path", ["/create-session", "/chat"])
async def test_the_substitute_for_a_refused_variable_is_told_and_not_stored(
    service: Service, empty_keyring: Memory, path: str
) -> None:
    service.replies(said("hi"))
    answer = http(200, said("hi") if path == "/chat" else '{"sid": "sid-1"}')
    service.on(path, UNAUTHORIZED, answer)
    tokens = TokenStore(settings(), {"ROBOTUI_TOKEN": "refused.token"})
    async with Client(Endpoint(service.url, service.url), settings(), tokens) as client:
        session = client.session()
        events, error = await collect(session)
        assert error is None
        assert "ROBOTUI_TOKEN was refused; a token from the auth page is used for this run" in (
            of(SessionStarted, events)[-1].why
        )
        assert service.asked("/chat")[-1].headers["authorization"] == f"Bearer {TOKEN}"
        service.on("/chat", GONE, http(200, said("hi")))
        events, _error = await collect(session)
        assert "ROBOTUI_TOKEN" not in of(SessionStarted, events)[0].why, "told once"
    assert empty_keyring.entries == {}


async def test_a_refused_variable_gives_way_to_the_keyring(
    service: Service, empty_keyring: Memory
) -> None:
    empty_keyring.entries["robotui", service.url] = "my.own"
    service.replies(said("hi"))
    service.on("/create-session", UNAUTHORIZED, http(200, '{"sid": "sid-1"}'))
    tokens = TokenStore(settings(), {"ROBOTUI_TOKEN": "refused.token"})
    async with Client(Endpoint(service.url, service.url), settings(), tokens) as client:
        events, _error = await collect(client.session())
    assert "the token in the keyring is used" in of(SessionStarted, events)[0].why
    assert service.asked("/auth") == []


async def test_403_keeps_the_token(connect: Open, service: Service) -> None:
    service.on("/chat", http(403, '{"detail": "not yours"}'))
    client = await connect(service.url)
    _events, error = await collect(client.session())
    assert type(error) is errors.ForbiddenError
    assert error.detail == "not yours"
    assert len(service.asked("/chat")) == 1
    assert await client.tokens.get(service.url) == TOKEN


@pytest.mark.parametrize("history", [(), HISTORY])
async def test_404_on_chat_starts_one_new_session_and_says_so(
    connect: Open, service: Service, history: Any
) -> None:
    service.on("/chat", GONE, http(200, said("hi")))
    session = (await connect(service.url)).session("old")
    events, error = await collect(session, history=history)
    assert error is None
    [started] = of(SessionStarted, events)
    assert "forgot the session" in started.why
    assert ("sent along" in started.why) == bool(history)
    assert ("does not know" in started.why) != bool(history)
    assert [request.json["sid"] for request in service.asked("/chat")] == ["old", "sid-1"]
    assert service.prompts[1].endswith("hello")
    assert ("Before?" in service.prompts[1]) == bool(history)


async def test_404_twice_is_an_error(connect: Open, service: Service) -> None:
    service.on("/chat", GONE)
    _events, error = await collect((await connect(service.url)).session("old"))
    assert type(error) is errors.SessionGoneError
    assert len(service.asked("/chat")) == 2


async def test_404_elsewhere_is_a_wrong_address(connect: Open, service: Service) -> None:
    service.on("/create-session", http(404))
    _events, error = await collect((await connect(service.url)).session())
    assert type(error) is errors.NotFoundError
    assert service.asked("/chat") == []


async def test_422_names_the_field(connect: Open, service: Service) -> None:
    body = '{"detail": [{"loc": ["body", "agent"], "msg": "Input should be a valid string"}]}'
    service.on("/chat", http(422, body))
    _events, error = await collect((await connect(service.url)).session())
    assert type(error) is errors.ValidationError
    assert error.detail == "body.agent: Input should be a valid string"
    assert len(service.asked("/chat")) == 1


async def test_409_is_busy(connect: Open, service: Service) -> None:
    service.on("/chat", http(409))
    _events, error = await collect((await connect(service.url)).session())
    assert type(error) is errors.BusyError


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits asked for; none is waited."""
    asked: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        asked.append(seconds)
        await real(0)

    monkeypatch.setattr("robotui.client.session.asyncio.sleep", sleep)
    return asked


async def test_429_waits_once_as_long_as_it_is_told(
    connect: Open, service: Service, pauses: list[float]
) -> None:
    service.on("/chat", http(429, Retry_After="7"), http(200, said("hi")))
    events, error = await collect((await connect(service.url)).session())
    assert error is None
    assert pauses == [7]
    assert "7 s" in of(Status, events)[0].text


async def test_429_with_a_date(connect: Open, service: Service, pauses: list[float]) -> None:
    when = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    service.on("/chat", http(429, Retry_After=when), http(200, said("hi")))
    _events, error = await collect((await connect(service.url)).session())
    assert error is None
    assert 0 < pauses[0] <= 30


async def test_429_twice_is_an_error_that_tells_when(
    connect: Open, service: Service, pauses: list[float]
) -> None:
    service.on("/chat", http(429, Retry_After="7"))
    _events, error = await collect((await connect(service.url)).session())
    assert type(error) is errors.RateLimitError
    assert error.retry_after == 7
    assert len(pauses) == 1
    assert len(service.asked("/chat")) == 2


@pytest.mark.parametrize("headers", [{}, {"Retry_After": "61"}, {"Retry_After": "soon"}])
async def test_429_with_no_or_a_long_wait_is_an_error_at_once(
    connect: Open, service: Service, pauses: list[float], headers: dict[str, str]
) -> None:
    service.on("/chat", http(429, **headers))
    _events, error = await collect((await connect(service.url)).session())
    assert type(error) is errors.RateLimitError
    assert pauses == []
    assert len(service.asked("/chat")) == 1


async def test_503_on_chat_is_tried_again_once(connect: Open, service: Service) -> None:
    service.on("/chat", http(503), http(200, said("hi")))
    events, error = await collect((await connect(service.url)).session())
    assert (texts(events), error) == (["hi"], None)
    service.on("/chat", http(503))
    _events, error = await collect((await connect(service.url)).session())
    assert type(error) is errors.ServerFaultError
    assert len(service.asked("/chat")) == 4


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_other_faults_on_chat_are_never_repeated(
    connect: Open, service: Service, status: int
) -> None:
    service.on("/chat", http(status, "Internal Server Error"))
    _events, error = await collect((await connect(service.url)).session())
    assert type(error) is errors.ServerFaultError
    assert error.detail == "Internal Server Error"
    assert len(service.asked("/chat")) == 1, "the prompt may have arrived"


async def test_a_refused_connection_is_tried_again_once(connect: Open, service: Service) -> None:
    service.replies(said("hi"))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    client = await connect(f"http://127.0.0.1:{port}")
    async with AsyncExitStack() as stack:

        async def start_server(event: Event) -> None:
            if isinstance(event, Status):
                server = await asyncio.start_server(service.serve, "127.0.0.1", port)
                await stack.enter_async_context(server)

        events, error = await collect(client.session("old"), after_each=start_server)
    assert (texts(events), error) == (["hi"], None)
    assert service.prompts == ["hello"]


# Automatic continues


async def test_a_limit_is_continued_visibly(connect: Open, service: Service) -> None:
    service.replies(said(LIMIT, True, reason="length"), said("The rest."))
    events, error = await collect((await connect(service.url)).session(), agent="RepoAgent")
    assert error is None
    assert texts(events) == [LIMIT, "The rest."]
    [mark] = of(Continued, events)
    assert mark.number == 1
    assert "length" in mark.why
    assert service.prompts == ["hello", "continue"]
    assert service.asked("/chat")[1].json["agent"] == "RepoAgent"


async def test_an_ordinary_question_is_not_continued(connect: Open, service: Service) -> None:
    service.replies(said("Which file?", True))
    events, _error = await collect((await connect(service.url)).session())
    assert of(Continued, events) == []
    assert service.prompts == ["hello"]


async def test_always_continues_each_flagged_reply(connect: Open, service: Service) -> None:
    service.replies(said("One?", True), said("Two?", True), said("Done."))
    session = (await connect(service.url, auto_continue="always")).session()
    events, _error = await collect(session)
    assert [mark.number for mark in of(Continued, events)] == [1, 2]
    assert service.prompts == ["hello", "continue", "continue"]


async def test_off_never_continues(connect: Open, service: Service) -> None:
    service.replies(said(LIMIT, True, reason="length"))
    await collect((await connect(service.url, auto_continue="off")).session())
    assert service.prompts == ["hello"]


async def test_at_most_three_continues(connect: Open, service: Service) -> None:
    service.replies(*(said(f"part {n}", True, reason="length") for n in range(9)))
    session = (await connect(service.url)).session()
    await collect(session)
    assert service.prompts == ["hello", *["continue"] * 3]
    await collect(session, "again")
    assert len(service.prompts) == 8, "the user's prompt starts a new count"


async def test_no_progress_stops_it(connect: Open, service: Service) -> None:
    service.replies(said(LIMIT, True, reason="length"))
    await collect((await connect(service.url)).session())
    assert service.prompts == ["hello", "continue"]


async def test_an_error_at_a_limit_is_continued_once(connect: Open, service: Service) -> None:
    service.replies(acted() + failed("Agent reached maximum number of iterations"))
    await collect((await connect(service.url)).session())
    assert service.prompts == ["hello", "continue"]


async def test_nothing_is_continued_after_a_transport_error(
    connect: Open, service: Service
) -> None:
    async def cut(writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED + chunk(said(LIMIT, True, reason="length")) + b"ff\r\n")

    service.on("/chat", cut)
    events, error = await collect((await connect(service.url)).session())
    assert texts(events) == [LIMIT]
    assert type(error) is errors.CutReplyError
    assert service.prompts == ["hello"]


async def test_the_user_is_asked_before_each_continue(connect: Open, service: Service) -> None:
    service.replies(*(said(f"part {n}", True, reason="length") for n in range(9)))
    answers = iter([True, False])
    session = (await connect(service.url)).session()
    events, _error = await collect(session, should_continue=lambda: next(answers))
    assert len(of(Continued, events)) == 1
    assert service.prompts == ["hello", "continue"]


async def test_one_budget_for_the_whole_chain(
    connect: Open, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.replies(said(LIMIT, True, reason="length"), said("The rest."))
    client = await connect(service.url, timeout=100.0)
    given: list[float] = []
    post_chat = client.post_chat

    def post(
        *args: Any, timeout: float
    ) -> AbstractAsyncContextManager[AsyncGenerator[list[Event]]]:
        given.append(timeout)
        return post_chat(*args, timeout=timeout)

    monkeypatch.setattr(client, "post_chat", post)
    await collect(client.session())
    first, second = given
    assert 0 < second < first <= 100


async def test_a_used_up_budget_hands_over(connect: Open, service: Service) -> None:
    service.replies(said(LIMIT, True, reason="length"))
    session = (await connect(service.url, timeout=5.0)).session()
    loop = asyncio.get_running_loop()
    real, shift = loop.time, 0.0
    loop.time = lambda: real() + shift  # type: ignore[method-assign]  # a clock to move forward

    async def move_the_clock(event: Event) -> None:
        nonlocal shift
        shift = 6.0 if isinstance(event, Message) else 0.0

    events, _error = await collect(session, after_each=move_the_clock)
    assert of(Continued, events) == []
    assert service.prompts == ["hello"]


@pytest.mark.parametrize("answer", [UNAUTHORIZED, GONE])
async def test_a_continue_is_not_sent_to_another_session(
    connect: Open, service: Service, answer: bytes
) -> None:
    service.on("/chat", http(200, said(LIMIT, True, reason="length")), answer)
    session = (await connect(service.url)).session()
    _events, error = await collect(session)
    assert isinstance(error, errors.UnauthorizedError | errors.SessionGoneError)
    assert service.prompts == ["hello", "continue"]
    assert session.sid is None
    service.replies(said("hi"))
    events, _error = await collect(session, "more", history=HISTORY)
    assert "sent along" in of(SessionStarted, events)[0].why


async def test_a_reply_that_ends_at_work_can_be_offered(connect: Open, service: Service) -> None:
    service.replies(acted("run", command="ls"), said("Done."))
    session = (await connect(service.url)).session()
    await collect(session)
    assert session.unfinished
    await collect(session)
    assert not session.unfinished


# Odd events


async def test_a_second_event_of_the_same_id_is_dropped(
    connect: Open, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "robotui.client")
    timed = line(id=5, timestamp="t", action="message", args={"content": "two"}, sid="sid-1")
    body = said("one", number=1) + said("one", number=1) + timed
    service.replies(body, timed + said("three", number=6))
    session = (await connect(service.url)).session()
    events, _error = await collect(session)
    assert texts(events) == ["one", "two"]
    assert texts((await collect(session))[0]) == ["three"]
    assert sum("dropped" in record.message for record in caplog.records) == 2


async def test_what_came_together_is_given_together(connect: Open, service: Service) -> None:
    pieces = b"".join(said(piece, delta=True) for piece in ("One ", "two "))
    again = asyncio.Event()

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED + chunk(pieces))
        await again.wait()
        writer.write(chunk(said("three.") + said("Four.", number=1) * 2) + chunk(b""))
        await writer.drain()

    service.on("/chat", answer)
    session = (await connect(service.url)).session("sid-1")
    found: list[list[str]] = []
    async with aclosing(session.batches("hello")) as batches:
        async for batch in batches:
            found.append(texts(batch))
            again.set()
    assert found == [["One ", "two "], ["three.", "Four."]]


async def test_ids_without_times_may_start_anew_with_each_reply(
    connect: Open, service: Service
) -> None:
    service.replies(said("one", number=1), said("two", number=1))
    session = (await connect(service.url)).session()
    assert texts((await collect(session))[0]) == ["one"]
    assert texts((await collect(session))[0]) == ["two"]


async def test_events_that_only_look_alike_are_kept(connect: Open, service: Service) -> None:
    later = line(id=1, timestamp="2", action="message", args={"content": "c"}, sid="sid-1")
    service.replies(
        said("a", number=1) + said("b", number=1, sid="x") + later + said("d") + said("d")
    )
    events, _error = await collect((await connect(service.url)).session())
    assert texts(events) == ["a", "b", "c", "d", "d"]


async def test_pieces_of_a_message_may_share_an_id(connect: Open, service: Service) -> None:
    pieces = [said(piece, number=3, delta=True) for piece in ("Ha", "ha", "ha")]
    service.replies(b"".join(pieces) + said("!", number=3))
    events, _error = await collect((await connect(service.url)).session())
    assert texts(events) == ["Ha", "ha", "ha", "!"]


@pytest.mark.parametrize(
    "event",
    [
        line(source="user", action="message", args={"content": "x", "wait_for_response": True}),
        said("x", True, sid="other", reason="length"),
    ],
)
async def test_what_others_say_passes_and_causes_nothing(
    connect: Open, service: Service, event: bytes
) -> None:
    service.replies(said("Done.") + event)
    session = (await connect(service.url, auto_continue="always")).session()
    events, _error = await collect(session)
    assert texts(events) == ["Done.", "x"]
    assert service.prompts == ["hello"]
