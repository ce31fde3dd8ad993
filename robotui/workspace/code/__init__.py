"""What can be seen of code in any language without a parser: its symbols, and what is left out."""
