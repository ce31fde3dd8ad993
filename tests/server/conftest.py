"""The server's patience with a machine that is busy."""

from __future__ import annotations

import pytest

from robotui.server import app, launch, offline
from robotui.server.index import worker
from robotui.server.models import endpoint, server_finder, tools, workspace, workspace_history
from tests.waiting import PATIENCE


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the server waits for comes; a test that wants it to give up sets a time of its own."""
    for module, name in (
        (app, "_STOP_TIMEOUT"),
        (server_finder, "_GLANCE"),
        (offline, "PATIENCE"),
        (tools, "SECONDS"),
        (worker, "STOP_TIMEOUT"),
        (workspace_history, "HISTORY_SECONDS"),
        (workspace, "_INDEX_PATIENCE"),
    ):
        monkeypatch.setattr(module, name, PATIENCE)
    monkeypatch.setattr(launch, "_STOP_TIMEOUTS", (PATIENCE,) * 3)
    monkeypatch.setattr(endpoint.find_local, "__defaults__", (None, PATIENCE))
