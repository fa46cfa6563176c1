"""JumpStart's bucket on this machine: what lies in it, each object made when it is first read."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
import threading
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import BinaryIO

from ..contract import ServiceError
from ..object_store.objects import Facts, Objects
from ..object_store.public import region_of
from ..object_store.published import Published
from .declaration import LocalModel, Made
from .packages import Unavailable, missing, revision
from .specs import manifest_entry, spec

_CONTAINERS = Path(__file__).with_name("containers")
_PACKAGE_ROOT = Path(__file__).resolve().parents[3]
_JSON = "application/json"
#: The member of an object's metadata that says what it was made from.
_REVISION = "revision"


class Publication:
    """Fills the bucket of a region as it is read. Thread-safe; what is made may take seconds."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._lock = threading.Lock()
        self._shelves: dict[str, _Shelf] = {}

    def bring(self, bucket: str, key: str, *, below: bool = False) -> None:
        """Make the object of that key, or all whose keys begin so, if the catalogue has any.

        Raises ServiceError: NoSuchKey, with the reason, where none of them can be made here;
        ResourceLimitExceeded.
        """
        region = region_of(bucket)
        if region is None:
            return
        with self._lock:
            if bucket not in self._shelves:
                self._shelves[bucket] = _Shelf(Published(self._objects, bucket), region)
        self._shelves[bucket].bring(key, below)


class _Shelf:
    """The bucket of one region: what could be in it, and the revision of what is."""

    def __init__(self, published: Published, region: str) -> None:
        self._published = published
        self._region = region
        self._contents = contents_of(region)
        published.begin(region)
        kept = {key: facts.metadata.get(_REVISION) for key, facts in published.facts().items()}
        for key in kept.keys() - self._contents.keys():
            published.remove(key)  # an older engine's
        self._kept = kept
        # One for each object: what takes long holds up nobody who reads another.
        self._locks = {key: threading.Lock() for key in self._contents}

    def bring(self, key: str, below: bool) -> None:
        if below:
            wanted = [each for each in self._contents if each.startswith(key)]
        else:
            wanted = [key] if key in self._contents else []
        reasons = [reason for each in wanted if (reason := self._make(each))]
        if reasons and len(reasons) == len(wanted):
            raise ServiceError("NoSuchKey", reasons[0], 404, {"Key": key})

    def _make(self, key: str) -> str | None:
        """Why the object cannot be made; None when it is there."""
        made = self._contents[key]
        with self._locks[key]:
            if self._kept.get(key) == made.revision:
                return None
            headers = {"content-type": made.content_type}
            facts = Facts(headers=headers, metadata={_REVISION: made.revision})
            with tempfile.TemporaryFile() as file:
                try:
                    if made.apart:
                        _apart(made, self._region, key, file)
                    else:
                        file.write(made.make())
                except Unavailable as reason:
                    return str(reason)
                self._published.put(key, file, facts)
            self._kept[key] = made.revision
        return None


def _apart(made: Made, region: str, key: str, file: BinaryIO) -> None:
    """Have a process of its own make it: the engine stays small and goes on answering.

    Raises Unavailable.
    """
    reason = missing(made.packages)
    if reason is not None:
        raise Unavailable(reason)
    command = [sys.executable, "-m", "jupyter_smext.local.models", region, key]
    # In a checkout the package is found by the engine's working directory.
    paths = os.pathsep.join([str(_PACKAGE_ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": paths.rstrip(os.pathsep)}
    run = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.PIPE, env=environment
    )
    if run.returncode != 0:
        said = run.stderr.decode("utf-8", "replace").strip()
        raise Unavailable(f"{key} could not be made: {said[-1000:]}")


def contents_of(region: str) -> Mapping[str, Made]:
    """The objects of a region's bucket, by key, in the layout of AWS's own."""
    # Most starts of the engine have no use for it.
    from ..notebooks import catalogue as notebooks
    from ..solutions import publication as solutions
    from .catalogue import MODELS
    from .example_pictures import PICTURES

    headers = [manifest_entry(model) for model in MODELS.values()]
    found = {
        "models_manifest.json": _document(headers),
        # SDK 2 takes its first line for granted (`notebook_utils.py`), and there is no proprietary
        # model here: a line of the other manifest, which the SDK and this tell by its spec_key.
        "proprietary-sdk-manifest.json": _document(headers[:1]),
        **PICTURES,
        **notebooks.contents(MODELS),
        **solutions.contents(),
    }
    for model in MODELS.values():
        found |= _objects_of(model, region)
    return dict(sorted(found.items()))


def _objects_of(model: LocalModel, region: str) -> Mapping[str, Made]:
    found = {model.spec_key: _document(spec(model, region))}
    files = code(model)
    for name, made in {
        **model.artifact,
        **{f"code/{n}": _as_is(f) for n, f in files.items()},
    }.items():
        found[f"{model.artifact_key}{name}"] = made
    found[model.script_key("inference")] = _archive(files)
    if model.fine_tuning is not None:
        found[model.script_key("transfer_learning")] = _archive(files)
        dataset = model.fine_tuning.dataset
        if dataset is not None:
            for name, made in dataset.files.items():
                found[f"training-datasets/{dataset.name}/{name}"] = made
    return found


def code(model: LocalModel) -> Mapping[str, bytes]:
    """The files of a model's code."""
    paths = [
        path
        for folder in (_CONTAINERS / "shared", _CONTAINERS / model.code)
        for path in sorted(folder.glob("*.py"))
        if path.name != "__init__.py"
    ]
    return {path.name: path.read_bytes() for path in paths}


def _document(value: object) -> Made:
    return _as_is(json.dumps(value, indent=1).encode(), _JSON)


def _as_is(content: bytes, content_type: str = "binary/octet-stream") -> Made:
    return Made(lambda: content, revision(content), content_type)


def _archive(files: Mapping[str, bytes]) -> Made:
    return Made(partial(_packed, files), revision(*files.items()), "application/x-tar")


def _packed(files: Mapping[str, bytes]) -> bytes:
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    # Without the time: the same files make the same bytes.
    return gzip.compress(plain.getvalue(), mtime=0)
