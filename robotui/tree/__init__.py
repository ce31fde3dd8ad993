"""The files of a folder that are worth reading: none that is ignored, secret, or outside.

- ``walk.walk(root, limit=..., skip=...) -> Iterator[File]``: the files that may be read at all;
  ``walk.ignored(root)`` tells what is left out, by git's rules among others (``ignore``).
- ``safe_reading.read(root, path, start=0, length=...) -> bytes | None``: the one safe way to read
  one.
"""
