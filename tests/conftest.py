"""No test reaches the machine: home, keyring, environment and working folder are its own.

Nor does one depend on how fast it is: Hypothesis counts its examples and does not time them. A run
is the same as the one before, unless it is asked for new examples.
"""

from __future__ import annotations

import gc
import os
import secrets
import signal
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

from robotui import agents

_ROBUST = settings(
    settings.get_profile("default"),  # in CI too, where Hypothesis would take another
    deadline=None,
    print_blob=True,
    # The first is a matter of time; the second of luck, as replies and chats are long.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
# The same examples each time, and few: a run says whether the program still does what it did.
settings.register_profile("same", parent=_ROBUST, derandomize=True, max_examples=40)
settings.load_profile("same")

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


@pytest.fixture(autouse=True, scope="session")
def signals() -> Iterator[None]:
    """Signals as a shell leaves them, for this process and its children.

    Whoever started the tests may have left some ignored: a script's background job has no SIGINT,
    what runs under ``nohup`` no SIGHUP.
    """
    usual: dict[signal.Signals, Any] = {signal.SIGINT: signal.default_int_handler}
    if sys.platform != "win32":
        usual[signal.SIGHUP] = signal.SIG_DFL
    ignored = [number for number in usual if signal.getsignal(number) == signal.SIG_IGN]
    for number in ignored:
        signal.signal(number, usual[number])
    yield
    for number in ignored:
        signal.signal(number, signal.SIG_IGN)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--examples",
        type=int,
        metavar="COUNT",
        help="try so many new examples of each property, instead of the same few each time",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose the seed of new examples, before Hypothesis looks for it."""
    if config.option.examples is None:
        # Constants of the modules that are loaded by then would be tried: other ones in each run.
        vars(providers)["is_local_module_file"] = lambda path: False
        return
    if config.option.hypothesis_seed is None:
        given = getattr(config, "workerinput", {}).get("seed")
        config.option.hypothesis_seed = given or str(secrets.randbits(32))
    settings.register_profile("new", parent=_ROBUST, max_examples=config.option.examples)
    settings.load_profile("new")


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give a worker the seed that was chosen: it is started with the options that were given."""
    node.workerinput["seed"] = node.config.option.hypothesis_seed


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave what all tests share out of each look for garbage, or these take a fifth of the run."""
    gc.collect()
    gc.freeze()


def pytest_report_header(config: pytest.Config) -> str | None:
    """What gives the same new examples again."""
    if config.option.examples is None:
        return None
    seed = config.option.hypothesis_seed
    return f"new examples: --examples={config.option.examples} --hypothesis-seed={seed}"


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Say it again where it is looked for."""
    if exitstatus and (header := pytest_report_header(config)):
        terminalreporter.write_line(header)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where all programs are said to be there, a test that is skipped fails."""
    report = yield
    if report.skipped and os.environ.get("NONE_SKIPPED"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longreprtext}"
    return report
