"""Programs that some tests drive."""

from __future__ import annotations

import os
import shutil

import pytest


def need(*programs: str) -> None:
    """Skip the test, with the reason, where a program is missing; in CI that is a failure."""
    missing = [name for name in programs if shutil.which(name) is None]
    if missing:
        reason = f"not installed: {', '.join(missing)}"
        if os.environ.get("NEED_ALL_TOOLS"):
            pytest.fail(reason)
        pytest.skip(reason)
