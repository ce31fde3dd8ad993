"""Chats: what was said, kept on disk, without any user interface."""
