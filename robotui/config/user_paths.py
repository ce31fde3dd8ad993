"""Where the files of this user live."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LOG_NAME: Final = "robotui.log"
"""The log file's name, in the state folder."""


@dataclass(frozen=True, slots=True)
class Paths:
    """Where files live on this machine, by the platform's custom (XDG on Linux)."""

    config: Path
    """Folder of ``config.toml``."""
    data: Path
    """Folder of chats and of the embedded server's secret."""
    cache: Path
    """Folder of the workspace indexes; may be deleted at any time."""
    state: Path
    """Folder of the log file and the prompt history."""
    runtime: Path
    """Folder of what is there only while a server runs: its Unix socket, the note of its key."""

    @property
    def socket(self) -> Path:
        """The Unix socket of ``robotui serve``, unless another is given."""
        return self.runtime / "serve.sock"

    @property
    def settings_file(self) -> Path:
        """The settings as TOML."""
        return self.config / "config.toml"

    @property
    def chats(self) -> Path:
        """Folder of transcripts and their sidecars."""
        return self.data / "chats"


def paths() -> Paths:
    """The folders of this user; none is made."""
    from platformdirs import PlatformDirs

    dirs = PlatformDirs("robotui", appauthor=False)
    with warnings.catch_warnings():
        # Where the session has no such folder, one in the temporary folder is as good.
        warnings.simplefilter("ignore")
        runtime = dirs.user_runtime_path
    return Paths(
        config=dirs.user_config_path,
        data=dirs.user_data_path,
        cache=dirs.user_cache_path,
        state=dirs.user_state_path,
        runtime=runtime,
    )
