"""Finding text in the chat.

``find_bar`` is where the text is typed and ``controller`` what runs while the bar is open. A
``query`` is looked for by a ``search`` over the scrollback: a look at the ``source`` of a turn
mostly tells whether and how often it has matches; else its text is made as it is shown
(``shown_texts``).
"""
