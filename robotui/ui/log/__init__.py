"""The chat log: one scrolling widget over a scrollback."""
