"""Keys and pastes as bytes, through a pseudo-terminal."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

PROGRAM = [sys.executable, "-m", "robotui"]
START, END = "\x1b[200~", "\x1b[201~"
COLOURED = "log \x1b[31mERROR\x1b[0m one\nnext line of the log that goes on\nlast"


@pytest.fixture
def terminal(project: Path, environment: dict[str, str]) -> Iterator[Terminal]:
    """The program, ready for prompts."""
    with Terminal(PROGRAM, environment=environment, folder=project) as opened:
        opened.wait_for("token in memory")
        yield opened


def sent(environment: dict[str, str]) -> list[str]:
    """The prompts that were sent, over all chats."""
    chats = (Path(environment["HOME"]) / ".local/share/robotui/chats").glob("*.jsonl")
    records = [json.loads(line) for chat in chats for line in chat.read_text().splitlines()]
    return [record["ask"] for record in records if "ask" in record]


def draft(environment: dict[str, str]) -> str:
    """What was left unsent."""
    file = Path(environment["HOME"]) / ".local/state/robotui/drafts.json"
    drafts: dict[str, str] = json.loads(file.read_text())
    (text,) = drafts.values()
    return text


def quit_with(terminal: Terminal) -> None:
    terminal.press("ctrl+q")
    assert terminal.wait_for_exit() == 0


def test_an_escape_in_a_paste_sends_nothing(
    terminal: Terminal, environment: dict[str, str]
) -> None:
    terminal.type(START + COLOURED.replace("\n", "\r") + END)
    terminal.wait_for("last")
    quit_with(terminal)
    assert draft(environment) == "log ERROR one\nnext line of the log that goes on\nlast"
    assert not sent(environment)


def test_an_end_mark_that_comes_in_parts_ends_the_paste(
    terminal: Terminal, environment: dict[str, str]
) -> None:
    terminal.type(START + COLOURED + END[:3])
    with pytest.raises(AssertionError):
        terminal.wait_for("last", seconds=0.15)
    terminal.type(END[3:])
    terminal.wait_for("last")
    terminal.type("!")
    terminal.wait_for("last!")
    quit_with(terminal)


def test_a_paste_without_an_end_is_given_up(
    terminal: Terminal, environment: dict[str, str]
) -> None:
    terminal.type(START + "one\rtwo")
    terminal.wait_for("did not say where the paste ends")
    terminal.wait_for("two")
    quit_with(terminal)
    assert draft(environment) == "one\ntwo"


def test_ctrl_q_ends_a_paste_that_has_no_end(
    terminal: Terminal, environment: dict[str, str]
) -> None:
    terminal.type(START + "one\rtwo")
    with pytest.raises(AssertionError):
        terminal.wait_for("two", seconds=0.2)
    quit_with(terminal)
    assert draft(environment) == "one\ntwo"


def test_lines_without_marks_are_a_paste(terminal: Terminal, environment: dict[str, str]) -> None:
    terminal.type("first line of a paste\r\tsecond line, with a tab\rthird line\r")
    terminal.wait_for("third line")
    quit_with(terminal)
    assert draft(environment) == "first line of a paste\n\tsecond line, with a tab\nthird line\n"
    assert not sent(environment)


def test_keys_of_one_burst_come_out_in_their_order(
    terminal: Terminal, environment: dict[str, str]
) -> None:
    terminal.type("send this\x7f\x7f\x7f\x7fthat\r")
    terminal.wait_for("ready")
    terminal.wait_until(lambda: bool(sent(environment)), "a prompt that is sent")
    assert sent(environment) == ["send that"]
    quit_with(terminal)


def test_alt_and_enter_is_a_new_line(terminal: Terminal, environment: dict[str, str]) -> None:
    terminal.type("one\x1b\rtwo")
    terminal.wait_for("two")
    quit_with(terminal)
    assert draft(environment) == "one\ntwo"


def test_what_is_typed_after_ctrl_c_is_cleared_by_the_next(
    terminal: Terminal, environment: dict[str, str]
) -> None:
    terminal.press("ctrl+c")
    terminal.wait_for("Ctrl+C again quits")
    terminal.type("a new thought")
    terminal.wait_for("a new thought")
    terminal.press("ctrl+c")
    terminal.wait_until(lambda: "a new thought" not in terminal.text, "a prompt without text")
    assert terminal.process.poll() is None
    terminal.press("ctrl+c")
    assert terminal.wait_for_exit() == 0


def test_an_unsent_prompt_is_there_again(
    project: Path, environment: dict[str, str], terminal: Terminal
) -> None:
    terminal.type("half a thought")
    terminal.wait_for("half a thought")
    quit_with(terminal)
    with Terminal(PROGRAM, environment=environment, folder=project) as again:
        again.wait_for("half a thought")
        again.press("ctrl+c")
        again.wait_until(lambda: "half a thought" not in again.text, "a prompt without text")
        quit_with(again)


def state(terminal: Terminal) -> str:
    """How the kernel calls the state of the program; ``T``: stopped."""
    return Path(f"/proc/{terminal.process.pid}/stat").read_text().rpartition(")")[2].split()[0]


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_it_stops_and_goes_on(terminal: Terminal) -> None:
    terminal.type("half a thought")
    terminal.wait_for("half a thought")
    for how in ("ctrl+z", "SIGTSTP", "SIGSTOP"):
        stop_and_go_on(terminal, how)
    quit_with(terminal)


def stop_and_go_on(terminal: Terminal, how: str) -> None:
    """The program stops, leaves the terminal in order if it can, comes back and takes keys."""
    if how == "ctrl+z":
        terminal.type("\x1a")
    else:
        terminal.process.send_signal(getattr(signal, how))
    terminal.wait_until(lambda: state(terminal) == "T", "a stop")
    terminal.read(0.2)
    if how != "SIGSTOP":
        assert terminal.output.rstrip().endswith(b"\x1b[?1004l")
        assert b"\x1b[?1049l" in terminal.output[-200:]
    before = len(terminal.output)
    terminal.process.send_signal(signal.SIGCONT)
    terminal.wait_until(lambda: b"half a thought" in terminal.output[before:], "a new painting")
    terminal.type(f" and {how}")
    terminal.wait_for(f"and {how}")


def test_a_window_without_room_is_survived(terminal: Terminal) -> None:
    for columns, rows in [(4, 24), (1, 1), (80, 1), (5, 2), (10, 3), (3, 40)]:
        before = len(terminal.output)
        terminal.resize(columns, rows)
        terminal.wait_until(lambda at=before: len(terminal.output) > at, "a painting")  # type: ignore[misc]
    terminal.resize(100, 30)
    terminal.wait_for("GeneralCodingAgent")
    terminal.type("still here")
    terminal.wait_for("still here")
    quit_with(terminal)


def test_a_crash_says_where_the_log_is(project: Path, environment: dict[str, str]) -> None:
    fault = (
        "from robotui.ui.screen import Workbench\n"
        "def fail(self): raise ValueError('no room for eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl')\n"
        "Workbench.action_help = fail\n"
        "from robotui.cli import main\n"
        "raise SystemExit(main([]))\n"
    )
    command = [sys.executable, "-c", fault]
    with Terminal(command, environment=environment, folder=project) as terminal:
        terminal.wait_for("token in memory")
        terminal.press("f1")
        assert terminal.wait_for_exit() == 1
        told = terminal.output.rpartition(b"\x1b[?1049l")[2].decode()
    log = Path(environment["HOME"]) / ".local/state/robotui/robotui.log"
    assert "ValueError: no room for" in told
    assert str(log) in told.replace("\r\n", "")
    assert "Traceback" not in told
    assert "Traceback" in log.read_text()
    assert "eyJ" not in told + log.read_text()


def test_a_driver_that_textual_has_changed_is_used_as_it_is(
    project: Path, environment: dict[str, str]
) -> None:
    changed = (
        "from robotui.ui import internals\n"
        "internals.hasattr = lambda of, name: name != '_auto_restart' and hasattr(of, name)\n"
        "from robotui.cli import main\n"
        "raise SystemExit(main([]))\n"
    )
    command = [sys.executable, "-c", changed]
    with Terminal(command, environment=environment, folder=project) as terminal:
        terminal.wait_for("token in memory")
        terminal.type("typed")
        terminal.wait_for("typed")
        quit_with(terminal)
    log = Path(environment["HOME"]) / ".local/state/robotui/robotui.log"
    assert "has no _auto_restart" in log.read_text()
    assert draft(environment) == "typed"


def test_lists_take_keys_that_come_in_bursts(
    terminal: Terminal, environment: dict[str, str]
) -> None:
    terminal.type("/ag\r")
    terminal.wait_for("FrontEndAgent       HTML")  # in a row of the list
    terminal.type("Fro\r")
    terminal.wait_for("to FrontEndAgent")
    terminal.type("see @app")
    terminal.wait_for("app/vault.py")
    terminal.type("\t")
    terminal.wait_for("see @app/")
    quit_with(terminal)
    assert draft(environment) == "see @app/"
    assert not sent(environment)
