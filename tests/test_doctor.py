"""`robotui doctor`: what it says of the clipboard is true, and what was there stays there."""

from __future__ import annotations

import base64
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from robotui import clipboard, doctor
from robotui.config import Paths
from robotui.doctor.finding import Finding, Report, State
from robotui.doctor.routes import routes
from robotui.doctor.surroundings import surroundings
from tests.e2e.terminal import Terminal
from tests.needs import need

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no pseudo-terminal")

DOCTOR = (sys.executable, "-m", "robotui", "doctor")
PATIENT = (
    *(sys.executable, "-c"),
    "import sys; from robotui import cli; from robotui.doctor import terminal;"
    "terminal._ANSWER_TIME = 20; sys.exit(cli.main(['doctor']))",
)
STORES = 'cat > "$STORE"'
PASTES = 'cat "$STORE"'


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of stand-in tools, first on PATH; ``store`` in it is their clipboard."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("STORE", str(folder / "store"))
    return folder


def stand_in(folder: Path, name: str, script: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)


def found(name: str, environment: Mapping[str, str]) -> Finding:
    [finding] = [finding for finding in routes(environment) if finding.name == name]
    return finding


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(*(tmp_path / name for name in ("config", "data", "cache", "state", "runtime")))


# --- the desktop's tools


WAYLAND = {"WAYLAND_DISPLAY": "wayland-0"}


def test_a_wayland_tool_is_tried_and_the_text_put_back(desktop: Path) -> None:
    stand_in(desktop, "wl-copy", f'{STORES}; cp "$STORE" "$STORE.$$"')
    stand_in(desktop, "wl-paste", PASTES)
    (desktop / "store").write_text("mine  \n")
    finding = found("wl-copy", WAYLAND)
    assert finding.state is State.WORKS
    assert "is back" in finding.says
    assert (desktop / "store").read_text() == "mine  \n"
    mine, test = sorted(file.read_text() for file in desktop.glob("store.*"))
    assert mine == "mine  \n"
    assert test.startswith("robotui doctor ")


def test_an_empty_wayland_clipboard_is_empty_again(desktop: Path) -> None:
    stand_in(desktop, "wl-copy", STORES)
    stand_in(desktop, "wl-paste", '[ -s "$STORE" ] && cat "$STORE"')
    assert found("wl-copy", WAYLAND).state is State.WORKS
    assert (desktop / "store").read_bytes() == b""


@pytest.mark.parametrize("held", ["exit 1", "printf '\\377\\376'", "head -c 2000000 /dev/zero"])
def test_a_picture_on_the_clipboard_is_left_alone(desktop: Path, held: str) -> None:
    stand_in(desktop, "wl-copy", STORES)
    stand_in(desktop, "wl-paste", f'[ "$1" = --list-types ] && echo image/png || {held}')
    finding = found("wl-copy", WAYLAND)
    assert finding.state is State.UNSURE
    assert "not tried" in finding.says
    assert not (desktop / "store").exists()


@pytest.mark.parametrize(("name", "option"), [("xclip", "clipboard"), ("xsel", "--clipboard")])
def test_an_x11_tool_is_tried_beside_the_clipboard(desktop: Path, name: str, option: str) -> None:
    stand_in(desktop, "xclip", "exit 1")
    output = "*-o*"  # both say so
    touched = f'echo "$*" >> "$STORE.log"; case "$*" in {output}) {PASTES};; *) {STORES};; esac'
    stand_in(desktop, name, touched)
    assert found(name, {"DISPLAY": ":7"}).state is State.WORKS
    assert option not in (desktop / "store.log").read_text().split()


def test_a_display_that_is_gone_fails() -> None:
    need("xclip")
    assert found("xclip", {"DISPLAY": ":7"}) == Finding("xclip", "failed", State.FAILS)


def test_over_ssh_the_desktop_here_is_not_tried(desktop: Path) -> None:
    stand_in(desktop, "wl-copy", STORES)
    names = [finding.name for finding in routes(WAYLAND | {"SSH_CONNECTION": "a b c d"})]
    assert names == ["desktop", "tmux", "OSC 52"]
    assert not (desktop / "store").exists()


def test_what_is_not_tried_says_why() -> None:
    assert found("wl-copy", {}).says == "not used: WAYLAND_DISPLAY is not set"
    assert found("xclip, xsel", {}).says == "not used: DISPLAY is not set"
    assert found("tmux", {}).says == "not used: TMUX is not set"
    assert found("OSC 52", {"TERM": "linux"}) == Finding(
        "OSC 52", "not used: TERM is linux", State.FAILS
    )


# --- the terminal, played by the test

MINE = base64.b64encode("mine äöü\n".encode())
_QUESTION = re.compile(rb"\x1b\[c|\x1b\]52;c;([^\x07]*)\x07")


class Player:
    """Answers as a terminal does that says ``attributes`` and reads and takes copies, or not."""

    def __init__(
        self, attributes: bytes = b"62;22", *, tells: bool = False, takes: bool = True
    ) -> None:
        self.clipboard = MINE
        self.copies: list[bytes] = []
        self.attributes, self._tells, self._takes = attributes, tells, takes

    def answer(self, question: re.Match[bytes]) -> bytes:
        if question[1] is None:
            return b"\x1b[?" + self.attributes + b"c" if self.attributes else b""
        if question[1] == b"?":
            return b"\x1b]52;c;" + self.clipboard + b"\x1b\\" if self._tells else b""
        self.copies.append(question[1])
        if self._takes:
            self.clipboard = question[1]
        return b""


def examined(
    player: Player, environment: Mapping[str, str], folder: Path, term: str = "xterm-256color"
) -> tuple[int, str]:
    """Exit code and report of the doctor in a terminal that ``player`` plays."""
    answering = player.attributes != b""
    command = ("env", f"TERM={term}", *(PATIENT if answering else DOCTOR))
    with Terminal(command, environment=environment, folder=folder, columns=200) as terminal:
        answered = 0
        while terminal.read(0.2) and terminal.process.poll() is None:
            for question in _QUESTION.finditer(terminal.output, answered):
                answered = question.end()
                terminal.type(player.answer(question).decode())
        code = terminal.wait_for_exit()
        assert "^[" not in terminal.text, "an answer was echoed"
        return code, terminal.text


@pytest.fixture
def environment() -> dict[str, str]:
    about_terminal = ("TERM_PROGRAM", "LC_TERMINAL", "STY", "COLUMNS", "LINES")
    kept = {name: value for name, value in os.environ.items() if name not in about_terminal}
    return kept | {"LANG": "C.UTF-8"}


def test_a_terminal_that_says_it_takes_copies(tmp_path: Path, environment: dict[str, str]) -> None:
    player = Player(b"62;22;52")
    code, text = examined(player, environment, tmp_path)
    assert code == 0
    assert "works, by OSC 52" in text
    assert "the terminal says that it takes copies" in text
    assert player.copies == []


def test_a_terminal_that_does_not_tell(tmp_path: Path, environment: dict[str, str]) -> None:
    player = Player()
    code, text = examined(player, environment, tmp_path)
    assert code == 0
    assert "by OSC 52, unverified" in text
    assert "the terminal does not tell" in text
    assert player.copies == []


def test_a_terminal_that_does_not_answer(tmp_path: Path, environment: dict[str, str]) -> None:
    code, text = examined(Player(b""), environment, tmp_path)
    assert code == 0
    assert "the terminal does not answer" in text


def test_a_terminal_that_can_be_read_gets_its_text_back(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    player = Player(tells=True)
    code, text = examined(player, environment, tmp_path)
    assert code == 0
    assert "copied and read back; what was there is back" in text
    assert len(player.copies) == 2
    assert base64.b64decode(player.copies[0]).startswith(b"robotui doctor ")
    assert player.clipboard == MINE


def test_a_terminal_that_takes_nothing_fails(tmp_path: Path, environment: dict[str, str]) -> None:
    player = Player(tells=True, takes=False)
    code, text = examined(player, environment, tmp_path)
    assert code == 1
    assert "on no clipboard" in text
    assert player.clipboard == MINE


def test_a_terminal_with_nothing_to_put_back_is_left_alone(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    player = Player(tells=True)
    player.clipboard = b""
    _, text = examined(player, environment, tmp_path)
    assert "not tried" in text
    assert player.copies == []


def test_a_terminal_that_would_ask_its_user_is_not_read(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    _, text = examined(Player(tells=True), environment, tmp_path, term="xterm-kitty")
    assert "unless it asks you first" in text


def test_without_a_terminal_nothing_is_asked(environment: dict[str, str]) -> None:
    done = subprocess.run(
        DOCTOR, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=True
    )
    assert b"\x1b" not in done.stdout
    assert b"not asked" in done.stdout


# --- tmux, the real one


class Inside:
    """Runs commands in a real tmux that shows on a terminal of ours."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], term: str, clipboard: str
    ) -> None:
        self._folder = folder
        self._tmux = ("tmux", "-S", str(folder / "socket"), "-f", str(folder / "settings"))
        settings = f"set -s set-clipboard {clipboard}\nset -g status off\n"
        (folder / "settings").write_text(settings)
        start = ("env", f"TERM={term}", *self._tmux, "new-session", "sh")
        self._terminal = Terminal(start, environment=environment, folder=folder)

    def run(self, *command: str) -> str:
        """What ``command``, typed into tmux, printed."""
        out, done = self._folder / "out", self._folder / "done"
        script = f"{shlex.join(command)} > {out} 2>&1 < /dev/null; touch {done}"
        (self._folder / "script").write_text(script)
        self._terminal.type(f" sh {self._folder / 'script'}\r")
        self._terminal.wait_until(done.exists, "the command's end")
        done.unlink()
        return out.read_text()

    @property
    def copied(self) -> list[bytes]:
        """What reached the terminal's clipboard."""
        sent = re.findall(rb"\x1b\]52;c?;([A-Za-z0-9+/=]*)\x07", self._terminal.output)
        return [base64.b64decode(text) for text in sent]

    def wait_for_copy(self) -> None:
        self._terminal.wait_until(lambda: bool(self.copied), "a copy")

    def close(self) -> None:
        subprocess.run((*self._tmux, "kill-server"), check=False, capture_output=True)
        self._terminal.__exit__(None, None, None)


@pytest.fixture(params=["external", "off", "on"])
def setting(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["xterm-256color"])
def tmux(
    request: pytest.FixtureRequest, tmp_path: Path, setting: str, environment: dict[str, str]
) -> Iterator[Inside]:
    need("tmux")
    folder = tmp_path / "tmux"
    folder.mkdir()
    inside = Inside(folder, environment, request.param, setting)
    yield inside
    inside.close()


COPY = """
import asyncio, os, pathlib, sys
from robotui import clipboard
done = asyncio.run(clipboard.copy(
    sys.argv[1], osc52=print, environment=os.environ, folder=pathlib.Path()))
print(done)
"""
TEXT = "def f():\n\treturn 'ä€😀'  \n"


def test_tmux_passes_a_copy_on_whatever_its_setting(tmux: Inside) -> None:
    how = tmux.run(sys.executable, "-c", COPY, TEXT)
    assert how == "through tmux: its buffer has it; the terminal can't be asked\n"
    tmux.wait_for_copy()
    assert tmux.copied == [TEXT.encode()]
    assert tmux.run("tmux", "save-buffer", "-") == TEXT


def test_the_doctor_in_tmux_tells_its_setting_and_leaves_no_trace(
    tmux: Inside, setting: str
) -> None:
    tmux.run("tmux", "set-buffer", "mine")
    report = tmux.run(*DOCTOR)
    assert "by tmux, unverified" in report
    assert f"set-clipboard is {setting}" in report
    assert tmux.run("tmux", "list-buffers", "-F", "#{buffer_sample}") == "mine\n"
    assert tmux.copied == []


@pytest.mark.parametrize("setting", ["external"], indirect=True)
@pytest.mark.parametrize("tmux", ["vt100"], indirect=True)
def test_tmux_on_a_terminal_without_a_clipboard(tmux: Inside) -> None:
    how = tmux.run(sys.executable, "-c", COPY, TEXT)
    assert how == "to tmux's buffer only: its terminal has no clipboard\n"
    report = tmux.run(*DOCTOR)
    assert "on no clipboard" in report
    assert "no Ms" in report
    assert tmux.copied == []


@pytest.mark.parametrize("setting", ["external"], indirect=True)
@pytest.mark.parametrize("tmux", ["tmux-256color"], indirect=True)
def test_tmux_in_tmux_is_told(tmux: Inside) -> None:
    assert "it runs in another one" in tmux.run(*DOCTOR)


OLD = f'case "$*" in *-w*) exit 1;; load*) {STORES};; save*) {PASTES};; show*) echo %s;; esac'


@pytest.mark.parametrize(("value", "state"), [("on", State.UNSURE), ("external", State.FAILS)])
def test_an_old_tmux_takes_osc_52_alone(desktop: Path, value: str, state: State) -> None:
    stand_in(desktop, "tmux", OLD % value)
    finding = found("tmux", {"TMUX": "socket,1,0"})
    assert finding.state is state
    assert finding.says.startswith("older than 3.2")


def test_a_tmux_that_is_gone_fails(desktop: Path) -> None:
    stand_in(desktop, "tmux", "exit 1")
    assert found("tmux", {"TMUX": "socket,1,0"}).state is State.FAILS


# --- the report and the rest


def test_the_way_that_is_taken_is_the_first_that_may_work() -> None:
    bad, sure, unsure = (
        Finding(state.name, "x", state) for state in (State.FAILS, State.WORKS, State.UNSURE)
    )
    assert Report([bad, unsure, sure], []).taken == unsure
    assert Report([bad, sure, unsure], []).taken == sure
    assert Report([bad, Finding("unused", "x")], []).taken is None


def test_the_report_is_wrapped_beside_its_names() -> None:
    route, rest = Finding("tmux", "a " * 40, State.WORKS), Finding("state", "/long" * 20)
    lines = list(Report([route], [rest]).lines(40))
    assert lines[0] == "clipboard     works, by tmux"
    assert lines[1].startswith("  tmux        a a a")
    assert {line[:14].strip() for line in lines[2:-2]} == {""}
    assert "/long" * 20 in lines[-1]
    assert all(len(line) <= 40 for line in lines[:-1])


def test_the_doctor_and_a_copy_take_the_same_way(
    desktop: Path, tmp_path: Path, paths: Paths
) -> None:
    stand_in(desktop, "wl-copy", "exit 1")
    stand_in(desktop, "xclip", f'case "$*" in *-o*) {PASTES};; *) {STORES};; esac')
    both = WAYLAND | {"DISPLAY": ":7", "TERM": "xterm"}
    way = doctor.examine(paths, both).taken
    assert way is not None
    assert way.name == "xclip"
    [_, *usable] = clipboard.tools(both)
    assert usable[0].name == way.name


def told(paths: Paths, environment: Mapping[str, str], name: str) -> str:
    [says] = [one.says for one in surroundings(paths, environment) if one.name == name]
    return says


def test_folders_are_tried_and_not_made(paths: Paths) -> None:
    paths.data.mkdir()
    paths.cache.write_text("a file in its place")
    assert told(paths, {}, "data").endswith(": writable")
    assert told(paths, {}, "state").endswith(": will be made")
    assert "NOT WRITABLE" in told(paths, {}, "cache")
    assert not paths.state.exists()
    assert list(paths.data.iterdir()) == []


@pytest.mark.parametrize(
    ("environment", "word"),
    [
        ({"TERM_PROGRAM": "Apple_Terminal"}, "Option as Meta"),
        ({"LC_TERMINAL": "iTerm2"}, "Esc+"),
        ({"VTE_VERSION": "7600"}, "tabs"),
        ({}, "nothing known"),
    ],
)
def test_whether_alt_digits_arrive(paths: Paths, environment: dict[str, str], word: str) -> None:
    assert word in told(paths, environment, "Alt+1 .. 9")


def test_colours(paths: Paths) -> None:
    assert "true colour" in told(paths, {"COLORTERM": "truecolor"}, "colours")
    assert "NO_COLOR" in told(paths, {"COLORTERM": "truecolor", "NO_COLOR": "1"}, "colours")
    assert "COLORTERM" in told(paths, {"TERM": "xterm"}, "colours")


def test_only_harmless_values_are_shown(paths: Paths) -> None:
    secret = "10.1.2.3"
    environment = dict.fromkeys(("SSH_CONNECTION", "TMUX", "STY", "ROBOTUI_TOKEN"), secret)
    environment |= {"TERM": "xterm\x1b]0;x\a", "TERM_PROGRAM": "p"}
    text = "\n".join(doctor.examine(paths, environment).lines(200))
    assert secret not in text
    assert "\x1b" not in text
    assert "SSH_CONNECTION set" in text
    assert "TERM_PROGRAM=p" in text


def test_the_doctor_loads_no_textual() -> None:
    code = (
        "import sys; from robotui.cli import main; assert main(['doctor']) == 0; "
        "assert not {'textual', 'rich', 'aiohttp', 'keyring'} & set(sys.modules)"
    )
    subprocess.run((sys.executable, "-c", code), check=True, stdin=subprocess.DEVNULL)
