"""A chat as rows of terminal cells: pure, without Textual and without a screen.

The way of a text through the rooms: Markdown is cut into blocks (``markdown``), blocks and turns
become sections (``section``, ``code_section``, ``turn_sections``), sections become entries, one a
turn (``entry``, ``turn_entries``), and lines of a section become rows of a width (``wrap``,
``rows``, ``table_layout``). ``scrollback`` holds all entries and makes them when they are needed;
``heights`` knows where each begins; ``viewport`` is the stretch that is shown. What paints rows as
strips is in ``ui.painting``, the widget in ``ui.log``.
"""
