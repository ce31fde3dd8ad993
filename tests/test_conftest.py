"""What ``conftest.py`` promises of a run: the same examples, no time limits, no skips."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parents[1]
DRAWS = """
from hypothesis import given, strategies as st

@given(st.integers())
def test_one(number):
    print("drawn", number)
"""
SKIPS = """

def test_one():
    pytest.skip("no such thing here")
"""


def run(
    tmp_path: Path, code: str, *flags: str, **variables: str
) -> subprocess.CompletedProcess[str]:
    """A run of this one test, as on a machine where all of these are built."""
    (tmp_path / "test_it.py").write_text(code)
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*command, "-c", "/dev/null", "--rootdir", str(tmp_path), "-rP", *flags, str(tmp_path)],
        env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path), "CI": "true", **variables},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )


def drawn(done: subprocess.CompletedProcess[str]) -> list[str]:
    """The examples of a run, in their order."""
    return [line for line in done.stdout.splitlines() if line.startswith("drawn")]


def test_hypothesis_has_no_time_limit() -> None:
    assert settings.default is not None
    assert settings.default.deadline is None
    assert HealthCheck.too_slow in settings.default.suppress_health_check


def test_no_test_sets_a_limit_of_its_own() -> None:
    others = [path for path in (ROOT / "tests").rglob("test_*.py") if path != Path(__file__)]
    words = ("deadline=timedelta", "deadline=None", "HealthCheck.too_slow")
    assert [path for path in others if any(word in path.read_text() for word in words)] == []


def test_a_run_has_the_same_examples_as_the_one_before(tmp_path: Path) -> None:
    (tmp_path / "loaded.py").write_text(f"NUMBERS = {list(range(100_000, 100_500))}")
    examples = drawn(run(tmp_path, DRAWS))
    assert len(examples) == 40
    assert drawn(run(tmp_path, "import loaded\n" + DRAWS)) == examples


def test_a_run_with_new_examples_tells_what_gives_them_again(tmp_path: Path) -> None:
    fails = DRAWS + "    assert number < 1000\n"
    failed = run(tmp_path, fails, "--examples=60", "-n1")
    assert failed.returncode == 1
    told = [line for line in failed.stdout.splitlines() if line.startswith("new examples: ")]
    assert told[0] == told[-1]
    assert "@reproduce_failure" in failed.stdout
    *_, examples, seed = told[0].split()
    assert drawn(run(tmp_path, fails, examples, seed)) == drawn(failed)
    others = drawn(run(tmp_path, DRAWS, examples))
    assert len(others) == 60
    assert others[:9] != drawn(failed)[:9]


def test_a_skipped_test_fails_where_none_may_be_skipped(tmp_path: Path) -> None:
    done = run(tmp_path, SKIPS, NONE_SKIPPED="1")
    assert done.returncode == 1
    assert "no such thing here" in done.stdout
