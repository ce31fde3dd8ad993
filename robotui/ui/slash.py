"""What is typed behind a slash: which action it calls, and how it may go on."""

from __future__ import annotations

from robotui import agents
from robotui.errors import UsageError
from robotui.ui.actions import Action, commands


def parse(text: str) -> tuple[Action, str] | None:
    """The action and its argument if ``text`` is a command; None if it is an ordinary prompt.

    A path such as ``/etc/hosts`` and anything of several lines is a prompt. Raises
    UsageError for a single slash word that is no command.
    """
    if not text.startswith("/") or "\n" in text.strip():
        return None
    name, _space, argument = text[1:].strip().partition(" ")
    if not name.isalpha():
        return None
    matches = [action for action in commands() if action.name == name.lower()]
    if not matches:
        remedy = "/help lists them. With a space before it, it is sent as text."
        raise UsageError(f"There is no command /{name}", remedy)
    return matches[0], argument.strip()


def complete(before: str) -> list[str]:
    """What could stand instead of ``before``, the text before the cursor."""
    if before.startswith("/agent "):
        start = before.removeprefix("/agent ").lower()
        names = [agent.id for agent in agents.everyone()]
        return [f"/agent {name}" for name in names if name.lower().startswith(start)]
    if before.startswith("/") and " " not in before:
        return [
            f"/{action.name}" + (" " if action.argument else "")
            for action in commands()
            if action.name.startswith(before[1:].lower())
        ]
    return []
