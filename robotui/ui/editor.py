"""A text edited in the user's own editor."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path

from robotui.errors import RobotuiError, SettingsError


def edit(text: str) -> str:
    """``text`` after the user edited it in $VISUAL or $EDITOR (else ``vi``).

    Raises SettingsError if the editor can't be started or fails; ``text`` is then unchanged.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
    with tempfile.TemporaryDirectory(prefix="robotui-") as folder:
        file = Path(folder) / "prompt.md"
        file.write_text(text, "utf-8")
        try:
            subprocess.run([*shlex.split(command), str(file)], check=True)
            return file.read_text("utf-8", errors="replace").removesuffix("\n")
        except (OSError, ValueError, subprocess.CalledProcessError) as error:
            raise _failed(command, error) from error


def _failed(command: str, error: Exception) -> RobotuiError:
    return SettingsError(f"The editor {command!r} failed: {error}", "Set VISUAL or EDITOR.")
