"""A block of plain code on its way into a file.

``placements`` gathers the ways to put it there: symbol by symbol (``symbol_merge``), held by the
lines that both have (``anchored_lines``), in place of lines like it, or as the whole file. A way
that seems sure is checked once more (``result_checks``, ``disguised_changes``).
"""
