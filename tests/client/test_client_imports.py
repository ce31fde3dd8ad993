"""Importing the client costs nothing, and it knows neither the server nor the screen."""

from __future__ import annotations

import subprocess
import sys

import pytest

import robotui.client
from tests.waiting import PATIENCE

HEAVY = ("aiohttp", "bs4", "keyring", "jwt", "textual")


def loaded_after(code: str) -> set[str]:
    code += "\nimport sys; print(*{name.partition('.')[0] for name in sys.modules})"
    code += "\nprint(*(name for name in sys.modules if name.startswith('robotui.')))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=PATIENCE
    )
    return set(run.stdout.split())


def test_importing_it_imports_nothing_heavy() -> None:
    assert not loaded_after("import robotui.client") & set(HEAVY)


def test_the_token_store_needs_no_http() -> None:
    loaded = loaded_after("from robotui.client import TokenStore, ChatMessage, format_prompt")
    assert not loaded & set(HEAVY)


def test_a_client_needs_no_keyring_parser_screen_or_server() -> None:
    loaded = loaded_after("from robotui.client import Client, Session, stream_chat")
    assert "aiohttp" in loaded
    assert not loaded & {"bs4", "keyring", "jwt", "textual", "robotui.server", "robotui.ui"}


@pytest.mark.parametrize("name", robotui.client.__all__)
def test_all_names_are_there(name: str) -> None:
    assert getattr(robotui.client, name) is not None


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = robotui.client.nonsense
