"""``python -m robotui``."""

import sys

from robotui.cli import main

sys.exit(main())
