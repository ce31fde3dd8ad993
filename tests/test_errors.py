from __future__ import annotations

import errno
import inspect
import re
from collections.abc import Callable
from functools import partial

import pytest

from robotui import errors
from robotui.errors import (
    RateLimitError,
    RobotuiError,
    ShortageError,
    StatusError,
    StorageError,
    shortage,
)

CLASSES = [
    found
    for _name, found in inspect.getmembers(errors, inspect.isclass)
    if issubclass(found, RobotuiError)
]


def depth(kind: type) -> int:
    """How far below RobotuiError a class stands."""
    return len(kind.__mro__) - len(RobotuiError.__mro__)


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = re.findall(r"^ {4}([│├└─ ]*)(\w+Error)\b", errors.__doc__ or "", re.MULTILINE)
    assert {name: len(branch) // 4 for branch, name in drawn} == {
        kind.__name__: depth(kind) for kind in CLASSES
    }


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_error_tells_and_advises(kind: type[RobotuiError]) -> None:
    make: Callable[..., RobotuiError] = kind
    if issubclass(kind, StatusError):
        make = partial(kind, status=418)
    error = make("It failed at h")
    assert str(error) == error.headline == "It failed at h"
    assert error.remedy == kind.default_remedy
    assert make("x", remedy="Do that.").remedy == "Do that."
    assert kind.__doc__


def test_a_remedy_may_be_none_at_all() -> None:
    assert StorageError("x", "").remedy == ""


def test_a_status_error_shows_the_detail_of_the_server() -> None:
    error = StatusError("h refuses", status=403, detail="not you")
    assert (str(error), error.status, error.detail) == ("h refuses: not you", 403, "not you")


def test_a_rate_limit_knows_how_long() -> None:
    assert RateLimitError("x", retry_after=2.5).retry_after == 2.5
    assert RateLimitError("x").status == 429


def caused(cause: BaseException) -> Exception:
    """An error that says nothing of what led to it."""
    error = AttributeError("talk")
    error.__context__ = cause
    return error


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        MemoryError("Unable to allocate 3 GiB"),
        RuntimeError("can't start new thread"),
        OSError(errno.ENOMEM, "Cannot allocate memory"),
        ImportError("x.so: failed to map segment from shared object"),
        ImportError("libz.so: cannot allocate memory in static TLS block"),
        caused(MemoryError()),
        ShortageError("known"),
    ],
)
def test_a_lack_of_memory_is_told_as_one(error: BaseException) -> None:
    found = shortage(error)
    assert found is not None
    assert "ulimit" in found.remedy


@pytest.mark.parametrize(
    "error",
    [None, ValueError("memory"), RuntimeError("no"), OSError(errno.ENOSPC, "x"), ImportError("y")],
)
def test_other_faults_are_none(error: BaseException | None) -> None:
    assert shortage(error) is None
