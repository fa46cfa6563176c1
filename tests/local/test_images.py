"""Images of AWS become runtimes of this machine by their repository, or are refused in words."""

from __future__ import annotations

import sys

import pytest
import sklearn

from jupyter_smext.local import algorithms, images
from jupyter_smext.local.images import UnknownImage, resolve

ECR = "683313688378.dkr.ecr.us-east-1.amazonaws.com"


def test_a_framework_image_is_the_library_installed_here() -> None:
    runtime = resolve(f"{ECR}/sagemaker-scikit-learn:1.2-1-cpu-py3")
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert runtime.name == f"scikit-learn {sklearn.__version__} on Python {python}"
    assert runtime.scripts
    assert runtime.algorithm is None


@pytest.mark.parametrize("name", ["linear-learner", "kmeans", "pca", "knn", "xgboost"])
def test_a_builtin_algorithm_goes_by_its_repository(name: str) -> None:
    runtime = resolve(f"382416733822.dkr.ecr.eu-west-1.amazonaws.com/{name}:1")
    assert runtime.algorithm == name
    assert not runtime.scripts
    assert runtime.name.startswith(algorithms.library(name))


def test_the_xgboost_framework_image_is_an_algorithm_that_takes_scripts() -> None:
    runtime = resolve(f"{ECR}/sagemaker-xgboost:1.7-1")
    assert (runtime.algorithm, runtime.scripts) == ("xgboost", True)
    assert runtime.name.startswith("XGBoost ")


@pytest.mark.parametrize(
    "uri",
    [
        "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/sagemaker-scikit-learn",
        f"{ECR}/sagemaker-scikit-learn@sha256:{'0' * 64}",
        f"{ECR}/sagemaker-scikit-learn:latest@sha256:{'0' * 64}",
    ],
)
def test_any_account_region_tag_and_digest(uri: str) -> None:
    assert resolve(uri).repository == "sagemaker-scikit-learn"


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "my-image:latest",
        "sagemaker-scikit-learn:1.2-1",
        f"{ECR}/my/sagemaker-scikit-learn:1",
        f"{ECR}/sagemaker-scikit-learn-of-mine:1",
        f"evil.example.com/{ECR}/pca:1",
    ],
)
def test_an_unknown_image_is_never_a_default(uri: str) -> None:
    with pytest.raises(UnknownImage, match="runs no containers"):
        resolve(uri)


@pytest.mark.parametrize(
    "name", ["blazingtext", "forecasting-deepar", "object-detection", "seq2seq", "xgboost-neo"]
)
def test_an_algorithm_without_counterpart_needs_aws(name: str) -> None:
    with pytest.raises(UnknownImage, match="needs AWS"):
        resolve(f"{ECR}/{name}:1")


def test_a_missing_library_is_named_with_its_install() -> None:
    with pytest.raises(UnknownImage, match="pip install no_such_module"):
        images.require(("sys", "no_such_module"), "The image x")


def test_a_missing_library_of_ours_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "find_spec", lambda module: None)
    with pytest.raises(UnknownImage, match=r"pip install jupyter_smext\[local\]"):
        resolve(f"{ECR}/sagemaker-xgboost:1.7-1")
