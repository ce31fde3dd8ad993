"""Where the thumb of the scroll bar is, in eighths of a cell."""

from __future__ import annotations

import pytest

from robotui.ui.log.scroll_position import thumb_of


@pytest.mark.parametrize(
    ("total", "top", "thumb"),
    [
        (0, 0, (0, 160)),
        (20, 0, (0, 160)),
        (40, 0, (0, 80)),
        (40, 20, (80, 80)),
        (40, 10, (40, 80)),
        (100_000, 0, (0, 8)),
        (100_000, 99_980, (152, 8)),
    ],
)
def test_the_thumb_is_as_long_as_what_is_in_view_and_never_less_than_a_cell(
    total: int, top: int, thumb: tuple[int, int]
) -> None:
    assert thumb_of(total, top, 20) == thumb
