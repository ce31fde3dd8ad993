r"""Formulas, names, paths and cells that are not to be read as Markdown's marks."""

from __future__ import annotations

import pytest

from robotui.markdown.blocks import Line, Paragraph, Table
from tests.markdown.test_markdown_blocks import blocks_of, shown


def lines_of(text: str) -> list[Line]:
    return [
        line for block in blocks_of(text) if isinstance(block, Paragraph) for line in block.lines
    ]


def keys(text: str) -> list[str]:
    return [span.key for line in lines_of(text) for span in line.spans if span.key]


@pytest.mark.parametrize(
    "formula",
    [
        "$a_1 * b_1 + a_2 * b_2$",
        r"$\{x\}$",
        r"$x \in \mathbb{R}^{n \times m}$",
        "$n$",
        "$-1$",
        "$a<b>c$",
        "$`a_b`$",
        r"\(x = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}\)",
        r"\(n\)",
        r"\[ f(x)_i * g(x)_i \]",
        r"\[\sum_{i=1}^{n} x_i = \left[ a \right]\]",
        r"$$a \\ b & c \_ d$$",
        r"$$ |x|_1 *y* $$",
        r"\begin{cases} a_1 & b_1 \\ c \end{cases}",
        r"$\text{where } a \text{ is the value}$",
    ],
)
@pytest.mark.parametrize("around", ["{}", "so {}, and *x*", "({}).", "# {}", "- {}\n- b", "> {}"])
def test_a_formula_is_shown_as_written(formula: str, around: str) -> None:
    assert any(formula in line for line in shown(around.format(formula)))
    assert "math" in " ".join(keys(around.format(formula)))


@pytest.mark.parametrize(
    "lines",
    [
        ["$$", "a", "=", "b", "$$"],
        [r"\[", r"\sum_{i=1}^{n} x_i", "=", r"\left\{ a \right\} \\[2pt]", r"\]"],
        ["$$", r"\begin{aligned}", r"a &= b \\", r"c &= d", r"\end{aligned}", "$$"],
        [r"\begin{align*}", "a &= b", "- c", "+ d", r"\end{align*}"],
        ["$$", "> a", "# b", "1. c", "", "    d", "---", "| e | f |", "|---|---|", "$$"],
        ["$$ a", "===", "b $$"],
        ["$$", "<b>*x*</b> `y` [z](u)", "$$"],
        [r"\[", "$a$", "[a]: /u", r"\]"],
    ],
)
@pytest.mark.parametrize(
    ("first", "rest"), [("", ""), ("- ", "  "), ("> ", "> "), ("1. a\n\n   ", "   ")]
)
def test_the_lines_of_a_formula_are_shown_as_written(
    lines: list[str], first: str, rest: str
) -> None:
    written = [f"{rest if at else first}{line}" for at, line in enumerate(lines)]
    for before in ("", "a\n" if not first else ""):
        text = before + "\n".join(written) + f"\n{rest}after *x*\n"
        found = [line.text for line in lines_of(text)]
        assert found[-len(lines) - 1 :] == [*lines, "after x"]
        assert keys(text).count("math") == sum(map(bool, lines))


def test_text_around_a_formula_of_several_lines_is_markdown() -> None:
    assert shown("*a*: $$\nb\n=\n$$ *c*") == ["a: $$", "b", "=", "$$ c"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("costs $5 and $10, *now*", "costs $5 and $10, now"),
        ("US$5 to CA$6 *a*", "US$5 to CA$6 a"),
        ("from $5 *or* 10$ a", "from $5 or 10$ a"),
        ("$1,000-$2,000 *a*", "$1,000-$2,000 a"),
        ("$5/month *or* $50/year$", "$5/month or $50/year$"),
        ("$HOME *and* $PATH", "$HOME and $PATH"),
        ("$HOME/*bin*:$PATH", "$HOME/bin:$PATH"),
        ("$A*b*$C", "$A*b*$C"),
        ("${a}*b*${c}", "${a}b${c}"),
        ('$("#a").val(*b*, $("#c"))', '$("#a").val(b, $("#c"))'),
        ("`^a$` or `b$` *c*", "^a$ or b$ c"),
        ("/^a+$/ *or* /b+$/", "/^a+$/ or /b+$/"),
        (r"\$a *b* c\$", "$a b c$"),
        ("a $ b *c* $ d", "a $ b c $ d"),
        (r"\[note\] a\[0\] \[link\](u)", "[note] a[0] [link](u)"),
        (r"\[x\] and \[ \] \(see below\) f\(x\)", "[x] and [ ] (see below) f(x)"),
        ("$$ is the *process*", "$$ is the process"),
        (r"\[ never *closed*", "[ never closed"),
    ],
)
def test_what_is_no_formula_is_markdown(text: str, expected: str) -> None:
    assert shown(text) == [expected]
    assert "math" not in keys(text)


def test_a_formula_that_is_never_closed_is_markdown() -> None:
    assert shown("$$\na\n===\n\n- b\n") == ["$$ a", "• b"]
    assert shown("$$\n" + "a\n" * 200 + "$$\n")[0].startswith("$$ a a")


@pytest.mark.parametrize(
    "text",
    [
        "5*3*2 = 30 and 2**8 or 2**8**2",
        "(a+b)*(c+d)*(e)",
        "a*b*c",
        "SELECT *, count(*) FROM a",
        "glob src/**/*.py and tests/**/*.py",
        "**/*.py and **/*.js",
        "*.py, *.js and *.ts",
        "src/* and lib/*",
        "(*.md) or (*.txt)",
        "f(*args, **kwargs) and g(*args, **kwargs)",
        "use .* and .*?",
        "snake __init__ and __main__.py, obj.__dict__, src/__tests__/a, __FILE__",
        "my__long__name and a_b_c",
        "path/_a_/b and src/_c_/d",
        "~5 to ~7 minutes, ~/a and ~/b",
        r"C:\new\_temp\*.txt and D:\_a\*\_b",
        r"C:\Users\me\__pycache__\x*y*z",
        r"\\server\share\_x and .\_build\*.dll",
        r"\d+\.\d+ and \w\*",
        r"src\main\_private\*.cs",
        "*/5 * * * * and */10 * * * *",
    ],
)
def test_what_is_no_mark_is_shown_as_written(text: str) -> None:
    assert shown(text) == [text]
    assert not keys(text)
    assert shown(f"*a* {text} **b**") == [f"a {text} b"]
    assert keys(f"*a* {text} **b**") == ["em", "strong"]


@pytest.mark.parametrize(
    ("text", "expected", "styles"),
    [
        ("*a* _b_ **c** __Note__ ***d***", "a b c Note d", "em em strong strong em strong"),
        ("__two words__ *two words* _two words_", "two words two words two words", "strong em em"),
        ("**S**ingle, **O**pen", "Single, Open", "strong strong"),
        ("**src/**: a, **.env file**: b", "src/: a, .env file: b", "strong strong"),
        ("**/etc/hosts** and *./run.sh*", "/etc/hosts and ./run.sh", "strong em"),
        ("**a**/**b** *(c)* **'d'**", "a/b (c) 'd'", "strong strong em strong"),
        ("这是**重点**内容", "这是重点内容", "strong"),
        (
            r"\*no\* \_no\_ snake\_case\_name 1\. \#x \\",
            r"*no* _no_ snake_case_name 1. #x \ ".strip(),
            "",
        ),
        (r"**C:\new\_temp** *and*", r"C:\new\_temp and", "strong em"),
        ("~~gone~~", "gone", "strike"),
    ],
)
def test_marks_go_on_to_work(text: str, expected: str, styles: str) -> None:
    assert shown(text) == [expected]
    assert " ".join(keys(text)) == styles


def cells(text: str) -> list[list[str]]:
    (table,) = blocks_of(text)
    assert isinstance(table, Table)
    return [[cell.text for cell in row] for row in table.rows]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("| `a|b` | c |", ["a|b", "c"]),
        ("`a||b` | `c|d`", ["a||b", "c|d"]),
        ("| ``a ` | b`` | c |", ["a ` | b", "c"]),
        (r"| `a\|b` | c |", ["a|b", "c"]),
        (r"| a \| b | c |", ["a | b", "c"]),
        ("| $|x|$ | c |", ["$|x|$", "c"]),
        (r"| \(P(A|B)\) | `x|y` |", [r"\(P(A|B)\)", "x|y"]),
        ("| `a | b` |", ["`a", "b`"]),
        ("| $5 | $6 |", ["$5", "$6"]),
        ("| ` | c |", ["`", "c"]),
        ("| `a|b` |", ["`a", "b`"]),
    ],
)
def test_a_pipe_in_code_or_a_formula_ends_no_cell(row: str, expected: list[str]) -> None:
    assert cells(f"| x | y |\n|---|---|\n{row}\n")[1] == expected


def test_a_pipe_in_the_code_of_a_header_ends_no_cell() -> None:
    assert cells("| `a|b` | c |\n|---|---|\n| 1 | 2 |\n") == [["a|b", "c"], ["1", "2"]]
    assert cells("- x\n\n> | `a|b` |\n> |---|\n".partition("\n\n")[2]) == [["a|b"]]


def test_a_line_break_in_a_cell_begins_a_row() -> None:
    (table,) = blocks_of("| a<br>bc<br/><br />d | e |\n|---|---|\n| f | `<br>` |")
    assert isinstance(table, Table)
    assert [(cell.text, cell.rows) for cell in table.rows[0]] == [("a bc d", (2, 5)), ("e", ())]
    assert table.rows[1][1].rows == ()


@pytest.mark.parametrize("text", ["$", r"\(", r"\[", "$$", "*", "__a", r"\_", r"\a\_", "`|"])
def test_masses_of_marks_are_shown(text: str) -> None:
    assert shown(text * 3_000)
    assert blocks_of((text + "\n") * 1_000)
