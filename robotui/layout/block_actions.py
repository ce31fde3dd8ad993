"""What can be done with a code block of the log."""

from __future__ import annotations

from enum import StrEnum


class BlockAction(StrEnum):
    """What a key, a click or the menu asks for."""

    COPY = "copy"
    """Copy it exactly."""
    PLAIN = "plain"
    """Copy it without the line numbers, prompts or signs before its lines."""
    SAVE = "save"
    """Save it to a file."""
    APPLY = "apply"
    """Apply it to a file of the workspace."""
    FOLD = "fold"
    """Fold or unfold it."""
    MENU = "menu"
    """Pick from all of these."""
    REPLY = "reply"
    """Copy the whole reply that it is in."""
    SHELF = "shelf"
    """List all code blocks of the chat."""
