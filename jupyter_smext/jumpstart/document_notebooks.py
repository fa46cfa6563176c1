"""The notebooks that documents name: a model's own, and the one that a hub content is."""

from __future__ import annotations

from typing import Any

import msgspec

from ..decoding import decode_json
from ..protocol import ModelNotebook
from .document_json import SIZE_LIMIT, hostile
from .s3_places import is_plain_key, is_s3_uri

MOST = 32
"""Notebooks of a model; real ones have up to 3 or so."""


def notebooks_of(value: Any) -> tuple[ModelNotebook, ...]:
    """Those of a model document's `notebook_locations`, at most MOST, the default one first.

    URIs by what they are for, and lists of objects with Title, S3Uri and IsDefault
    (`NotebookLocationsModel` of SDK 3's `core/jumpstart/models.py`); SDK 2's NotebookLocationUris
    has the former alone.
    """
    titled: dict[str, tuple[bool, str]] = {}
    others: dict[str, tuple[bool, str]] = {}

    def look(inside: Any, member: str) -> None:
        if isinstance(inside, list):
            for each in inside:
                look(each, member)
        elif isinstance(inside, dict):
            uri, title = inside.get("s3_uri"), inside.get("title")
            if isinstance(uri, str) and isinstance(title, str) and title.strip():
                if _is_notebook(uri):
                    titled[uri] = (inside.get("is_default") is not True, title.strip()[:200])
            else:
                for name, each in inside.items():
                    look(each, name)
        elif isinstance(inside, str) and _is_notebook(inside):
            others[inside] = (True, member.replace("_", " ").strip().capitalize() or "Notebook")

    look(value, "")
    found = {**others, **titled}
    ordered = sorted(found.items(), key=lambda each: each[1][0])
    return tuple(ModelNotebook(title, uri) for uri, (_, title) in ordered[:MOST])


def _is_notebook(uri: str) -> bool:
    return uri.endswith(".ipynb") and is_s3_uri(uri) and is_plain_key(key_of(uri))


def key_of(uri: str) -> str:
    """The key of an S3 URI."""
    return uri.removeprefix("s3://").partition("/")[2]


class _Dependency(msgspec.Struct, frozen=True, rename="pascal"):
    dependency_origin_path: str = ""


class NotebookDocument(msgspec.Struct, frozen=True, rename="pascal"):
    """The document of a hub content of type Notebook (`HubNotebookDocument` of the SDK)."""

    notebook_location: str
    dependencies: tuple[_Dependency, ...] = ()

    @property
    def needs(self) -> tuple[str, ...]:
        """Where what it wants beside it lies."""
        return tuple(
            each.dependency_origin_path for each in self.dependencies if each.dependency_origin_path
        )


def parse_notebook_document(document: str) -> NotebookDocument:
    """Raises ProblemError: too large, no JSON, or it names no notebook in S3."""
    if len(document) > SIZE_LIMIT:
        raise hostile(
            "The notebook's document is too large",
            f"It has {len(document):,} characters; {SIZE_LIMIT:,} are read.",
        )
    try:
        read = decode_json(document.encode("utf-8", "replace"), type=NotebookDocument)
    except (msgspec.MsgspecError, RecursionError) as error:
        raise hostile("The notebook's document is malformed", str(error)) from error
    uri = read.notebook_location
    if not is_s3_uri(uri) or not is_plain_key(key_of(uri)):
        raise hostile("The notebook's document names no place in S3", f"{uri[:200]!r}")
    return read
