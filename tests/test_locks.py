"""The locked packages: what runs the program, what builds it, what tests it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BUILD = {"editables", "hatchling", "pathspec", "pluggy", "tomlkit", "trove-classifiers"}


def pins(name: str) -> dict[str, str]:
    """The text of each pin of a lock, by the package's name."""
    text = (ROOT / f"requirements{name}.lock").read_text()
    blocks = re.split(r"^(?=[\w.-]+==)", text, flags=re.MULTILINE)
    return {block.partition("==")[0]: block for block in blocks if block.strip()}


def test_what_only_builds_the_package_is_not_among_what_runs_it() -> None:
    assert not BUILD & pins("").keys()
    assert {"editables", "hatchling"} <= pins("-build").keys()
    assert {"aiohttp", "textual", "openai"} <= pins("").keys()


@pytest.mark.parametrize("name", ["", "-build", "-dev"])
def test_every_pin_has_hashes_and_no_address(name: str) -> None:
    for package, text in pins(name).items():
        assert "--hash=sha256:" in text, package
        assert "://" not in text, package


def test_the_tests_run_with_the_versions_that_are_shipped() -> None:
    shipped, tested = pins(""), pins("-dev")
    for package in shipped.keys() & tested.keys():
        assert shipped[package].split()[0] == tested[package].split()[0]
