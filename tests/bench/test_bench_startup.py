"""The measure of a start notices a slow one, however the prompt is painted."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.bench.startup import start

DELAY = 1.5
READY = "Ask General"
APP = """
import sys, time, tty
tty.setraw(0)
time.sleep({late})
print("\\x1b[H\\x1b[7mA\\x1b[0msk General", flush=True)  # the cursor stands on its first letter
key = sys.stdin.read(1)
time.sleep({later})
print(key, flush=True)
while sys.stdin.read(1) != chr(17):
    pass
"""


def app(*, late: float = 0, later: float = 0) -> list[str]:
    """A program that shows its prompt after some seconds, and a key some seconds later."""
    return [sys.executable, "-c", APP.format(late=late, later=later)]


def test_a_late_prompt_is_noticed(tmp_path: Path) -> None:
    shown, usable = start(app(late=DELAY), READY, tmp_path)
    assert usable > shown > DELAY


def test_a_late_letter_is_noticed(tmp_path: Path) -> None:
    shown, usable = start(app(later=DELAY), READY, tmp_path)
    assert usable > shown + DELAY


def test_a_prompt_that_never_comes_is_told(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="painting"):
        start([sys.executable, "-c", "print('Ask Gen')"], READY, tmp_path)
