"""The key pair that signs requests, kept over restarts in a file only its owner reads."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Keys:
    """An access key and its secret; the secret stays out of repr and logs."""

    access_key: str
    secret_key: str = field(repr=False)


def load_keys(home: Path) -> Keys:
    """The keys in `home`/keys.json (mode 0600), made on first use."""
    path = home / "keys.json"
    if not path.exists():
        # "AKIA" would make secret scanners cry wolf: these keys open nothing but a loopback port.
        made = Keys("LOCAL" + secrets.token_hex(8).upper()[:15], secrets.token_urlsafe(30))
        fresh = path.with_suffix(f".{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(asdict(made), file)
        try:
            os.link(fresh, path)  # fails when another start was first: its keys are the keys
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return Keys(**json.loads(path.read_text()))
