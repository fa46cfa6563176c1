"""What the code of a launch has to do, in whatever language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..protocol import AwsCall
from .code_upload import Upload
from .model_container import Packing


@dataclass(frozen=True)
class Program:
    """Pack or upload, `calls`, wait by botocore's `waiter`, then the calls `behind` that."""

    region: str
    packing: Packing | None
    calls: tuple[AwsCall, ...]
    waiter: str
    waits_for: dict[str, Any]
    behind: tuple[AwsCall, ...]
    upload: Upload | None = None

    @property
    def is_public(self) -> bool:
        """Whether the model is read unsigned, as its script always is."""
        return self.packing is not None and self.packing.model.startswith(
            "s3://jumpstart-cache-prod-"
        )
