"""Which proxy is taken for an address, and which certificates are trusted."""

from __future__ import annotations

import os
import ssl
from pathlib import Path

import pytest

from robotui import network
from robotui.errors import SettingsError
from robotui.network import find_proxy, redirect_target, same_origin, shown, trust, unusable
from tests.authority import Authority

SECRET = "pass-word"
SOCKS = f"socks5h://me:{SECRET}@proxy:1080"
FINE = f"http://me:{SECRET}@proxy:3128"


def environment(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("url", ["https://host/v1", "http://host/v1"])
@pytest.mark.parametrize("upper", [True, False])
def test_socks_for_all_does_not_stand_in_the_way_of_a_proxy_that_can_be_used(
    monkeypatch: pytest.MonkeyPatch, url: str, upper: bool
) -> None:
    given = {"ALL_PROXY": SOCKS, "HTTP_PROXY": FINE, "HTTPS_PROXY": FINE}
    environment(monkeypatch, **{name if upper else name.lower(): given[name] for name in given})
    proxy = find_proxy(url)
    assert proxy is not None
    assert proxy.url == FINE
    assert SECRET not in proxy.told
    assert "proxy:3128" in proxy.told


@pytest.mark.parametrize("name", ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "https_proxy"])
@pytest.mark.parametrize(
    "address", [SOCKS, f"socks4://me:{SECRET}@h:1", f"ftp://{SECRET}@h", f"http://me:{SECRET}@h:x"]
)
def test_a_proxy_that_cannot_be_used_is_told_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, address: str
) -> None:
    environment(monkeypatch, **{name: address})
    with pytest.raises(SettingsError) as caught:
        find_proxy("https://host/v1")
    assert name in caught.value.headline
    assert "PROXY" in caught.value.remedy or "proxy.example" in caught.value.remedy
    assert SECRET not in caught.value.headline + caught.value.remedy


def test_an_address_that_makes_no_sense_has_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy:3128")
    assert find_proxy("http://host:port") is None
    assert find_proxy("http://host:1") is not None


def test_what_stands_for_nothing_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    environment(monkeypatch, HTTPS_PROXY="", ALL_PROXY="")
    assert find_proxy("https://host") is None


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "https://localhost", "http://[::1]:8080", "http://a.localhost"]
)
def test_on_this_machine_there_is_none(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    environment(monkeypatch, ALL_PROXY=SOCKS)
    assert find_proxy(url) is None


@pytest.mark.parametrize("variable", ["NO_PROXY", "no_proxy"])
@pytest.mark.parametrize(
    ("entries", "url", "none"),
    [
        ("example.com", "https://example.com/v1", True),
        ("example.com", "https://api.example.com/v1", True),
        (".example.com", "https://api.example.com", True),
        ("*.example.com", "https://api.example.com", True),
        ("example.com", "https://badexample.com", False),
        ("EXAMPLE.com", "https://Example.Com", True),
        ("a, example.com ,b", "https://example.com", True),
        ("example.com:8443", "https://example.com:8443", True),
        ("example.com:8443", "https://example.com", False),
        ("example.com:443", "https://example.com", True),
        ("10.0.0.0/8", "http://10.1.2.3:8000/v1", True),
        ("10.0.0.0/8", "http://11.1.2.3:8000/v1", False),
        ("10.0.0.0/8", "http://ten.example", False),
        ("192.168.0.7", "http://192.168.0.7", True),
        ("fd00::/8", "http://[fd00::1]:80", True),
        ("[fd00::1]", "http://[fd00::1]", True),
        ("[fd00::1]:81", "http://[fd00::1]", False),
        ("*", "https://any.example", True),
        (",,", "https://any.example", False),
    ],
)
def test_what_needs_none(
    monkeypatch: pytest.MonkeyPatch, variable: str, entries: str, url: str, none: bool
) -> None:
    environment(monkeypatch, HTTP_PROXY=FINE, HTTPS_PROXY=FINE, **{variable: entries})
    assert (find_proxy(url) is None) is none


@pytest.mark.parametrize(
    ("old", "new", "same"),
    [
        ("https://h/a", "https://h/b", True),
        ("https://h/a", "https://h:443/b", True),
        ("http://h/a", "https://h/a", True),
        ("https://h/a", "http://h/a", False),
        ("http://h:8000/a", "https://h/a", False),
        ("https://h/a", "https://h:8443/a", False),
        ("https://h/a", "https://h.evil.example/a", False),
    ],
)
def test_who_may_get_what_was_meant_for_another_address(old: str, new: str, same: bool) -> None:
    assert same_origin(old, new) is same


@pytest.mark.parametrize("location", ["", "javascript:1", "http://[", "http://h:0/", "file:///etc"])
def test_redirects_that_make_no_sense(location: str) -> None:
    assert redirect_target("https://h/v1/models", location) == ""


def test_what_is_shown_of_an_address() -> None:
    assert shown("https://me:p@h:1/v1?key=s#x") == "https://h:1/v1"


# --- certificates


def authorities(context: ssl.SSLContext) -> int:
    return sum("authority" in str(one["subject"]) for one in context.get_ca_certs())


@pytest.mark.parametrize("name", network.CA_VARIABLES)
def test_each_variable_adds_to_what_the_system_trusts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    before = len(trust().get_ca_certs())
    made = Authority(tmp_path)
    place = tmp_path if name == "SSL_CERT_DIR" else made.file
    monkeypatch.setenv(name, str(place))
    assert authorities(trust()) == 1
    assert len(trust().get_ca_certs()) == before + 1
    assert authorities(trust(trust_env=False)) == 0


def test_several_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, two = Authority(tmp_path / "a"), Authority(tmp_path / "b", "authority-2")
    three = Authority(tmp_path, "authority-3")
    monkeypatch.setenv("SSL_CERT_DIR", os.pathsep.join([str(tmp_path / "a"), str(tmp_path / "b")]))
    assert authorities(trust(str(three.file))) == 3
    assert one.file != two.file


def test_the_binary_form_counts_too(tmp_path: Path) -> None:
    made = Authority(tmp_path)
    file = tmp_path / "authority.cer"
    file.write_bytes(ssl.PEM_cert_to_DER_cert(made.file.read_text("ascii")))
    assert authorities(trust(str(file))) == 1


@pytest.mark.parametrize("content", [None, "", "nothing", "-----BEGIN CERTIFICATE-----\nx\n"])
def test_a_setting_that_names_no_certificate_is_told(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content, "utf-8")
    with pytest.raises(SettingsError, match=r"ca_file names .*ca.pem: .") as caught:
        trust(str(file))
    assert "PEM" in caught.value.remedy


def test_a_variable_that_names_none_is_passed_over_and_can_be_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "gone.pem"))
    assert trust() is not None
    assert "REQUESTS_CA_BUNDLE names" in unusable()
    assert unusable(trust_env=False) == ""
