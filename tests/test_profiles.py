"""Agents of one's own, from the settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from robotui.config import load
from robotui.errors import SettingsError
from robotui.profiles import TOOLS, Profile

WHOLE = """
[agents.Reviewer]
instructions = "You review."
tools = ["read_file", "git_diff"]
purpose = "Reviews changes"
colour = "#ff8800"
steps = 5
seconds = 60
output_tokens = 1000

[agents.Short]
instructions = "You are brief."
"""


def test_own_agents_are_read_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(WHOLE)
    reviewer, short = load(file, {}).agents
    assert reviewer == Profile(
        "Reviewer",
        "You review.",
        ("read_file", "git_diff"),
        "Reviews changes",
        "#ff8800",
        5,
        60.0,
        1000,
    )
    assert short == Profile("Short", "You are brief.")
    assert short.tools == TOOLS


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("agents = 3", "no table"),
        ("[agents.X]", "no instructions"),
        ("[agents]\nX = 3", "no instructions"),
        ('[agents."a b"]\ninstructions = "x"', "name"),
        ('[agents.X]\ninstructions = "x"\nmood = "good"', "mood"),
        ("[agents.X]\ninstructions = 3", "instructions"),
        ('[agents.X]\ninstructions = "x"\ntools = ["rm"]', "tools"),
        ('[agents.X]\ninstructions = "x"\ntools = "read_file"', "tools"),
        ('[agents.X]\ninstructions = "x"\ncolour = "red"', "colour"),
        ('[agents.X]\ninstructions = "x"\nsteps = 0', "steps"),
        ('[agents.X]\ninstructions = "x"\nsteps = 1.5', "steps"),
        ('[agents.X]\ninstructions = "x"\nseconds = true', "seconds"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(
    tmp_path: Path, text: str, said: str
) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=said) as caught:
        load(file, {})
    assert str(file) in caught.value.headline
    assert caught.value.remedy
