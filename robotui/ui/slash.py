"""What is typed behind a slash: which action it calls, and how it may go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from robotui.errors import UsageError
from robotui.ui.actions import Action, commands
from robotui.ui.completion import Choice, Offer
from robotui.ui.input.keyboard import key_name

Argument = tuple[str, str]
"""What may follow a command, and a word on it."""
Arguments = Mapping[str, Callable[[], Iterable[Argument]]]
"""By the id of an action: what may follow its command now."""


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


def offer(line: str, known: Arguments) -> Offer | None:
    """What a line that begins with a slash may go on with; None: nothing."""
    name, blank, argument = line.removeprefix("/").partition(" ")
    if not line.startswith("/"):
        return None
    if not blank:
        found = [_command(each) for each in commands() if each.name.startswith(name.lower())]
        return Offer(len(line), found) if found else None
    action = next((each for each in commands() if each.name == name.lower()), None)
    if action is None or action.id not in known:
        return None
    choices = [
        Choice(value, f"/{action.name} {value}", f"/{action.name} {value}", told, runs=True)
        for value, told in _fitting(known[action.id](), argument)
    ]
    optional = not argument and not action.needs_argument
    return Offer(len(line), choices, optional) if choices else None


def _command(action: Action) -> Choice:
    """A command as a choice: it is run at once unless something has to follow it."""
    name = f"/{action.name}"
    typed = name + (" " if action.argument else "")
    return Choice(
        action.command,
        typed,
        typed if action.needs_argument else name,
        action.help,
        key_name(action.keys) if action.keys else "",
        runs=not action.needs_argument,
        goes_on=bool(action.argument),
    )


def _fitting(values: Iterable[Argument], typed: str) -> list[Argument]:
    """Those that begin with what is typed, then those that have it; before that no longer ones."""
    wanted = typed.lower()
    if not wanted:
        return [each for each in values if " " not in each[0]]
    having = [each for each in values if wanted in each[0].lower()]
    return sorted(having, key=lambda each: not each[0].lower().startswith(wanted))
