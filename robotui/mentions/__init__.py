"""Files that a prompt mentions: ``@src/app.py``, ``@src/app.py:10-40``, ``@"a file.md"``."""
