"""The marks around reasoning and around answers, by family of models."""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase
from typing import Final

_TAGS: Final = (
    *("think", "thinking", "thought", "thoughts", "reasoning", "reason", "reflection"),
    *("seed:think", "mm:think", "longcat_think", "scratchpad", "inner_thoughts"),
)
_ANALYSIS: Final = "<|channel|>analysis<|message|>"
_START: Final = "<|start|>assistant"
FAMILIES: Final = {
    **{f"<{tag}>": (f"</{tag}>",) for tag in _TAGS},
    "[think]": ("[/think]",),  # Mistral
    "◁think▷": ("◁/think▷",),  # Kimi
    "<|think|>": ("<|/think|>",),
    "<|start_thinking|>": ("<|end_thinking|>",),  # Cohere
    "<|begin_of_thought|>": ("<|end_of_thought|>",),
    "<unused94>thought\n": ("<unused95>",),  # Gemma
    "<|channel>thought\n": ("<channel|>",),
    # OpenAI's open models; the next channel may begin without an end of this one.
    _ANALYSIS: ("<|end|>", "<|start|>", "<|channel|>"),
    _START + _ANALYSIS: ("<|end|>", "<|start|>", "<|channel|>"),
}
"""Marks that open reasoning at the start of an answer, and those that close it."""

NEXT: Final = ("<|start|>", "<|channel|>")
"""Closing marks that begin what follows: they are not a part of what they close."""
WRAPS: Final = {
    **{
        f"{start}<|channel|>{channel}<|message|>": end
        for start in ("", _START)
        for channel, end in (("final", "<|return|>"), ("commentary", "<|end|>"))
    },
    "<|start_response|>": "<|end_response|>",
    "<|begin_of_solution|>": "<|end_of_solution|>",
}
"""Marks around the answer itself."""
ANSWERS: Final = {"<answer>": "</answer>", "<response>": "</response>"}
"""The same, but only behind reasoning, as they may be meant elsewhere."""

LOWER: Final = str.maketrans(ascii_uppercase, ascii_lowercase)
"""Small letters for capital ones of ASCII: no text becomes longer or shorter."""


def begun(mark: str, text: str) -> int:
    """How many characters at the end of ``text`` may be the beginning of ``mark``."""
    return next((n for n in range(len(mark) - 1, 0, -1) if text.endswith(mark[:n])), 0)
