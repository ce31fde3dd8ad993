"""Programs and libraries that some tests use; ``programs.txt`` lists them."""

from __future__ import annotations

import ctypes
import shutil
from pathlib import Path
from typing import Final

import pytest

LIST: Final = Path(__file__).with_name("programs.txt")


def packages() -> dict[str, str]:
    """Of each program or library the Debian package that brings it."""
    rows = [line for line in LIST.read_text().splitlines() if not line.startswith("#")]
    return dict(row.split() for row in rows)


def need(*programs: str) -> None:
    """Skip the test where one of the list is missing, and say which package brings it."""
    brings = packages()
    missing = {name: brings[name] for name in programs if not _is_there(name)}
    if missing:
        names = ", ".join(f"{name} (Debian: {package})" for name, package in missing.items())
        pytest.skip(f"not installed: {names}")


def _is_there(name: str) -> bool:
    if ".so" not in name:
        return shutil.which(name) is not None
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
