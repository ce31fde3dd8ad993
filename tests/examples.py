"""How many examples a property of its own cost or width is tried on."""

from __future__ import annotations

from hypothesis import HealthCheck, settings


def examples(share: float, *allowed: HealthCheck) -> settings:
    """Settings for ``share`` times as many examples as the run tries of other properties.

    Args:
        share: less than 1 where an example is dear, more where few examples tell little.
        allowed: health checks that this property fails, and may.
    """
    usual = settings()
    return settings(
        max_examples=max(1, round(share * usual.max_examples)),
        suppress_health_check=[*usual.suppress_health_check, *allowed],
    )
