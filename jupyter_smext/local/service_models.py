"""botocore's service models, read so that an engine that has answered for all of them is small."""

from __future__ import annotations

import functools
import gzip
import os
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

import msgspec.json
from botocore.loaders import Loader
from botocore.model import ServiceModel

#: What lists read from their members' documentation (services/list_plan.py).
_DEFAULTS = re.compile(r"\bdefaults?\b|\border by\b")


@functools.cache
def service_model(service: str) -> ServiceModel:
    """botocore's model of a service, read once; its documentation only where it says defaults."""
    loader = Loader(file_loader=_ModelFiles())
    model = ServiceModel(loader.load_service_model(service, "service-2"), service)
    _give_back()
    return model


class _ModelFiles:
    """Reads models as botocore's own reader does, and keeps half of them."""

    _ENDINGS: Mapping[str, Callable[..., Any]] = {".json": open, ".json.gz": gzip.open}

    def exists(self, file_path: str) -> bool:
        """Whether there is a file of the name, with either ending."""
        return any(os.path.isfile(file_path + ending) for ending in self._ENDINGS)

    def load_file(self, file_path: str) -> Any:
        """What the file holds; None when there is none."""
        for ending, opened in self._ENDINGS.items():
            if os.path.isfile(file_path + ending):
                with opened(file_path + ending, "rb") as file:
                    return _small(msgspec.json.decode(file.read()), {})
        return None


def _small(value: Any, known: dict[Any, Any]) -> Any:
    """The value without documentation; texts and references that are equal are one object."""
    if isinstance(value, str):
        return known.setdefault(value, value)
    if isinstance(value, list):
        return [_small(one, known) for one in value]
    if not isinstance(value, dict):
        return value
    text = value.get("documentation")
    # A member may be named so: then it is no text.
    if isinstance(text, str) and not ("shape" in value and _DEFAULTS.search(text)):
        del value["documentation"]
    for name, one in value.items():
        value[name] = _small(one, known)
    # {"shape": "String"}: botocore copies such a reference before it changes it.
    if len(value) == 1 and isinstance(value.get("shape"), str):
        return known.setdefault(("shape", value["shape"]), value)
    return value


def _give_back() -> None:
    """Return to the system what reading took and left: C libraries keep it for themselves."""
    if sys.platform == "linux":
        import ctypes

        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # glibc has it, musl has not
        if trim is not None:
            trim(0)
