"""What a remote Jupyter server's answers have at least (jupyter_server, its openapi.yaml)."""

from __future__ import annotations

from typing import Any

import msgspec


class Kernel(msgspec.Struct):
    id: str
    name: str
    execution_state: str
    connections: int
    last_activity: str


class KernelOfSession(msgspec.Struct):
    id: str


class Session(msgspec.Struct):
    path: str = ""
    kernel: KernelOfSession | None = None


class Spec(msgspec.Struct):
    display_name: str = ""
    language: str = ""
    metadata: dict[str, Any] = {}


class Named(msgspec.Struct):
    spec: Spec


class Kernelspecs(msgspec.Struct):
    default: str
    kernelspecs: dict[str, Named]
