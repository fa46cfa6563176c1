"""What is said of a model that runs here: all of its document, and what its artifact is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .packages import PackagedFile

#: Ours: nobody's images on AWS.
IMAGE_ACCOUNT = "000000000000"


@dataclass(frozen=True)
class Made:
    """An object of the catalogue's bucket, made when it is first asked for.

    `make` is blocking and raises packages.Unavailable; `revision` names what it makes: another one
    is made anew. What needs the `packages` and much memory or time is made in a process of its own:
    `apart`.
    """

    make: Callable[[], bytes]
    revision: str
    content_type: str = "binary/octet-stream"
    apart: bool = False
    packages: tuple[PackagedFile, ...] = ()


@dataclass(frozen=True)
class Parameter:
    """A hyperparameter, as a spec declares it; `type` is text, int or float."""

    name: str
    type: str
    default: Any
    min: float | None = None
    max: float | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """Data to try a fine-tuning with: `files` by their paths below its prefix."""

    name: str
    files: Mapping[str, Made]
    packages: tuple[PackagedFile, ...]
    about: str


@dataclass(frozen=True)
class FineTuning:
    """How a model is fine-tuned: by `transfer_learning.py` of its code, on data of that format.

    `format` is Markdown; `metrics` are regular expressions by name, with one group.
    """

    hyperparameters: tuple[Parameter, ...]
    metrics: Mapping[str, str]
    format: str
    dataset: Dataset | None = None
    validation: bool = True


@dataclass(frozen=True)
class LocalModel:
    """A model whose weights come in packages.

    `license` is that of the weights, `source` a web page about them; `repository` is that of its
    image, which names a runtime of the engine; `code` is a folder below `containers`; `artifact`
    are its files below the artifact's prefix. `examples` are requests by their names: content type
    and body.
    """

    id: str
    version: str
    name: str
    task: str
    data_type: str
    framework: str
    provider: str
    license: str
    source: str
    description: str
    about: str
    keywords: tuple[str, ...]
    repository: str
    code: str
    content_types: tuple[str, ...]
    accept_types: tuple[str, ...]
    packages: tuple[PackagedFile, ...]
    artifact: Mapping[str, Made]
    fine_tuning: FineTuning | None = None
    examples: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def image(self, region: str) -> str:
        """The image that its document names."""
        return f"{IMAGE_ACCOUNT}.dkr.ecr.{region}.amazonaws.com/{self.repository}:1"

    @property
    def family(self) -> str:
        """Where its objects are: by the framework and the task in its id, as AWS's are."""
        return "-".join(self.id.split("-")[:2])

    @property
    def artifact_key(self) -> str:
        """The prefix of its artifact, with its inference code in `code/`; training begins from it,
        too."""
        return f"{self.family}/{self.id}/artifacts/inference-prepack/v{self.version}/"

    def script_key(self, use: str) -> str:
        """The archive of its code, for `inference` or `transfer_learning`."""
        code = self.code.replace("_", "-")
        return f"source-directory-tarballs/{code}/{use}/v{self.version}/sourcedir.tar.gz"

    @property
    def spec_key(self) -> str:
        """Where its spec is."""
        return f"community_models/{self.id}/specs_v{self.version}.json"
