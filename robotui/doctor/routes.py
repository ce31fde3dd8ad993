"""The ways to the clipboard, tried without leaving a trace on it."""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import secrets
import shutil
import sys
from collections.abc import Mapping
from typing import Final

from robotui import clipboard
from robotui.clipboard import Tool
from robotui.doctor.finding import Finding, State
from robotui.doctor.terminal import Terminal, raw_terminal

_LARGEST_PUT_BACK: Final = 1_000_000
_NOTHING_TO_PUT_BACK: Final = "not tried: no text is on the clipboard to be put back afterwards"
_KEPT: Final = "what was there is back, without formats"
_LOST: Final = "what was there could not be put back"

# Among a terminal's attributes it says "I take copies"; see the clipboard extension in the
# vt-extensions of Contour.
_TAKES_COPIES: Final = 52
# They ask their user before the clipboard is read, and answer when a shell reads the keys again.
_ASK_USER: Final = ("kitty", "ghostty", "iterm")


def routes(environment: Mapping[str, str]) -> list[Finding]:
    """Every way that a copy could take here, in the order it tries them.

    Takes seconds where a desktop's tool does not answer, else an instant.
    """
    found = asyncio.run(_programs(environment))
    return [*found, _osc52(environment, needed=all(one.state is not State.WORKS for one in found))]


async def _programs(environment: Mapping[str, str]) -> list[Finding]:
    over_ssh = bool(environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))
    found: list[Finding] = []
    if over_ssh or await clipboard.tmux_over_ssh(environment):
        found.append(Finding("desktop", "not used: over SSH, where your desktop is elsewhere"))
    else:
        found += await _desktop(environment)
    found.append(await _tmux(environment))
    return found


async def _desktop(environment: Mapping[str, str]) -> list[Finding]:
    found: list[Finding] = []
    for tool in clipboard.tools(environment):
        if any(finding.state is State.WORKS for finding in found):
            found.append(Finding(tool.name, "not needed"))
        else:
            found.append(await _tool(tool))
    if sys.platform == "linux":
        for name, variable in (("wl-copy", "WAYLAND_DISPLAY"), ("xclip, xsel", "DISPLAY")):
            if not environment.get(variable):
                found.append(Finding(name, f"not used: {variable} is not set"))
    return found


async def _tool(tool: Tool) -> Finding:
    """Copy a test text with ``tool`` if nothing can be lost by it."""
    if shutil.which(tool.name) is None:
        return Finding(tool.name, clipboard.MISSING, State.FAILS)
    if not tool.paste:
        return Finding(tool.name, "is there; what it copied can't be read back", State.UNSURE)
    spare = _spare(tool)
    if spare:
        fault = await clipboard.put(spare, _test_text())
        says = fault or "a test text was copied, to a selection that nobody uses, and read back"
        return Finding(tool.name, says, State.FAILS if fault else State.WORKS)
    before = _text(await clipboard.get(tool))
    if not before and await _holds_something(tool):
        return Finding(tool.name, f"is there; {_NOTHING_TO_PUT_BACK}", State.UNSURE)
    fault = await clipboard.put(tool, _test_text())
    kept = _KEPT if await _put_back(tool, before) else _LOST
    if fault:
        return Finding(tool.name, fault, State.FAILS)
    return Finding(tool.name, f"a test text was copied and read back; {kept}", State.WORKS)


def _spare(tool: Tool) -> Tool | None:
    """``tool`` on the secondary selection of X11, which no program of today uses; None without."""
    if tool.name not in ("xclip", "xsel"):
        return None
    copy, paste = (
        [part.replace("clipboard", "secondary") for part in command]
        for command in (tool.copy, tool.paste)
    )
    return dataclasses.replace(tool, copy=copy, paste=paste)


async def _holds_something(tool: Tool) -> bool:
    """Whether there may be something on the clipboard that is no text, a picture say."""
    lists = ("wl-paste", "--list-types") if tool.name == "wl-copy" else tool.paste
    return await clipboard.run(lists, read=True) is not None


async def _put_back(tool: Tool, before: str) -> bool:
    """Restore a text, or the empty clipboard."""
    if before:
        return not await clipboard.put(tool, before)
    return await clipboard.run(tool.copy, variables=tool.variables) is not None


def _text(data: bytes | None) -> str:
    """``data`` as text; empty if it is none, or more than is worth the time."""
    try:
        return (data or b"").decode() if len(data or b"") <= _LARGEST_PUT_BACK else ""
    except UnicodeDecodeError:
        return ""


def _test_text() -> str:
    return f"robotui doctor {secrets.token_hex(4)} äöü €\n\tend  "


async def _tmux(environment: Mapping[str, str]) -> Finding:
    """Try a buffer of tmux without sending it to the terminal, whose clipboard can't be read."""
    if not environment.get("TMUX"):
        return Finding("tmux", "not used: TMUX is not set")
    name, text = f"robotui-{secrets.token_hex(4)}", _test_text().encode()
    loaded = await clipboard.run(("tmux", "load-buffer", "-b", name, "-"), text) is not None
    back = await clipboard.run(("tmux", "save-buffer", "-b", name, "-"), read=True)
    await clipboard.run(("tmux", "delete-buffer", "-b", name))
    if not loaded or back != text:
        return Finding("tmux", "does not answer: its load-buffer failed", State.FAILS)
    option = await clipboard.run(("tmux", "show-options", "-sv", "set-clipboard"), read=True)
    setting = f"set-clipboard is {(option or b'unknown').decode(errors='replace').strip()}"
    # An empty text changes nothing, but tmux before 3.2 refuses the flag.
    if await clipboard.run(("tmux", "load-buffer", "-w", "-b", name, "-")) is None:
        state = State.UNSURE if setting.endswith(" on") else State.FAILS
        return Finding("tmux", f"older than 3.2: it takes only OSC 52; {setting}", state)
    if await clipboard.tmux_reaches_terminal() is False:
        says = f"its buffers work, but it knows no clipboard of its terminal (no Ms); {setting}"
        return Finding("tmux", says, State.FAILS)
    outer = await clipboard.run(("tmux", "display-message", "-p", "#{client_termname}"), read=True)
    says = "its buffers work; whether its terminal takes them can't be asked"
    if outer is not None and outer.startswith((b"tmux", b"screen")):
        says += "; it runs in another one, which must have set-clipboard on"
    return Finding("tmux", f"{says}; {setting}, and need not be on", State.UNSURE)


def _osc52(environment: Mapping[str, str], *, needed: bool) -> Finding:
    """Ask the terminal, if it is the terminal that would answer."""
    name = "OSC 52"
    if not clipboard.takes_osc52(environment):
        return Finding(name, f"not used: TERM is {environment['TERM']}", State.FAILS)
    if environment.get("TMUX"):
        return Finding(name, "not used: tmux drops it unless set-clipboard is on")
    if not needed:
        return Finding(name, "not needed")
    if clipboard.in_screen(environment):
        says = "passed on by GNU screen, which answers in the terminal's place"
        return Finding(name, says, State.UNSURE)
    says, state = _asked(environment)
    return Finding(name, says, state)


def _asked(environment: Mapping[str, str]) -> tuple[str, State]:
    with raw_terminal() as terminal:
        if terminal is None:
            return "not asked: standard input and output are no terminal of ours", State.UNSURE
        attributes = terminal.attributes()
        if attributes is None:
            return "the terminal does not answer", State.UNSURE
        if _TAKES_COPIES in attributes:
            return "the terminal says that it takes copies", State.WORKS
        names = [environment.get(name, "") for name in ("TERM", "TERM_PROGRAM", "LC_TERMINAL")]
        if any(name in " ".join(names).lower() for name in _ASK_USER):
            return "the terminal does not tell, unless it asks you first", State.UNSURE
        return _round_trip(terminal)


def _round_trip(terminal: Terminal) -> tuple[str, State]:
    """Copy a test text if the terminal lets its clipboard be read, and put back what was there."""
    before = terminal.clipboard()
    if before is None:
        return "the terminal does not tell whether it takes copies", State.UNSURE
    if not before:
        return f"the terminal answers; {_NOTHING_TO_PUT_BACK}", State.UNSURE
    test = base64.b64encode(_test_text().encode())
    terminal.set_clipboard(test)
    back = terminal.clipboard()
    terminal.set_clipboard(before)
    kept = _KEPT if terminal.clipboard() == before else _LOST
    if back == test:
        return f"a test text was copied and read back; {kept}", State.WORKS
    return f"the terminal tells its clipboard, but took no test text; {kept}", State.FAILS
