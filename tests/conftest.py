"""No test reaches the machine: home, keyring, environment and working folder are its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from robotui import agents

_PREFIXES = ("ROBOTUI_", "OPENAI_", "OLLAMA_", "XDG_", "GIT_")
_NAMES = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"),
    *("TMUX", "SSH_TTY", "SSH_CONNECTION", "DISPLAY", "WAYLAND_DISPLAY"),
)


@pytest.fixture(autouse=True)
def isolated(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> pytest.MonkeyPatch:
    """A fresh home and a working folder of its own, no keyring, none of the caller's settings."""
    patch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    for name in list(os.environ):
        if name.startswith(_PREFIXES) or name.upper() in _NAMES:
            patch.delenv(name)
    patch.setenv("ROBOTUI_ENGINE", "offline")  # no model server of this machine is looked for
    patch.setattr("robotui.agents._TABLE", list(agents.everyone()))
    home: Path = tmp_path_factory.mktemp("home")
    workspace: Path = tmp_path_factory.mktemp("workspace")
    patch.setenv("HOME", str(home))
    patch.setenv("USERPROFILE", str(home))
    patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    patch.chdir(workspace)
    return patch
