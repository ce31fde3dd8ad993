"""The workbench: a Textual app."""

import os

# How often a second Textual looks whether something is to be painted; it reads this when it is
# imported. A key waits for up to two such periods: 33 ms at Textual's own 60 a second. The log
# bounds by itself how often it is painted, and nothing is looked for while nothing changes.
os.environ.setdefault("TEXTUAL_FPS", "240")
