"""All that the workbench can do, in one table: keys, commands, palette, help and papers read it.

A new one is a row here, and the method of a part that the row names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from textual.binding import Binding

from robotui.ui.input.keyboard import key_name


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done at a key, by a command, or both."""

    id: str
    """What its keys are remapped by."""
    help: str
    """What it does, one line."""
    run: str
    """The part and its method, with arguments (``agents.step(1)``). Without a part, or with
    ``app``: an action of the screen or the app, which needs no chat."""
    keys: str = ""
    """As bindings name them, by commas; empty: none."""
    command: str = ""
    """With its slash and what may follow it (``/save [N]``); empty: none."""

    @property
    def name(self) -> str:
        """The command without its slash and argument."""
        return self.command.partition(" ")[0].removeprefix("/")

    @property
    def argument(self) -> str:
        """What may follow the command; empty: nothing."""
        return self.command.partition(" ")[2]

    @property
    def needs_argument(self) -> bool:
        """Something has to follow the command."""
        return self.argument[:1] not in ("", "[")

    def call(self, argument: str = "") -> str:
        """The action as Textual runs it on the screen, with what was given behind the command."""
        part = self.run.partition(".")[0]
        if part in ("app", self.run):
            return self.run
        return f"do({self.id!r}, {argument!r})" if self.argument else f"do({self.id!r})"


ACTIONS: Final = (
    Action(
        "interrupt",
        "close what is open; else interrupt the reply",
        "stopping.interrupt",
        "escape",
    ),
    Action(
        "copy",
        "copy the selection; clear; interrupt; twice: quit",
        "stopping.copy_or_quit",
        "ctrl+c",
    ),
    Action("next-agent", "next agent", "agents.step(1)", "shift+tab,f4"),
    Action("previous-agent", "previous agent", "agents.step(-1)", "f3"),
    Action("agent", "talk to another agent", "agents.pick", command="/agent NAME"),
    *(
        Action(
            f"copy-{number}",
            f"copy code block {number}",
            f"copying.copy('{number}')",
            f"alt+{number}",
        )
        for number in range(1, 10)
    ),
    Action(
        "copy-block",
        "copy a code block of the latest reply (plain: without line numbers), all, or it",
        "copying.copy",
        command="/copy [N] [plain]|all|reply",
    ),
    Action(
        "save",
        "save a code block of the latest reply to a file",
        "writing.save",
        command="/save [N]",
    ),
    Action(
        "apply",
        "apply a code block to a file, with a diff",
        "writing.apply",
        command="/apply [N]",
    ),
    Action("undo", "take back the last change of a file", "writing.take_back", command="/undo"),
    Action("block-before", "to the code block before", "blocks.walk(-1)", "alt+up"),
    Action("block-after", "to the next code block", "blocks.walk(1)", "alt+down"),
    Action("code-left", "scroll long code lines back", "reading.sideways(-1)", "alt+left"),
    Action("code-right", "scroll long code lines sideways", "reading.sideways(1)", "alt+right"),
    Action("shelf", "all code blocks of this chat", "shelf.open", "f6", "/shelf"),
    Action("find", "find in this chat", "find.open", "ctrl+f", "/find [TEXT]"),
    Action("engine", "what answers: list, or switch", "engines.pick", command="/engine [NAME|URL]"),
    Action("retry", "send the last prompt again", "turns.retry", command="/retry"),
    Action("continue", "let the agent go on", "turns.go_on", command="/continue"),
    Action("prompts", "search earlier prompts", "prompts.search", "ctrl+r"),
    Action(
        "plain",
        "the chat as plain text, for the terminal's own selection",
        "reading.plain",
        "f8",
    ),
    Action("page-up", "scroll a page up", "reading.scroll('page_up')", "pageup"),
    Action("page-down", "scroll a page down", "reading.scroll('page_down')", "pagedown"),
    Action("line-up", "scroll a line up", "reading.scroll('scroll_up')", "shift+up"),
    Action("line-down", "scroll a line down", "reading.scroll('scroll_down')", "shift+down"),
    Action("end", "to the end, and follow again", "reading.end", "end"),
    Action("expand", "expand or fold the last activity", "reading.expand", "f5", "/expand"),
    Action("new-chat", "new chat", "chats.start", "ctrl+n", "/new"),
    Action("chats", "earlier chats", "chats.pick", "ctrl+s", "/chats"),
    Action("edit", "edit the prompt in $EDITOR", "prompts.edit", "ctrl+g"),
    Action("sidebar", "show or hide the sidebar", "toggle_sidebar", "ctrl+b,f9", "/sidebar"),
    Action("help", "keys and commands", "help", "f1", "/help"),
    Action("suspend", "back to the shell; its fg goes on", "app.suspend_process", "ctrl+z"),
    Action("quit", "quit", "app.quit", "ctrl+q", "/quit"),
)


@dataclass(frozen=True, slots=True)
class WidgetKeys:
    """Keys that a widget takes by itself: the help tells them, and they can't be remapped."""

    label: str
    """How the help names them, and where they hold."""
    help: str
    keys: str
    """As bindings name them, by commas."""


WIDGET_KEYS: Final = (
    WidgetKeys("Enter", "send", "enter"),
    WidgetKeys("Ctrl+J, Shift+Enter, Alt+Enter", "new line", "ctrl+j,shift+enter,alt+enter"),
    WidgetKeys(
        "Alt+Z, Ctrl+_; Ctrl+Y",
        "undo what was typed; redo",
        "alt+z,ctrl+underscore,ctrl+shift+minus,ctrl+y",
    ),
    WidgetKeys("Up, Down at the edge", "earlier prompts", "up,down"),
    WidgetKeys(
        "/, @", "a list of commands, of files: type to filter it; Up, Down; Tab, Enter; Esc", ""
    ),
    WidgetKeys("Tab", "take from the list; without one, complete or open it", "tab"),
    WidgetKeys("Alt+1 .. Alt+9", "copy that code block of the latest reply", ""),
    WidgetKeys("c, s, a on a block", "copy it, save it, apply it with a diff", "c,s,a"),
    WidgetKeys(
        "Enter, Space on a block",
        "all that can be done with it; fold or unfold it",
        "enter,space",
    ),
    WidgetKeys("r after an error", "send the prompt again", "r"),
    WidgetKeys("Ctrl+D on an empty prompt", "quit", "ctrl+d"),
    WidgetKeys("Ctrl+P", "command palette", "ctrl+p"),
)


def bindings() -> list[Binding]:
    """The keys of the workbench, each remapped by its action's id."""
    return [
        Binding(each.keys, each.call(), each.help, show=False, priority=True, id=each.id)
        for each in ACTIONS
        if each.keys
    ]


def by_id(action_id: str) -> Action:
    """The action of that id."""
    return next(each for each in ACTIONS if each.id == action_id)


def commands() -> list[Action]:
    """The actions that have a command."""
    return [each for each in ACTIONS if each.command]


def key_rows() -> Iterator[tuple[str, str]]:
    """All keys as people call them, and what they do; those of widgets first."""
    for row in WIDGET_KEYS:
        yield row.label, row.help
    for each in ACTIONS:
        if each.keys and not each.run.startswith("copying."):  # told above in one row
            yield key_name(each.keys), each.help


def command_rows() -> Iterator[tuple[str, str]]:
    """All commands with what may follow them, and what they do."""
    for each in commands():
        yield each.command, each.help


def as_markdown() -> str:
    """Two tables, of all keys and of all commands, as they are for the papers."""
    keys = [("key", "does"), ("---", "---"), *key_rows()]
    told = [
        ("command", "does"),
        ("---", "---"),
        *((f"`{name}`", text) for name, text in command_rows()),
    ]
    return "\n\n".join("\n".join(map(_row, rows)) for rows in (keys, told)) + "\n"


def _row(cells: tuple[str, str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
