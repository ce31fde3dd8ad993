from __future__ import annotations

import dataclasses
import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from robotui import config
from robotui.config import EMBEDDED, Endpoint, Settings, load
from robotui.errors import SettingsError

SECRET = "hunter2"


def told(error: SettingsError) -> str:
    """All that a user or a log can get to see of an error."""
    return "\n".join([error.headline, error.remedy, *traceback.format_exception(error)])


@pytest.fixture
def file(tmp_path: Path) -> Callable[[str], Path]:
    """Writes a settings file."""

    def write(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_text(text, "utf-8")
        return path

    return write


Write = Callable[[str], Path]


# --- precedence ----------------------------------------------------------------------------------


def test_without_any_source_the_defaults_stand() -> None:
    assert load(None, {}) == Settings()
    assert Settings().server == EMBEDDED


def test_a_missing_file_is_no_file(tmp_path: Path) -> None:
    assert load(tmp_path / "none.toml", {}) == Settings()


def test_later_sources_win(file: Write) -> None:
    path = file('agent = "File"\ntheme = "file"\nmax_fps = 20\nserver = "http://file"')
    variables = {"ROBOTUI_AGENT": "Env", "ROBOTUI_THEME": "env", "ROBOTUI_MAX_FPS": "25"}
    settings = load(path, variables, {"agent": "Flag", "theme": None})
    assert settings == replace(
        Settings(), agent="Flag", theme="env", max_fps=25, server="http://file"
    )


def test_an_empty_variable_counts_as_not_set(file: Write) -> None:
    assert load(file('theme = "mine"'), {"ROBOTUI_THEME": ""}).theme == "mine"


def test_other_variables_are_none_of_ours() -> None:
    assert load(None, {"ROBOTUI_TOKEN": "x", "SERVER": "http://x", "PATH": "/bin"}) == Settings()


@pytest.mark.parametrize(
    "field",
    [field for field in dataclasses.fields(Settings) if field.name != "agents"],
    ids=lambda field: field.name,
)
def test_every_setting_has_its_variable(field: dataclasses.Field[Any]) -> None:
    other = {
        "server": "http://h",
        "engine": "http://h/v1",
        "auto_continue": "off",
        "proxy": "http://p:1",
        "trust_env": "no",
        "max_fps": "12",
        "animations": "off",
        "fold_lines": "0",
        "code_wrap": "false",
    }
    value = other.get(field.name, "300" if isinstance(field.default, float) else "other")
    settings = load(None, {f"ROBOTUI_{field.name.upper()}": value})
    changed = getattr(settings, field.name)
    assert changed != field.default
    assert type(changed) is type(field.default)


# --- values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "value"),
    [("1", True), ("TRUE", True), ("On", True), ("0", False), ("No", False), ("OFF", False)],
)
def test_words_for_true_and_false(word: str, value: bool) -> None:
    assert load(None, {"ROBOTUI_TRUST_ENV": word}).trust_env is value


@pytest.mark.parametrize("choice", ["limit", "always", "off"])
def test_choices(choice: str) -> None:
    assert load(None, {"ROBOTUI_AUTO_CONTINUE": choice}).auto_continue == choice


@pytest.mark.parametrize("address", ["http://h:1/", "http://h:1//", "http://h:1"])
def test_a_server_has_no_slash_at_its_end(address: str) -> None:
    assert load(None, {"ROBOTUI_SERVER": address}).server == "http://h:1"
    assert replace(Settings(), server=address).server == "http://h:1"


def test_toml_numbers_fit_where_they_mean_the_same(file: Write) -> None:
    settings = load(file("timeout = 60\nmax_fps = 30.0"), {})
    assert (settings.timeout, settings.max_fps) == (60.0, 30)
    assert isinstance(settings.timeout, float)
    assert isinstance(settings.max_fps, int)


BAD: list[tuple[str, str, str]] = [
    ("server", '"ftp://h"', "http://"),
    ("server", '"h:8420"', "http://"),
    ("server", '"https://"', "host"),
    ("server", '"http://h:99999"', "Mend"),
    ("server", '"http://[::1"', "Mend"),
    ("server", '"http://h/a b"', "out"),
    ("server", '"http://h\\n"', "out"),
    ("server", '"http://me@h"', "robotui login"),
    ("server", "5", "Change"),
    ("agent", "5", "Change"),
    ("agent", "true", "Change"),
    ("auto_continue", '"sometimes"', "limit, always, off"),
    ("auto_continue", "1", "Change"),
    ("timeout", "0", "0.1 or more"),
    ("timeout", "-1", "0.1 or more"),
    ("timeout", "nan", "Change"),
    ("timeout", "inf", "0.1 or more"),
    ("timeout", '"soon"', "Change"),
    ("timeout", "true", "Change"),
    ("timeout", "[1]", "Change"),
    ("connect_timeout", "0", "0.1 or more"),
    ("keyring_timeout", "0", "0.1 or more"),
    ("read_timeout", "119.9", "120 or more"),
    ("max_fps", "9", "between 10 and 60"),
    ("max_fps", "61", "between 10 and 60"),
    ("max_fps", "30.5", "Change"),
    ("max_fps", "inf", "Change"),
    ("max_fps", '"fast"', "Change"),
    ("trust_env", '"perhaps"', "true or false"),
    ("trust_env", "2", "true or false"),
    ("theme", "1979-05-27", "Change"),
]


@pytest.mark.parametrize(("name", "value", "remedy"), BAD)
def test_a_bad_value_in_the_file_is_named_with_its_place(
    file: Write, name: str, value: str, remedy: str
) -> None:
    path = file(f"{name} = {value}")
    with pytest.raises(SettingsError) as caught:
        load(path, {})
    assert name in caught.value.headline
    assert str(path) in caught.value.headline
    assert remedy in caught.value.remedy


def test_a_bad_variable_and_a_bad_flag_are_named() -> None:
    with pytest.raises(SettingsError, match="ROBOTUI_READ_TIMEOUT"):
        load(None, {"ROBOTUI_READ_TIMEOUT": "5"})
    with pytest.raises(SettingsError, match="--read-timeout"):
        load(None, {}, {"read_timeout": 5})


@pytest.mark.parametrize(
    "change", [{"max_fps": 1}, {"auto_continue": "never"}, {"proxy": "h"}, {"timeout": 0}]
)
def test_a_change_is_checked_too(change: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match=next(iter(change))):
        replace(Settings(), **change)


# --- the file ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "hint"),
    [("sever", "server"), ("read-timeout", "read_timeout"), ("Agent", "agent"), ("xyz", "Remove")],
)
def test_an_unknown_setting_gets_a_hint(file: Write, key: str, hint: str) -> None:
    path = file(f'{key} = "x"')
    with pytest.raises(SettingsError) as caught:
        load(path, {})
    assert repr(key) in caught.value.headline
    assert str(path) in caught.value.headline
    assert hint in caught.value.remedy


@pytest.mark.parametrize("content", [b"server = ", b"\xff\xfe", b"= 1", b"a = 1\na = 2"])
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError, match=r"config\.toml can't be read"):
        load(path, {})


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="can't be read"):
        load(tmp_path, {})


# --- proxies and passwords -----------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["socks5", "socks5h", "socks4", "SOCKS5", "ftp"])
def test_a_proxy_of_another_kind_is_refused_by_name(scheme: str) -> None:
    with pytest.raises(SettingsError, match=f"'{scheme.lower()}'") as caught:
        load(None, {"ROBOTUI_PROXY": f"{scheme}://me:{SECRET}@proxy:1080"})
    assert "http://" in caught.value.remedy
    assert SECRET not in told(caught.value)


@pytest.mark.parametrize("proxy", ["http://p:3128", "https://p", f"http://me:{SECRET}@p:3128"])
def test_http_proxies_are_taken_as_they_are(proxy: str) -> None:
    assert load(None, {}, {"proxy": proxy}).proxy == proxy


@pytest.mark.parametrize(
    "proxy",
    [
        f"socks5://me:{SECRET}@p:1080",
        f"me:{SECRET}@p:1080",
        f"{SECRET}@p:1080",
        f"//me:{SECRET}@p",
        f"http://me:{SECRET}@",
        f"http://me:{SECRET}@:80",
        f"http://me:{SECRET}@p:port",
        f"http://me:{SECRET}@[::1",
        f"http://me:{SECRET}@p /",
        f"http://me:{SECRET}\n@p",
        f"ftp://me:@{SECRET}@p",
    ],
    ids=ascii,
)
def test_no_message_shows_the_password(proxy: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(None, {"ROBOTUI_PROXY": proxy})
    assert SECRET not in told(caught.value)


@pytest.mark.parametrize("value", ['["{0}"]', '{{ url = "{0}" }}', '[["{0}"]]'])
def test_no_message_shows_the_password_of_a_wrong_type(file: Write, value: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(file("proxy = " + value.format(f"http://me:{SECRET}@p")), {})
    assert SECRET not in told(caught.value)


def test_settings_do_not_show_the_password_of_the_proxy() -> None:
    assert SECRET not in repr(replace(Settings(), proxy=f"http://me:{SECRET}@p"))


def test_a_password_in_the_server_address_is_refused_and_not_shown() -> None:
    with pytest.raises(SettingsError) as caught:
        load(None, {"ROBOTUI_SERVER": f"https://me:{SECRET}@h"})
    assert SECRET not in told(caught.value)


@given(
    st.sampled_from([field.name for field in dataclasses.fields(Settings)]),
    st.text(min_size=1, max_size=30),
)
def test_any_text_is_a_setting_or_a_settings_error(name: str, value: str) -> None:
    refused: SettingsError | None = None
    try:
        settings = load(None, {f"ROBOTUI_{name.upper()}": value})
    except SettingsError as error:
        refused = error
    else:
        assert replace(settings) == settings
    assert refused is None or (name in refused.headline and refused.remedy)


# --- places --------------------------------------------------------------------------------------


def test_paths_lie_in_the_home_and_none_is_made() -> None:
    paths = config.paths()
    for folder in (paths.config, paths.data, paths.cache, paths.state, paths.chats):
        assert folder.is_relative_to(Path.home())
        assert not folder.exists()
    assert paths.settings_file.parent == paths.config


def test_an_endpoint_knows_whether_it_is_ours() -> None:
    assert Endpoint(EMBEDDED, "http://localhost").embedded
    assert not Endpoint("https://h", "https://h").embedded


# --- the engine ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "engine", ["auto", "offline", "http://127.0.0.1:1/v1", "https://h/api/v1/"]
)
def test_engines(engine: str) -> None:
    assert load(None, {}, {"engine": engine}).engine == engine.rstrip("/")


@pytest.mark.parametrize(
    ("engine", "words"),
    [
        ("ollama", "has no scheme"),
        ("ftp://h", "unsupported scheme"),
        ("http://", "names no host"),
        ("https://me:sk-secret@h/v1", "names a user"),
    ],
)
def test_what_is_no_engine(engine: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        load(None, {"ROBOTUI_ENGINE": engine})
    assert "ROBOTUI_ENGINE" in str(caught.value)
    assert "sk-secret" not in f"{caught.value} {caught.value.remedy}"


@pytest.mark.parametrize("end", ["?key=sk-1", "#sk-1", "/?a=b&key=sk-1"])
def test_an_engine_with_a_query_is_refused_and_not_shown(end: str) -> None:
    with pytest.raises(SettingsError, match="has a query") as caught:
        config.load(None, {}, {"engine": f"http://h/v1{end}"})
    assert "sk-1" not in str(caught.value)
    with pytest.raises(SettingsError) as caught:
        config.load(None, {}, {"engine": f"ftp://h/v1{end}"})
    assert "sk-1" not in str(caught.value)
