"""Notebooks that are saved while their kernel runs on an instance open on any machine."""

from __future__ import annotations

from typing import Any

from jupyter_client.kernelspec import NATIVE_KERNEL_NAME, KernelSpecManager, NoSuchKernel

from . import kernelspecs

#: The member of a notebook's metadata that is ours.
KEY = "smext"


def keep_portable(*, model: dict[str, Any], path: str, **_: Any) -> None:
    """A pre-save hook of Jupyter's contents manager, which changes `model` as it will be stored.

    `metadata.kernelspec` becomes one that other machines know, as nbformat has it. Where it runs
    stays in `metadata.smext`: kind, id, region and kernel. Neither the connection, which is the
    name of somebody's AWS profile, nor an ARN, which has the account's number, is for a file that
    is given away. A notebook whose kernel runs on this machine has no such member.
    """
    if model.get("type") != "notebook" or not isinstance(model.get("content"), dict):
        return
    metadata = model["content"].get("metadata")
    spec = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    if not isinstance(metadata, dict) or not isinstance(spec, dict):
        return
    name = spec.get("name")
    if not isinstance(name, str) or not name.startswith(kernelspecs.PREFIX):
        metadata.pop(KEY, None)
        return
    found = kernelspecs.at_of(name)
    if found is None:
        # Its instance is gone: the last part of the name is all that is left to tell from.
        spec.update(_base(name, spec))
        return
    at, kernel = found
    try:
        known = kernelspecs.portable(name)
    except NoSuchKernel:
        # Taken away in this moment: nothing may keep a notebook from being saved.
        known = {"name": kernel, "display_name": kernel, "language": str(spec.get("language", ""))}
    metadata["kernelspec"] = {**spec, **_elsewhere(known)}
    metadata[KEY] = {"kind": at.kind, "id": at.id, "region": at.region, "kernel": kernel}


def _elsewhere(known: dict[str, str]) -> dict[str, str]:
    """A kernel that other machines have: of that name if this one has it, else of the language.

    JupyterLab asks its user for a kernel when it knows neither the name nor a single one of the
    language.
    """
    manager = KernelSpecManager()
    if known["name"] in manager.find_kernel_specs():
        return known
    language = known["language"]
    if language == "python":
        return {"name": NATIVE_KERNEL_NAME, "display_name": "Python 3", "language": language}
    for name, each in sorted(manager.get_all_specs().items()):
        spec = each["spec"]
        if not name.startswith(kernelspecs.PREFIX) and spec["language"] == language:
            return {"name": name, "display_name": spec["display_name"], "language": language}
    return known


def _base(name: str, spec: dict[str, Any]) -> dict[str, str]:
    base = name.rsplit(".", 1)[-1]
    shown = str(spec.get("display_name") or base)
    return _elsewhere({"name": base, "display_name": shown, "language": spec.get("language", "")})
