"""How connections and replies end: protocol 6.1, 6.2 and the last rows of 6.4, on real sockets."""

from __future__ import annotations

import asyncio
import errno
import gzip
import logging
import socket
import ssl
from contextlib import aclosing
from types import SimpleNamespace
from typing import Any, cast

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from aiohttp.http_exceptions import LineTooLong

from robotui import errors
from robotui.client.transport import service_errors
from robotui.events import Event, Message, SessionStarted, Unreadable
from tests.waiting import PATIENCE, Clock

from .conftest import CHUNKED, Open, Service, chunk, collect, http, reset, said

A, B = said("one", number=1), said("two", number=2)


async def ask(
    connect: Open, service: Service, *, passes: float = 0, **changes: Any
) -> tuple[list[str], Any]:
    """The texts of a reply, ``?`` for what could not be read, and the error after them.

    So many seconds pass after each text.
    """
    client, clock = await connect(service.url, **changes), Clock()

    async def wait(event: Event) -> None:
        clock.forward(passes if isinstance(event, Message) else 0)

    events, error = await collect(client.session(), after_each=wait)
    return [_text(event) for event in events if not isinstance(event, SessionStarted)], error


def _text(event: Event) -> str:
    return event.text if isinstance(event, Message) else "?"


async def test_events_come_while_the_reply_is_under_way(connect: Open, service: Service) -> None:
    seen = asyncio.Event()

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED + chunk(A))
        await seen.wait()
        writer.write(chunk(B) + b"0\r\n\r\n")

    service.on("/chat", answer)
    client = await connect(service.url)
    texts: list[str] = []
    async with aclosing(client.session().batches("hello")) as reply, asyncio.timeout(PATIENCE):
        async for batch in reply:
            texts += map(_text, batch)
            if isinstance(batch[-1], Message):
                seen.set()
    assert texts == ["?", "one", "two"]


async def test_a_line_over_the_limit_of_aiohttp_comes_through(
    connect: Open, service: Service
) -> None:
    long = said("x" * 2_000_000)
    service.on("/chat", http(200, A + long + B))
    texts, error = await ask(connect, service)
    assert [len(text) for text in texts] == [3, 2_000_000, 3]
    assert error is None


@pytest.mark.parametrize("how", ["FIN", "RST"])
async def test_a_cut_chunked_body(connect: Open, service: Service, how: str) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED + chunk(A) + b"ffff\r\n" + B)
        await writer.drain()
        if how == "RST":
            await received.wait()
            reset(writer)

    received = asyncio.Event()
    service.on("/chat", answer)

    async def after(event: Event) -> None:
        if _text(event) == "two":
            received.set()

    events, error = await collect((await connect(service.url)).session(), after_each=after)
    assert [_text(event) for event in events] == ["?", "one", "two"]
    assert type(error) is errors.CutReplyError


async def test_what_arrived_before_a_cut_is_not_lost_on_a_slow_reader(
    connect: Open, service: Service
) -> None:
    cut = asyncio.Event()

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED + chunk(A))
        await writer.drain()
        await slow.wait()
        writer.write(chunk(B))
        await writer.drain()
        writer.write_eof()
        cut.set()

    slow = asyncio.Event()
    service.on("/chat", answer)

    async def after(event: Event) -> None:
        if _text(event) == "one":
            slow.set()
            await cut.wait()
            for _ in range(50):  # the loop sees data and end before we read on
                await asyncio.sleep(0)

    events, error = await collect((await connect(service.url)).session(), after_each=after)
    assert [_text(event) for event in events] == ["?", "one", "two"]
    assert type(error) is errors.CutReplyError


async def test_a_body_shorter_than_its_length(connect: Open, service: Service) -> None:
    service.on("/chat", b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n" + A + b'{"action": "mes')
    texts, error = await ask(connect, service)
    assert texts == ["one", "?"]
    assert type(error) is errors.CutReplyError


async def test_bad_compression(connect: Open, service: Service) -> None:
    packed = gzip.compress(A + B)[:-20] + b"garbage of some length...."
    service.on("/chat", http(200, packed, Content_Encoding="gzip"))
    _texts, error = await ask(connect, service)
    assert type(error) is errors.CutReplyError


async def test_good_compression(connect: Open, service: Service) -> None:
    service.on("/chat", http(200, gzip.compress(A + B), Content_Encoding="gzip"))
    assert await ask(connect, service) == (["one", "two"], None)
    assert service.asked("/chat")[0].headers["accept-encoding"] == "identity"


async def test_a_cut_that_looks_like_an_end_shows_in_the_half_line(
    connect: Open, service: Service
) -> None:
    service.on("/chat", b"HTTP/1.0 200 OK\r\n\r\n" + A + B[:-20])
    texts, error = await ask(connect, service)
    assert texts == ["one", "?"]
    assert type(error) is errors.CutReplyError


async def test_a_body_that_ends_with_the_connection(connect: Open, service: Service) -> None:
    service.on("/chat", b"HTTP/1.0 200 OK\r\n\r\n" + A + B)
    assert await ask(connect, service) == (["one", "two"], None)


async def test_closed_before_headers(connect: Open, service: Service) -> None:
    service.on("/chat", b"")
    texts, error = await ask(connect, service)
    assert texts == []
    assert type(error) is errors.CutReplyError
    assert len(service.asked("/chat")) == 1, "the prompt may have arrived"


async def test_reset_before_headers(connect: Open, service: Service) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        reset(writer)

    service.on("/chat", answer)
    _texts, error = await ask(connect, service)
    assert type(error) is errors.CutReplyError
    assert len(service.asked("/chat")) == 1


async def test_silence(connect: Open, service: Service) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED + chunk(A))
        await asyncio.Event().wait()

    service.on("/chat", answer)
    texts, error = await ask(connect, service, read_timeout=100.0, passes=101)
    assert texts == ["one"]
    assert type(error) is errors.ReplyTimeoutError
    assert "silent" in str(error)


async def test_the_total_time_ends_a_reply_that_goes_on_and_on(
    connect: Open, service: Service
) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED)
        while True:
            writer.write(chunk(A))
            await writer.drain()
            await asyncio.sleep(0.01)

    service.on("/chat", answer)
    texts, error = await ask(connect, service, timeout=100.0, passes=101)
    assert texts[0] == "one"
    assert type(error) is errors.ReplyTimeoutError
    assert "total" in str(error)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_refused(connect: Open) -> None:
    client = await connect(f"http://127.0.0.1:{free_port()}")
    _events, error = await collect(client.session())
    assert type(error) is errors.ConnectError
    assert "refused" in str(error).lower()


async def test_a_dead_proxy(connect: Open) -> None:
    proxy = f"http://user:secret@127.0.0.1:{free_port()}"
    client = await connect("http://service.invalid", proxy=proxy)
    _events, error = await collect(client.session())
    assert type(error) is errors.ConnectError
    assert "proxy" in str(error)
    assert "secret" not in str(error)


@pytest.mark.parametrize(
    ("name", "headline", "remedy"),
    [
        ("embedded", "the embedded server's /", "being started again"),
        ("unix:none.sock", "http://localhost/", "robotui serve"),
    ],
)
async def test_no_such_unix_socket(
    connect: Open, tmp_path: Any, name: str, headline: str, remedy: str
) -> None:
    client = await connect("http://localhost", name=name, socket=tmp_path / "none.sock")
    _events, error = await collect(client.session())
    assert type(error) is errors.ConnectError
    assert headline in str(error)
    assert remedy in error.remedy
    assert "proxy" not in error.remedy


async def test_an_embedded_server_over_tcp_is_not_started_again(
    connect: Open, unused_tcp_port: int
) -> None:
    client = await connect(f"http://127.0.0.1:{unused_tcp_port}", name="embedded")
    _events, error = await collect(client.session())
    assert type(error) is errors.ConnectError
    assert "start robotui again" in error.remedy


@pytest.mark.parametrize(
    "answer", [b"SSH-2.0-x\r\n", b"\x00\xff\x00\r\n\r\n", b"HTTP/1.1 2x0 ok\r\n\r\n"]
)
async def test_garbage_is_not_taken_for_a_400(
    connect: Open, service: Service, answer: bytes
) -> None:
    service.on("/chat", answer)
    _texts, error = await ask(connect, service)
    assert type(error) is errors.ServiceError
    assert "HTTP" in str(error)


async def test_no_tls_where_tls_is_wanted(connect: Open) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(http(400))
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        client = await connect(f"https://127.0.0.1:{port}")
        _events, error = await collect(client.session())
    assert type(error) is errors.ConnectError
    assert "no safe connection" in str(error)


@pytest.mark.parametrize("url", ["http://", "ftp://host", "http://host:port", "http://[1", "x"])
async def test_an_unusable_address(connect: Open, url: str) -> None:
    try:
        client = await connect(url)
    except errors.SettingsError:
        return
    _events, error = await collect(client.session())
    assert type(error) is errors.ConnectError


KEY = cast("ConnectionKey", SimpleNamespace(host="h", port=1, is_ssl=True, ssl=True))
REQUEST = cast("aiohttp.RequestInfo", SimpleNamespace(real_url="http://h"))


@pytest.mark.parametrize(
    ("raised", "kind", "words"),
    [
        (aiohttp.ConnectionTimeoutError("x"), errors.ReplyTimeoutError, "no connection"),
        (aiohttp.SocketTimeoutError("x"), errors.ReplyTimeoutError, "silent"),
        (TimeoutError(), errors.ReplyTimeoutError, "total"),
        (
            aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(-2, "Name not known")),
            errors.ConnectError,
            "unknown (Name not known)",
        ),
        (
            aiohttp.ClientConnectorCertificateError(KEY, ssl.CertificateError("expired")),
            errors.ConnectError,
            "expired",
        ),
        (
            aiohttp.ClientHttpProxyError(REQUEST, (), status=407),
            errors.ConnectError,
            "proxy does not let us to here (407)",
        ),
        (ConnectionResetError(errno.ECONNRESET, "x"), errors.CutReplyError, "reset"),
        (aiohttp.ClientPayloadError("x"), errors.CutReplyError, "broke off"),
        (LineTooLong(b"x", 1), errors.ServiceError, "HTTP"),
        (aiohttp.ClientConnectionError("odd"), errors.CutReplyError, "odd"),
        (OSError(), errors.CutReplyError, "OSError"),
    ],
)
def test_every_failure_has_its_exception(
    raised: Exception, kind: type[errors.ServiceError], words: str
) -> None:
    with pytest.raises(errors.ServiceError) as caught, service_errors("here"):
        raise raised
    assert type(caught.value) is kind
    assert words in str(caught.value)
    assert "here" in str(caught.value)


def test_our_own_errors_pass() -> None:
    with pytest.raises(errors.BusyError), service_errors("here"):
        raise errors.BusyError("x", status=409)


async def test_bad_utf8_in_an_error(connect: Open, service: Service) -> None:
    service.on("/chat", http(403, b'{"detail": "caf\xe9"}'))
    _texts, error = await ask(connect, service)
    assert type(error) is errors.ForbiddenError
    assert error.detail == "caf\ufffd"


@pytest.mark.parametrize("body", [b"", b"\n \r\n", b"[]", b"[DONE]\n"])
async def test_an_empty_body(connect: Open, service: Service, body: bytes) -> None:
    service.on("/chat", http(200, body))
    texts, error = await ask(connect, service)
    assert texts == []
    assert type(error) is errors.EmptyReplyError


async def test_a_body_without_any_event(
    connect: Open, service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    service.on("/chat", http(200, b"hello\nworld\n"))
    caplog.set_level(logging.WARNING, "robotui.client")
    texts, error = await ask(connect, service)
    assert texts == ["?", "?"]
    assert type(error) is errors.EmptyReplyError
    assert len(caplog.records) == 2
    assert "hello" not in caplog.text


PAGE = "\n".join(["<!DOCTYPE html>", "<html><head><title>Log in</title>", "secret</html>", ""])


@pytest.mark.parametrize(
    ("page", "headers"),
    [
        (PAGE, {"Content_Type": "text/html; charset=utf-8"}),
        ("\ufeff  " + PAGE, {}),
        ("please <title>Log in</title>", {"Content_Type": "text/html"}),
        (PAGE.strip(), {"Content_Type": "application/x-ndjson"}),
    ],
)
async def test_a_web_page_shows_its_title_only(
    connect: Open, service: Service, page: str, headers: dict[str, str]
) -> None:
    service.on("/chat", http(200, page, **headers))
    texts, error = await ask(connect, service)
    assert texts == []
    assert type(error) is errors.ServiceError
    assert "Log in" in str(error)
    assert "secret" not in str(error)


async def test_events_labelled_as_html_are_events(connect: Open, service: Service) -> None:
    service.on("/chat", http(200, A.strip(), Content_Type="text/html"))
    assert await ask(connect, service) == (["one"], None)


async def test_a_pretty_printed_body(connect: Open, service: Service) -> None:
    body = b'[\n {"action": "message",\n "args": {"content": "one"}}\n]'
    service.on("/chat", http(200, body, Content_Type="application/json"))
    assert await ask(connect, service) == (["one"], None)


async def test_unreadable_lines_are_events(connect: Open, service: Service) -> None:
    service.on("/chat", http(200, A + b"oops\n" + B))
    client = await connect(service.url)
    events, error = await collect(client.session())
    assert error is None
    [warning] = [event for event in events if isinstance(event, Unreadable)]
    assert warning.excerpt == "oops"


async def test_closing_the_generator_hangs_up(connect: Open, service: Service) -> None:
    gone = asyncio.Event()

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED + chunk(A))
        try:
            while not writer.is_closing():
                writer.write(chunk(b"\n"))
                await writer.drain()
                await asyncio.sleep(0.005)
        finally:
            gone.set()

    service.on("/chat", answer)
    client = await connect(service.url)
    async with aclosing(client.session().batches("hello")) as reply:
        async for batch in reply:
            if isinstance(batch[-1], Message):
                break
    async with asyncio.timeout(PATIENCE):
        await gone.wait()


async def test_a_cancelled_reader_hangs_up(connect: Open, service: Service) -> None:
    started = asyncio.Event()

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(CHUNKED)
        started.set()
        await asyncio.Event().wait()

    service.on("/chat", answer)
    client = await connect(service.url)
    reading = asyncio.create_task(collect(client.session()))
    await started.wait()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
