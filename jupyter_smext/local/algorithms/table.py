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
class Algorithm:
    """One built-in algorithm of AWS.

    `name` is its repository in AWS's registry, the part of an image's URI before the tag, and
    `aliases` are its further ones. `does` says in words which class or function does the work.
    `distributions` are the packages of which one must be installed, `modules` what is imported.
    `channels` maps a channel to whether it is required; `content_types` are what they may hold and
    `piped` which of them may come through a pipe; `invoked_with` is what an endpoint takes.
    `metrics` maps each metric to the regular expression that finds it in the log: AWS adds them to
    a job's MetricDefinitions. `needs_aws` says why it does not run here, and is empty if it does.
    """

    name: str
    title: str
    aliases: tuple[str, ...] = ()
    does: str = ""
    distributions: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    channels: Mapping[str, bool] = field(default_factory=dict)
    content_types: tuple[str, ...] = ()
    piped: tuple[str, ...] = ()
    invoked_with: tuple[str, ...] = ()
    metrics: Mapping[str, str] = field(default_factory=dict)
    needs_aws: str = ""


def _scikit(
    name: str,
    title: str,
    does: str,
    metrics: Mapping[str, str],
    channels: Mapping[str, bool],
    piped: tuple[str, ...] = (CSV, PROTOBUF),
) -> Algorithm:
    return Algorithm(
        name,
        title,
        does=f"scikit-learn: {does}",
        distributions=("scikit-learn",),
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
        does="XGBoost",
        distributions=("xgboost-cpu", "xgboost"),
        modules=("xgboost", "scipy", "numpy"),
        channels={"train": True, "validation": False},
        content_types=(CSV, LIBSVM, PROTOBUF),
        piped=(CSV, PROTOBUF),
        invoked_with=(CSV, LIBSVM, PROTOBUF),
        metrics=metrics.XGBOOST,
    ),
    _scikit(
        "linear-learner",
        "Linear Learner",
        "SGDClassifier, SGDRegressor",
        metrics.LINEAR_LEARNER,
        {"train": True, "validation": False, "test": False},
    ),
    _scikit(
        "kmeans",
        "K-Means",
        "MiniBatchKMeans, KMeans",
        metrics.KMEANS,
        {"train": True, "test": False},
        piped=(PROTOBUF,),
    ),
    _scikit("pca", "PCA", "PCA, randomized_svd", metrics.PCA, {"train": True, "test": False}),
    _scikit("knn", "k-NN", "NearestNeighbors", metrics.KNN, {"train": True, "test": False}),
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
    """Which library does the work here, and its version: "scikit-learn 1.9.1: PCA".

    Raises KeyError for an algorithm that does not run here, and importlib.metadata's
    PackageNotFoundError (an ImportError) when its package is not installed.
    """
    algorithm = _by_name()[name]
    if algorithm.needs_aws:
        raise KeyError(name)
    for package in algorithm.distributions:
        try:
            version = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
        what, _, does = algorithm.does.partition(": ")
        # The package is named only where the library has several.
        held = f" ({package})" if package != what else ""
        return f"{what} {version}{held}" + (f": {does}" if does else "")
    raise importlib.metadata.PackageNotFoundError(algorithm.distributions[0])
