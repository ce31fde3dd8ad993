"""Request bodies, checked and refused in the words of FastAPI (protocol 1.5)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from robotui.errors import UnexpectedStatusError, ValidationError
from robotui.text import encodable

Fault = dict[str, Any]


class RequestError(ValidationError):
    """422: the request has these ``faults``."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__("The request is not valid", status=422, detail=str(faults[0]["msg"]))
        self.faults = faults


def missing(*where: str, given: Any = None) -> Fault:
    """The fault that something required is not there, e.g. ``missing("header", "x")``."""
    return {"type": "missing", "loc": where, "msg": "Field required", "input": given}


def refused(name: str, value: str, why: str) -> Fault:
    """The fault that the field ``name`` has a value that can't be used."""
    return {"type": "value_error", "loc": ["body", name], "msg": why, "input": value}


def parse(data: bytes) -> dict[str, Any]:
    """The JSON object in ``data``. Raises RequestError, or UnexpectedStatusError (400)."""
    try:
        body = json.loads(data) if data else None
    except json.JSONDecodeError as error:
        fault = {
            "type": "json_invalid",
            "loc": ["body", error.pos],
            "msg": "JSON decode error",
            "input": {},
            "ctx": {"error": error.msg},
        }
        raise RequestError(fault) from error
    except (ValueError, RecursionError) as error:
        # Bad UTF-8, too long an integer, too deep a nesting.
        detail = "There was an error parsing the body"
        raise UnexpectedStatusError("The request", status=400, detail=detail) from error
    if body is None:
        raise RequestError(missing("body"))
    if not isinstance(body, dict):
        fault = {
            "type": "model_attributes_type",
            "loc": ["body"],
            "msg": "Input should be a valid dictionary or object to extract fields from",
            "input": body,
        }
        raise RequestError(fault)
    return body


def strings(body: dict[str, Any], required: Sequence[str], **optional: str) -> dict[str, str]:
    """The fields of ``body`` named, all strings; ``optional`` ones have their default.

    Other fields are ignored. Raises RequestError with every fault found.
    """
    faults: list[Fault] = []
    found: dict[str, str] = {}
    for name in (*required, *optional):
        value = body.get(name, optional.get(name))
        if name not in body and name not in optional:
            faults.append(missing("body", name, given=body))
        elif isinstance(value, str):
            found[name] = encodable(value)
        else:
            message = "Input should be a valid string"
            loc = ["body", name]
            faults.append({"type": "string_type", "loc": loc, "msg": message, "input": value})
    if faults:
        raise RequestError(*faults)
    return found


def one_of(name: str, value: str, choices: Sequence[str]) -> None:
    """Check that the field ``name`` is one of ``choices``. Raises RequestError."""
    if value in choices:
        return
    quoted = [repr(choice) for choice in choices]
    expected = " or ".join(filter(None, (", ".join(quoted[:-1]), quoted[-1])))
    fault = {
        "type": "enum",
        "loc": ["body", name],
        "msg": f"Input should be {expected}",
        "input": value,
        "ctx": {"expected": expected},
    }
    raise RequestError(fault)
