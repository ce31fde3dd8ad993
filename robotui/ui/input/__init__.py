"""What comes from the terminal: text, keys and pastes told apart, and handed on in order."""
