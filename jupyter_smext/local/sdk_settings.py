"""What the SageMaker Python SDKs need beside the AWS_* variables: their own settings file."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

#: SAGEMAKER_USER_CONFIG_OVERRIDE names the file ("Configuring and using defaults with the SageMaker
#: Python SDK"). The bucket is the SDK's own default name: without it version 2 asks AWS's STS for
#: the account at an address that no setting changes.
_SETTINGS = """\
SchemaVersion: '1.0'
SageMaker:
  PythonSDK:
    Modules:
      TelemetryOptOut: true
      Session:
        DefaultS3Bucket: sagemaker-{region}-{account}
"""


def settings_file(folder: Path, region: str, account: str) -> Path:
    """The settings for a region, written when they are not there. Raises ValueError: no region."""
    if not re.fullmatch(r"[a-z0-9-]{1,64}", region):
        raise ValueError(f"No such region: {region[:64]!r}.")
    path = folder / "sagemaker-sdk" / f"{region}.yaml"
    text = _SETTINGS.format(region=region, account=account)
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        fresh.write_text(text, encoding="utf-8")
        os.replace(fresh, path)
    return path
