"""Settings, where files live, and where requests go."""

from robotui.config.endpoints import Endpoint, endpoint, is_loopback
from robotui.config.settings import Settings, load
from robotui.config.user_paths import LOG_NAME, Paths, paths
from robotui.config.values import AUTO, EMBEDDED, OFFLINE, PROXY_SCHEMES, UNIX

__all__ = [
    "AUTO",
    "EMBEDDED",
    "LOG_NAME",
    "OFFLINE",
    "PROXY_SCHEMES",
    "UNIX",
    "Endpoint",
    "Paths",
    "Settings",
    "endpoint",
    "is_loopback",
    "load",
    "paths",
]
