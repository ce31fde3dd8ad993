"""A small workspace, and an environment as a newcomer has it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from dulwich import porcelain

VAULT = '''"""Where secrets are kept."""


class Vault:
    """Keeps tokens\tsafe."""

    def store_token(self, token: str) -> None:
        self._tokens = [token]  # `quoted` and\ttabbed\x20\x20
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A git repository with a few files."""
    folder = tmp_path / "project"
    (folder / "app").mkdir(parents=True)
    (folder / "app" / "vault.py").write_text(VAULT)
    (folder / "app" / "main.py").write_text("from app.vault import Vault\n\nVault()\n")
    (folder / "index.html").write_text("<nav class='menu'>\n  <a href='/'>Home</a>\n</nav>\n")
    porcelain.init(str(folder)).close()
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """The environment of the program: an empty home, no keyring, no desktop."""
    home = tmp_path / "home"
    home.mkdir()
    dropped = ("COLUMNS", "LINES", "DBUS_SESSION_BUS_ADDRESS", "NO_COLOR")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
