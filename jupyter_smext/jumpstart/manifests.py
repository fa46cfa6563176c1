"""The S3 layout of JumpStart: its manifests of open and of proprietary models, and their specs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from ..decoding import decode_json
from ..protocol import JumpStartModel
from .document_json import hostile
from .documents import MODEL_ID, VERSION
from .kept_files import load, save
from .model_table import shipped
from .public_objects import read_object
from .s3_places import cache_bucket, is_plain_key
from .tasks import framework_of, provider_of, spelled, task_of
from .versions import Versions, newest_first

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

OPEN = "models_manifest.json"
PROPRIETARY = "proprietary-sdk-manifest.json"
"""Keys in the cache bucket (`jumpstart/constants.py` of the SDK)."""

SIZE_LIMIT = 32 * 1024 * 1024
"""Bytes; every version of every model has its line."""


class Entry(msgspec.Struct, frozen=True):
    """A version of a model, as the manifests list it."""

    model_id: str
    version: str
    spec_key: str
    deprecated: bool = False
    provider: str | None = None
    search_keywords: tuple[str, ...] | None = None


class Manifests(msgspec.Struct, frozen=True):
    """Models by id, each with its entries by version; `left_out` is how many lines name none."""

    open: Mapping[str, Mapping[str, Entry]]
    proprietary: Mapping[str, Mapping[str, Entry]]
    left_out: int = 0

    def entry(self, model: str, version: str) -> Entry | None:
        return (self.open.get(model) or self.proprietary.get(model) or {}).get(version)

    def versions(self) -> dict[str, Versions]:
        """By model."""
        return {
            id: Versions(
                newest_first(entries),
                newest_first(each.version for each in entries.values() if each.deprecated),
            )
            for id, entries in {**self.proprietary, **self.open}.items()
        }

    def models(self) -> list[JumpStartModel]:
        """The newest version of each; what both have is open."""
        every = {**self.proprietary, **self.open}
        return [
            _model(entries[newest_first(entries)[0]], id not in self.open)
            for id, entries in every.items()
        ]


class _KeptManifest(msgspec.Struct):
    etag: str
    lines: tuple[Entry, ...]


def read(sessions: Sessions, connection: str, region: str, home: Path) -> Manifests:
    """Both, from S3 where they changed since they were kept in `home`. Blocking.

    Raises ProblemError.
    """
    by_key = {}
    left_out = 0
    for key in (OPEN, PROPRIETARY):
        kept = load(home, "manifest", _KeptManifest, connection, region, key)
        etag = kept.etag if kept is not None else None
        found = read_object(
            sessions, connection, region, cache_bucket(region), key, SIZE_LIMIT, etag
        )
        if found is not None:
            kept = _KeptManifest(found.etag, _lines(key, found.body))
            save(home, "manifest", kept, connection, region, key)
        assert kept is not None
        by_id: dict[str, dict[str, Entry]] = {}
        for line in kept.lines:
            if (
                MODEL_ID.fullmatch(line.model_id)
                and VERSION.fullmatch(line.version)
                and is_plain_key(line.spec_key)
            ):
                by_id.setdefault(line.model_id, {})[line.version] = line
            else:
                left_out += 1
        by_key[key] = by_id
    return Manifests(by_key[OPEN], by_key[PROPRIETARY], left_out)


def _lines(key: str, body: bytes) -> tuple[Entry, ...]:
    try:
        return decode_json(body, type=tuple[Entry, ...], strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise hostile("JumpStart's manifest could not be understood", f"{key}: {error}") from error


def _model(entry: Entry, proprietary: bool) -> JumpStartModel:
    id = entry.model_id
    known = shipped().get(id)
    task = task_of(id)
    return JumpStartModel(
        id=id,
        name=id,
        version=entry.version,
        task=task.name,
        data_type=task.data_type,
        framework=framework_of(id),
        provider=known.provider
        if known is not None
        else spelled(entry.provider)
        if entry.provider
        else provider_of(id),
        proprietary=proprietary,
        fine_tunable=known.fine_tunable if known is not None else None,
        gated=None,
        deprecated=entry.deprecated,
        vulnerable=None,
        url=known.url if known is not None else None,
        origin="manifest",
        hub=None,
        runs_here=False,
        keywords=entry.search_keywords or (),
    )
