"""Finding text in the chat: the query, the search, the bar."""
