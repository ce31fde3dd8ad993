"""Statuses as exceptions: protocol 1.5, 6.3, 6.6."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui import errors
from robotui.client.status import retry_after, status_error

NOW = datetime(2024, 11, 15, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.UnexpectedStatusError),
        (401, errors.UnauthorizedError),
        (403, errors.ForbiddenError),
        (404, errors.NotFoundError),
        (405, errors.UnexpectedStatusError),
        (409, errors.BusyError),
        (418, errors.UnexpectedStatusError),
        (422, errors.ValidationError),
        (429, errors.RateLimitError),
        (500, errors.ServerFaultError),
        (502, errors.ServerFaultError),
        (503, errors.ServerFaultError),
        (504, errors.ServerFaultError),
        (599, errors.ServerFaultError),
        (204, errors.UnexpectedStatusError),
        (304, errors.UnexpectedStatusError),
    ],
)
def test_each_status_has_its_exception_with_the_detail(
    status: int, kind: type[errors.StatusError]
) -> None:
    error = status_error(status, {}, '{"detail": "the reason"}', "http://h/x")
    assert type(error) is kind
    assert isinstance(error, errors.StatusError)
    assert (error.status, error.detail) == (status, "the reason")
    assert "http://h/x" in str(error)
    assert "the reason" in str(error)
    assert error.remedy


def test_404_where_a_session_was_named_means_that_it_is_gone() -> None:
    assert type(status_error(404, {}, "", "w", session=True)) is errors.SessionGoneError


@pytest.mark.parametrize("detail", ["Field required", "Invalid token"])
@pytest.mark.parametrize("name", ["authorization", "Authorization"])
def test_422_on_the_authorization_header_is_unauthorized(detail: str, name: str) -> None:
    body = f'{{"detail":[{{"type":"missing","loc":["header","{name}"],"msg":"{detail}"}}]}}'
    error = status_error(422, {}, body, "w")
    assert type(error) is errors.UnauthorizedError
    assert error.detail == f"header.{name}: {detail}"


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        ('{"detail":[{"loc":["body","prompt"],"msg":"Missing"}]}', "body.prompt: Missing"),
        (
            '{"detail":[{"loc":["body",1],"msg":"bad"},{"loc":["body","sid"],"msg":"worse"}]}',
            "body.1: bad; body.sid: worse",
        ),
        ('{"detail":{"loc":["query","q"],"msg":"no"}}', "query.q: no"),
        ('{"detail":{"code":7}}', '{"code":7}'),
        ('{"detail":[{"loc":[],"msg":"alone"}]}', "alone"),
        ('{"detail":["one","two"]}', "one; two"),
        ('{"detail":null}', ""),
        ('{"message":"words"}', "words"),
        ('{"error":"words"}', "words"),
        ('"words"', "words"),
        ("Internal Server Error", "Internal Server Error"),
        ("", ""),
        ("<html><title>Bad gateway</title><b>secret</b>", "the page 'Bad gateway'"),
        ("two\nlines\x1b[31m", "two lines"),
        ('{"detail":"' + "x" * 5000 + '"}', "x" * 299 + "…"),
        ("[" * 100_000, "[" * 299 + "…"),
    ],
)
def test_details_of_any_shape_are_one_line(body: str, detail: str) -> None:
    error = status_error(422, {}, body, "w")
    assert isinstance(error, errors.StatusError)
    assert error.detail == detail


@pytest.mark.parametrize(
    "location",
    ["/login", "https://host/login?next=secret", "https://accounts.google.com/o/oauth2?x=secret"],
)
def test_a_redirect_to_a_login_asks_to_log_in_again(location: str) -> None:
    error = status_error(302, {"Location": location}, "", "w")
    assert type(error) is errors.UnauthorizedError
    assert "secret" not in str(error)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_other_redirects_name_their_target(status: int) -> None:
    error = status_error(status, {"Location": "https://new.example/api/?k=secret"}, "", "w")
    assert type(error) is errors.RedirectError
    assert "new.example/api/" in str(error)
    assert "secret" not in str(error)


def test_a_redirect_to_nonsense_is_an_error_too() -> None:
    assert type(status_error(302, {"Location": "http://[::1"}, "", "w")) is errors.RedirectError


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        (" 120 ", 120.0),
        ("0", 0.0),
        ("Fri, 15 Nov 2024 12:00:30 GMT", 30.0),
        ("Fri, 15 Nov 2024 12:00:30 -0000", 30.0),
        ("Fri, 15 Nov 2024 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("٣", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


@given(st.text(max_size=40) | st.from_regex(r"\w{3}, \d+ Nov \d+ \d+:\d+:\d+ [+-]\d+"))
def test_any_retry_after_is_seconds_or_none(value: str) -> None:
    seconds = retry_after(value, NOW)
    assert seconds is None or seconds >= 0


def test_429_tells_when_to_retry() -> None:
    error = status_error(429, {"Retry-After": "90"}, "", "w")
    assert isinstance(error, errors.RateLimitError)
    assert error.retry_after == 90
    assert "90 s" in error.remedy


@given(status=st.integers(100, 599), body=st.text(max_size=60), location=st.text(max_size=30))
def test_any_answer_gives_an_error_on_one_line(status: int, body: str, location: str) -> None:
    error = status_error(status, {"Location": location, "Retry-After": body}, body, "w")
    assert "\n" not in str(error)
