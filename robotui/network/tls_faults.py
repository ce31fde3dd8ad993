"""Why no safe connection came about, in words."""

from __future__ import annotations

import ssl
from typing import Final
from urllib.parse import urlsplit

from robotui.network.certificates import unusable

_OWN: Final = (
    "If it is your own, name its authority's certificate (a PEM file) with the setting `ca_file` "
    "(ROBOTUI_CA_FILE) or SSL_CERT_FILE."
)
_CLOCK: Final = "Check the clock of this machine, or have the certificate renewed there."
# By OpenSSL's numbers (X509_V_ERR_...): why a certificate is not trusted, and what to do.
_REFUSALS: Final = {
    **dict.fromkeys((2, 19, 20, 21), ("its authority is not known here", _OWN)),
    9: ("it is not valid yet", _CLOCK),
    10: ("it has expired", _CLOCK),
    18: ("it is self-signed", _OWN),
    23: ("it was revoked", "Do not use this server until its certificate is replaced."),
    **dict.fromkeys(
        (62, 64),
        ("it is for another host", "Use the name that it was issued for, or have it issued anew."),
    ),
}


def tls_fault(error: BaseException, url: str, *, trust_env: bool = True) -> tuple[str, str] | None:
    """Why no safe connection to ``url`` came about, and what to do; None if TLS is not the cause.

    ``error`` may come from any library: its causes are looked through.
    """
    fault = _find_ssl(error)
    if fault is None:
        return None
    host = urlsplit(url).netloc.rpartition("@")[2] or url
    if isinstance(fault, ssl.SSLCertVerificationError):
        # Where the error is not OpenSSL's own, its words are all there is.
        code, words = getattr(fault, "verify_code", 0), getattr(fault, "verify_message", "")
        why, remedy = _REFUSALS.get(code, (words or str(fault), _OWN))
        remedy += unusable(trust_env=trust_env) if remedy is _OWN else ""
        return f"The certificate of {host} was refused: {why}", remedy
    reason = (fault.reason or "").replace("_", " ").lower()
    if "wrong version number" in reason or "record layer" in reason or "http request" in reason:
        remedy = "Use an address with http:// if you trust the network in between."
        return f"There is no safe connection to {host}: it does not speak TLS", remedy
    if "certificate required" in reason or "handshake failure" in reason:
        remedy = "If it wants a certificate of its clients: that is not supported."
        return f"There is no safe connection to {host}: it refused us ({reason})", remedy
    why = reason or str(fault)
    return f"There is no safe connection to {host} ({why})", "Check how TLS is set up there."


def _find_ssl(error: BaseException | None) -> ssl.SSLError | None:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        # aiohttp's own are of these kinds too, and have OpenSSL's inside.
        inner = getattr(error, "certificate_error", None) or getattr(error, "os_error", None)
        if inner is None and isinstance(error, ssl.SSLError):
            return error
        error = inner or error.__cause__ or error.__context__
    return None
