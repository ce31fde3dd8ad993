"""Slash commands: each is another way to a workbench action."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from robotui import agents
from robotui.errors import UsageError


@dataclass(frozen=True, slots=True)
class Command:
    """One slash command."""

    name: str
    """Without the slash."""
    action: str
    """The action it runs on the workbench."""
    help: str
    """What it does, one line."""
    argument: str = ""
    """What may follow; empty: nothing."""


COMMANDS: Final = (
    Command("agent", "pick_agent", "talk to another agent", "NAME"),
    Command(
        "copy",
        "copy",
        "copy a code block of the latest reply (plain: without line numbers), all, or it",
        "[N] [plain]|all|reply",
    ),
    Command("save", "save_block", "save a code block of the latest reply to a file", "[N]"),
    Command("apply", "apply_block", "apply a code block to a file, with a diff", "[N]"),
    Command("undo", "undo", "take back the last change of a file"),
    Command("shelf", "shelf", "all code blocks of this chat"),
    Command("find", "find", "find in this chat", "[TEXT]"),
    Command("engine", "engine", "what answers: list, or switch", "[NAME|URL]"),
    Command("retry", "retry", "send the last prompt again"),
    Command("continue", "send_continue", "let the agent go on"),
    Command("expand", "expand", "expand or fold the last activity"),
    Command("new", "new_chat", "start a new chat"),
    Command("chats", "chats", "open an earlier chat"),
    Command("sidebar", "toggle_sidebar", "show or hide the agents"),
    Command("help", "help", "all keys and commands"),
    Command("quit", "app.quit", "leave"),
)


def parse(text: str) -> tuple[Command, str] | None:
    """The command and its argument if ``text`` is one; None if it is an ordinary prompt.

    A path such as ``/etc/hosts`` and anything of several lines is a prompt. Raises
    UsageError for a single slash word that is no command.
    """
    if not text.startswith("/") or "\n" in text.strip():
        return None
    name, _space, argument = text[1:].strip().partition(" ")
    if not name.isalpha():
        return None
    matches = [command for command in COMMANDS if command.name == name.lower()]
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
            f"/{command.name}" + (" " if command.argument else "")
            for command in COMMANDS
            if command.name.startswith(before[1:].lower())
        ]
    return []
