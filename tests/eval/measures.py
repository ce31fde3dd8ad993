"""How well places answer questions: reciprocal ranks, hits, and how sure these figures are."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tests.eval.corpus import Target
from tests.eval.rivals import Place

DEPTH: Final = 10
"""Places, or files, that are looked at."""
_SAMPLES: Final = 1000


def function_rank(places: Sequence[Place], target: Target) -> int:
    """The place that shows the line where the target is defined, from 1; 0 if there is none."""
    for number, (path, first, last) in enumerate(places[:DEPTH], 1):
        if path == target.path and first <= target.line <= last:
            return number
    return 0


def file_rank(places: Sequence[Place], target: Target) -> int:
    """Like ``function_rank``, but among the different files of the places, in their order."""
    files = list(dict.fromkeys(path for path, _, _ in places))[:DEPTH]
    return files.index(target.path) + 1 if target.path in files else 0


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of a list of ranks; ``low`` and ``high`` bound the mean reciprocal rank."""

    mrr: float
    low: float
    high: float
    hit1: float
    hit5: float


def score(ranks: Sequence[int]) -> Score:
    """The figures for ``ranks``, with the 95 % bounds of a bootstrap. Needs at least one rank."""
    values = [1 / rank if rank else 0.0 for rank in ranks]
    draw = random.Random(1)
    means = sorted(_mean(draw.choices(values, k=len(values))) for _ in range(_SAMPLES))
    hits = [_mean([float(0 < rank <= most) for rank in ranks]) for most in (1, 5)]
    return Score(_mean(values), means[_SAMPLES // 40], means[-_SAMPLES // 40], *hits)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
