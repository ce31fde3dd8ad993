"""What the chat log tells the screen that it is on."""

from __future__ import annotations

from textual.message import Message

from robotui.layout.block_actions import BlockAction
from robotui.layout.block_walk import Step
from robotui.markdown import CodeBlock


class BlockActionRequested(Message, namespace="chat_log"):
    """Something is to be done with a code block."""

    def __init__(self, action: BlockAction, block: CodeBlock) -> None:
        super().__init__()
        self.action = action
        self.block = block


class BlockLeft(Message, namespace="chat_log"):
    """No block is walked any more: the log gives the focus away."""

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self.text = text
        """What was typed or pasted and so ended the walk; it is meant for the prompt."""


class NoMoreBlocks(Message, namespace="chat_log"):
    """There is no code block to walk to."""

    def __init__(self, step: Step) -> None:
        super().__init__()
        self.step = step
        """1: none below; -1: none above."""


class RetryRequested(Message, namespace="chat_log"):
    """The retry of a notice was clicked."""
