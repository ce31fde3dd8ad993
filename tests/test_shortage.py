"""A command that gets no memory says so and ends."""

from __future__ import annotations

import pytest

from robotui import cli, commands


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("can't start new thread")])
def test_a_command_without_memory_says_so(
    error: Exception, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def status(*_: object) -> None:
        raise error

    monkeypatch.setattr(commands, "status", status)
    monkeypatch.setattr(cli, "log_to", lambda _paths: None)  # it is this process's
    assert cli.main(["status"]) == cli.FAILED
    told = capsys.readouterr().err
    assert told.startswith("robotui: There is not enough memory\n")
    assert "ulimit" in told
