"""The keyring against a real Secret Service: a D-Bus session and gnome-keyring of their own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.needs import need
from tests.waiting import PATIENCE

_USE = """
import asyncio, keyring, sys
from robotui.client import TokenStore
from robotui.client.tokens import SERVICE
from robotui.config import Settings

TOKEN, HOST = "abc.def-ghi_jkl", "https://host"

async def use():
    tokens = TokenStore(Settings(keyring_timeout=100), {})
    print("backend", await tokens.backend())
    print("first", await tokens.get(HOST))
    await tokens.set(HOST, TOKEN)
    print("stored", keyring.get_password(SERVICE, HOST) == TOKEN, tokens.place, tokens.why)
    again = TokenStore(Settings(keyring_timeout=100), {})
    print("again", await again.get(HOST) == TOKEN, again.place)
    await again.forget(HOST)
    print("forgotten", keyring.get_password(SERVICE, HOST), again.place, again.why)

asyncio.run(use())
"""

_USE_LOCKED = """
import asyncio
from robotui.client import TokenStore
from robotui.config import Settings
from tests.waiting import PATIENCE

async def use():
    tokens = TokenStore(Settings(keyring_timeout=3), {})
    await tokens.get("https://host")
    await tokens.add("https://host", "abc.def")
    print("place", tokens.place)
    print("why", tokens.why)
    print("still there", await tokens.get("https://host") == "abc.def")

asyncio.run(use())
"""

_UNLOCKED_DAEMON = "printf pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null"
_LOCKED_DAEMON = "gnome-keyring-daemon --start --components=secrets >/dev/null"


def run_beside(daemon: str, code: str, home: Path) -> list[str]:
    """What ``code`` prints in a D-Bus session with ``daemon``, in a fresh home."""
    need("dbus-run-session", "gnome-keyring-daemon")
    hidden = ("DISPLAY", "WAYLAND_DISPLAY", "PYTHON_KEYRING_BACKEND", "DBUS_SESSION_BUS_ADDRESS")
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment |= {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
    script = f'{daemon} && exec "$0" -c "$1"'
    run = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", script, sys.executable, code],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


def test_a_token_goes_there_and_back(tmp_path: Path) -> None:
    backend, *rest = run_beside(_UNLOCKED_DAEMON, _USE, tmp_path)
    assert "SecretService" in backend
    assert rest == [
        "first None",
        "stored True keyring ",
        "again True keyring",
        "forgotten None keyring ",
    ]
    assert list(tmp_path.rglob("*.keyring")), "it went to the disk of this test only"


def test_a_locked_one_leaves_the_token_in_memory(tmp_path: Path) -> None:
    place, why, still_there = run_beside(_LOCKED_DAEMON, _USE_LOCKED, tmp_path)
    assert place == "place memory"
    assert "keyring" in why
    assert "abc.def" not in why
    assert still_there == "still there True"
