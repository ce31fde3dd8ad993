"""The token page: protocol 6.5."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui.client.auth import describe_page, token_from_page
from robotui.errors import BadTokenError, NoTokenError


@pytest.mark.parametrize(
    "page",
    [
        '<pre id="token">abc.def.ghi</pre>',
        "<pre id='token'>abc.def.ghi</pre>",
        "<PRE ID=TOKEN>abc.def.ghi</PRE>",
        "<pre class=x id=token data-y='>'>abc.def.ghi</pre>",
        '<pre id=" Token ">\n  abc.\n  def.\tghi \u00a0</pre>',
        '<div id="token">abc.def.ghi</div>',
        '<pre id="token"><code>abc.<b>def</b></code>.ghi</pre>',
        '<pre id="token">abc.<br>def<wbr>.ghi</pre>',
        '<pre id="token">abc&#46;def&period;ghi</pre>',
        '<pre id="token">abc.<!-- no -->def.ghi<script>var x</script></pre>',
        '<!-- <pre id="token">no</pre> --><pre id="token">abc.def.ghi</pre>',
        '<script id="token">no</script><pre id="token">abc.def.ghi</pre>',
        "<script>\"<pre id='token'>no</pre>\"</script><pre id=token>abc.def.ghi</pre>",
        '<template><pre id="token">no</pre></template><p id="token">abc.def.ghi</p>',
        '<span id="token">other</span><pre id="token">abc.def.ghi</pre>',
        '<pre id="token"></pre><div id="token">abc.def.ghi</div>',
        '<html><body><p>Your token:<pre id="token">abc.def.ghi',
        "<?xml version='1.0'?><pre id='token'>abc.def.ghi</pre>",
    ],
)
def test_the_token_is_found(page: str) -> None:
    assert str(token_from_page(page)) == "abc.def.ghi"


@pytest.mark.parametrize(
    ("page", "instead"),
    [
        ("<title>Sign in\n - Accounts</title><form>", "Sign in - Accounts"),
        ("<p>nothing", "without a title"),
        ("", "empty page"),
        ("token.txt", "text that is no web page"),
        ('{"token": "abc"}', "text that is no web page"),
        ('<input id="token" value="csrf">', "empty"),
        ('<pre id="token2">abc</pre>', "without a title"),
    ],
)
def test_a_page_without_token_says_what_came(page: str, instead: str) -> None:
    with pytest.raises((NoTokenError, BadTokenError), match=instead) as caught:
        token_from_page(page, "http://host/auth")
    assert "http://host/auth" in caught.value.headline
    assert "robotui login --token -" in caught.value.remedy
    assert "abc" not in str(caught.value)


@pytest.mark.parametrize("text", ["", " \n ", "abc\u200bdef", "a&lt;b", "tokén", "a;b"])
def test_an_empty_or_malformed_token_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(BadTokenError) as caught:
        token_from_page(f'<pre id="token">{text}</pre>')
    assert not text.strip() or text not in str(caught.value)


def test_a_page_is_described_in_safe_words() -> None:
    assert describe_page("<title>a\x1b[31m\u202eb</title><b>secret") == "the page 'a\ufffdb'"


_MARKUP = (
    '<pre ~ id="token"~>~</pre>~<!--~-->~<![~<!~&#x;~&#99999999;~<?~<script>~</script>~<title>'
    "~x.y~\x00~'~=~</~<a ~]]>~\ud800"
)
_PARTS = st.sampled_from(_MARKUP.split("~"))


@given(st.lists(_PARTS, max_size=12).map("".join) | st.text(max_size=40))
def test_any_page_gives_a_token_or_one_of_two_errors(page: str) -> None:
    try:
        token = token_from_page(page)
    except (NoTokenError, BadTokenError):
        return
    assert token
