"""Tool calls assembled from their streamed pieces, whatever indexes and ids those come with."""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final

_MOST: Final = 256  # calls in one answer


@dataclass(slots=True, eq=False)
class _Slot:
    """One call, as far as it has come."""

    index: Any = None
    id: str = ""
    name: str = ""
    arguments: str = ""
    whole: bool = False
    """Whether its arguments came as an object, not as text."""
    extra: Any = None

    @property
    def complete(self) -> bool:
        return self.whole or is_object(self.arguments)


class Assembly:
    """Takes the pieces of the calls of one answer; ``tools`` are the names that were offered."""

    def __init__(self, tools: Collection[str] = ()) -> None:
        self._tools = tools
        self._slots: list[_Slot] = []

    def add(self, pieces: Any) -> None:
        """Add the ``tool_calls`` of one chunk; what makes no sense in them is passed over."""
        for piece in pieces if isinstance(pieces, list) else [pieces]:
            if isinstance(piece, dict) and len(self._slots) < _MOST:
                self._add(piece)

    def calls(self) -> list[dict[str, Any]]:
        """The calls in order, with an index and an id of their own each, as OpenAI sends them."""
        seen: set[str] = set()
        made: list[dict[str, Any]] = []
        for slot in self._slots:
            if not slot.name:
                continue
            identity = slot.id if slot.id and slot.id not in seen else new_id()
            seen.add(identity)
            function = {"name": slot.name, "arguments": slot.arguments or "{}"}
            call = {"index": len(made), "id": identity, "type": "function", "function": function}
            made.append(call if slot.extra is None else call | {"extra_content": slot.extra})
        return made

    def _add(self, piece: dict[str, Any]) -> None:
        function = piece.get("function")
        function = function if isinstance(function, dict) else piece
        name, given = _text(function.get("name")), function.get("arguments")
        if given is None:
            given = function.get("parameters", function.get("input"))
        identity, index = _text(piece.get("id") or piece.get("call_id")), piece.get("index")
        arguments, whole = _arguments(given)
        slot = self._slot(identity, index, name, arguments)
        slot.index = index if slot.index is None else slot.index
        slot.id = slot.id or identity
        slot.extra = piece.get("extra_content", slot.extra)
        self._take_name(slot, name)
        if whole:
            slot.arguments, slot.whole = arguments, True
        elif not slot.complete:
            slot.arguments += arguments

    def _take_name(self, slot: _Slot, name: str) -> None:
        """The name comes once, in every piece, or in pieces itself."""
        if not slot.name:
            slot.name = name
        elif name != slot.name and not slot.arguments and slot.name not in self._tools:
            slot.name += name

    def _slot(self, identity: str, index: Any, name: str, arguments: str) -> _Slot:
        """The call that a piece belongs to: a known one, or a new one."""
        same = [slot for slot in self._slots if index is not None and slot.index == index]
        known = [slot for slot in self._slots if identity and slot.id == identity]
        both = [slot for slot in known if index is None or slot.index in (index, None)]
        if both:
            last = both[-1]
        elif same:
            last = same[-1]
        elif index is None and self._slots and not (identity and name):
            told = (
                slot for slot in self._slots if (slot.name, slot.arguments) == (name, arguments)
            )
            last = next(told, self._slots[-1])
        elif known and not name:
            last = known[-1]
        else:
            return self._open()
        return self._open() if _begins(last, identity, name, arguments, self._tools) else last

    def _open(self) -> _Slot:
        self._slots.append(_Slot())
        return self._slots[-1]


def _begins(last: _Slot, identity: str, name: str, arguments: str, tools: Collection[str]) -> bool:
    """Whether a piece that could go on with ``last`` begins another call: only with a name."""
    if not name or not last.name:
        return False
    if last.id and identity and identity != last.id:
        return last.complete or not last.arguments or arguments.lstrip()[:1] in ("", "{")
    if last.complete:  # told again at the end, in one piece, it is the same call
        return name != last.name or arguments not in ("", "{}", last.arguments)
    return name != last.name and (last.name in tools or bool(last.arguments))


def new_id() -> str:
    """An id of a call that every service takes: Mistral's want nine letters and digits."""
    return secrets.token_hex(5)[:9]


def is_object(text: str) -> bool:
    """Whether ``text`` is a whole JSON object."""
    if text.rstrip()[-1:] != "}":
        return False
    try:
        return isinstance(json.loads(text, strict=False), dict)
    except (ValueError, RecursionError):
        return False


def _arguments(given: Any) -> tuple[str, bool]:
    """Arguments as JSON text, and whether they came as an object, so that they are whole."""
    if isinstance(given, str):
        return given, False
    if isinstance(given, dict):
        return json.dumps(given), True
    return "", False


def _text(value: Any) -> str:
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
