"""``make bench``: everything that is a matter of speed, as ratios measured in one run."""

from tests.bench import startup

startup.main()
