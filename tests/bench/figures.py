"""What was measured, beside the bar that it has to meet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. Smaller is better; without a bar it is there to be known."""

    what: str
    value: float
    unit: str = "x"
    bar: float | None = None
    detail: str = ""

    @property
    def verdict(self) -> str:
        """Whether the bar is met."""
        if self.bar is None:
            return ""
        return "met" if self.value <= self.bar else "MISSED"


def ratio(
    what: str, ours: Sequence[float], base: Sequence[float], *, bar: float | None, unit: str = "s"
) -> Figure:
    """How much more ours is: the median over rounds, each compared within itself."""
    found = [one / other for one, other in zip(ours, base, strict=True)]
    detail = f"{median(ours):.3g} / {median(base):.3g} {unit}; {_spread(found)}"
    return Figure(what, median(found), "x", bar, detail)


def difference(
    what: str, ours: Sequence[float], base: Sequence[float], *, bar: float | None, unit: str
) -> Figure:
    """How much more ours is, in ``unit``: the median over rounds."""
    found = [one - other for one, other in zip(ours, base, strict=True)]
    detail = f"{median(ours):.3g} - {median(base):.3g} {unit}; {_spread(found)}"
    return Figure(what, median(found), unit, bar, detail)


def single(
    what: str, values: Sequence[float], *, bar: float | None = None, unit: str, detail: str = ""
) -> Figure:
    """The median of some values."""
    return Figure(what, median(values), unit, bar, detail or _spread(values))


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def show(figures: Sequence[Figure]) -> str:
    """The table."""
    rows = [("", "measured", "bar", "", "median; spread")]
    for figure in figures:
        bar = "" if figure.bar is None else f"{figure.bar:g} {figure.unit}"
        value = f"{figure.value:.2f} {figure.unit}"
        rows.append((figure.what, value, bar, figure.verdict, figure.detail))
    widths = [max(len(row[at]) for row in rows) for at in range(4)]
    return "\n".join(
        f"{row[0]:<{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:>{widths[2]}}"
        f"  {row[3]:<{widths[3]}}  {row[4]}".rstrip()
        for row in rows
    )


def _spread(values: Sequence[float]) -> str:
    return f"{min(values):.3g} to {max(values):.3g} in {len(values)} rounds"
