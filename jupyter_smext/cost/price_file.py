"""A region's price list on disk, so that prices are there at once and without AWS."""

from __future__ import annotations

import hashlib
import logging
from pathlib import Path

import msgspec

from ..decoding import decode_json
from ..whole_file import write_whole
from .price_list import PriceList

_log = logging.getLogger(__name__)


def path_of(home: Path, region: str) -> Path:
    """Where it lies. AWS's prices are the same for every account, so for every connection."""
    name = hashlib.sha256(region.encode()).hexdigest()[:32]
    return home / "prices" / f"{name}.json"


def load(path: Path) -> PriceList | None:
    """The list in a file; None, with a line in the log, when it cannot be used."""
    try:
        return decode_json(path.read_bytes(), type=PriceList)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
        _log.warning("The prices in %s are not usable and are read again: %s", path, error)
        return None


def save(path: Path, prices: PriceList) -> None:
    """Replace the file in one step; a failure is logged, as only the next start misses it."""
    try:
        write_whole(path, msgspec.json.encode(prices))
    except OSError as error:
        _log.warning("The prices could not be kept in %s: %s", path, error)
