"""Which certificates are trusted."""

from __future__ import annotations

import os
import re
import ssl
import sys
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

from robotui.errors import SettingsError

CA_VARIABLES: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
"""Variables that name certificate authorities (files, or folders of files)."""

# Where systems keep their authorities, for an OpenSSL that was built for another one.
_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_HASHED: Final = re.compile(r"[0-9a-f]{8}\.\d+")


def trust(ca_file: str = "", *, trust_env: bool = True) -> ssl.SSLContext:
    """What is trusted: the system's authorities and those that ``ca_file`` (a file or folder) and,
    if the environment is trusted, ``CA_VARIABLES`` name. Takes some 10 ms the first time.

    A variable that names nothing usable is passed over, see ``unusable``. Raises SettingsError for
    such a ``ca_file``.
    """
    names = CA_VARIABLES if trust_env else ()
    return _trust(ca_file, tuple(os.environ.get(name, "") for name in names))


@lru_cache(maxsize=8)
def _trust(ca_file: str, more: tuple[str, ...]) -> ssl.SSLContext:
    context = _system_trust()
    # As other programs do, not as Python 3.13 does: a certificate that is trusted need not be that
    # of an authority, and private authorities are not held to the letter of RFC 5280.
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    context.set_alpn_protocols(["http/1.1"])
    for place in filter(None, more):
        with suppress(OSError, ValueError):
            _load_list(context, place)
    if ca_file:
        try:
            _load(context, Path(ca_file).expanduser())
        except (OSError, ValueError, RuntimeError) as error:
            raise SettingsError(
                f"The setting ca_file names {ca_file}: {_why(error)}",
                "Set it to a file with certificates in PEM form.",
            ) from error
    return context


def _system_trust() -> ssl.SSLContext:
    if sys.platform in ("darwin", "win32"):
        with suppress(ImportError):  # comes with the libraries for models
            import truststore

            return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        return ssl.create_default_context()
    # Not load_default_certs(): SSL_CERT_FILE would take the place of the system's authorities.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    paths = ssl.get_default_verify_paths()
    file = next(filter(os.path.isfile, (paths.openssl_cafile, *_BUNDLES)), None)
    is_there = os.path.isdir(paths.openssl_capath)  # noqa: PTH112 - these are texts, no paths
    folder = paths.openssl_capath if is_there else None
    if file or folder:
        context.load_verify_locations(file, folder)
    return context


def _load_list(context: ssl.SSLContext, places: str) -> None:
    """Trust what a variable names: SSL_CERT_DIR may have several folders."""
    whole = Path(places).expanduser()
    parts = [whole] if whole.exists() else [Path(part) for part in places.split(os.pathsep) if part]
    for place in parts:
        _load(context, place)


def _load(context: ssl.SSLContext, place: Path) -> None:
    """Trust the certificates in a file or folder. Raises OSError, ValueError."""
    if not place.is_dir():
        data = place.read_bytes()
        if b"-----BEGIN" in data:
            context.load_verify_locations(place)
        elif data:
            context.load_verify_locations(cadata=data)
        else:
            raise ValueError("it is empty")
        return
    names = [file for file in sorted(place.iterdir()) if file.is_file()]
    if any(_HASHED.fullmatch(file.name) for file in names):
        context.load_verify_locations(capath=place)
        return
    for file in names:  # one that nobody has run openssl rehash in
        with suppress(OSError, ValueError):
            _load(context, file)


def _why(error: BaseException) -> str:
    if isinstance(error, ssl.SSLError):
        return "there is no certificate in it that can be read"
    return error.strerror or "it can't be read" if isinstance(error, OSError) else str(error)


def unusable(*, trust_env: bool = True) -> str:
    """A sentence on each of ``CA_VARIABLES`` that names nothing usable; mostly empty."""
    found = []
    for name in CA_VARIABLES if trust_env else ():
        try:
            if os.environ.get(name):
                _load_list(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), os.environ[name])
        except (OSError, ValueError) as error:
            found.append(f" {name} names {os.environ[name]}: {_why(error)}.")
    return "".join(found)
