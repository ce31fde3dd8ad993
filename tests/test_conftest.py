"""What ``conftest.py`` promises of a run: the same examples again, no time limits, no skips."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]
DRAWS = """
from hypothesis import given, strategies as st

@given(st.integers())
def test_one(number):
    print("drawn", number)
"""
FAILS = DRAWS + "    assert number < 1000\n"
SKIPS = """
import pytest

def test_one():
    pytest.skip("no such thing here")
"""


def run(tmp_path: Path, code: str, *flags: str, **variables: str) -> tuple[int, list[str]]:
    """The exit code of pytest with this one test, and the lines that it printed."""
    (tmp_path / "test_it.py").write_text(code)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "-c", "/dev/null", "--rootdir", str(tmp_path), *flags, str(tmp_path)],
        env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), **variables},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout.splitlines()


def test_hypothesis_has_no_time_limit() -> None:
    assert settings.default is not None
    assert settings.default.deadline is None
    assert HealthCheck.too_slow in settings.default.suppress_health_check
    assert not settings.default.derandomize


def test_no_test_sets_a_limit_of_its_own() -> None:
    others = [path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    words = ("deadline=timedelta", "deadline=None", "HealthCheck.too_slow")
    assert [path for path in others if any(word in path.read_text() for word in words)] == []


@pytest.mark.parametrize(("workers", "variables"), [("1", {}), ("0", {"CI": "true"})])
def test_a_failed_run_tells_its_seed_and_the_seed_gives_it_again(
    tmp_path: Path, workers: str, variables: dict[str, str]
) -> None:
    flags = ("-q", "-s", "-n", workers)
    code, lines = run(tmp_path, FAILS, *flags, **variables)
    assert code == 1
    *_, seed = next(line for line in lines if line.startswith("examples: ")).split()
    assert any("@reproduce_failure" in line for line in lines)
    code, again = run(tmp_path, FAILS, *flags, seed, **variables)
    assert code == 1
    assert f"examples: {seed}" in again


def test_a_seed_gives_the_same_examples_and_another_gives_others(tmp_path: Path) -> None:
    def drawn(*flags: str) -> list[str]:
        code, lines = run(tmp_path, DRAWS, "-s", *flags)
        assert code == 0
        return [line for line in lines if "drawn" in line]

    assert drawn("--hypothesis-seed=1") == drawn("--hypothesis-seed=1") != drawn()


def test_a_skipped_test_fails_where_none_may_be_skipped(tmp_path: Path) -> None:
    assert run(tmp_path, SKIPS)[0] == 0
    code, lines = run(tmp_path, SKIPS, NONE_SKIPPED="1")
    assert code == 1
    assert any("no such thing here" in line for line in lines)
