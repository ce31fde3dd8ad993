"""How much of a long code block is folded away."""

from __future__ import annotations

import pytest

from robotui.layout.code_section import CodeOptions


@pytest.mark.parametrize(
    ("limit", "count", "hidden"),
    [
        (60, 60, 0),
        (60, 61, 33),
        (60, 1000, 972),
        (0, 1000, 0),
        (10, 16, 0),
        (10, 17, 10),
        (1, 9, 0),
        (1, 10, 10),
    ],
)
def test_what_is_folded(limit: int, count: int, hidden: int) -> None:
    assert len(CodeOptions(fold=limit).hidden(count)) == hidden
