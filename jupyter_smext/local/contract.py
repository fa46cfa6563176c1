"""botocore's service models as the engine's contract: what a caller may send and what is answered."""

from __future__ import annotations


class ServiceError(Exception):
    """An error as AWS sends it: `code` (botocore's Error.Code), `message`, HTTP `status`."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
