from __future__ import annotations

import re

import pytest

from robotui.agents import DEFAULT_AGENT, add, everyone, find, get, neighbour


def test_the_table_has_the_three_agents_of_the_service() -> None:
    assert [agent.id for agent in everyone()] == [
        "GeneralCodingAgent",
        "RepoAgent",
        "FrontEndAgent",
    ]
    assert DEFAULT_AGENT == "GeneralCodingAgent"


@pytest.mark.parametrize("field", ["id", "purpose", "colour", "initials"])
def test_agents_can_be_told_apart(field: str) -> None:
    assert len({getattr(agent, field) for agent in everyone()}) == len(everyone())


def test_colours_and_initials_fit_their_places() -> None:
    for agent in everyone():
        assert re.fullmatch("#[0-9a-f]{6}", agent.colour)
        assert re.fullmatch("[A-Z]{2}", agent.initials)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("RepoAgent", "RepoAgent"),
        ("repoagent", "RepoAgent"),
        ("  Repo\n", "RepoAgent"),
        ("r", "RepoAgent"),
        ("front", "FrontEndAgent"),
        ("GENERAL", "GeneralCodingAgent"),
        ("", None),
        ("   ", None),
        ("Agent", None),
        ("RepoAgents", None),
    ],
)
def test_find_takes_an_id_or_the_start_of_one(name: str, found: str | None) -> None:
    agent = find(name)
    assert (agent.id if agent else None) == found


def test_find_takes_no_start_that_several_have() -> None:
    add("RepoAgent2", "a twin", "#123456")
    twin = get("RepoAgent2")
    assert (twin.purpose, twin.colour) == ("a twin", "#123456")
    assert find("repo") is None
    assert find("repoagent") == get("RepoAgent")
    assert find("repoagent2") == twin


def test_get_has_an_entry_for_every_id() -> None:
    assert [get(agent.id) for agent in everyone()] == list(everyone())
    unknown = get("OtherAgent")
    assert (unknown.id, unknown.initials) == ("OtherAgent", "OT")
    assert unknown.purpose
    assert get("").id == ""


@pytest.mark.parametrize(
    ("start", "step", "end"), [(0, 1, 1), (1, 1, 2), (2, 1, 0), (0, -1, 2), (1, 0, 1), (0, 7, 1)]
)
def test_neighbours_go_round(start: int, step: int, end: int) -> None:
    assert neighbour(everyone()[start].id, step) == everyone()[end]


def test_an_unknown_agent_has_neighbours_too() -> None:
    assert neighbour("OtherAgent", 1) in everyone()


def test_an_own_agent_takes_the_place_of_a_built_in_one() -> None:
    before = [agent.id for agent in everyone()]
    add("RepoAgent", "", "")
    assert [agent.id for agent in everyone()] == before
    assert get("RepoAgent").purpose == "your own"
