"""Time from start to a usable prompt, against an empty Textual app, in one run."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from tests.e2e.terminal import Terminal

EMPTY = """
from textual.app import App
from textual.widgets import Input
class Empty(App):
    def compose(self):
        yield Input(placeholder="usable")
Empty().run()
"""


def measure(command: list[str], ready: str, home: Path) -> tuple[float, float]:
    """Seconds until ``ready`` stands on the screen, and until a typed letter does."""
    import os

    environment = dict(os.environ) | {
        "HOME": str(home),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    began = time.perf_counter()
    with Terminal(command, environment=environment, folder=Path.cwd()) as terminal:
        terminal.wait_for(ready)
        shown = time.perf_counter() - began
        terminal.type("ß")
        terminal.wait_for("ß")
        usable = time.perf_counter() - began
        terminal.press("ctrl+q")
        terminal.wait_for_exit()
    return shown, usable


def main(rounds: int = 9) -> None:
    """Print both programs' medians and their ratio; rounds alternate."""
    empty = [sys.executable, "-c", EMPTY]
    program = [sys.executable, "-m", "robotui"]
    rows: dict[str, list[tuple[float, float]]] = {"empty": [], "robotui": []}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds + 1):
            rows["empty"].append(measure(empty, "usable", Path(folder)))
            rows["robotui"].append(measure(program, "Ask General", Path(folder)))
    print("start-up, seconds: best / median of", rounds)
    best: dict[str, list[float]] = {}
    for name, times in rows.items():
        for index, what in enumerate(("shown", "letter typed")):
            values = [pair[index] for pair in times[1:]]
            best.setdefault(what, []).append(statistics.median(values))
            print(f"  {name:8} {what:13} {min(values):.3f} / {statistics.median(values):.3f}")
    for what, (base, ours) in best.items():
        print(f"  ratio, {what}: {ours / base:.2f} (bar: 1.3)")
