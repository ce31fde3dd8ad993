"""A block that describes changes (``robotui.edits``), made in a file hunk by hunk.

``file_edit`` picks what is for the file, ``search`` tries each hunk in each place that it fits.
"""
