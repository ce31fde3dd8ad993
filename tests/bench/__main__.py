"""``make bench``: everything that is a matter of speed, as ratios measured in one run.

``make bench ARGS="log keys"`` runs some parts only, ``ARGS=--quick`` fewer rounds.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Final

from tests.bench.figures import Figure, show
from tests.bench.scene import Scene

PARTS: Final = ("startup", "log", "updates", "keys", "opening", "finding")


def main() -> None:
    """Run the parts and print one table."""
    parser = argparse.ArgumentParser("make bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="fewer rounds")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no part is called {', '.join(sorted(unknown))}: use {', '.join(PARTS)}")
    if sys.platform != "linux":
        parser.exit(2, "The benchmark reads processor time and memory as Linux tells them.\n")
    # As an exception, so that programs that were started are ended too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene(Path(folder), quick=options.quick)
        for name in options.parts or PARTS:
            began = time.monotonic()
            figures: list[Figure] = import_module(f"tests.bench.{name}").measure(scene)
            print(show(figures), flush=True)  # part by part: a later one may fail
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
