"""What the workbench can do, one subject a file; ``assembly`` joins them.

A part knows what it is given: other parts, the widgets it calls, and a ``Host``, which is what it
may ask of the screen. It is a plain object; the screen routes messages and actions to it.
"""
