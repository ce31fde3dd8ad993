"""The workbench: a Textual app."""
