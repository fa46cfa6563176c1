"""How much comes along with a kernel."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bytes; the settings `switch_variables_bytes` and `switch_folder_bytes` of SmextApp.

    `variables` is what they may come to as pickled, `folder` what goes through a Jupyter server:
    more is sent by S3, and a larger file does not come back.
    """

    variables: int = 200 << 20
    folder: int = 200 << 20
