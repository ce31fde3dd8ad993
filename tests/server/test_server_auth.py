"""Secret, tokens, Host and Origin."""

from __future__ import annotations

import secrets
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jwt
import pytest
from multidict import CIMultiDict

from robotui.errors import StorageError, UnauthorizedError
from robotui.server import auth

SECRET = b"k" * 64
SUB = str(uuid.UUID(int=7))


def test_the_secret_is_made_once_for_this_user_only(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret"
    made = auth.secret_file(path)
    assert len(made) == 64
    assert auth.secret_file(path) == made
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert auth.secret_file(tmp_path / "other") != made


@pytest.mark.parametrize("mode", [0o644, 0o000])
def test_a_wrong_mode_is_mended(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "secret"
    made = auth.secret_file(path)
    path.chmod(mode)
    assert auth.secret_file(path) == made
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"short", b"z" * 64 + b"\n", b"ab" * 16, b"\xff" * 64])
def test_a_damaged_secret_is_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret"
    path.write_bytes(content)
    made = auth.secret_file(path)
    assert len(made) == 64
    assert auth.secret_file(path) == made


def test_a_secret_that_can_not_be_kept_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "secret").mkdir()
    with pytest.raises(StorageError, match="secret"):
        auth.secret_file(tmp_path / "secret")


@pytest.mark.parametrize("before", [None, b"damaged"])
def test_many_at_once_get_one_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: bytes | None
) -> None:
    path = tmp_path / "secret"
    if before is not None:
        path.write_bytes(before)
    made = iter(range(100))

    def slowly(_size: int) -> str:
        number = next(made)
        time.sleep(0.02)  # so that others come in between, if they can
        return f"{number:064x}"

    monkeypatch.setattr(secrets, "token_hex", slowly)
    start = threading.Barrier(8)

    def one(_number: int) -> bytes:
        start.wait()
        return auth.secret_file(path)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(one, range(8)))) == 1


DOOR = auth.Door(auth.issuer("here", Path("/project")))


def test_a_token_says_who_what_for_and_for_how_long() -> None:
    token = auth.issue(SECRET, SUB, DOOR, "chat")
    assert auth.user(SECRET, f"Bearer {token}", DOOR) == (SUB, "chat")
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], issuer=DOOR.issuer)
    assert abs(claims["exp"] - time.time() - 86400) < 3600
    assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}


def signed(secret: bytes = SECRET, algorithm: str = "HS256", **claims: object) -> str:
    whole = {"iss": DOOR.issuer, "scope": "owner", **claims}
    return jwt.encode(whole, secret, algorithm=algorithm)


LATER = 4102444800


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer a.b.c",
        "Basic dXNlcjpwYXNz",
        auth.issue(SECRET, SUB, DOOR, "owner"),
        "Bearer " + auth.issue(b"x" * 64, SUB, DOOR, "owner"),
        "Bearer " + signed(sub=SUB),
        "Bearer " + signed(exp=LATER),
        "Bearer " + signed(sub=7, exp=LATER),
        "Bearer " + signed(sub=SUB, exp=LATER, scope="root"),
        "Bearer " + signed(sub=SUB, exp=LATER, scope=["owner"]),
        "Bearer " + jwt.encode({"sub": SUB, "exp": LATER, "iss": DOOR.issuer}, SECRET),
        "Bearer " + jwt.encode({"sub": SUB, "exp": LATER, "scope": "owner"}, SECRET),
        "Bearer " + signed(algorithm="HS512", sub=SUB, exp=LATER),
        "Bearer " + jwt.encode({"sub": SUB, "exp": LATER}, "", algorithm="none"),
    ],
)
def test_other_tokens_are_refused(header: str) -> None:
    with pytest.raises(UnauthorizedError) as caught:
        auth.user(SECRET, header, DOOR)
    assert (caught.value.status, caught.value.detail) == (401, "Invalid token")


def test_an_old_token_is_refused_as_such() -> None:
    with pytest.raises(UnauthorizedError) as caught:
        auth.user(SECRET, "Bearer " + signed(sub=SUB, exp=1), DOOR)
    assert caught.value.detail == "Token has expired"


@pytest.mark.parametrize("other", [("there", "/project"), ("here", "/other")])
def test_a_token_is_for_one_server_and_workspace(other: tuple[str, str]) -> None:
    token = auth.issue(SECRET, SUB, DOOR, "owner")
    door = auth.Door(auth.issuer(other[0], Path(other[1])))
    with pytest.raises(UnauthorizedError) as caught:
        auth.user(SECRET, f"Bearer {token}", door)
    assert "another server or workspace" in caught.value.detail


@pytest.mark.parametrize(
    ("door", "shown", "scope"),
    [
        (auth.Door(), None, "owner"),
        (auth.Door(), "anything", "owner"),
        (auth.Door(key="k"), "k", "owner"),
        (auth.Door(key="k"), None, None),
        (auth.Door(key="k"), "", None),
        (auth.Door(key="k"), "K", None),
        (auth.Door(key="k"), "é", None),
        (auth.Door(key="k", open=True), None, "chat"),
        (auth.Door(key="k", open=True), "k", "owner"),
        (auth.Door(key="k", open=True), "wrong", None),
    ],
)
def test_who_gets_which_token(door: auth.Door, shown: str | None, scope: str | None) -> None:
    assert door.scope(shown) == scope


@pytest.mark.parametrize(
    ("headers", "fine"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"X-Forwarded-For": "192.0.2.7"}, False),
        ({"x-forwarded-proto": "https"}, False),
        ({"X-Forwarded-Anything": ""}, False),
        ({"Forwarded": "for=192.0.2.7"}, False),
        ({"Via": "1.1 proxy"}, False),
        ({"X-Real-IP": "192.0.2.7"}, False),
    ],
)
def test_tokens_are_not_passed_on(headers: dict[str, str], fine: bool) -> None:
    assert (auth.relayed(CIMultiDict(headers)) == "") is fine


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "LOCALHOST:1", "localhost.:80", "127.0.0.1:8420", "127.0.0.2"),
        *("[::1]:8420", "[::ffff:127.0.0.1]", "desk.lan:80", "192.0.2.7:8420"),
    ],
)
def test_our_own_hosts(host: str) -> None:
    assert auth.host_fault([host], "192.0.2.7", {"desk.lan"}) == ""


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.8", ""),
        *(":80", "localhost:x", "user@localhost", "localhost/x", "::1", "[localhost]:1:2"),
        "2130706433",
    ],
)
def test_hosts_of_others(host: str) -> None:
    assert auth.host_fault([host], "192.0.2.7", {"desk.lan"})


@pytest.mark.parametrize("hosts", [[], ["localhost", "evil.example"]])
def test_one_host_is_needed(hosts: list[str]) -> None:
    assert auth.host_fault(hosts, "127.0.0.1", ()) == "One Host header is needed"


@pytest.mark.parametrize(
    ("origin", "good"),
    [
        (None, True),
        ("http://localhost:8420", True),
        ("http://LOCALHOST:8420", True),
        ("http://localhost:3000", False),
        ("http://127.0.0.1:8420", False),
        ("https://evil.example", False),
        ("null", False),
        ("", False),
        ("http://[", False),
    ],
)
def test_origins(origin: str | None, good: bool) -> None:
    assert (auth.origin_fault(origin, "localhost:8420") == "") is good
