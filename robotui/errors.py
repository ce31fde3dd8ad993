"""Every error that robotui raises on purpose.

::

    RobotuiError
    ├── SettingsError            a setting, flag or environment variable makes no sense
    ├── UsageError               a command can't be understood
    ├── StorageError             a file of ours can't be read or written
    ├── KeyringError             the OS keyring is missing, locked or does not answer
    │   └── NoKeyringError       this machine has none, or it is switched off
    ├── CrashError               robotui itself failed; what it knows is in the log
    ├── ShortageError            the system gives no more memory or threads
    ├── LaunchError              the embedded server did not start
    ├── WorkspaceError           the workspace can't be read or indexed
    │   └── WriteRefusedError    a file is not written there, for a reason
    └── ServiceError             talking to a Robocoders service failed
        ├── ConnectError         nothing there: refused, unknown host, dead proxy
        ├── ReplyTimeoutError    too slow: connect, silence or total time-out
        ├── CutReplyError        the reply broke off
        ├── EmptyReplyError      200, but nothing in it
        ├── ReportedError        the server reported an error inside its reply
        ├── NoTokenError         no token on the service's auth page
        ├── BadTokenError        a token that can't be one
        ├── RedirectError        sent elsewhere
        └── StatusError          an HTTP status that is not a reply
            ├── UnauthorizedError      401, 422 on the authorization header
            ├── ForbiddenError         403
            ├── NotFoundError          404: a wrong base URL
            │   └── SessionGoneError   404 on /chat: the server forgot the session
            ├── BusyError              409
            ├── ValidationError        422
            ├── RateLimitError         429
            ├── ServerFaultError       5xx
            └── UnexpectedStatusError  anything else

``str(error)`` is the headline: what happened, and where. ``error.remedy`` says what to do about it.
"""

from __future__ import annotations

import errno


class RobotuiError(Exception):
    """Base of all: ``headline`` says what happened and where, ``remedy`` what to do."""

    default_remedy = ""

    def __init__(self, headline: str, remedy: str | None = None) -> None:
        super().__init__(headline)
        self.headline = headline
        self.remedy = self.default_remedy if remedy is None else remedy


class SettingsError(RobotuiError):
    """A setting, flag or environment variable makes no sense."""


class UsageError(RobotuiError):
    """A command, typed in the shell or in the prompt, can't be understood."""


class StorageError(RobotuiError):
    """A file of ours can't be read or written."""

    default_remedy = "Check that the disk has room and that the folder belongs to you."


class KeyringError(RobotuiError):
    """The OS keyring is missing, locked or does not answer in time."""

    default_remedy = "Unlock the keyring, or set ROBOTUI_TOKEN for this run."


class CrashError(RobotuiError):
    """robotui itself failed, in a way that nobody foresaw; what it knows is in the log."""


class ShortageError(RobotuiError):
    """The system gives no more memory or threads."""

    default_remedy = "End other programs, or raise the limit (`ulimit -v`, `ulimit -u`)."


class NoKeyringError(KeyringError):
    """This machine has no keyring, or it is switched off: nothing of ours can be in it."""

    default_remedy = "Set ROBOTUI_TOKEN in the environment instead."


class LaunchError(RobotuiError):
    """The embedded server did not start."""

    default_remedy = "Run `robotui serve` in another terminal to see why."


class WorkspaceError(RobotuiError):
    """The workspace can't be read or indexed."""


class WriteRefusedError(WorkspaceError):
    """A file is not written: outside the workspace, in ``.git``, changed meanwhile, not text."""


class ServiceError(RobotuiError):
    """Talking to a Robocoders service failed."""

    default_remedy = "Try again; `robotui status` shows which server is used."


class ConnectError(ServiceError):
    """Nothing answers there: connection refused, unknown host, dead proxy."""

    default_remedy = "Check the address (--server, ROBOTUI_SERVER), the network and the proxy."


class ReplyTimeoutError(ServiceError):
    """The service was too slow: connecting, between two pieces, or in total."""

    default_remedy = "Try again, or raise `timeout` or `read_timeout` in the settings."


class CutReplyError(ServiceError):
    """The connection broke while the reply came in; what came before is kept."""

    default_remedy = "What came is kept. Retry, or send `continue`."


class EmptyReplyError(ServiceError):
    """The service answered 200 with nothing readable in it."""

    default_remedy = "Retry; if it comes again, the address may not be a Robocoders service."


class ReportedError(ServiceError):
    """The server reported an error inside its reply (protocol 4.1, ``error`` observation)."""

    default_remedy = "What came before is kept. Retry, or ask in another way."


class NoTokenError(ServiceError):
    """The auth page shows no token: a login page, 403, 404, or a redirect to another host."""

    default_remedy = "Log in with a browser, then give the token: `robotui login --token -`."


class BadTokenError(ServiceError):
    """The token is empty or has characters that no token has."""

    default_remedy = "Give the whole token on one line: `robotui login --token -`."


class RedirectError(ServiceError):
    """The service sends us elsewhere, where we do not follow."""

    default_remedy = "Use the address it points to as --server if you trust it."


class StatusError(ServiceError):
    """An HTTP status that is not a reply.

    ``status`` is the number, ``detail`` the server's own explanation (may be empty).
    """

    def __init__(
        self, headline: str, *, status: int, detail: str = "", remedy: str | None = None
    ) -> None:
        super().__init__(f"{headline}: {detail}" if detail else headline, remedy)
        self.status = status
        self.detail = detail


class UnauthorizedError(StatusError):
    """401, or 422 on the authorization header (protocol 1.5), also with a fresh token."""

    default_remedy = "Log in again: `robotui login`, or `robotui login --token -`."


class ForbiddenError(StatusError):
    """403: the token is known, but this is not allowed."""

    default_remedy = "The token was kept. Use another account or server."


class NotFoundError(StatusError):
    """404: there is no such endpoint at this address."""

    default_remedy = "Check the address (--server, ROBOTUI_SERVER)."


class SessionGoneError(NotFoundError):
    """404 on /chat: the server does not know the session any more (protocol 6.6)."""

    default_remedy = "Send the prompt again to start a new session."


class BusyError(StatusError):
    """409: another reply is still running in this session."""

    default_remedy = "Wait for the reply to end, or interrupt it, then retry."


class ValidationError(StatusError):
    """422: the server refuses a field; ``detail`` names it."""

    default_remedy = "This is a fault of the request; retrying unchanged will not help."


class RateLimitError(StatusError):
    """429. ``retry_after`` is the wait in seconds the server asks for, or None."""

    default_remedy = "Wait, then retry."

    def __init__(
        self,
        headline: str,
        *,
        status: int = 429,
        detail: str = "",
        remedy: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(headline, status=status, detail=detail, remedy=remedy)
        self.retry_after = retry_after


class ServerFaultError(StatusError):
    """5xx: the server failed."""

    default_remedy = "The prompt may have been run; look at the chat before you retry."


class UnexpectedStatusError(StatusError):
    """A status that the protocol does not know."""


def shortage(error: BaseException | None) -> ShortageError | None:
    """What to tell of ``error`` if it, or what led to it, is a lack of memory."""
    while error is not None:
        if isinstance(error, ShortageError):
            return error
        if isinstance(error, OSError):
            short = error.errno == errno.ENOMEM
        else:
            # Neither the loader of libraries nor that of threads has an error of its own for it.
            said = str(error).lower()
            short = isinstance(error, MemoryError) or any(word in said for word in _SHORTAGES)
        if short:
            return ShortageError("There is not enough memory")
        error = error.__cause__ or error.__context__
    return None


_SHORTAGES = ("can't start new thread", "failed to map segment", "cannot allocate memory")
