"""Where the access token lives: ROBOTUI_TOKEN, else the OS keyring, else this run's memory."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from robotui.config import Settings
from robotui.errors import BadTokenError, KeyringError, NoKeyringError
from robotui.keyring_access import KeyringAccess
from robotui.secret import Secret

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE: Final = "robotui"
"""The service name of our entries in the keyring; the account is the server's name."""

VARIABLE: Final = "ROBOTUI_TOKEN"

_TOKEN: Final = re.compile(r"[A-Za-z0-9._~+/=-]+")


class Token(Secret):
    """An access token."""

    __slots__ = ()


def check_token(token: str, where: str = "the token given") -> Token:
    """``token`` without white space and a leading ``Bearer``.

    Raises BadTokenError, which does not quote it, when it is empty or has other characters than
    tokens have (protocol 6.5).
    """
    words = token.split()
    if words and words[0].lower() == "bearer":
        words = words[1:]
    joined = "".join(words)
    if not joined:
        raise BadTokenError(f"{where} is empty")
    if not _TOKEN.fullmatch(joined):
        raise BadTokenError(f"{where} has characters that no token has")
    return Token(joined)


def expiry(token: str) -> datetime | None:
    """When ``token`` says that it expires (UTC); None if it says nothing. Never verified."""
    import jwt

    try:
        claims: dict[str, Any] = jwt.decode(
            token, options={"verify_signature": False, "verify_exp": False}
        )
        return datetime.fromtimestamp(claims["exp"], UTC)
    except (jwt.PyJWTError, KeyError, TypeError, ValueError, OverflowError, OSError):
        return None
    except RecursionError:  # claims nested without end
        return None


class TokenStore:
    """The tokens of this user, by account (the server's name).

    ``get``, ``add`` and ``forget`` serve a run that must go on: where the keyring does not answer
    in time or refuses, the token stays in memory for this run, and ``place`` and ``why`` say so.
    ``set`` and ``delete`` do what the user asked for, or raise KeyringError.
    """

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        self._keyring = KeyringAccess(settings.keyring_timeout)
        self._variable = environment.get(VARIABLE, "").strip()
        self._refused_variable = False
        self._known: dict[str, Token] = {}
        self._vacant: set[str] = set()
        self.place: Literal["keyring", "environment", "memory"]
        """Where the token is kept."""
        self.place = "environment" if self._variable else "keyring"
        self.why = ""
        """Why it is not kept in the keyring; empty if it is."""
        if self._variable:
            self.why = f"{VARIABLE} is set"

    def __repr__(self) -> str:
        return f"TokenStore(place={self.place!r}, why={self.why!r})"

    async def get(self, account: str) -> Token | None:
        """The token for ``account``, or None. Raises BadTokenError for one that can't be one."""
        if self._variable:
            return check_token(self._variable, VARIABLE)
        if account in self._known:
            return self._known[account]
        try:
            stored = await self._keyring.ask(lambda backend: backend.get_password(SERVICE, account))
        except KeyringError as error:
            self._vacant.discard(account)
            self._settle("memory", str(error))
            return None
        self._settle("keyring")
        if stored:
            self._known[account] = check_token(stored, "the token in the keyring")
        else:
            self._vacant.add(account)
        return self._known.get(account)

    async def add(self, account: str, token: str) -> None:
        """Keep a ``token`` that the user did not ask for. Raises BadTokenError.

        It goes into the keyring only where that is known to hold none for ``account``, so that no
        token of the user's is overwritten; nor does a substitute for a refused ROBOTUI_TOKEN.
        """
        self._known[account] = check_token(token)
        if self._refused_variable:
            self._settle("memory", f"{VARIABLE} was refused")
            return
        if account not in self._vacant:
            self._settle("memory", self.why or "the keyring was not looked into")
            return
        try:
            await self.set(account, token)
        except KeyringError as error:
            self._settle("memory", str(error))

    async def set(self, account: str, token: str) -> None:
        """Put ``token`` into the keyring, whatever it holds for ``account``.

        ROBOTUI_TOKEN still wins while it is set. Raises KeyringError when the keyring did not take
        it, BadTokenError for one that can't be one.
        """
        checked = check_token(token)

        def save(backend: KeyringBackend) -> None:
            backend.set_password(SERVICE, account, checked)
            if backend.get_password(SERVICE, account) != checked:
                raise KeyringError(f"the keyring ({backend.name}) did not keep the token")

        # What a backend says about its failure may quote the token, or a part of it.
        await self._keyring.ask(save, quote=False)
        self._known[account] = checked
        self._vacant.discard(account)
        self._settle("keyring")

    async def delete(self, account: str) -> None:
        """Take the token for ``account`` out of the keyring; ROBOTUI_TOKEN is not looked at.

        Raises KeyringError when its entry may still be there.
        """
        self._known.pop(account, None)

        def remove(backend: KeyringBackend) -> None:
            if backend.get_password(SERVICE, account) is None:
                return
            backend.delete_password(SERVICE, account)
            if backend.get_password(SERVICE, account) is not None:
                raise KeyringError(f"the keyring ({backend.name}) still has the token")

        with suppress(NoKeyringError):
            await self._keyring.ask(remove)

    async def forget(self, account: str) -> None:
        """The server refused the token for ``account``; ROBOTUI_TOKEN is not looked at again.

        A keyring entry that another program changed meanwhile is kept. When the keyring refuses,
        ``why`` says so and its entry may still be there.
        """
        dropped: str | None = self._known.pop(account, None)
        if self._variable:
            self._variable, self._refused_variable = "", True
            self._settle("keyring")
            return

        def delete(backend: KeyringBackend) -> None:
            stored = backend.get_password(SERVICE, account)
            if stored is not None and dropped in (None, stored):
                backend.delete_password(SERVICE, account)

        try:
            await self._keyring.ask(delete)
        except KeyringError as error:
            self._settle("memory", str(error))
        else:
            self._settle("keyring")

    async def backend(self) -> str:
        """The name of the keyring in use, or ``none`` and the reason."""
        try:
            return await self._keyring.ask(lambda backend: str(backend.name))
        except KeyringError as error:
            return f"none ({error})"

    def _settle(self, place: Literal["keyring", "memory"], why: str = "") -> None:
        if not self._variable:
            self.place, self.why = place, why
