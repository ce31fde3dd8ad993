"""The chat log: one scrolling widget over a scrollback (``chat_log``), and the parts that it has.

``code_blocks`` walks and folds code, ``mouse_selection`` selects text, ``clicks`` follows what was
clicked, ``frame`` holds the painted rows, ``throttle`` bounds how often they are painted, and
``scroll_position`` tells Textual what is in view. Each part says in a protocol what it asks of the
log; what the log tells the screen is in ``messages``.
"""
