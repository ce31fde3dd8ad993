"""Reply text as blocks, parsed while it comes in; code blocks as things of their own.

Nothing here knows a screen or a width. markdown-it-py and Pygments are loaded at the first parse.
"""

from robotui.edits import LineMention
from robotui.markdown.blocks import CodeBlock
from robotui.markdown.document import Document

__all__ = ["CodeBlock", "Document", "LineMention"]
