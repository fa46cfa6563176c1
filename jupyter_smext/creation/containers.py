"""AWS's own containers by region: built-in algorithms with their hyperparameters, and frameworks.

`containers.json` is made from the SageMaker SDK's tables, with their version and date. A region or
version that it has not has no image here: it is then typed.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Literal

import msgspec

from .. import instance_types
from ..decoding import convert
from ..kinds.model import loader

Scope = Literal["training", "inference"]


class Hyperparameter(msgspec.Struct, frozen=True):
    """One of a built-in algorithm; `about` is what it may be."""

    name: str
    type: Literal["string", "integer", "number", "boolean"]
    required: bool = False
    about: str = ""


class Algorithm(msgspec.Struct, frozen=True):
    """A built-in algorithm; `about` is its page in AWS's documentation."""

    id: str
    title: str
    repository: str
    tag: str
    accounts: str
    hyperparameters: tuple[Hyperparameter, ...]
    about: str


class Repository(msgspec.Struct, frozen=True):
    """Images of one framework's version; `tags` by what computes, `cpu` or `gpu`."""

    repository: str
    accounts: str
    tags: dict[str, str]


class Version(msgspec.Struct, frozen=True):
    """A framework's version; without `inference` nothing of it serves what it trained."""

    version: str
    training: Repository
    inference: Repository | None = None
    base: str = ""


class Framework(msgspec.Struct, frozen=True):
    """A framework whose images run a script, its newest version first."""

    id: str
    title: str
    versions: tuple[Version, ...]


class _Table(msgspec.Struct, frozen=True):
    source: str
    date: str
    accounts: dict[str, dict[str, str]]
    algorithms: tuple[Algorithm, ...]
    frameworks: tuple[Framework, ...]


@functools.cache
def _table() -> _Table:
    text = files("jupyter_smext.creation").joinpath("containers.json").read_text(encoding="utf-8")
    return convert(json.loads(text), _Table)


def algorithms(region: str) -> dict[str, Algorithm]:
    """The built-in algorithms of a region, by id."""
    return {each.id: each for each in _table().algorithms if _account(each.accounts, region)}


def frameworks(region: str) -> dict[str, tuple[Framework, Version]]:
    """What runs scripts in a region, by `pytorch-2.8.0`; in the order to offer it in."""
    return {
        f"{of.id}-{version.version}": (of, version)
        for of in _table().frameworks
        for version in of.versions
        if _account(version.training.accounts, region)
    }


def algorithm_image(of: Algorithm, region: str) -> str:
    """The URI of its image."""
    return _uri(of.accounts, region, of.repository, of.tag)


def framework_image(
    version: Version, region: str, instance_type: str, scope: Scope = "training"
) -> str | None:
    """The image for an instance type: with CUDA where that has a GPU. None: there is none."""
    of = version.training if scope == "training" else version.inference
    if of is None or not _account(of.accounts, region):
        return None
    facts = instance_types.find(instance_type)
    tag = of.tags.get("gpu" if facts is not None and facts.gpus > 0 else "cpu")
    if tag is None and facts is not None and facts.gpus > 0 and "gpu" not in of.tags:
        # What has no use for a GPU runs beside one.
        tag = of.tags.get("cpu")
    return None if tag is None else _uri(of.accounts, region, of.repository, tag)


def of_image(image: str) -> tuple[Framework, Version] | Algorithm | None:
    """What an image of AWS's is that may be either; None for any other."""
    return framework_of_image(image) or algorithm_of_image(image)


def framework_of_image(image: str) -> tuple[Framework, Version] | None:
    """The framework whose training image it is, in whatever region."""
    repository, tag = _parts(image)
    for framework in _table().frameworks:
        for version in framework.versions:
            of = version.training
            if of.repository == repository and tag in of.tags.values():
                return framework, version
    return None


def algorithm_of_image(image: str) -> Algorithm | None:
    """The built-in algorithm whose image it is, in whatever region."""
    parts = _parts(image)
    return next(
        (each for each in _table().algorithms if parts == (each.repository, each.tag)), None
    )


def _parts(image: str) -> tuple[str, str]:
    found = re.fullmatch(r"\d{12}\.dkr\.ecr[^/]*/([^:@]+):(.+)", image)
    return (found[1], found[2]) if found else ("", "")


def _account(accounts: str, region: str) -> str | None:
    known: Mapping[str, str] = _table().accounts[accounts]
    return known.get(region)


def _uri(accounts: str, region: str, repository: str, tag: str) -> str:
    account = _account(accounts, region)
    return f"{account}.dkr.ecr.{region}.{_domain(region)}/{repository}:{tag}"


def _domain(region: str) -> str:
    """What host names end with in the region's partition, by botocore's table of them."""
    partitions: Any = loader().load_data("partitions")["partitions"]
    for partition in partitions:
        if re.match(partition["regionRegex"], region):
            return str(partition["outputs"]["dnsSuffix"])
    raise AssertionError(f"{region} is in the table of containers, and in no partition")
