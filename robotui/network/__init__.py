"""How connections leave this machine: by which proxy, trusting which certificates.

One rule for the client and for the embedded server, whatever library makes the connection.
"""

from robotui.network.addresses import REDIRECTS, redirect_target, same_origin, shown
from robotui.network.certificates import CA_VARIABLES, trust, unusable
from robotui.network.proxies import Proxy, find_proxy
from robotui.network.tls_faults import tls_fault

__all__ = [
    "CA_VARIABLES",
    "REDIRECTS",
    "Proxy",
    "find_proxy",
    "redirect_target",
    "same_origin",
    "shown",
    "tls_fault",
    "trust",
    "unusable",
]
