"""The table of AWS's built-in algorithms: which run here, with which library, which need AWS."""

from __future__ import annotations

import functools
import importlib.metadata
from collections.abc import Mapping
from dataclasses import dataclass, field

from . import metrics

CSV = "text/csv"
LIBSVM = "text/libsvm"
PROTOBUF = "application/x-recordio-protobuf"
JSON = "application/json"
JSON_LINES = "application/jsonlines"


@dataclass(frozen=True)
class Work:
    """A library, what of it does the work, and the packages that bring it (one is enough)."""

    library: str
    does: str
    packages: tuple[str, ...]

    def told(self) -> str:
        """ "scikit-learn 1.9.1: KMeans". Raises PackageNotFoundError without the package."""
        for package in self.packages:
            try:
                version = importlib.metadata.version(package)
            except importlib.metadata.PackageNotFoundError:
                continue
            # The package is named only where the library has several.
            held = f" ({package})" if len(self.packages) > 1 else ""
            return f"{self.library} {version}{held}" + (f": {self.does}" if self.does else "")
        raise importlib.metadata.PackageNotFoundError(self.packages[0])


def _numpy(does: str) -> Work:
    return Work("NumPy", does, ("numpy",))


def _scikit(does: str) -> Work:
    return Work("scikit-learn", does, ("scikit-learn",))


@dataclass(frozen=True)
class Algorithm:
    """One built-in algorithm of AWS.

    `name` is its repository in AWS's registry, the part of an image's URI before the tag, and
    `aliases` are its further ones. `work` is what does the work here, `modules` what is imported.
    `channels` maps a channel to whether it is required; `content_types` are what they may hold and
    `piped` which of them may come through a pipe; `invoked_with` is what an endpoint takes.
    `metrics` maps each metric to the regular expression that finds it in the log: AWS adds them to
    a job's MetricDefinitions. `needs_aws` says why it does not run here, and is empty if it does.
    """

    name: str
    title: str
    aliases: tuple[str, ...] = ()
    work: tuple[Work, ...] = ()
    modules: tuple[str, ...] = ()
    channels: Mapping[str, bool] = field(default_factory=dict)
    content_types: tuple[str, ...] = ()
    piped: tuple[str, ...] = ()
    invoked_with: tuple[str, ...] = ()
    metrics: Mapping[str, str] = field(default_factory=dict)
    needs_aws: str = ""


def _vectors(
    name: str,
    title: str,
    work: tuple[Work, ...],
    metrics: Mapping[str, str],
    *,
    channels: Mapping[str, bool],
    piped: tuple[str, ...] = (CSV, PROTOBUF),
) -> Algorithm:
    return Algorithm(
        name,
        title,
        work=work,
        modules=("sklearn", "scipy", "numpy"),
        channels=channels,
        content_types=(CSV, PROTOBUF),
        piped=piped,
        invoked_with=(CSV, JSON, JSON_LINES, PROTOBUF),
        metrics=metrics,
    )


def _elsewhere(name: str, title: str, *aliases: str) -> Algorithm:
    why = f"{title} needs AWS: nothing on this machine trains or serves it."
    return Algorithm(name, title, aliases=aliases, needs_aws=why)


#: Names, channels, file types and input modes: docs.aws.amazon.com/sagemaker/latest/dg/
#: sagemaker-algo-docker-registry-paths.html and the page of each algorithm; names of repositories
#: also from image_uri_config of the sagemaker SDK 2.257.
_TABLE = (
    Algorithm(
        "xgboost",
        "XGBoost",
        aliases=("sagemaker-xgboost",),
        work=(Work("XGBoost", "", ("xgboost-cpu", "xgboost")),),
        modules=("xgboost", "scipy", "numpy"),
        channels={"train": True, "validation": False},
        content_types=(CSV, LIBSVM, PROTOBUF),
        piped=(CSV, PROTOBUF),
        invoked_with=(CSV, LIBSVM, PROTOBUF),
        metrics=metrics.XGBOOST,
    ),
    _vectors(
        "linear-learner",
        "Linear Learner",
        (_numpy("mini-batch gradient descent"), _scikit("metrics")),
        metrics.LINEAR_LEARNER,
        channels={"train": True, "validation": False, "test": False},
    ),
    _vectors(
        "kmeans",
        "K-Means",
        (_numpy("mini-batches"), _scikit("KMeans")),
        metrics.KMEANS,
        channels={"train": True, "test": False},
        piped=(PROTOBUF,),
    ),
    _vectors(
        "pca",
        "PCA",
        (_numpy("linalg.eigh, linalg.svd"),),
        metrics.PCA,
        channels={"train": True, "test": False},
    ),
    _vectors(
        "knn",
        "k-NN",
        (_scikit("NearestNeighbors"),),
        metrics.KNN,
        channels={"train": True, "test": False},
    ),
    _elsewhere("autogluon-training", "AutoGluon-Tabular", "autogluon-inference"),
    _elsewhere("blazingtext", "BlazingText"),
    _elsewhere("factorization-machines", "Factorization Machines"),
    _elsewhere("forecasting-deepar", "DeepAR Forecasting"),
    _elsewhere("image-classification", "Image Classification", "image-classification-neo"),
    _elsewhere("ipinsights", "IP Insights"),
    _elsewhere("lda", "LDA"),
    _elsewhere("ntm", "Neural Topic Model"),
    _elsewhere("object-detection", "Object Detection"),
    _elsewhere("object2vec", "Object2Vec"),
    _elsewhere("randomcutforest", "Random Cut Forest"),
    _elsewhere("semantic-segmentation", "Semantic Segmentation"),
    _elsewhere("seq2seq", "Sequence-to-Sequence"),
    _elsewhere("xgboost-neo", "XGBoost compiled by Neo"),
)


@functools.cache
def _by_name() -> dict[str, Algorithm]:
    return {name: one for one in _TABLE for name in (one.name, *one.aliases)}


def names() -> tuple[str, ...]:
    """The names of all of AWS's built-in algorithms, those that need AWS included."""
    return tuple(one.name for one in _TABLE)


def find(repository: str) -> Algorithm | None:
    """The algorithm of a repository name ("linear-learner"); None when it is no built-in one."""
    return _by_name().get(repository)


def library(name: str) -> str:
    """What does the work here, with versions: "NumPy 2.4.6: mini-batches; scikit-learn 1.9.1: ...".

    Raises KeyError for an algorithm that does not run here, and importlib.metadata's
    PackageNotFoundError (an ImportError) when a package is not installed.
    """
    algorithm = _by_name()[name]
    if algorithm.needs_aws:
        raise KeyError(name)
    return "; ".join(work.told() for work in algorithm.work)
