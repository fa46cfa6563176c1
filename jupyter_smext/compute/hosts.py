"""Where a sign-in may lead."""

from __future__ import annotations

import ipaddress

import httpx


def may_lead(presigned: str, url: httpx.URL) -> bool:
    """Whether a sign-in may lead to `url`: encrypted, and to a host beside the presigned one.

    `d-1.studio.us-east-1.sagemaker.aws` leads to a space's host, which ends as it does. This
    machine, where the local engine is, needs no encryption.
    """
    first = httpx.URL(presigned)
    if url.scheme != "https" and not (_is_this_machine(url.host) and first.scheme == "http"):
        return False
    return url.host == first.host or _ending(url.host) == _ending(first.host)


def _ending(host: str) -> str:
    """`us-east-1.sagemaker.aws`; of another host, itself."""
    parts = host.split(".")
    return ".".join(parts[2:]) if len(parts) >= 5 else host


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
