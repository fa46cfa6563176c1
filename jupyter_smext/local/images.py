"""Container images as this machine's runtimes: what an image of AWS is, run without a container."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from . import algorithms

#: ACCOUNT.dkr.ecr.REGION.amazonaws.com/REPOSITORY:TAG, or @sha256:DIGEST (docs of TrainingImage).
_ECR = re.compile(
    r"\d{12}\.dkr\.ecr(?:-fips)?\.[a-z0-9-]+\.amazonaws\.[a-z.]+/"
    r"(?P<repository>[a-z0-9]+(?:[._/-][a-z0-9]+)*)(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?"
)
#: The modules that the project's extras bring, by the extra.
_EXTRAS = {
    "local": frozenset(
        {"sklearn", "xgboost", "sagemaker_training", "sagemaker_inference", "scipy", "numpy"}
    ),
    "models": frozenset(
        {"ai_edge_litert", "cv2", "onnxruntime", "PIL", "tokenizers", "vaderSentiment"}
    ),
}


class UnknownImage(Exception):
    """An image with no runtime on this machine; the message is the reason, fit to be shown."""


@dataclass(frozen=True)
class Library:
    """A library by its module, its name, and the distributions that carry it."""

    module: str
    name: str
    distributions: tuple[str, ...]

    def version(self) -> str:
        """The installed version, empty when none of its distributions is known here."""
        for distribution in self.distributions:
            try:
                return version(distribution)
            except PackageNotFoundError:
                continue
        return ""


@dataclass(frozen=True)
class Runtime:
    """What runs in place of an image.

    `algorithm`: the built-in algorithm it is when no script is given; `scripts`: whether it runs a
    user's script; `requires`: the modules that have to be importable.
    """

    repository: str
    library: Library | None
    algorithm: str | None = None
    scripts: bool = False
    requires: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The library and Python that do the work: "scikit-learn 1.9.1 on Python 3.11"."""
        python = f"Python {sys.version_info.major}.{sys.version_info.minor}"
        if self.library is not None:
            return f"{self.library.name} {self.library.version()}".rstrip() + f" on {python}"
        if self.algorithm is not None:
            return f"{algorithms.library(self.algorithm)} on {python}"
        return python


_SKLEARN = Library("sklearn", "scikit-learn", ("scikit-learn",))
_XGBOOST = Library("xgboost", "XGBoost", ("xgboost-cpu", "xgboost"))
_TORCH = Library("torch", "PyTorch", ("torch",))
_TENSORFLOW = Library("tensorflow", "TensorFlow", ("tensorflow", "tensorflow-cpu"))
_MXNET = Library("mxnet", "MXNet", ("mxnet",))
_ONNX_RUNTIME = Library("onnxruntime", "ONNX Runtime", ("onnxruntime",))
_LITERT = Library("ai_edge_litert", "LiteRT", ("ai-edge-litert",))
_RAPIDOCR = Library("rapidocr_onnxruntime", "RapidOCR", ("rapidocr-onnxruntime",))
_VADER = Library("vaderSentiment", "VADER", ("vaderSentiment",))
_TRANSFORMERS = Library("transformers", "Transformers", ("transformers",))


def _script(repository: str, library: Library | None, *more: str) -> Runtime:
    first = (library.module,) if library else ()
    return Runtime(repository, library, scripts=True, requires=(*first, *more))


def _algorithm(repository: str, algorithm: algorithms.Algorithm) -> Runtime:
    return Runtime(repository, None, algorithm.name, requires=algorithm.modules)


#: The images that run scripts, by the repository names of the SageMaker SDK's image_uri_config.
RUNTIMES: Mapping[str, Runtime] = {
    runtime.repository: runtime
    for runtime in (
        _script("sagemaker-scikit-learn", _SKLEARN),
        Runtime("sagemaker-xgboost", _XGBOOST, "xgboost", scripts=True, requires=("xgboost",)),
        _script("sagemaker-base-python", None),
        # No image of AWS's: what the documents of our own catalogue name (local/models).
        _script("jupyter-smext-onnxruntime", _ONNX_RUNTIME, "PIL", "numpy"),
        _script("jupyter-smext-onnxruntime-text", _ONNX_RUNTIME, "numpy", "tokenizers"),
        _script("jupyter-smext-litert", _LITERT, "PIL"),
        _script("jupyter-smext-rapidocr", _RAPIDOCR, "onnxruntime", "PIL", "cv2"),
        _script("jupyter-smext-vader", _VADER),
        _script("pytorch-training", _TORCH),
        _script("pytorch-inference", _TORCH),
        _script("tensorflow-training", _TENSORFLOW),
        _script("tensorflow-inference", _TENSORFLOW),
        _script("mxnet-training", _MXNET),
        _script("mxnet-inference", _MXNET),
        _script("huggingface-pytorch-training", _TRANSFORMERS, "torch"),
        _script("huggingface-pytorch-inference", _TRANSFORMERS, "torch"),
        _script("huggingface-tensorflow-training", _TRANSFORMERS, "tensorflow"),
        _script("huggingface-tensorflow-inference", _TRANSFORMERS, "tensorflow"),
    )
}


def resolve(image_uri: str) -> Runtime:
    """The runtime for an image of any account, region and version. Raises UnknownImage.

    The installed version of a library does the work, whatever version the image's tag names.
    """
    found = _ECR.fullmatch(image_uri)
    repository = found["repository"] if found else ""
    runtime = RUNTIMES.get(repository)
    algorithm = algorithms.find(repository)
    if runtime is None and algorithm is not None:
        if algorithm.needs_aws:
            raise UnknownImage(f"The image {image_uri} cannot be run: {algorithm.needs_aws}")
        runtime = _algorithm(repository, algorithm)
    if runtime is None:
        known = sorted({*RUNTIMES, *_builtin()})
        raise UnknownImage(
            f"The image {image_uri} cannot be run: the local engine runs no containers, and has a "
            f"runtime of its own only for the images {', '.join(known)} of AWS."
        )
    require(runtime.requires, f"The image {image_uri}")
    return runtime


def _builtin() -> list[str]:
    """The repositories of the built-in algorithms that run here."""
    found = (algorithms.find(name) for name in algorithms.names())
    return [algorithm.name for algorithm in found if algorithm and not algorithm.needs_aws]


def require(modules: tuple[str, ...], who: str) -> None:
    """Raises UnknownImage, with how to install them, when modules cannot be imported here."""
    missing = [module for module in modules if find_spec(module) is None]
    if missing:
        of = {module: _extra(module) for module in missing}
        ours = ",".join(sorted(extra for extra in set(of.values()) if extra))
        how = f"jupyter_smext[{ours}]" if all(of.values()) else " ".join(missing)
        raise UnknownImage(
            f"{who} needs {', '.join(missing)}, which the Python of the local engine "
            f"({sys.executable}) does not have. Install it there: pip install {how}"
        )


def _extra(module: str) -> str | None:
    """The project's extra that brings a module."""
    return next((extra for extra, brings in _EXTRAS.items() if module in brings), None)
