"""Keyrings in every state."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import PasswordSetError


@contextmanager
def installed(backend: KeyringBackend) -> Iterator[None]:
    """``backend`` is this process's keyring meanwhile."""
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(before)


class Memory(KeyringBackend):
    """A keyring that works."""

    priority = 1

    def __init__(self) -> None:
        self.entries: dict[tuple[str, str], str] = {}
        self.threads: list[threading.Thread] = []

    def get_password(self, service: str, username: str) -> str | None:
        self.threads.append(threading.current_thread())
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = str(password)

    def delete_password(self, service: str, username: str) -> None:
        del self.entries[service, username]


class Hanging(Memory):
    """A keyring that waits for a user who is not there."""

    def __init__(self) -> None:
        super().__init__()
        self.answer = threading.Event()
        self.asked = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.threads.append(threading.current_thread())
        self.asked.set()
        self.answer.wait()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.get_password(service, username)
        super().set_password(service, username, password)


class Broken(Memory):
    """A keyring that raises."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def get_password(self, service: str, username: str) -> str | None:
        raise self.error

    def set_password(self, service: str, username: str, password: str) -> None:
        raise self.error


class Forgetful(Memory):
    """A keyring that takes nothing, and says nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Refusing(Memory):
    """A keyring that can be read only."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def set_password(self, service: str, username: str, password: str) -> None:
        raise PasswordSetError(self.words)


class Stubborn(Memory):
    """A keyring that keeps what it has, and says nothing."""

    def delete_password(self, service: str, username: str) -> None:
        pass
