"""What in a text looks like a key or a token, whatever the file is called.

The prefixes are those that their makers document, and that scanners look for (the rules of gitleaks
and detect-secrets have the same facts). Only marks that hardly stand in a text by chance are here:
a password is a word like others, and a high entropy alone says nothing about code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class _Rule:
    """One kind of secret: its pattern begins with one of ``marks``, which are fast to find."""

    kind: str
    marks: tuple[bytes, ...]
    pattern: re.Pattern[bytes]


def _rule(kind: str, marks: str, pattern: str, flags: int = 0) -> _Rule:
    return _Rule(kind, tuple(marks.encode().split(b"|")), re.compile(pattern.encode(), flags))


def _token(kind: str, marks: str, rest: str) -> _Rule:
    """A token that is no part of a longer word: one of the marks, and ``rest``."""
    starts = "|".join(map(re.escape, marks.split("|")))
    return _rule(kind, marks, rf"(?<![A-Za-z0-9_])(?:{starts}){rest}")


_VALUE: Final = r"""["']?\s{0,4}(?:[:=]|=>)\s{0,4}["']?"""
_WORD: Final = r"[\w-]"
_PLAIN: Final = r"[A-Za-z0-9]"

# With blanks or quotes in them.
_PHRASES: Final = (
    _rule(
        "a private key",
        "-----BEGIN |---- BEGIN ",
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
        r"|---- BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY ----",
    ),
    _rule("a private key of PuTTY", "PuTTY-User-Key-File-", r"PuTTY-User-Key-File-\d{1,2}:"),
    _rule(
        "a private key of age", "AGE-SECRET-KEY-", r"AGE-SECRET-KEY-(?:[A-Z]{1,8}-)?1[0-9A-Z]{16}"
    ),
    _rule(
        "a private key of WireGuard",
        "PrivateKey",
        r"PrivateKey\s{0,4}=\s{0,4}[A-Za-z0-9+/]{42}[A-Za-z0-9+/=]",
    ),
    _rule("a key of Kubernetes", "client-key-data:", r"client-key-data:\s{0,4}[A-Za-z0-9+/]{40}"),
    _rule("a login of Docker", '"auth"', r'"auth"\s{0,4}:\s{0,4}"[A-Za-z0-9+/]{12,}={0,2}"'),
    _rule(
        "a token of npm",
        ":_authToken|:_password|:_auth",
        r":_(?:authToken|password|auth)\s{0,4}=\s{0,4}[^\s$]{8}",
    ),
)
# Of one word.
_TOKENS: Final = (
    _rule("a key of Azure", "AccountKey=|SharedAccessKey=", r"\w{10,15}=[A-Za-z0-9+/]{42}"),
    _token("a key of AWS", "AKIA|ASIA|ABIA|ACCA", rf"[A-Z0-9]{{16}}(?!{_PLAIN})"),
    _token("a key of Google", "AIza", rf"{_WORD}{{35}}"),
    _token("a key of Google", "GOCSPX-|ya29.|1//0", rf"{_WORD}{{20}}"),
    _token(
        "a key of Stripe",
        "sk_live_|sk_test_|sk_prod_|rk_live_|rk_test_|rk_prod_",
        rf"{_PLAIN}{{10}}",
    ),
    _token("a key of Stripe", "whsec_", rf"{_PLAIN}{{24}}"),
    _token("a key of Anthropic", "sk-ant-", rf"{_WORD}{{16}}"),
    _token("a key of OpenAI", "sk-proj-|sk-svcacct-|sk-admin-|sk-None-", rf"{_WORD}{{20}}"),
    _token("a key of a model's service", "sk-or-|nvapi-|tgp_v1_", rf"{_WORD}{{30}}"),
    _token("a key of a model's service", "sk-|gsk_|xai-|pplx-|r8_", rf"{_PLAIN}{{32}}"),
    _token("a token of GitHub", "ghp_|gho_|ghu_|ghs_|ghr_", rf"{_PLAIN}{{30}}"),
    _token("a token of GitHub", "github_pat_", r"\w{20}"),
    _token(
        "a token of GitLab",
        "glpat-|gldt-|glrt-|glcbt-|glptt-|glft-|glimt-|glagent-|gloas-|glsoat-|glffct-|GR1348941",
        rf"{_WORD}{{20}}",
    ),
    _token(
        "a token of Slack", "xoxb-|xoxp-|xoxa-|xoxr-|xoxs-|xoxo-|xoxc-|xoxd-|xoxe", r"[\w.%-]{10}"
    ),
    _token("a token of Slack", "xapp-", r"\d-[A-Za-z0-9]+-\d+-[a-z0-9]{10}"),
    _rule(
        "a webhook of Slack",
        "hooks.slack.com/",
        r"hooks\.slack\.com/(?:services|workflows|triggers)/[A-Za-z0-9+/]{40}",
    ),
    _token("a token of Hugging Face", "hf_|api_org_", rf"{_PLAIN}{{30}}"),
    _token("a token of npm", "npm_", rf"{_PLAIN}{{36}}"),
    _token("a token of PyPI", "pypi-AgE", rf"{_WORD}{{20}}"),
    _token("a token of RubyGems", "rubygems_", r"[a-f0-9]{48}"),
    _token("a token of Docker", "dckr_pat_|dckr_oat_", rf"{_WORD}{{20}}"),
    _token("a token of DigitalOcean", "dop_v1_|doo_v1_|dor_v1_", r"[a-f0-9]{40}"),
    _token("a token of Vault", "hvs.|hvb.|hvr.", rf"{_WORD}{{24}}"),
    _rule("a token of Terraform", ".atlasv1.", rf"(?<={_PLAIN}{{14}})\.atlasv1\.{_WORD}{{60}}"),
    _rule("a token of Telegram", ":AA", rf"(?<=\d{{8}}):AA{_WORD}{{33}}(?!{_WORD})"),
    _token("a token of Shopify", "shpat_|shpca_|shppa_|shpss_", r"[a-fA-F0-9]{32}"),
    _token("a token of Databricks", "dapi", r"[a-f0-9]{32}"),
    _token("a key of SendGrid", "SG.", r"[\w-]{22}\.[\w-]{43}"),
    _token("a token of Sentry", "sntrys_eyJ|sntryu_", r"[\w+/=]{40}"),
    _token("a token of Grafana", "glsa_|glc_", r"[\w+/]{32}"),
    _token("a token of Doppler", "dp.pt.|dp.st.|dp.ct.|dp.sa.", r"[\w.-]{40}"),
    _token("a token of Atlassian", "ATATT3|ATBB", r"[\w=-]{32}"),
    _token(
        "a token of a service",
        "lin_api_|ntn_|HRKU-|ops_eyJ|pul-|pscale_tkn_|pscale_oauth_|pscale_pw_|tskey-auth-"
        "|tskey-api-|tskey-client-|figd_|PMAK-|NRAK-|sq0atp-|sq0csp-|fo1_|sbp_|xkeysib-",
        r"[\w.+/-]{22}",
    ),
)
_SHORTEST: Final = 15
_BETWEEN: Final = bytes(
    code if (chr(code).isalnum() and code < 0x80) or code in b"_-.%+/=:" else 0x20
    for code in range(256)
)

# Of a text in small letters.
_NAMED: Final = (
    _rule(
        "a key of AWS",
        "aws_secret|awssecret|secret_access_key|secretaccesskey",
        rf"(?:aws_?secret(?:_?access)?_?key|secret_?access_?key){_VALUE}[a-z0-9/+]{{40}}",
    ),
    _rule("a token of AWS", "aws_session|awssession", rf"\w{{15,17}}{_VALUE}[a-z0-9/+=]{{80}}"),
)

# A key of RFC 7517 is private by a member beside those that say what it is.
_JWK: Final = re.compile(rb"""["']kty["']\s{0,9}:\s{0,9}["'](?:RSA|EC|OKP|AKP|oct)["']""")
_JWK_PRIVATE: Final = re.compile(rb"""["'](?:d|k|priv)["']\s{0,9}:\s{0,9}["'][\w-]{20}""")
_PLACEHOLDER: Final = re.compile(rb"[xX*.]{8}")


def secret_in(data: bytes) -> str:
    """What secret stands in ``data`` ("a token of GitHub"); empty if there is none.

    In any encoding that has ASCII in it: UTF-8, the old ones of eight bits, UTF-16, UTF-32.
    """
    if b"\0" in data:
        data = data.replace(b"\0", b"")
    return next(_kinds(data), "")


def _kinds(data: bytes) -> Iterator[str]:
    yield from _found(_PHRASES, data)
    yield from _found(_TOKENS, b" ".join(_long_words(data)))
    yield from _found(_NAMED, data.lower())
    if b"kty" in data and _JWK.search(data) and _JWK_PRIVATE.search(data):
        yield "a private key (JWK)"


def _found(rules: Iterable[_Rule], data: bytes) -> Iterator[str]:
    for rule in rules:
        for mark in rule.marks:
            at = data.find(mark)
            while at >= 0:
                match = rule.pattern.match(data, at)
                if match and not _PLACEHOLDER.search(match[0]):
                    yield rule.kind
                at = data.find(mark, at + 1)


def _long_words(data: bytes) -> set[bytes]:
    """The words that are long enough for a token: few of those in code are."""
    return {word for word in data.translate(_BETWEEN).split() if len(word) >= _SHORTEST}
