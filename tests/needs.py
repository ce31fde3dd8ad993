"""Programs that some tests drive; ``programs.txt`` lists them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import pytest

LIST: Final = Path(__file__).with_name("programs.txt")


def packages() -> dict[str, str]:
    """Of each program the Debian package that brings it."""
    rows = [line for line in LIST.read_text().splitlines() if not line.startswith("#")]
    return dict(row.split() for row in rows)


def need(*programs: str) -> None:
    """Skip the test where a program of the list is missing, with the package that brings it."""
    brings = packages()
    missing = {name: brings[name] for name in programs if shutil.which(name) is None}
    if missing:
        names = ", ".join(f"{name} (Debian: {package})" for name, package in missing.items())
        pytest.skip(f"not installed: {names}")
