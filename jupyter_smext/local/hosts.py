"""The names in a Host header that can only mean this machine."""

from __future__ import annotations

from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
#: S3 takes BUCKET.localhost; no resolver elsewhere may answer for such a name (RFC 6761).
LOCALHOST = ".localhost"


def host_name(host: str) -> str:
    """A Host header's name without the port; "" for one that is none."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
