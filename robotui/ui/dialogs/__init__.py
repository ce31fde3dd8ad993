"""Screens that open over the workbench, and close with Esc."""
