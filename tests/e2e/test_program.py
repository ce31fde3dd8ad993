"""The real program in a pseudo-terminal, against the real embedded server."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.conftest import VAULT
from tests.e2e.terminal import Terminal
from tests.needs import need
from tests.waiting import PATIENCE

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")

PROGRAM = [sys.executable, "-m", "robotui"]


def children(pid: int) -> list[int]:
    """Processes whose parent is ``pid``."""
    need("pgrep")
    listing = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False)
    return [int(line) for line in listing.stdout.split()]


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pids: list[int]) -> bool:
    """Whether all processes end."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if not any(alive(pid) for pid in pids):
            return True
        os.sched_yield()
    return False


def test_first_light(project: Path, environment: dict[str, str]) -> None:
    """Prompt, reply, another agent, a copied block, quit, come back."""
    started = first_sitting(project, environment)
    assert gone(started)
    home = Path(environment["HOME"])
    sidecar = next((home / ".local/share/robotui/chats").glob("*.json"))
    sid = json.loads(sidecar.read_text())["sid"]
    assert len(sid) == 36
    for file in home.rglob("*"):
        if file.is_file():
            assert b"eyJ" not in file.read_bytes(), f"a token in {file}"
    second_sitting(project, environment, sid)
    assert json.loads(sidecar.read_text())["sid"] == sid


def first_sitting(project: Path, environment: dict[str, str]) -> list[int]:
    """Two prompts, two agents, a copied block; the processes that were started."""
    with Terminal(PROGRAM, environment=environment, folder=project) as terminal:
        terminal.wait_for("RepoAgent")
        terminal.wait_for("token in memory")
        terminal.press("shift+tab")
        terminal.wait_for("to RepoAgent")
        terminal.type("where is the token stored?")
        terminal.press("enter")
        terminal.wait_for("store_token")
        terminal.wait_for("app/vault.py")
        terminal.wait_for("ready")
        terminal.press("alt+1")
        terminal.wait_until(lambda: bool(terminal.clipboard), "a copy")
        copied = terminal.clipboard[-1].decode()
        assert "store_token" in copied
        assert copied in VAULT
        terminal.wait_for("Copied block 1")
        terminal.press("shift+tab")
        terminal.wait_for("to FrontEndAgent")
        terminal.type("menu")
        terminal.press("enter")
        terminal.wait_for("<nav class='menu'>")
        terminal.wait_for("ready")
        started = children(terminal.process.pid)
        assert started
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
    return started


def second_sitting(project: Path, environment: dict[str, str], sid: str) -> None:
    """The chat is there again, and goes on in its session, with the agent that was asked for."""
    again = [*PROGRAM, "--continue", "--agent", "repo"]
    with Terminal(again, environment=environment, folder=project) as terminal:
        terminal.wait_for("<nav class='menu'>")
        terminal.wait_for(f"sid {sid[:8]}")
        terminal.wait_for("to RepoAgent")
        terminal.type("Vault")
        terminal.press("enter")
        terminal.wait_for("class Vault")
        terminal.wait_for("ready")
        terminal.press("ctrl+q")
        terminal.wait_for_exit()


def test_a_crash_of_the_screen_takes_the_server_along(
    project: Path, environment: dict[str, str]
) -> None:
    with Terminal(PROGRAM, environment=environment, folder=project) as terminal:
        terminal.wait_for("token in memory")
        started = children(terminal.process.pid)
        assert started
        terminal.process.send_signal(signal.SIGKILL)
        terminal.wait_for_exit()
    assert gone(started)


def test_a_crash_of_the_server_is_got_over(project: Path, environment: dict[str, str]) -> None:
    with Terminal(PROGRAM, environment=environment, folder=project) as terminal:
        terminal.wait_for("token in memory")
        (server,) = children(terminal.process.pid)
        os.kill(server, signal.SIGKILL)
        terminal.wait_until(
            lambda: bool(set(children(terminal.process.pid)) - {server}), "a new server"
        )
        terminal.type("/agent repo")
        terminal.press("enter")
        terminal.wait_for("to RepoAgent")
        terminal.type("Vault")
        terminal.press("enter")
        # It may still be starting: an error then offers a retry, which the first key ends.
        offer, end = "r  retry", time.monotonic() + PATIENCE
        answer = ("class Vault", offer)
        while "class Vault" not in terminal.text:
            assert time.monotonic() < end, terminal.text
            terminal.wait_until(lambda: any(map(terminal.text.__contains__, answer)), "an answer")
            if offer in terminal.text:
                terminal.type("r")
                terminal.wait_until(lambda: offer not in terminal.text, "the retry")
        terminal.press("ctrl+q")
        terminal.wait_for_exit()


def test_a_signal_ends_it_in_order(project: Path, environment: dict[str, str]) -> None:
    with Terminal(PROGRAM, environment=environment, folder=project) as terminal:
        terminal.wait_for("token in memory")
        terminal.type("unsent")
        terminal.wait_for("unsent")
        terminal.process.send_signal(signal.SIGTERM)
        terminal.wait_for_exit()
        assert b"\x1b[?1049l" in terminal.output
    prompts = Path(environment["HOME"]) / ".local/state/robotui/prompts.jsonl"
    assert "unsent" in prompts.read_text()


def test_without_a_terminal_it_says_so(project: Path, environment: dict[str, str]) -> None:
    done = robotui(environment=environment, folder=project)
    assert done.returncode == 2
    assert "needs a terminal" in done.stderr


def test_errors_may_go_to_a_file(project: Path, environment: dict[str, str]) -> None:
    command = ["sh", "-c", f"exec {shlex.join(PROGRAM)} 2>errors"]
    with Terminal(command, environment=environment, folder=project) as terminal:
        terminal.wait_for("token in memory")
        terminal.type("typed")
        terminal.wait_for("typed")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
    assert (project / "errors").read_text() == ""


def test_resizing_keeps_it_usable(project: Path, environment: dict[str, str]) -> None:
    with Terminal(PROGRAM, environment=environment, folder=project) as terminal:
        terminal.wait_for("GeneralCodingAgent")
        for columns, rows, agent in [(80, 24, "RepoAgent"), (200, 60, "FrontEndAgent")]:
            terminal.resize(columns, rows)
            terminal.type(f"/agent {agent}")
            terminal.press("enter")
            terminal.wait_for(f"to {agent}")
            terminal.wait_for("ready")
            shown = terminal.text.split("\n")
            assert len(shown) == rows
            assert "ready" in shown[-1]
            assert shown[-2].endswith("╯")
            assert len(shown[-2]) == columns
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0


def test_a_copy_under_tmux_is_in_tmux_to_the_byte(
    project: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    need("tmux")
    tmux = ["tmux", "-L", f"robotui-{os.getpid()}", "-f", "/dev/null"]
    environment.pop("TMUX", None)

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [*tmux, *arguments], env=environment, capture_output=True, text=True, check=False
        )
        return done.stdout

    def wait_for(text: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while text not in (screen := run("capture-pane", "-p")):
            assert time.monotonic() < deadline, f"{text!r} is not on the screen:\n{screen}"

    try:
        run("new-session", "-d", "-x", "100", "-y", "30", "-c", str(project), *PROGRAM)
        wait_for("token in memory")
        run("send-keys", "/agent repo", "Enter")
        wait_for("to RepoAgent")
        run("send-keys", "Vault", "Enter")
        wait_for("class Vault")
        wait_for("ready")
        run("send-keys", "M-1")
        wait_for("Copied block 1")
        assert (copied := run("show-buffer")) in VAULT
        assert "class Vault" in copied
    finally:
        run("kill-server")


def robotui(
    *arguments: str, environment: dict[str, str], folder: Path, given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        input=given,
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_ask_answers_on_standard_output(project: Path, environment: dict[str, str]) -> None:
    done = robotui("ask", "-a", "repo", "Vault", environment=environment, folder=project)
    assert done.returncode == 0, done.stderr
    assert "class Vault" in done.stdout
    piped = robotui(
        "ask",
        "-a",
        "RepoAgent",
        "--json",
        "-",
        environment=environment,
        folder=project,
        given="Vault",
    )
    assert piped.returncode == 0, piped.stderr
    events = [json.loads(line) for line in piped.stdout.splitlines()]
    assert {"id", "timestamp", "source", "message", "args", "sid"} <= set(events[-1])


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ask", "--server", "http://127.0.0.1:1", "hi"], 1, "127.0.0.1:1"),
        (["ask", "--server", "ftp://example.org", "hi"], 2, "ftp"),
        (["ask", "--proxy", "socks5://localhost:1", "hi"], 2, "socks5"),
        (["ask", "-a", "NoSuchAgent", "hi"], 2, "NoSuchAgent"),
        (["ask", "-"], 2, "empty"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_errors_have_a_code_and_a_remedy(
    project: Path, environment: dict[str, str], arguments: list[str], code: int, message: str
) -> None:
    done = robotui(*arguments, environment=environment, folder=project)
    assert done.returncode == code
    assert done.stdout == ""
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_login_status_logout(project: Path, environment: dict[str, str]) -> None:
    environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
    status = robotui("status", environment=environment, folder=project)
    assert status.returncode == 0, status.stderr
    assert "embedded" in status.stdout
    assert "none yet" in status.stdout
    login = robotui("login", environment=environment, folder=project)
    assert login.returncode == 1, "there is nowhere to keep it"
    assert "No token was kept for embedded: the keyring is switched off" in login.stderr
    assert "ROBOTUI_TOKEN" in login.stderr
    assert login.stdout == ""
    bad = robotui(
        "login", "--token", "-", environment=environment, folder=project, given="a b\x07c"
    )
    assert bad.returncode == 1
    shown = robotui("login", "--token", "eyJ", environment=environment, folder=project)
    assert shown.returncode == 2
    assert robotui("logout", environment=environment, folder=project).returncode == 0


def test_serve_stops_on_interrupt(project: Path, environment: dict[str, str]) -> None:
    process = subprocess.Popen(
        [*PROGRAM, "serve", "--port", "0"],
        env=environment, cwd=project, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert "Listening on http://127.0.0.1:" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) in (0, 130)
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def test_a_closed_window_ends_the_program_and_loses_nothing(
    project: Path, environment: dict[str, str]
) -> None:
    with Terminal(PROGRAM, environment=environment, folder=project) as terminal:
        terminal.wait_for("token in memory")
        terminal.type("half a thought")
        terminal.wait_for("half a thought")
        started = children(terminal.process.pid)
        terminal.close()
        assert terminal.process.wait(PATIENCE) == 0
    assert gone(started)
    prompts = Path(environment["HOME"]) / ".local/state/robotui/prompts.jsonl"
    assert "half a thought" in prompts.read_text()


def test_the_chat_as_plain_text_and_back(project: Path, environment: dict[str, str]) -> None:
    with Terminal(PROGRAM, environment=environment, folder=project) as terminal:
        terminal.wait_for("token in memory")
        terminal.type("/agent RepoAgent")
        terminal.press("enter")
        terminal.wait_for("to RepoAgent")
        terminal.type("Vault")
        terminal.press("enter")
        terminal.wait_for("class Vault")
        terminal.wait_for("ready")
        terminal.press("f8")
        terminal.wait_for("Enter goes back")
        assert "```python" in terminal.text
        terminal.press("enter")
        painted = "the workbench painted again"
        terminal.wait_until(lambda: "Enter goes back" not in terminal.text, painted)
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0


def test_a_block_is_walked_to_and_copied_by_keys_that_come_in_one_burst(
    project: Path, environment: dict[str, str]
) -> None:
    with Terminal(PROGRAM, environment=environment, folder=project) as terminal:
        terminal.wait_for("token in memory")
        terminal.type("/agent RepoAgent")
        terminal.press("enter")
        terminal.wait_for("to RepoAgent")
        terminal.type("Vault")
        terminal.press("enter")
        terminal.wait_for("class Vault")
        terminal.wait_for("ready")
        terminal.type("\x1b[1;3Ac")  # Alt+Up, c
        terminal.wait_until(lambda: bool(terminal.clipboard), "a copy")
        assert terminal.clipboard[-1].decode() in VAULT
        terminal.wait_for("▶")
        terminal.press("ctrl+q")
        assert terminal.wait_for_exit() == 0
