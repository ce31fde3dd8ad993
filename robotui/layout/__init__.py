"""A chat as rows of terminal cells: pure, without Textual and without a screen.

The way of a text, each step a module or some: text -> blocks -> sections -> rows -> strips.

- Blocks: Markdown is cut into paragraphs, code blocks and tables (room ``markdown``).
- Sections: a block, or what else stands in a chat, as lines that are laid out for a width
  (``section``; ``code_section`` with ``code_header`` and ``code_colours``; ``table_section`` with
  ``table_layout``; ``activity_section``; ``surroundings``).
- Entries: a turn and its sections one below the other (``entry``, ``reply_entry``,
  ``section_stack``). ``scrollback`` holds all entries of a chat and makes them when they are
  needed; ``heights`` knows where each begins.
- Rows: where lines break (``wrap``) and what each row shows in which style (``rows``).
- Strips: rows painted for the terminal (room ``ui.painting``), in the widget (room ``ui.log``).

``viewport`` is the stretch of a scrollback that is in view; ``block_walk`` and ``disclosure`` are
what people do in it: go from code block to code block, show what is hidden. ``block_actions`` are
what can be done with a code block.
"""
