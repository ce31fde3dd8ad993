"""``python -m tests.soak``: what long use costs in memory and descriptors, and what it leaves.

``python -m tests.soak client workbench ends`` runs some parts only, ``--prompts`` sets how many.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import Final

from tests.bench.program import PROGRAM, Screen, environment
from tests.soak.process import State, children, gone, state

WARM: Final = 0.1
"""The share of the prompts after which both processes have what they need."""
PROMPTS: Final = ("where is the token stored?", "Vault", "app/vault.py:4", "zebra", "help", "more")
_ENDS: Final = ("quit", "crash of the workbench", "crash of the server", "end of the window")


def main() -> None:
    """Run the parts, and print what each process was like."""
    parser = argparse.ArgumentParser("python -m tests.soak", description=__doc__)
    parser.add_argument("parts", nargs="*", default=["client", "workbench", "ends"])
    parser.add_argument("--prompts", type=int, default=3000)
    options = parser.parse_args()
    if sys.platform != "linux":
        parser.exit(2, "Memory and descriptors are read as Linux tells them.\n")
    for part in options.parts:
        with tempfile.TemporaryDirectory() as folder:
            project = Path(folder, "project")
            home = Path(folder, "home")
            _fill(project)
            home.mkdir()
            {"client": _client, "workbench": _workbench, "ends": _ends}[part](
                project, home, options.prompts
            )


def _fill(project: Path) -> None:
    (project / "app").mkdir(parents=True)
    vault = "class Vault:\n    def store_token(self, token: str) -> None:\n        pass\n"
    (project / "app" / "vault.py").write_text(vault)
    for number in range(300):
        text = f"def piece_{number}(token):\n    return token\n" * 8
        (project / "app" / f"part{number}.py").write_text(text)


class _Table:
    """States of two processes while prompts are sent."""

    def __init__(self, ours: str, pid: int, server: int, prompts: int) -> None:
        self._pids = {ours: pid, "server": server}
        self._warm = max(int(prompts * WARM), 1)
        self._prompts = prompts
        self._first: dict[str, State] = {}
        self.note(0)

    def note(self, done: int) -> None:
        """Print the states at the start, when warm, and at every tenth of the prompts."""
        if done % self._warm and done != self._prompts:
            return
        now = {name: state(pid) for name, pid in self._pids.items()}
        print(f"{done:5} prompts", *(f"| {name} {now[name]}" for name in now), flush=True)
        if done == self._warm:
            self._first = now
        if done == self._prompts:
            for name, first in self._first.items():
                grown = 100 * (now[name].memory / first.memory - 1)
                more = now[name].descriptors - first.descriptors
                print(f"{name}: {grown:+.1f} % memory, {more:+} descriptors since it was warm")


def _client(project: Path, home: Path, prompts: int) -> None:
    """Prompts through our client, in this process, and a server of its own."""
    for name in list(os.environ):
        del os.environ[name]
    os.environ.update(environment(home))
    asyncio.run(_send(project, prompts))


async def _send(project: Path, prompts: int) -> None:
    from robotui import config
    from robotui.cli.opening import open_client

    paths = config.paths()
    settings = config.load(paths.settings_file, os.environ, {"engine": "offline"})
    async with open_client(settings, paths, project) as client:
        [server] = children(os.getpid())
        table = _Table("client", os.getpid(), server, prompts)
        session = client.session()
        for number in range(1, prompts + 1):
            prompt = PROMPTS[number % len(PROMPTS)]
            async with aclosing(session.batches(prompt, "RepoAgent")) as reply:
                async for _events in reply:
                    pass
            table.note(number)
    print("left after quitting:", "nothing" if gone([server]) else "the server")


def _opened(project: Path, home: Path) -> Screen:
    command = (*PROGRAM, "--engine", "offline", "--agent", "RepoAgent")
    return Screen(command, home=home, folder=project)


def _workbench(project: Path, home: Path, prompts: int) -> None:
    """Prompts typed into the workbench."""
    with _opened(project, home) as screen:
        screen.wait_for("token in memory")
        [server] = children(screen.process.pid)
        table = _Table("workbench", screen.process.pid, server, prompts)
        for number in range(1, prompts + 1):
            _ask(screen, PROMPTS[number % len(PROMPTS)], number)
            screen.output = b""
            table.note(number)
        screen.press("ctrl+q")
        screen.wait_for_exit()
    print("left after quitting:", "nothing" if gone([server]) else "the server")


def _ask(screen: Screen, prompt: str, number: int) -> None:
    screen.type(prompt)
    screen.wait_until(lambda: f"│ {prompt}" in screen.text, "the prompt is typed")
    screen.press("enter")
    screen.wait_until(lambda: "Ask RepoAgent" in screen.text, f"prompt {number} is sent")
    screen.wait_until(lambda: "ready · " in screen.text, f"an answer to prompt {number}")


def _ends(project: Path, home: Path, _prompts: int) -> None:
    """What is left after each kind of end."""
    for number, end in enumerate(_ENDS):
        runtime = project.parent / f"runtime{number}"
        runtime.mkdir()
        os.environ["TMPDIR"] = str(runtime)
        with _opened(project, home) as screen:
            screen.wait_for("token in memory")
            pids = [screen.process.pid, *children(screen.process.pid)]
            _ask(screen, PROMPTS[0], 1)
            pids += _end(end, screen, pids)
            screen.process.wait()
            done = gone(pids)
        left = [path.name for path in runtime.rglob("*")]
        print(f"left after {end}:", "a process" if not done else ", ".join(left) or "nothing")


def _end(end: str, screen: Screen, pids: list[int]) -> list[int]:
    """End it; the processes that were started meanwhile."""
    if end == "crash of the workbench":
        screen.process.kill()
    elif end == "end of the window":
        screen.close()
        screen.process.terminate()
    elif end == "crash of the server":
        os.kill(pids[1], 9)
        started: Callable[[], bool] = lambda: bool(set(children(pids[0])) - {pids[1]})  # noqa: E731
        screen.wait_until(started, "another server")
        again = children(pids[0])
        screen.press("ctrl+q")
        screen.wait_for_exit()
        return again
    else:
        screen.press("ctrl+q")
        screen.wait_for_exit()
    return []


if __name__ == "__main__":
    main()
