"""Long use: thousands of prompts, and what is left of the processes after every kind of end."""
