"""The table of built-in algorithms: names, libraries, metrics, and that looking costs nothing."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys

import pytest

from jupyter_smext.local import algorithms

HERE = ("xgboost", "linear-learner", "kmeans", "pca", "knn")


def test_five_run_here_and_the_others_say_why_not() -> None:
    found = {name: algorithms.find(name) for name in algorithms.names()}
    assert {name for name, one in found.items() if one and not one.needs_aws} == set(HERE)
    for name in ("blazingtext", "forecasting-deepar", "lda", "seq2seq", "autogluon-training"):
        one = found[name]
        assert one and one.needs_aws.startswith(one.title) and "needs AWS" in one.needs_aws
        with pytest.raises(KeyError):
            algorithms.library(name)
    assert algorithms.find("sagemaker-xgboost") is found["xgboost"]
    assert algorithms.find("pytorch-training") is None


@pytest.mark.parametrize("name", HERE)
def test_an_algorithm_names_its_library_and_version(name: str) -> None:
    told = algorithms.library(name)
    package, library = {
        "xgboost": ("xgboost-cpu", "XGBoost"),
        "pca": ("numpy", "NumPy"),
    }.get(name, ("scikit-learn", "scikit-learn"))
    assert f"{library} {importlib.metadata.version(package)}" in told


def test_a_missing_package_is_an_import_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(package: str) -> str:
        raise importlib.metadata.PackageNotFoundError(package)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    with pytest.raises(ImportError, match="xgboost-cpu"):
        algorithms.library("xgboost")


def test_metrics_are_found_in_lines_of_awss_own_logs() -> None:
    # From logs of sagemaker-xgboost:1.5-1, linear-learner:1 and kmeans:1.
    lines = {
        "xgboost": (
            "[19]#011train-auc:0.99123#011validation-auc:0.91234",
            {"train:auc": 0.99123, "validation:auc": 0.91234},
        ),
        "linear-learner": (
            "[07/01/2024 19:50:55 INFO 139723470354240] #quality_metric: host=algo-1, validation "
            "macro_f_1.000 <score>=0.9140763282775879",
            {"validation:macro_f_beta": 0.9140763282775879},
        ),
        "kmeans": (
            "[03/08/2019 00:40:08 INFO 140021904598848] #quality_metric: host=algo-1, train msd "
            "<loss>=0.0657843798399",
            {"train:msd": 0.0657843798399},
        ),
    }
    for name, (line, expected) in lines.items():
        one = algorithms.find(name)
        assert one
        found = {m: re.search(regex, line) for m, regex in one.metrics.items()}
        assert {m: float(match[1]) for m, match in found.items() if match} == expected


def test_looking_imports_no_library() -> None:
    code = (
        "import sys; from jupyter_smext.local import algorithms as a; "
        "[a.library(n) for n in a.names() if not a.find(n).needs_aws]; "
        "print([m for m in ('numpy', 'sklearn', 'xgboost', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
