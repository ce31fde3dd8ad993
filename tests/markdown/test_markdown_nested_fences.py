"""Fences inside fences, as people and models write them."""

from __future__ import annotations

import pytest

from robotui.markdown import Document
from robotui.markdown.blocks import CodeBlock, Paragraph
from robotui.markdown.fences import Fence


def seen(text: str, *, by: int | None = None) -> list[str]:
    """The sources of the code blocks, and the paragraphs' texts with a ``|`` in front."""
    document = Document()
    for at in range(0, len(text), by or len(text) or 1):
        document.feed(text[at : at + (by or len(text))])
        _ = document.blocks
    document.finish()
    found = []
    for block in document.blocks:
        if isinstance(block, CodeBlock):
            found.append(block.source)
        elif isinstance(block, Paragraph):
            found += [f"|{line.text}" for line in block.lines]
    return found


def nested(info: str, content: str, mark: str = "```") -> tuple[str, list[str]]:
    """A reply with a block of this content, and what is to be seen of it."""
    text = f"Here:\n\n{mark}{info}\n{content}{mark}\n\nAfter.\n\n{mark}sh\nlast\n{mark}\n"
    return text, ["|Here:", content, "|After.", "last\n"]


README = """# Tool

Install it:

```bash
pip install tool
```

Then:

```python
tool.run()
```

That is all.
"""


@pytest.mark.parametrize(
    ("info", "content"),
    [
        *((info, README) for info in ("markdown", "md", "mdx", "text", "txt", "", "html", "rst")),
        ("markdown title=README.md", README),
        ("README.md", README),
        ("markdown", README.replace("\n", "\r\n")),
        ("markdown", README + "```sh\nat the end\n```\n"),
        ("md", "```py\nfirst\n```\nb\n"),
        ("md", "a\n```md\nb\n```py\nc\n```\n```\nd\n"),
        ("md", "a\n```X py\n```\n```X\nb\n"),
        ("md", "1. a\n   ```sh\n   b\n   ```\n2. c\n"),
        ("md", "1. a\n\n    ```\n    b\n    ```\n2. c\n"),
        ("md", "## Layout\n```\nsrc/\n```\n\nRun:\n```\nmake\n```\n\n```\nx\n```\n"),
        ("md", "## Layout\r\n```\r\nsrc/\r\n```\r\n\r\nRun:\r\n\r\n```\r\nmake\r\n```\r\n"),
        ("md", "## Layout\n```\nsrc/\n```\n```py\nx\n```\n"),
        ("python", '"""Tool.\n\n```\nusage\n```\n"""\nimport x\n'),
        ("python", 'def f():\n    """\n    ```python\n    f()\n    ```\n    """\n'),
        ("py", "x = '''\n```sh\na\n```\n\n```\nb\n```\n'''\n"),
        ("elixir", '@doc """\n  ```elixir\n  a\n  ```\n\n  ```\n  b\n  ```\n  """\n'),
        ("ts", "/**\n```ts\na\n```\n*/\nexport {}\n"),
        ("rust", "/*!\n```\nuse a;\n```\n*/\n"),
        ("bash", "cat > README.md <<'EOF'\n# A\n```bash\nx\n```\n\n```\ny\n```\nEOF\necho done\n"),
        ("haskell", "{-\n```hs\na\n```\n-}\n"),
        ("yaml", "body: |\n  ```sh\n  a\n  ```\n"),
        ("diff", " # A\n ```bash\n-a\n+b\n ```\n"),
        ("diff", "@@ -5,3 +5,4 @@\n a\n ```\n+b\n"),
        ("weird-language", "a\n```py\nb\n```\nc\n"),
    ],
)
@pytest.mark.parametrize("mark", ["```", "~~~", "````"])
def test_a_block_has_the_fences_that_are_in_it(info: str, content: str, mark: str) -> None:
    content = content.replace("```", mark).replace("X", mark[0])
    text, expected = nested(info, content, mark)
    assert seen(text) == expected
    for by in (1, 2, 5, 17):
        assert seen(text, by=by) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # The model forgot to close the first block.
        (
            "```python\na = 1\n\nThen:\n\n```python\nb\n```\nAfter\n",
            ["a = 1\n\nThen:\n\n```python\nb\n", "|After"],
        ),
        (
            "```\nout\n\nThen:\n\n```sh\nb\n```\nAfter\n\n```sh\nc\n```\nEnd\n",
            ["out\n\nThen:\n\n```sh\nb\n", "|After", "c\n", "|End"],
        ),
        (
            "```text\nout\n\nThen:\n\n```sh\nb\n```\nAfter:\n\n```\nc\n```\nEnd\n",
            ["out\n\nThen:\n\n```sh\nb\n", "|After:", "c\n", "|End"],
        ),
        # A blank line before the end, and text right below.
        (
            "```markdown\na\n\n```\nAfter\n\n```py\nb\n```\n",
            ["a\n\n", "|After", "b\n"],
        ),
        ("```markdown\na\n\n```\nAfter\n", ["a\n\n", "|After"]),
        ("```markdown\na:\n```\n\nAfter\n\n```\nb\n```\n", ["a:\n", "|After", "b\n"]),
        # Blocks one below the other.
        ("```\na\n```\n```\nb\n```\n```py\nc\n```\n", ["a\n", "b\n", "c\n"]),
        ("```text\na\n```\nb\n\n```\nc\n```\nd\n", ["a\n", "|b", "c\n", "|d"]),
        ("```md\na\n```\n```py\nb\n```\n", ["a\n", "b\n"]),
        # Code in which a string seems to be open.
        (
            '```py\n# the """ mark\nx = \'"""\'\n```\nAfter\n',
            ['# the """ mark\nx = \'"""\'\n', "|After"],
        ),
        ('```py\nx = """\n```\nAfter\n\n```sh\nb\n```\n', ['x = """\n', "|After", "b\n"]),
        ("```sh\nrm -rf build/*\n```\nAfter\n", ["rm -rf build/*\n", "|After"]),
        ("```cpp\ncout << x;\n```\nAfter\n", ["cout << x;\n", "|After"]),
        # What is no fence.
        ("```md\n```x``` y\n```.\nb\n```\nAfter\n", ["```x``` y\n```.\nb\n", "|After"]),
        # Longer fences are exact.
        ("````md\n```sh\na\n````\nAfter\n", ["```sh\na\n", "|After"]),
        ("````md\n```\n````\nAfter\n\n```\nb\n```\n", ["```\n", "|After", "b\n"]),
    ],
)
def test_what_does_not_nest_is_read_as_commonmark(text: str, expected: list[str]) -> None:
    assert seen(text) == expected
    assert seen(text, by=1) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("```md\na\n```sh\nb\n```\nc\n", ["a\n```sh\nb\n```\nc\n"]),
        ("```md\na\n```sh\nb\n", ["a\n```sh\nb\n"]),
        ("```text\na\n```sh\nb\n", ["a\n```sh\nb\n"]),
        ("```text\na\n```sh\nb\n```\nc\n", ["a\n```sh\nb\n", "|c"]),
        ("```md\na\n\n```\nb\n", ["a\n\n", "|b"]),
    ],
)
def test_a_reply_that_ends_in_a_block(text: str, expected: list[str]) -> None:
    assert seen(text) == expected
    assert seen(text, by=1) == expected


def test_a_block_in_a_list_or_a_quote_has_its_fences() -> None:
    text = "1. a\n\n   ```md\n   b\n   ```sh\n   c\n   ```\n   d\n   ```\n2. e\n\n"
    text += "> ```\n> f\n> ```sh\n> g\n> ```\n> ```\n> h\n"
    assert seen(text) == ["|a", "b\n```sh\nc\n```\nd\n", "|e", "f\n```sh\ng\n```\n", "|h"]
    assert seen(text, by=1) == seen(text)


def test_nesting_that_nobody_means_is_read_as_commonmark() -> None:
    text = "```md\n" * 20 + "a\n```\nb\n\n```py\nc\n```\n"
    assert seen(text)[1:] == ["|b", "c\n"]


def test_an_open_block_is_one_while_its_inner_fences_come() -> None:
    document = Document()
    for line in README.splitlines(keepends=True):
        document.feed(("" if document.blocks else "```md\n") + line)
        (block,) = document.code_blocks
        assert not block.closed
    document.feed("```")
    assert document.code_blocks[0].source == README
    document.feed("\n")
    assert document.code_blocks[0].closed


@pytest.mark.parametrize(
    "text",
    [
        *(
            "```md\n",
            "```\n",
            "```md\n```\n\n```\nx\n",
            "```txt\n```sh\n```\n",
            '```py\n"""\n```\n',
        ),
        "```txt\n```sh\n```sh\n```\n```\n```sh\n```\n```\n\n",
    ],
)
def test_each_line_is_looked_at_a_few_times_at_most(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[str] = []
    take = Fence.take

    def counted(fence: Fence, line: str) -> None:
        lines.append(line)
        take(fence, line)

    monkeypatch.setattr(Fence, "take", counted)
    text *= 300
    seen(text)
    assert len(lines) < 10 * text.count("\n")
