"""Where tokens live; the keyring in all its states but a real Secret Service."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import jwt
import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.core import load_keyring
from keyring.errors import KeyringLocked

from robotui.client.tokens import SERVICE, Token, TokenStore, check_token, expiry
from robotui.errors import BadTokenError, KeyringError
from tests.waiting import PATIENCE, Clock

from .conftest import TOKEN, settings
from .keyrings import Broken, Forgetful, Hanging, Memory, Refusing, Stubborn, installed

HOST = "https://host"


@pytest.fixture(autouse=True)
def _backend_restored() -> Iterator[None]:
    with installed(keyring.get_keyring()):
        yield


@pytest.fixture
def memory() -> Memory:
    backend = Memory()
    keyring.set_keyring(backend)
    return backend


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    backend = Hanging()
    keyring.set_keyring(backend)
    yield backend
    backend.answer.set()
    for thread in backend.threads:
        thread.join(PATIENCE)


def store(timeout: float = PATIENCE, **environment: str) -> TokenStore:
    return TokenStore(settings(keyring_timeout=timeout), environment)


async def test_a_token_is_kept_in_the_keyring_by_server(memory: Memory) -> None:
    tokens = store()
    assert await tokens.get(HOST) is None
    await tokens.set(HOST, TOKEN)
    assert memory.entries == {(SERVICE, HOST): TOKEN}
    assert (tokens.place, tokens.why) == ("keyring", "")
    assert await store().get(HOST) == TOKEN
    assert await store().get("https://other") is None


async def test_keyring_calls_run_in_daemon_threads(memory: Memory) -> None:
    await store().get(HOST)
    [thread] = memory.threads
    assert thread.daemon
    assert thread is not threading.main_thread()


async def test_a_forgotten_token_is_gone(memory: Memory) -> None:
    tokens = store()
    await tokens.set(HOST, TOKEN)
    await tokens.forget(HOST)
    assert memory.entries == {}
    assert await tokens.get(HOST) is None
    await tokens.forget(HOST)
    assert tokens.why == ""


async def test_a_token_stored_by_another_program_meanwhile_is_not_forgotten(memory: Memory) -> None:
    tokens = store()
    await tokens.set(HOST, TOKEN)
    memory.entries[SERVICE, HOST] = "new.token"
    await tokens.forget(HOST)
    assert await tokens.get(HOST) == "new.token"


async def test_the_environment_comes_first_and_is_not_stored(memory: Memory) -> None:
    memory.entries[SERVICE, HOST] = "in.keyring"
    tokens = store(ROBOTUI_TOKEN=f" {TOKEN}\n")
    assert tokens.place == "environment"
    assert await tokens.get(HOST) == TOKEN
    assert "ROBOTUI_TOKEN" in tokens.why
    assert memory.threads == []


async def test_a_refused_token_of_the_environment_is_not_taken_again(memory: Memory) -> None:
    memory.entries[SERVICE, HOST] = "in.keyring"
    tokens = store(ROBOTUI_TOKEN=TOKEN)
    await tokens.forget(HOST)
    assert await tokens.get(HOST) == "in.keyring"
    assert tokens.place == "keyring"
    assert memory.entries


async def test_a_malformed_token_of_the_environment_is_named() -> None:
    with pytest.raises(BadTokenError, match="ROBOTUI_TOKEN"):
        await store(ROBOTUI_TOKEN="a;b").get(HOST)


async def test_a_malformed_token_in_the_keyring_is_named(memory: Memory) -> None:
    memory.entries[SERVICE, HOST] = "a b;c"
    with pytest.raises(BadTokenError, match="keyring"):
        await store().get(HOST)


@pytest.mark.parametrize(
    ("backend", "why"),
    [
        pytest.param(load_keyring("keyring.backends.null.Keyring"), "switched off", id="null"),
        pytest.param(load_keyring("keyring.backends.fail.Keyring"), "no keyring", id="fail"),
        pytest.param(Broken(KeyringLocked("Prompt dismissed")), "KeyringLocked", id="locked"),
        pytest.param(Refusing(f"for {TOKEN}"), "PasswordSetError", id="refuses"),
        pytest.param(Broken(OSError("D-Bus is gone")), "D-Bus is gone", id="any error"),
        pytest.param(Forgetful(), "did not keep", id="forgetful"),
    ],
)
async def test_without_a_usable_keyring_the_token_lives_in_memory(
    backend: KeyringBackend, why: str
) -> None:
    keyring.set_keyring(backend)
    tokens = store()
    assert await tokens.get(HOST) is None
    await tokens.add(HOST, TOKEN)
    assert tokens.place == "memory"
    assert why in tokens.why
    assert TOKEN not in tokens.why
    assert await tokens.get(HOST) == TOKEN
    await tokens.forget(HOST)
    assert await tokens.get(HOST) is None


async def test_the_null_keyring_of_the_environment_is_recognised() -> None:
    tokens = store()
    assert await tokens.get(HOST) is None
    assert tokens.place == "memory"
    assert "none" in await tokens.backend()


async def test_the_backend_has_a_name(memory: Memory) -> None:
    assert "Memory" in await store().backend()


async def test_a_hanging_keyring_does_not_stop_the_loop(hanging: Hanging) -> None:
    tokens, clock = store(), Clock()
    reading = asyncio.create_task(tokens.get(HOST))
    assert await asyncio.to_thread(hanging.asked.wait, PATIENCE)
    for _turn in range(100):
        await asyncio.sleep(0)
    assert not reading.done()
    clock.forward(PATIENCE)
    assert await reading is None
    assert tokens.place == "memory"
    assert "did not answer" in tokens.why


async def test_a_hanging_keyring_gets_one_thread_only(hanging: Hanging) -> None:
    tokens = store(timeout=0.05)
    await asyncio.gather(*(tokens.get(f"{HOST}/{number}") for number in range(5)))
    await tokens.add(HOST, TOKEN)
    assert "still" in await tokens.backend()
    assert len(hanging.threads) == 1
    assert await tokens.get(HOST) == TOKEN


async def test_a_cancelled_wait_leaves_one_thread_only(hanging: Hanging) -> None:
    tokens = store(timeout=PATIENCE)
    waiting = asyncio.create_task(tokens.get(HOST))
    assert await asyncio.to_thread(hanging.asked.wait, PATIENCE)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await tokens.get(HOST) is None
    assert len(hanging.threads) == 1


async def test_a_keyring_that_answers_again_is_used_again(hanging: Hanging) -> None:
    hanging.entries[SERVICE, HOST] = TOKEN
    tokens = store(timeout=0.05)
    assert await tokens.get(HOST) is None
    hanging.answer.set()
    hanging.threads[0].join(PATIENCE)
    tokens._keyring.timeout = PATIENCE
    assert await tokens.get(HOST) == TOKEN
    assert (tokens.place, tokens.why) == ("keyring", "")


_HANGS = """
import asyncio, threading, keyring
from keyring.backend import KeyringBackend
from robotui.client import TokenStore
from robotui.config import Settings

class Hanging(KeyringBackend):
    priority = 1
    def get_password(self, service, username):
        threading.Event().wait()
    set_password = get_password

keyring.set_keyring(Hanging())
tokens = TokenStore(Settings(keyring_timeout=0.1), {})
asyncio.run(tokens.get("x"))
print(tokens.why)
"""


def test_a_hanging_keyring_does_not_stop_the_exit() -> None:
    command = [sys.executable, "-c", _HANGS]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert "did not answer" in run.stdout
    assert run.stderr == ""


def test_an_answer_after_the_end_of_the_loop_is_harmless(hanging: Hanging) -> None:
    asyncio.run(_get(store(timeout=0.05)))
    hanging.answer.set()
    hanging.threads[0].join(PATIENCE)
    assert not hanging.threads[0].is_alive()


async def _get(tokens: TokenStore) -> None:
    await tokens.get(HOST)


@pytest.mark.parametrize(
    ("given_", "token"),
    [
        (" a.b-c_d~e+f/g= \n", "a.b-c_d~e+f/g="),
        ("abc\n def", "abcdef"),
        ("Bearer abc.def", "abc.def"),
        ("bearer\tabc", "abc"),
    ],
)
def test_check_token_strips(given_: str, token: str) -> None:
    assert check_token(given_) == token


@pytest.mark.parametrize("token", ["", " \n", "Bearer", "a\x00b", "a;b", "ü", '"abc"', "a\u200bb"])
def test_check_token_refuses(token: str) -> None:
    with pytest.raises(BadTokenError) as caught:
        check_token(token)
    assert not token.strip() or token not in str(caught.value)


@given(st.text())
def test_a_checked_token_can_stand_in_a_header(text: str) -> None:
    try:
        token = check_token(text)
    except BadTokenError:
        return
    assert token.isascii()
    assert token.isprintable()
    assert " " not in token


def test_no_representation_shows_a_token() -> None:
    token = check_token(TOKEN)
    tokens = store(ROBOTUI_TOKEN=TOKEN)
    shown = [repr(token), repr([token]), f"{token!r}", repr(token[:20]), repr(tokens), str(tokens)]
    assert not any(TOKEN[:4] in text for text in shown)
    assert f"Bearer {token}" == f"Bearer {TOKEN}"


async def test_no_traceback_or_log_shows_a_token(caplog: pytest.LogCaptureFixture) -> None:
    keyring.set_keyring(Broken(RuntimeError(f"cannot store {TOKEN}")))
    caplog.set_level(logging.DEBUG)
    tokens = store()
    with pytest.raises(KeyringError) as refused:
        await tokens.set(HOST, TOKEN)
    with pytest.raises(BadTokenError) as caught:
        check_token(TOKEN + ";")
    assert TOKEN not in "".join(traceback.format_exception(caught.value))
    assert TOKEN not in "".join(traceback.format_exception(refused.value))
    assert TOKEN not in caplog.text + tokens.why


@pytest.mark.parametrize("words", [f"cannot store {TOKEN}", "x" * 110 + TOKEN])
async def test_of_a_backends_words_about_a_token_only_the_kind_is_quoted(words: str) -> None:
    keyring.set_keyring(Refusing(words))
    with pytest.raises(KeyringError, match="PasswordSetError") as caught:
        await store().set(HOST, TOKEN)
    assert TOKEN[:5] not in str(caught.value)


async def test_a_token_that_the_keyring_does_not_take_is_not_kept() -> None:
    keyring.set_keyring(Forgetful())
    tokens = store()
    with pytest.raises(KeyringError, match="did not keep"):
        await tokens.set(HOST, TOKEN)
    assert await tokens.get(HOST) is None


async def test_the_users_own_token_is_not_overwritten_by_a_fetched_one(hanging: Hanging) -> None:
    hanging.entries[SERVICE, HOST] = "my.own"
    tokens = store(timeout=0.05)
    assert await tokens.get(HOST) is None
    hanging.answer.set()
    hanging.threads[0].join(PATIENCE)
    tokens._keyring.timeout = PATIENCE
    await tokens.add(HOST, TOKEN)
    assert hanging.entries == {(SERVICE, HOST): "my.own"}
    assert await tokens.get(HOST) == TOKEN
    assert tokens.place == "memory"


async def test_a_fetched_token_is_kept_where_the_keyring_holds_none(memory: Memory) -> None:
    tokens = store()
    await tokens.get(HOST)
    await tokens.add(HOST, TOKEN)
    assert memory.entries == {(SERVICE, HOST): TOKEN}
    assert (tokens.place, tokens.why) == ("keyring", "")


async def test_a_substitute_for_a_refused_variable_is_not_stored(memory: Memory) -> None:
    tokens = store(ROBOTUI_TOKEN="refused.one")
    await tokens.forget(HOST)
    assert await tokens.get(HOST) is None
    await tokens.add(HOST, TOKEN)
    assert memory.entries == {}
    assert await tokens.get(HOST) == TOKEN
    assert (tokens.place, tokens.why) == ("memory", "ROBOTUI_TOKEN was refused")


@pytest.mark.parametrize("variable", ["", "in.environment"])
async def test_a_deleted_token_is_gone(memory: Memory, variable: str) -> None:
    memory.entries[SERVICE, HOST] = TOKEN
    memory.entries[SERVICE, "https://other"] = "other.token"
    tokens = store(ROBOTUI_TOKEN=variable)
    await tokens.delete(HOST)
    assert memory.entries == {(SERVICE, "https://other"): "other.token"}
    await tokens.delete(HOST)
    assert await store().get(HOST) is None


@pytest.mark.parametrize(
    ("backend", "why"), [(Broken(KeyringLocked("no")), "KeyringLocked"), (Stubborn(), "still has")]
)
async def test_a_keyring_that_does_not_delete_is_an_error(backend: Memory, why: str) -> None:
    backend.entries[SERVICE, HOST] = TOKEN
    keyring.set_keyring(backend)
    with pytest.raises(KeyringError, match=why):
        await store().delete(HOST)


async def test_a_hanging_keyring_does_not_claim_a_deletion(hanging: Hanging) -> None:
    with pytest.raises(KeyringError, match="did not answer"):
        await store(timeout=0.05).delete(HOST)


async def test_without_a_keyring_there_is_nothing_to_delete() -> None:
    await store().delete(HOST)


def encoded(claims: object) -> str:
    text = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJIUzI1NiJ9.{text}.c2ln"


def test_expiry_is_read_and_not_verified() -> None:
    when = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
    token = jwt.encode({"sub": "x", "exp": when}, "k" * 32, algorithm="HS256")
    assert expiry(token) == when
    assert expiry(token[:-4] + "AAAA") == when


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {"exp": None},
        {"exp": "soon"},
        {"exp": [1]},
        {"exp": 1e300},
        {"exp": -1e18},
        {"exp": float("nan")},
        {"exp": {}},
        [1],
        "x",
        None,
    ],
)
def test_expiry_of_odd_claims_is_none(claims: Any) -> None:
    assert expiry(encoded(claims)) is None


@given(st.text() | st.binary().map(lambda data: f"e30.{base64.b64encode(data).decode()}.x"))
def test_expiry_stands_any_text(text: str) -> None:
    assert expiry(text) is None


def test_expiry_stands_claims_nested_without_end() -> None:
    deep = base64.urlsafe_b64encode(b'{"exp":' * 50_000).decode()
    assert expiry(f"eyJhbGciOiJIUzI1NiJ9.{deep}.c2ln") is None


def test_a_token_is_text() -> None:
    assert Token("a") == "a"
