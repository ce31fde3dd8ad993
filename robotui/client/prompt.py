"""A message history as one prompt.

Format of a prompt with history: blocks separated by a blank line, each a line ``System:``,
``User:`` or ``Assistant:`` alone and then the text; the last user message comes last. So the
question is what follows the last line that is exactly ``User:``. A line inside a message that looks
like such a heading is moved in by a space.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from robotui.errors import SettingsError
from robotui.events import text_of

Role = Literal["system", "user", "assistant"]

_HEADINGS: Final[dict[Role, str]] = {
    "system": "System:",
    "user": "User:",
    "assistant": "Assistant:",
}
_HEADING_LINE: Final = re.compile(r"^(?=(?:System|User|Assistant):[ \t\r]*$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a history."""

    role: Role
    content: str


AnyMessage = ChatMessage | Mapping[str, Any]
"""A message, or a mapping with ``role`` and ``content`` (text, or a list of text parts)."""


def as_message(message: AnyMessage) -> ChatMessage:
    """``message`` as a ChatMessage. Raises SettingsError for an unknown role."""
    if isinstance(message, ChatMessage):
        role, content = str(message.role), message.content
    else:
        role, content = str(message.get("role")), text_of(message.get("content"))
    if role not in _HEADINGS:
        choices = ", ".join(_HEADINGS)
        raise SettingsError(f"a chat message has the role {role!r}", f"Use one of: {choices}.")
    return ChatMessage(role, content)


def format_prompt(messages: Sequence[AnyMessage]) -> str:
    """``messages`` as one prompt; a single user message is just its text.

    Raises SettingsError when there is no user message or a role is unknown.
    """
    history, question = split_question(messages)
    if not history:
        return question
    return "\n\n".join(map(_block, [*history, ChatMessage("user", question)]))


def split_question(messages: Sequence[AnyMessage]) -> tuple[list[ChatMessage], str]:
    """All other messages, and the text of the last user message.

    Raises SettingsError when there is no user message or a role is unknown.
    """
    known = [as_message(message) for message in messages]
    asked = [at for at, message in enumerate(known) if message.role == "user"]
    if not asked:
        raise SettingsError("the messages hold no user message", "End them with a user message.")
    question = known.pop(asked[-1])
    return known, question.content


def _block(message: ChatMessage) -> str:
    text = _HEADING_LINE.sub(" ", message.content.strip("\r\n"))
    return f"{_HEADINGS[message.role]}\n{text}"
