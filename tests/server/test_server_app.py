"""The endpoints over a real Unix socket: statuses, error bodies, replies."""

from __future__ import annotations

import asyncio
import io
import json
import uuid
from collections.abc import AsyncGenerator, AsyncIterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from robotui.agents import everyone
from robotui.errors import WorkspaceError
from robotui.server.app import MAX_BODY
from robotui.server.engine import Act, End, Part, Request, Text
from tests.server.fake_engine import FakeEngine, plays, waits
from tests.server.serving import SECRET, Served, served
from tests.waiting import PATIENCE, until


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
async def server(engine: FakeEngine, tmp_path: Path) -> AsyncIterator[Served]:
    async with served(engine, tmp_path, patience=0.1) as running:
        yield running


async def test_the_auth_page_shows_a_token(server: Served) -> None:
    async with server.http.get("/auth") as response:
        page = await response.text()
        assert response.headers["Content-Type"] == "text/html; charset=utf-8"
        assert response.headers["Cache-Control"] == "no-store"
    token = page.partition('<pre id="token">')[2].partition("</pre>")[0]
    first, second = (
        jwt.decode(each, SECRET, algorithms=["HS256"])["sub"] for each in (token, server.token)
    )
    assert first == second == str(uuid.UUID(first))


async def test_the_home_page_says_what_this_is(server: Served) -> None:
    async with server.http.get("/docs") as response:
        assert [past.status for past in response.history] == [307]
        page = await response.text()
    assert "Plays a script &lt;for tests&gt;." in page


async def test_a_session_is_a_uuid4(server: Served) -> None:
    sid = await server.sid()
    assert uuid.UUID(sid).version == 4
    assert str(uuid.UUID(sid)) == sid


async def test_a_whole_reply(server: Served, engine: FakeEngine) -> None:
    sid = await server.sid()
    async with server.http.post(
        "/chat", json={"sid": sid, "prompt": "hi"}, headers=server.headers
    ) as response:
        assert response.headers["Content-Type"] == "application/x-ndjson"
        assert response.headers["Transfer-Encoding"] == "chunked"
        body = await response.text()
    assert body.endswith("}\n")
    assert body.count("\n") == 1
    event = json.loads(body)
    assert json.dumps(event) + "\n" == body
    assert event["args"]["content"] == "GeneralCodingAgent heard hi "
    assert engine.requests == [Request(sid, "GeneralCodingAgent", "hi")]


@pytest.mark.parametrize("agent", [agent.id for agent in everyone()])
async def test_every_agent_answers(server: Served, agent: str) -> None:
    (event,) = await server.chat(await server.sid(), agent=agent)
    assert event["message"] == f"{agent} heard hi "


async def test_deltas_only_for_who_asks(server: Served) -> None:
    sid = await server.sid()
    whole = await server.chat(sid, "a b")
    deltas = await server.chat(sid, "a b", stream=True)
    assert len(whole) == 1
    assert len(deltas) == 5
    assert "".join(event["message"] for event in deltas) == whole[0]["message"]
    assert [event["args"]["extras"] for event in deltas] == [{"delta": True}] * 4 + [{}]
    assert [event["id"] for event in whole + deltas] == [1, 2, 3, 4, 5, 6]
    for stream in (False, None, 1, "true"):
        assert len(await server.chat(sid, "a b", stream=stream)) == 1


async def test_a_piece_arrives_before_the_next_is_made(server: Served, engine: FakeEngine) -> None:
    seen = asyncio.Event()

    async def script(_request: Request) -> AsyncGenerator[Part, None]:
        yield Text("first")
        await seen.wait()
        yield Text("second")

    engine.script = script
    body = {"sid": await server.sid(), "prompt": "hi", "stream": True}
    async with server.http.post("/chat", json=body, headers=server.headers) as response:
        async with asyncio.timeout(PATIENCE):
            assert json.loads(await response.content.readline())["message"] == "first"
        seen.set()
        rest = await response.read()
    assert [json.loads(line)["message"] for line in rest.splitlines()] == ["second", ""]


async def test_the_prompt_is_made_encodable_and_extra_keys_ignored(
    server: Served, engine: FakeEngine
) -> None:
    await server.chat(await server.sid(), "a\ud800b", mode="x", github={"a": [1]})
    assert engine.requests[0].prompt == "a?b"


def chat_body(**changes: Any) -> dict[str, Any]:
    body = {"sid": "s", "prompt": "p", **changes}
    return {name: value for name, value in body.items() if value is not ...}


MISSING_HEADER = {
    "detail": [
        {
            "type": "missing",
            "loc": ["header", "authorization"],
            "msg": "Field required",
            "input": None,
        }
    ]
}


@pytest.mark.parametrize("path", ["/chat", "/get-session-code"])
async def test_no_authorization_header_is_422_before_the_body(server: Served, path: str) -> None:
    assert await server.post(path, headers={}, data=b"{") == (422, MISSING_HEADER)


async def test_create_session_needs_the_header(server: Served) -> None:
    async with server.http.get("/create-session") as response:
        assert (response.status, await response.json()) == (422, MISSING_HEADER)
        assert response.headers["Content-Type"] == "application/json"


async def test_a_bad_token_is_401_before_the_body(server: Served) -> None:
    bad = {"Authorization": "Bearer nonsense"}
    assert await server.post("/chat", headers=bad, data=b"{") == (401, {"detail": "Invalid token"})


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        (
            chat_body(prompt=...),
            [{"type": "missing", "loc": ["body", "prompt"], "msg": "Field required"}],
        ),
        (
            {},
            [
                {"type": "missing", "loc": ["body", "sid"], "msg": "Field required"},
                {"type": "missing", "loc": ["body", "prompt"], "msg": "Field required"},
            ],
        ),
        (
            chat_body(sid=1),
            [
                {
                    "type": "string_type",
                    "loc": ["body", "sid"],
                    "msg": "Input should be a valid string",
                    "input": 1,
                }
            ],
        ),
        (
            chat_body(agent=None),
            [
                {
                    "type": "string_type",
                    "loc": ["body", "agent"],
                    "msg": "Input should be a valid string",
                    "input": None,
                }
            ],
        ),
        (
            chat_body(agent="Nobody"),
            [
                {
                    "type": "enum",
                    "loc": ["body", "agent"],
                    "msg": "Input should be 'GeneralCodingAgent', 'RepoAgent' or 'FrontEndAgent'",
                    "input": "Nobody",
                    "ctx": {"expected": "'GeneralCodingAgent', 'RepoAgent' or 'FrontEndAgent'"},
                }
            ],
        ),
        (
            ["a"],
            [
                {
                    "type": "model_attributes_type",
                    "loc": ["body"],
                    "msg": "Input should be a valid dictionary or object to extract fields from",
                    "input": ["a"],
                }
            ],
        ),
    ],
)
async def test_faults_of_the_body(server: Served, body: Any, faults: list[dict[str, Any]]) -> None:
    expected = [{**fault, "input": fault.get("input", body)} for fault in faults]
    assert await server.post("/chat", json=body) == (422, {"detail": expected})


@pytest.mark.parametrize("data", [b"", b"null"])
async def test_no_body(server: Served, data: bytes) -> None:
    fault = {"type": "missing", "loc": ["body"], "msg": "Field required", "input": None}
    assert await server.post("/chat", data=data) == (422, {"detail": [fault]})


async def test_broken_json(server: Served) -> None:
    fault = {
        "type": "json_invalid",
        "loc": ["body", 1],
        "msg": "JSON decode error",
        "input": {},
        "ctx": {"error": "Expecting property name enclosed in double quotes"},
    }
    assert await server.post("/chat", data=b"{") == (422, {"detail": [fault]})


@pytest.mark.parametrize("data", [b'{"sid": "\xff"}', b"[" * 200_000, b"9" * 5000])
async def test_unreadable_json(server: Served, data: bytes) -> None:
    expected = {"detail": "There was an error parsing the body"}
    assert await server.post("/chat", data=data) == (400, expected)


async def test_a_body_too_large_is_413(server: Served) -> None:
    status, answer = await server.post("/chat", data=io.BytesIO(b" " * (MAX_BODY + 1)))
    assert status == 413
    assert str(MAX_BODY) in answer["detail"]


async def test_a_large_prompt_is_fine(server: Served) -> None:
    prompt = "x" * (MAX_BODY // 2)
    (event,) = await server.chat(await server.sid(), prompt)
    assert event["message"].endswith(prompt + " ")


async def test_unknown_and_foreign_sessions(server: Served) -> None:
    assert await server.post("/chat", json=chat_body()) == (404, {"detail": "Session not found"})
    foreign = await server.sessions.create("somebody else")
    expected = {"detail": "Session belongs to another user"}
    assert await server.post("/chat", json=chat_body(sid=foreign)) == (403, expected)


async def test_a_busy_session_is_409(server: Served, engine: FakeEngine) -> None:
    engine.script = waits
    body = chat_body(sid=await server.sid(), stream=True)
    async with server.http.post("/chat", json=body, headers=server.headers) as response:
        await response.content.readline()
        status, answer = await server.post("/chat", json=body)
    assert (status, answer) == (409, {"detail": "Another reply is still running in this session"})
    assert len(engine.requests) == 1


async def test_there_is_no_collaborator_to_add(server: Served) -> None:
    body = {"sid": await server.sid(), "github_username": "octocat"}
    assert await server.post("/get-session-code", json=body) == (200, None)
    assert (await server.post("/get-session-code", json={**body, "sid": "x"}))[0] == 404
    status, answer = await server.post("/get-session-code", json={"sid": body["sid"]})
    assert (status, answer["detail"][0]["loc"]) == (422, ["body", "github_username"])


@pytest.mark.parametrize(
    ("method", "path", "status", "detail"),
    [
        ("GET", "/nothing", 404, "Not Found"),
        ("GET", "/chat", 405, "Method Not Allowed"),
        ("POST", "/auth", 405, "Method Not Allowed"),
        ("HEAD", "/auth", 405, ""),
        ("GET", "/nothing/", 404, "Not Found"),
    ],
)
async def test_wrong_paths_and_methods(
    server: Served, method: str, path: str, status: int, detail: str
) -> None:
    async with server.http.request(method, path) as response:
        assert response.status == status
        body = await response.read()
        assert ("Allow" in response.headers) is (status == 405)
    assert body == (b'{"detail":"%s"}' % detail.encode() if detail else b"")


@pytest.mark.parametrize("path", ["/chat/", "/create-session/", "/auth/?a=b"])
async def test_a_trailing_slash_is_redirected(server: Served, path: str) -> None:
    async with server.http.post(path, allow_redirects=False) as response:
        assert response.status == 307
        assert response.headers["Location"] == path.replace("/?", "?").removesuffix("/")
        assert await response.read() == b""


async def test_an_unhandled_error_is_plain_text(
    server: Served, caplog: pytest.LogCaptureFixture
) -> None:
    server.sessions.close()
    async with server.http.get("/create-session", headers=server.headers) as response:
        assert response.status == 500
        assert response.headers["Content-Type"].startswith("text/plain")
        assert await response.text() == "Internal Server Error"
    assert "GET /create-session failed" in caplog.text
    assert server.token not in caplog.text


async def test_a_lack_of_memory_is_told_as_such(
    server: Served, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.script = plays(Text("so far"), MemoryError())
    _, failed = await server.chat(await server.sid())
    assert failed["content"].startswith("There is not enough memory. ")

    async def create(_sub: str) -> str:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(server.sessions, "create", create)
    async with server.http.get("/create-session", headers=server.headers) as response:
        assert response.status == 503
        assert response.headers["Retry-After"]
        assert "not enough memory" in (await response.json())["detail"]


async def test_a_failing_engine_ends_the_reply_with_an_error(
    server: Served, engine: FakeEngine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.script = plays(Text("so far"), ConnectionResetError("model gone"))
    sid = await server.sid()
    said, failed = await server.chat(sid)
    assert said["message"] == "so far"
    assert failed["observation"] == "error"
    assert failed["content"] == "The fake engine failed: ConnectionResetError: model gone"
    assert "Traceback" in caplog.text
    engine.script = plays(WorkspaceError("No workspace", "Choose one."))
    assert (await server.chat(sid))[0]["content"] == "No workspace. Choose one."
    engine.script = plays(Act("read", {"x": object()}, ""))
    assert "not JSON serializable" in (await server.chat(sid))[0]["content"]
    engine.script = plays(Text("fine"))
    assert (await server.chat(sid))[0]["message"] == "fine"


async def test_what_comes_after_the_end_is_not_asked_for(
    server: Served, engine: FakeEngine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.script = plays(Text("a"), End(limit="length"), AssertionError("asked for"))
    (event,) = await server.chat(await server.sid())
    assert event["args"]["wait_for_response"] is True
    assert event["args"]["extras"] == {"reason": "length"}
    await until(lambda: engine.running == 0, "the engine was let go")
    assert "asked for" not in caplog.text


async def test_an_origin_of_another_site_is_refused(server: Served) -> None:
    async with server.http.get("/auth", headers={"Origin": "https://evil.example"}) as response:
        assert response.status == 403
        assert "evil.example" in (await response.json())["detail"]
    async with server.http.get("/auth", headers={"Origin": "http://localhost"}) as response:
        assert response.status == 200


async def test_a_unix_socket_is_reached_under_any_name(server: Served) -> None:
    async with server.http.get("/auth", headers={"Host": "what.ever"}) as response:
        assert response.status == 200
