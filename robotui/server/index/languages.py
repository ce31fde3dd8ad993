"""What is known about programming languages: names, and what a definition looks like.

A pattern describes the start of a definition at the beginning of a line. It is matched against
``b"\\n"`` + the file, as bytes: that is several times faster than parsing, needs no valid syntax,
and places are byte offsets. The last named group that matched names the kind; ``rest`` is a
statement that belongs to no definition.
"""

from __future__ import annotations

import re
from typing import Final, Literal

from robotui.tree.walk import is_generated

Role = Literal["source", "test", "doc", "config", "generated"]

FRONT_END: Final = frozenset(
    {"html", "css", "scss", "less", "javascript", "jsx", "typescript", "tsx", "vue", "svelte"}
)

_BY_SUFFIX: Final = {
    suffix: language
    for language, suffixes in {
        "python": "py pyi pyw pyx pxd",
        "javascript": "js mjs cjs",
        "jsx": "jsx",
        "typescript": "ts mts cts",
        "tsx": "tsx",
        "vue": "vue",
        "svelte": "svelte",
        "html": "html htm xhtml jinja jinja2 j2 hbs njk ejs",
        "css": "css tcss pcss",
        "scss": "scss sass",
        "less": "less",
        "go": "go",
        "rust": "rs",
        "java": "java",
        "kotlin": "kt kts",
        "scala": "scala sc",
        "csharp": "cs",
        "swift": "swift",
        "c": "c h",
        "cpp": "cc cpp cxx hh hpp hxx ino cu",
        "php": "php",
        "ruby": "rb rake gemspec",
        "lua": "lua",
        "bash": "sh bash zsh ksh bats",
        "powershell": "ps1 psm1",
        "elixir": "ex exs",
        "dart": "dart",
        "r": "r",
        "julia": "jl",
        "zig": "zig",
        "sql": "sql",
        "proto": "proto",
        "graphql": "graphql gql",
        "markdown": "md markdown mdx",
        "rst": "rst",
        "toml": "toml",
        "ini": "ini cfg conf properties editorconfig",
        "yaml": "yaml yml",
        "json": "json jsonc json5 ipynb",
        "xml": "xml xsd xsl plist",
        "make": "mk",
        "cmake": "cmake",
        "terraform": "tf hcl",
        "nix": "nix",
    }.items()
    for suffix in suffixes.split()
}
_BY_NAME: Final = {
    "makefile": "make",
    "gnumakefile": "make",
    "dockerfile": "dockerfile",
    "containerfile": "dockerfile",
    "cmakelists.txt": "cmake",
    "gemfile": "ruby",
    "rakefile": "ruby",
    "jenkinsfile": "groovy",
    "justfile": "make",
}

_TEST: Final = re.compile(
    r"(?:^|/)(?:tests?|testing|__tests__|spec|specs|e2e|testdata|fixtures|benchmarks?|bench)/"
    r"|(?:^|/)(?:test_[^/]*|conftest)\.py$|_test\.(?:py|go|rs|rb|exs)$"
    r"|\.(?:test|spec|stories)\.[jt]sx?$|(?:Test|Tests|Spec)\.(?:java|kt|cs|scala|swift)$"
)
_DOC: Final = re.compile(
    r"(?:^|/)(?:docs?|documentation|examples?|samples?|demos?|tutorials?)/"
    r"|(?:^|/)(?:README|CHANGE|CHANGELOG|HISTORY|NEWS|LICEN[CS]E|AUTHORS|CONTRIBUTING)[^/]*$",
    re.IGNORECASE,
)


PROJECT_FILES: Final = (
    "readme contributing install makefile justfile pyproject tox noxfile taskfile package.json"
    " dockerfile compose workflows ci setup gruntfile gulpfile cargo gemfile rakefile cmakelists"
    " build.gradle pom.xml"
)
"""Words in the paths of files that say how a project is run, built and installed."""
_PROJECT: Final = re.compile(
    r"^(?:README|CONTRIBUTING|INSTALL|DEVELOP|HACKING)[^/]*$"
    r"|^(?:GNU)?(?:makefile|justfile|taskfile\.ya?ml|pyproject\.toml|tox\.ini|noxfile\.py|setup\.py"
    r"|package\.json|dockerfile|compose\.ya?ml|docker-compose\.ya?ml|cargo\.toml|gemfile|rakefile"
    r"|cmakelists\.txt|build\.gradle(?:\.kts)?|pom\.xml|gruntfile\.js|gulpfile\.js)$"
    r"|^(?:\.github/workflows|\.circleci|\.ci|ci)/|^\.gitlab-ci\.yml$|^docs?/[^/]*(?:install|contrib)",
    re.IGNORECASE,
)


def of(path: str) -> str:
    """The language of a file by its name, as it stands after a fence; ``text`` if unknown."""
    name = path.rpartition("/")[2].lower()
    return _BY_NAME.get(name) or _BY_SUFFIX.get(name.rpartition(".")[2], "text")


def kind(path: str) -> tuple[str, Role]:
    """The language of a file and what it is for."""
    return of(path), role(path)


def runs_project(path: str) -> bool:
    """Whether a file says how its project is run, built or installed."""
    return _PROJECT.search(path) is not None


def role(path: str) -> Role:
    """What a file is for, by its path."""
    if is_generated(path.rpartition("/")[2]):
        return "generated"
    if _TEST.search(path):
        return "test"
    language = of(path)
    if language in {"markdown", "rst", "text"} or _DOC.search(path):
        return "doc"
    config = {"toml", "ini", "yaml", "json", "xml", "make", "cmake", "dockerfile", "terraform"}
    return "config" if language in config else "source"


def _pattern(*definitions: str, rest: str = r"(?P<rest>[A-Za-z_$@])") -> re.Pattern[bytes]:
    # The newline stands before all alternatives, so the engine looks for it alone; the possessive
    # quantifier keeps it from trying every shorter indentation again: five times faster.
    start = r"\n(?:(?P<indent>[ \t]*+)(?:" + "|".join(definitions) + ")"
    return re.compile((start + (f"|{rest})" if rest else ")")).encode())


_PYTHON = _pattern(
    r"(?:def|async[ \t]+def)[ \t]+(?P<function>[\w\x80-\xff]+)",
    r"(?:class|cdef[ \t]+class)[ \t]+(?P<class>[\w\x80-\xff]+)",
    rest=r"(?P<variable>[A-Za-z_]\w*)[ \t]*(?::[^=\n]+)?=(?!=)"
    r"|type[ \t]+(?P<type>\w+)[^=\n]*=|(?P<rest>[A-Za-z_])",
)
_SCRIPT = (
    r"(?:export[ \t]+)?(?:default[ \t]+)?(?:declare[ \t]+)?(?:abstract[ \t]+)?"
    r"(?:class[ \t]+(?P<class>[\w$]+)|interface[ \t]+(?P<interface>[\w$]+)"
    r"|(?:const[ \t]+)?enum[ \t]+(?P<enum>[\w$]+)|(?:namespace|module)[ \t]+(?P<module>[\w$.]+)"
    r"|type[ \t]+(?P<type>[\w$]+)[^=\n]*="
    r"|(?:async[ \t]+)?function[ \t]*\*?[ \t]*(?P<function>[\w$]+))",
    r"(?:export[ \t]+)?(?:const|let|var)[ \t]+(?P<arrow>[\w$]+)[^=\n]*=[ \t]*(?:async[ \t]*)?"
    r"(?:function\b|\([^()\n]*\)[^=\n]*=>|[\w$]+[ \t]*=>|\([ \t]*\r?\n)",
    r"(?:(?:public|private|protected|static|override|readonly|async|get|set)[ \t]+)*"
    r"(?!(?:if|for|while|switch|catch|with|return|function|else|do|await|super)\b)[*#]?"
    r"(?P<method>[\w$]+)[ \t]*(?:<[^>\n]*>)?\([^;\n]*\)[^;\n=(]*\{[ \t]*\r?(?=\n)",
    r"(?:module\.)?exports\.(?P<export>[\w$]+)[ \t]*=",
)
_SCRIPT_REST = (
    r"(?:export[ \t]+)?(?:const|let|var)[ \t]+(?P<variable>[\w$]+)"
    r"|(?P<rest>[A-Za-z_$@])"
)
_HTML = (
    r"<(?P<element>(?:script|style|template|main|nav|header|footer|section|article|aside|form"
    r"|dialog|table|body|head)\b[^>\n]{0,80})",
    r"<[a-z][\w-]*[^>\n]*?\bid=[\"'](?P<id>[\w-]+)",
    r"<h[1-6][^>\n]*>[ \t]*(?P<heading>[^<\n]{1,80})",
    r"\{%-?[ \t]*(?:block|macro)[ \t]+(?P<block>\w+)",
)
_CSS = (
    r"@(?:mixin|function|keyframes|layer|container|property)[ \t]+(?P<rule>[\w-]+)",
    r"@media(?P<media>[^{\n]{1,80})\{",
    r"(?P<variable>(?:--|\$|@)[\w-]+)[ \t]*:",
    r"(?P<selector>[.#&:*\[\w][^{};\n]{0,100}?)[ \t]*\{",
)
_C = (
    r"(?:typedef[ \t]+)?(?:struct|union|class|enum(?:[ \t]+class)?|namespace)[ \t]+"
    r"(?P<class>\w+)[^;()\n]*(?:\{|\r?(?=\n))",
    r"#[ \t]*define[ \t]+(?P<macro>\w+)",
    r"(?!(?:else|return|if|for|while|switch|case|do|goto|typedef|using)\b)"
    r"(?:[A-Za-z_][\w:<>,*& \t~]*[ \t*&])?(?P<function>[\w:~]+)[ \t]*\([^;{}]{0,400}?\)"
    r"(?:[ \t]*(?:const|noexcept|override|final|->[^{;\n]+))*\s*\{",
)
_MODIFIERS = (
    r"(?:(?:public|private|protected|internal|static|final|abstract|sealed|open|override|virtual|"
    r"async|partial|data|inline|suspend|lateinit|default|synchronized|native|readonly|extern|"
    r"unsafe|implicit|lazy|case|mutating|fileprivate|companion|export|external|factory|const)"
    r"[ \t]+)*"
)
_OBJECTS = (
    _MODIFIERS + r"(?:class|interface|@interface|record|struct|trait|object|protocol|extension|"
    r"namespace|mixin|actor)[ \t]+(?P<class>\w+)",
    _MODIFIERS + r"enum(?:[ \t]+class)?[ \t]+(?P<enum>\w+)",
    _MODIFIERS + r"(?:fun|func|function|def)[ \t]+(?:<[^>\n]*>[ \t]*)?(?:\w+\.)?(?P<function>\w+)",
    r"(?!(?:return|throw|new|else|await|yield|using)\b)" + _MODIFIERS + r"[\w<>\[\],.?@]+[ \t]+"
    r"(?P<method>\w+)[ \t]*\([^;{}]{0,400}?\)[^;{}()=]{0,120}\{",
)

PATTERNS: Final[dict[str, re.Pattern[bytes]]] = {
    "python": _PYTHON,
    **dict.fromkeys(
        ("javascript", "jsx", "typescript", "tsx"), _pattern(*_SCRIPT, rest=_SCRIPT_REST)
    ),
    **dict.fromkeys(("vue", "svelte"), _pattern(*_HTML[:1], *_SCRIPT, rest="")),
    "html": _pattern(*_HTML, rest=""),
    **dict.fromkeys(("css", "scss", "less"), _pattern(*_CSS, rest="")),
    "go": _pattern(
        r"func[ \t]+(?:\([^)\n]*\)[ \t]*)?(?P<function>\w+)",
        r"type[ \t]+(?P<type>\w+)",
        r"(?:var|const)[ \t]+(?P<variable>\w+)",
    ),
    "rust": _pattern(
        r"(?:pub(?:\([^)\n]*\))?[ \t]+)?"
        r"(?:(?:async|unsafe|const|extern[ \t]+\"\w+\"|default)[ \t]+)*"
        r"(?:fn[ \t]+(?P<function>\w+)|(?:struct|union)[ \t]+(?P<struct>\w+)"
        r"|enum[ \t]+(?P<enum>\w+)|trait[ \t]+(?P<trait>\w+)|mod[ \t]+(?P<module>\w+)"
        r"|type[ \t]+(?P<type>\w+)|(?:static|const)[ \t]+(?:mut[ \t]+)?(?P<constant>\w+)[ \t]*:)",
        r"(?:unsafe[ \t]+)?impl\b(?P<impl>[^{\n]+)",
        r"macro_rules![ \t]*(?P<macro>\w+)",
    ),
    **dict.fromkeys(
        ("java", "kotlin", "scala", "csharp", "swift", "dart", "php", "groovy"), _pattern(*_OBJECTS)
    ),
    **dict.fromkeys(("c", "cpp"), _pattern(*_C)),
    "ruby": _pattern(
        r"def[ \t]+(?:self\.)?(?P<method>[\w?!=]+)",
        r"class[ \t]+(?P<class>[\w:]+)",
        r"module[ \t]+(?P<module>[\w:]+)",
    ),
    "lua": _pattern(r"(?:local[ \t]+)?function[ \t]+(?P<function>[\w.:]+)"),
    "elixir": _pattern(
        r"defp?[ \t]+(?P<function>[\w?!]+)", r"def(?:module|protocol)[ \t]+(?P<module>[\w.]+)"
    ),
    "julia": _pattern(
        r"function[ \t]+(?P<function>[\w.!]+)", r"(?:mutable[ \t]+)?struct[ \t]+(?P<struct>\w+)"
    ),
    "zig": _pattern(r"(?:pub[ \t]+)?(?:fn|const)[ \t]+(?P<function>\w+)"),
    "r": _pattern(r"(?P<function>[\w.]+)[ \t]*<-[ \t]*function"),
    "bash": _pattern(r"function[ \t]+(?P<command>[\w:.-]+)", r"(?P<function>[\w:.-]+)[ \t]*\(\)"),
    "powershell": _pattern(r"[fF]unction[ \t]+(?P<function>[\w:-]+)"),
    "sql": _pattern(
        r"(?i:create)[ \t]+(?i:or[ \t]+replace[ \t]+)?(?i:temp(?:orary)?[ \t]+)?"
        r"(?i:table|view|function|procedure|index|trigger|type)[ \t]+"
        r"(?i:if[ \t]+not[ \t]+exists[ \t]+)?(?P<table>[\w.\"]+)"
    ),
    "proto": _pattern(r"(?:message|service|enum)[ \t]+(?P<message>\w+)", r"rpc[ \t]+(?P<rpc>\w+)"),
    "graphql": _pattern(
        r"(?:type|interface|enum|input|union|scalar|query|mutation|fragment)[ \t]+(?P<type>\w+)"
    ),
    "markdown": _pattern(r"#{1,6}[ \t]+(?P<section>[^\r\n]+)", rest=""),
    "rst": _pattern(
        r"(?P<section>\w[^\r\n]*)\r?\n(?:={3,}|-{3,}|~{3,}|\^{3,})[ \t]*\r?(?=\n)", rest=""
    ),
    "toml": _pattern(r"\[{1,2}(?P<table>[^\]\r\n]+)\]", rest=""),
    "ini": _pattern(r"\[(?P<section>[^\]\r\n]+)\]", rest=""),
    "yaml": re.compile(rb"\n(?P<indent>)(?P<key>[\w.$/-]+)[ \t]*:"),
    "make": re.compile(rb"\n(?P<indent>)(?P<target>[\w./%-]+)[ \t]*:(?!=)"),
    "dockerfile": re.compile(rb"\n(?P<indent>)FROM[ \t]+(?P<stage>[^\r\n]+)"),
    "terraform": _pattern(
        r"(?:resource|module|variable|output|data|provider)[ \t]+(?P<block>[^{\r\n]+)"
    ),
}
"""Where definitions start, by language; a language without an entry is cut by size alone."""
