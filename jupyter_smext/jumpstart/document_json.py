"""The JSON of a model document as a tree of bounded size, in the words of the specs on S3."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from ..aws.errors import ProblemError, problem
from ..decoding import decode_json

SIZE_LIMIT = 2 * 1024 * 1024
"""Bytes; a HubContentDocument has 327,680 characters at most (botocore's model)."""

DEPTH_LIMIT = 32
"""Levels of nesting; real documents have 8."""

#: Maps whose keys are names of the document's own: only what is in them is renamed.
_NAMED = frozenset(
    """
    variants aliases benchmark_metrics default_payloads
    inference_configs inference_config_components inference_config_rankings
    training_configs training_config_components training_config_rankings
    """.split()
)

#: What the specs and the hub write alike, and what is passed to the model as it is.
_AS_IS = frozenset(("environment_variables", "metrics", "training_metrics", "body", "output_keys"))

_CAPITAL = re.compile(r"(?<!^)(?=[A-Z])")


def hostile(title: str, detail: str) -> ProblemError:
    """Why a document is not used."""
    return ProblemError(
        problem(
            "broken",
            title,
            detail,
            "Nothing of it was used. Choose another version, or tell who publishes the model.",
        )
    )


def read_spec(document: bytes) -> dict[str, Any]:
    """The object that a spec is, without its nulls. Raises ProblemError: too large, no JSON."""
    return _bounded(document, renamed=False)


def read_hub_document(document: str) -> dict[str, Any]:
    """A HubContentDocument with the members' names as specs write them (HostingScriptUri:
    hosting_script_uri), without its nulls. Raises ProblemError as read_spec.
    """
    return _bounded(document.encode("utf-8", "surrogatepass"), renamed=True)


def _bounded(document: bytes, renamed: bool) -> dict[str, Any]:
    if len(document) > SIZE_LIMIT:
        raise hostile(
            "The model's document is too large",
            f"It has {len(document):,} bytes; {SIZE_LIMIT:,} are read.",
        )
    try:
        read = decode_json(document, Any)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise hostile("The model's document is no JSON", str(error)) from error
    if not isinstance(read, dict):
        raise hostile("The model's document is no JSON object", f"It is a {type(read).__name__}.")
    return _walked(read, renamed, DEPTH_LIMIT)  # type: ignore[no-any-return]


def _walked(value: Any, renamed: bool, left: int, named: bool = False, as_is: bool = False) -> Any:
    """A copy without nulls; `named`: the keys are names, `as_is`: and all in it is kept."""
    if left == 0:
        raise hostile(
            "The model's document is nested too deeply",
            f"It has more than {DEPTH_LIMIT} levels.",
        )
    if isinstance(value, list):
        return [_walked(each, renamed, left - 1, as_is=as_is) for each in value]
    if not isinstance(value, dict):
        return value
    if as_is:
        return {key: _walked(each, renamed, left - 1, as_is=True) for key, each in value.items()}
    found = {}
    for key, each in value.items():
        if each is None:
            continue
        name = _CAPITAL.sub("_", key).lower() if renamed and not named else key
        found[name] = _walked(
            each,
            renamed,
            left - 1,
            named=not named and name in _NAMED,
            as_is=not named and name in _AS_IS,
        )
    return found
