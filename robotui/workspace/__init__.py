"""Files of the workspace: which one a name means, where a block goes in it, its change, its undo.

Nothing in here shows anything, and nothing is written but by ``Changes.apply`` and
``Changes.take_back``.
"""
