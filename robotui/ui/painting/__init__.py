"""Rows of the layout as Textual's strips, in the theme's colours."""
