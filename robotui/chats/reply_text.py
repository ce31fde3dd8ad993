"""The words of a reply as Markdown, parsed as far as they came."""

from __future__ import annotations

from robotui.chats.turns import Reply, Said
from robotui.markdown import CodeBlock, Document


class ReplyText:
    """A document for each ``Said`` of a reply; its code blocks are numbered through the reply."""

    def __init__(self, reply: Reply) -> None:
        self.documents: dict[int, Document] = {}
        """By the number of the part."""
        self._reply = reply
        self._fed: dict[int, int] = {}

    def update(self) -> None:
        """Take in what came since the last time."""
        over = self._reply.state != "streaming"
        codes = 0
        for at, part in enumerate(self._reply.parts):
            if isinstance(part, Said):
                document = self.documents.get(at)
                if document is None:
                    document = self.documents[at] = Document(codes, gap=at > 0)
                text = part.text
                document.feed(text[self._fed.get(at, 0) :])
                self._fed[at] = len(text)
                if over or not part.open:
                    document.finish()
                codes += len(document.code_blocks)

    @property
    def code_blocks(self) -> list[CodeBlock]:
        """The code blocks that were there at the last ``update``, in order."""
        return [block for document in self.documents.values() for block in document.code_blocks]


def may_have_code(reply: Reply) -> bool:
    """Whether there can be a code block: a fence, or a deep enough indentation. Cheap."""
    signs = ("```", "~~~", "    ", "\t")
    texts = (part.text for part in reply.parts if isinstance(part, Said))
    return any(sign in text for text in texts for sign in signs)
