"""Kernelspecs of remote kernels in the user's Jupyter folder, for as long as the place is up."""

from __future__ import annotations

import contextlib
import json
import logging
import re
import shutil
from pathlib import Path
from typing import Any, Literal, cast

import msgspec
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_core.paths import jupyter_data_dir

from ..decoding import convert
from ..protocol import ComputeName
from ..whole_file import write_whole
from .names import slug

log = logging.getLogger(__name__)

PREFIX = "smext."
PROVISIONER = "smext-instance"

_NAME = re.compile(r"[a-z0-9._-]+")


def _folder() -> Path:
    """Where Jupyter looks for kernelspecs of the user."""
    return Path(jupyter_data_dir()) / "kernels"


def write(at: ComputeName, remote_name: str, remote_spec: dict[str, Any], label: str) -> str:
    """Have the kernel `remote_name` of `at` among this machine's; its name here.

    `remote_spec` is its `spec` as `GET /api/kernelspecs` of the remote server answers it, `label`
    what stands behind its display name. Raises ValueError for what is no name.
    """
    if not _NAME.fullmatch(remote_name.lower()):
        raise ValueError(f"{remote_name!r} is not the name of a kernel")
    name = f"{PREFIX}{slug(at)}.{remote_name.lower()}"
    told = remote_spec.get("metadata")
    shown = str(remote_spec.get("display_name") or remote_name)
    language = str(remote_spec.get("language") or "")
    spec = {
        # Nothing is run here; a spec without it is taken for broken.
        "argv": [],
        "display_name": f"{shown} · {label}",
        "language": language,
        "metadata": {
            "kernel_provisioner": {
                "provisioner_name": PROVISIONER,
                "config": {
                    "connection": at.connection,
                    "region": at.region,
                    "kind": at.kind,
                    "id": at.id,
                    "remote_kernel": remote_name,
                },
            },
            "smext": {"display_name": shown, "language": language},
            "debugger": isinstance(told, dict) and bool(told.get("debugger")),
        },
    }
    content = json.dumps(spec, indent=1, sort_keys=True).encode()
    target = _folder() / name / "kernel.json"
    if not (target.exists() and target.read_bytes() == content):
        # Never half: JupyterLab may be reading it.
        write_whole(target, content)
    return name


def remove(at: ComputeName) -> list[str]:
    """Take the kernels of `at` away again; their names."""
    gone = names_of(at)
    for name in gone:
        # Whoever else sees that it is no longer up takes them away as well.
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(_folder() / name)
    return gone


def names_of(at: ComputeName) -> list[str]:
    """The names here of the kernels of `at`."""
    return sorted(path.name for path in _folder().glob(f"{PREFIX}{slug(at)}.*"))


def places() -> set[ComputeName]:
    """Everything that has kernels among this machine's."""
    found = (at_of(path.name) for path in _folder().glob(f"{PREFIX}*"))
    return {each[0] for each in found if each is not None}


def at_of(name: str) -> tuple[ComputeName, str] | None:
    """Where a kernelspec of this machine runs and its name there; None: it is not one of these."""
    spec = _spec(name)
    if spec is None:
        return None
    given = spec.metadata["kernel_provisioner"]["config"]
    at = ComputeName(given["kind"], given["id"], given["connection"], given["region"])
    return at, str(given["remote_kernel"])


def portable(name: str) -> dict[str, str]:
    """What a notebook says of its kernel so that it opens elsewhere: nbformat's `kernelspec`.

    Of a kernel that is not one of these, what it says itself. Raises NoSuchKernel.
    """
    spec = _spec(name)
    if spec is None:
        own = KernelSpecManager().get_kernel_spec(name)
        return {"name": name, "display_name": own.display_name, "language": own.language}
    config = spec.metadata["kernel_provisioner"]["config"]
    known = cast("dict[str, str]", spec.metadata["smext"])
    return {
        "name": str(config["remote_kernel"]),
        "display_name": known["display_name"],
        "language": known["language"],
    }


class _Config(msgspec.Struct):
    connection: str
    region: str
    kind: Literal["notebook-instance", "space"]
    id: str
    remote_kernel: str


class _Provisioner(msgspec.Struct):
    provisioner_name: str
    config: _Config


class _Shown(msgspec.Struct):
    display_name: str
    language: str


class _Metadata(msgspec.Struct):
    kernel_provisioner: _Provisioner
    smext: _Shown


def _spec(name: str) -> KernelSpec | None:
    if not name.startswith(PREFIX):
        return None
    try:
        spec = KernelSpecManager().get_kernel_spec(name)
    except NoSuchKernel:
        return None
    except (OSError, ValueError, TypeError) as error:
        log.warning("The kernelspec %s cannot be read: %s", name, error)
        return None
    try:
        convert(spec.metadata, _Metadata)
    except msgspec.ValidationError as error:
        log.warning("The kernelspec %s is none of an instance: %s", name, error)
        return None
    known = spec.metadata["kernel_provisioner"]["provisioner_name"]
    return spec if known == PROVISIONER else None
