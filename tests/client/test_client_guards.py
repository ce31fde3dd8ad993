"""Edges of the client: waits that grow, a keyring that locks itself, words after a failure."""

from __future__ import annotations

import asyncio

import pytest
from keyring.errors import KeyringLocked

from robotui.client.continuing import Continuation
from robotui.client.tokens import SERVICE, TokenStore
from robotui.events import Failure, Message
from tests.client.conftest import TOKEN, Open, Service, http, settings
from tests.client.keyrings import Memory, installed
from tests.waiting import PATIENCE

HOST = "https://host"


async def test_each_wait_for_a_server_that_fails_is_twice_the_one_before(
    service: Service, connect: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await connect(service.url)
    client.http.backoff = 0.25
    waited: list[float] = []
    real = asyncio.sleep

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        await real(0)

    service.on("/auth", http(503), http(503), http(200, f'<pre id="token">{TOKEN}</pre>'))
    monkeypatch.setattr("robotui.client.http.asyncio.sleep", sleep)
    assert await client.token() == TOKEN
    assert [seconds for seconds in waited if seconds] == [0.25, 0.5]


class _Locking(Memory):
    """A keyring that can be locked."""

    locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise KeyringLocked("locked")
        return super().get_password(service, username)


async def test_a_keyring_that_fails_is_no_longer_known_to_be_empty() -> None:
    backend = _Locking()
    tokens = TokenStore(settings(keyring_timeout=PATIENCE), {})
    with installed(backend):
        assert await tokens.get(HOST) is None  # so there is room for one
        backend.locked = True
        assert await tokens.get(HOST) is None
        backend.locked = False
        backend.entries[SERVICE, HOST] = "the-user's-own-token"
        await tokens.add(HOST, TOKEN)
    assert backend.entries == {(SERVICE, HOST): "the-user's-own-token"}
    assert tokens.place == "memory"


def test_the_room_for_a_token_is_known_of_one_server_alone() -> None:
    async def run() -> dict[tuple[str, str], str]:
        backend = Memory()
        tokens = TokenStore(settings(keyring_timeout=PATIENCE), {})
        with installed(backend):
            await tokens.get(HOST)
            await tokens.add("https://other", TOKEN)
            await tokens.add(HOST, TOKEN)
        return backend.entries

    assert asyncio.run(run()) == {(SERVICE, HOST): TOKEN}


@pytest.mark.parametrize("before", ["I have hit my output limit. ", "Type 'continue' to go on. "])
def test_a_message_after_a_failure_is_another_one(before: str) -> None:
    # What was said before the failure is not among the last words: they show no limit.
    chain = Continuation("limit")
    chain.add(Message(text=before, delta=True, source="agent"), None)
    chain.add(Failure(text="The tool broke", source="agent"), None)
    chain.add(Message(text="Which file?", wait_for_response=True, source="agent"), None)
    assert chain.why_continue(60) == ""


def test_pieces_of_a_message_are_read_together() -> None:
    chain = Continuation("limit")
    for piece in ("I have hit ", "my output limit."):
        delta = not piece.endswith(".")
        chain.add(Message(text=piece, delta=delta, wait_for_response=True, source="agent"), None)
    assert chain.why_continue(60) != ""
