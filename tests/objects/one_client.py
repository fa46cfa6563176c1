"""Sessions that have one client, which is made by a test."""

from __future__ import annotations

from typing import Any

from jupyter_smext.protocol import Identity


class OneClient:
    """In the place of `Sessions`, for an account that is not known."""

    def __init__(self, client: Any) -> None:
        self.s3 = client

    def client(self, *_: str) -> Any:
        return self.s3

    def identity(self, connection: str, region: str) -> Identity:
        return Identity(connection, None, None, None, None, None, None)
