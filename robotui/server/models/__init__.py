"""A language model as an engine: any endpoint of the OpenAI chat-completions protocol."""
