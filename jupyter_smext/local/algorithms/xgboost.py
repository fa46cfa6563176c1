"""XGBoost: the same library as in AWS's container, with its hyperparameters, metrics and formats.

docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html, xgboost_hyperparameters.html; what the pages
leave open is as in github.com/aws/sagemaker-xgboost-container (algorithm_mode).
"""

from __future__ import annotations

import os
import pickle
import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xgboost

from ..serving.front import Predict
from . import formats, hyperparameters, invocation
from .failures import AlgorithmError, UserError
from .formats import Data, Matrix
from .job import Job
from .metrics import XGBOOST_MAXIMIZED
from .table import CSV, JSON, LIBSVM, PROTOBUF
from .xgboost_hyperparameters import DECLARED, check
from .xgboost_metrics import CUSTOM, custom_metric

#: The file in the model folder, by AWS's name; XGBoost's own format (UBJSON).
MODEL = "xgboost-model"
_CHECKPOINT = re.compile(r"xgboost-checkpoint\.(\d+)")
_KEPT_CHECKPOINTS = 5

#: Failures of XGBoost that are the data's or the parameters' fault: after CUSTOMER_ERRORS of
#: constants/xgb_constants.py, in the words of this version.
_CUSTOMER = (
    "label must be",
    "base_score must be in",
    "should be greater equal",
    "Target is multiclass but average='binary'",
    "dataset only contains pos or neg samples",
    "label and prediction size not match",
    "Invalid Input",
)


class _Log(xgboost.callback.TrainingCallback):
    """A line of metrics a round, and the end of training when the job is stopped."""

    def __init__(self, job: Job, start: int) -> None:
        self._job = job
        self._start = start

    def after_iteration(self, model: Any, epoch: int, evals_log: Mapping[str, Any]) -> bool:
        found = (
            f"#011{data}-{metric}:{values[-1]:.5f}"
            for data, metrics in evals_log.items()
            for metric, values in metrics.items()
        )
        self._job.emit(f"[{self._start + epoch}]{''.join(found)}")
        return self._job.stopping.is_set()


class _Checkpoints(xgboost.callback.TrainingCallback):
    """The model of each round in the job's checkpoint folder; the last few are kept."""

    def __init__(self, folder: Path, start: int) -> None:
        self._folder = folder
        self._start = start

    def after_iteration(self, model: Any, epoch: int, evals_log: Mapping[str, Any]) -> bool:
        done = self._start + epoch
        _save(model, self._folder / f"xgboost-checkpoint.{done}")
        (self._folder / f"xgboost-checkpoint.{done - _KEPT_CHECKPOINTS}").unlink(missing_ok=True)
        return False


def train(job: Job) -> None:
    """Train by the channels train and validation; writes xgboost-model.

    Raises UserError and AlgorithmError.
    """
    values = hyperparameters.read(DECLARED, job.hyperparameters, hyperparameters.TOOLKIT, job.say)
    check(values)
    channels = job.channels()
    weighted = values.pop("csv_weights") == 1
    data = {
        name: _weighted(channel.read(labelled=True, missing=True), channel, weighted)
        for name, channel in channels.items()
    }
    width = max(part.columns for part in data.values())
    matrices = {name: _matrix(part, width, values["nthread"]) for name, part in data.items()}
    rows, columns = matrices["train"].num_row(), matrices["train"].num_col()
    job.say(f"Train matrix has {rows} rows and {columns} columns")
    if "validation" in matrices:
        job.say(f"Validation matrix has {matrices['validation'].num_row()} rows")
    if job.stopping.is_set():
        return job.say("Stopped before the first round: there is no model.")
    booster = _boost(job, values, matrices)
    if job.stopping.is_set() and values["save_model_on_termination"] == "false":
        return job.say("Stopped; save_model_on_termination is false: no model is saved.")
    _save(booster, job.model / MODEL)
    job.remember(rounds=booster.num_boosted_rounds(), stopped=job.stopping.is_set())


def _weighted(data: Data, channel: Any, weighted: bool) -> Data:
    if not weighted or channel.content_type.name != CSV:
        return data
    if data.columns < 2:
        raise UserError("csv_weights is 1, but the rows have no column after the weight.")
    return Data(data.features[:, 1:], data.labels, data.features[:, 0])


def _matrix(data: Data, width: int, threads: int | None) -> Any:
    features: Matrix = data.features
    if formats.is_sparse(features):
        features = formats.wide(features, width)
    return xgboost.DMatrix(
        features, data.labels, weight=data.weights, qid=data.groups, nthread=threads
    )


def _boost(job: Job, values: dict[str, Any], matrices: Mapping[str, Any]) -> Any:
    values = dict(values)
    rounds = values.pop("num_round")
    patience = values.pop("early_stopping_rounds")
    del values["save_model_on_termination"]
    asked = list(values.pop("eval_metric") or [])
    # What a tuning job optimises is computed even when nobody asked for it.
    tuned = (values.pop("_tuning_objective_metric") or "").partition(":")[2]
    if tuned and tuned not in asked:
        asked.append(tuned)
    own = [metric for metric in asked if metric in CUSTOM]
    parameters = {name: value for name, value in values.items() if value is not None}
    if built_in := [metric for metric in asked if metric not in CUSTOM]:
        parameters["eval_metric"] = built_in
    elif own:
        parameters["disable_default_eval_metric"] = True
    checkpoints = job.checkpoints
    start, resumed = _resume(checkpoints)
    if resumed is not None:
        job.say(f"Resuming from iteration {start} of {checkpoints}")
    callbacks: list[Any] = [_Log(job, start)]
    if checkpoints:
        callbacks.append(_Checkpoints(checkpoints, start))
    if patience and "validation" in matrices:
        callbacks.append(_early(patience, asked))
    elif patience:
        job.say("early_stopping_rounds is without effect here: there is no validation channel.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = lambda message, *rest: job.say(_plain(message), "WARNING")
            return xgboost.train(
                parameters,
                matrices["train"],
                max(rounds - start, 0),
                evals=[(matrix, name) for name, matrix in matrices.items()],
                custom_metric=custom_metric(own, values["objective"] or "") if own else None,
                callbacks=callbacks,
                xgb_model=resumed,
                verbose_eval=False,
            )
    except (xgboost.core.XGBoostError, ValueError, TypeError) as error:
        said = _plain(error)
        if any(word in said for word in _CUSTOMER):
            raise UserError(said) from None
        raise AlgorithmError(f"XGB train call failed with exception:\n {said}") from error


def _plain(said: object) -> str:
    """A message of XGBoost without its time, its place in the source and its stack."""
    text = str(said).partition("Stack trace:")[0]
    text = re.sub(r"^\[[\d:]+\] (WARNING: )?\S+:\d+: ", "", text.strip())
    unused = re.search(r"Parameters: \{ (.*) \} are not used", text)
    if unused:
        names = unused[1].replace('"', "")
        return f"{names} is without effect here: XGBoost has no use for it in this job."
    return " ".join(text.split())


def _early(patience: int, asked: list[str]) -> Any:
    # As AWS: the last metric on the validation data decides, and the best model is kept.
    return xgboost.callback.EarlyStopping(
        rounds=patience,
        data_name="validation",
        metric_name=asked[-1] if asked else None,
        maximize=asked[-1].partition("@")[0] in XGBOOST_MAXIMIZED if asked else None,
        save_best=True,
    )


def _save(booster: Any, path: Path) -> None:
    # Whole or not at all, as a stop may come at any time; and not where files are taken to S3.
    fresh = path.parent.with_name(f".{path.name}.new")
    fresh.write_bytes(booster.save_raw("ubj"))
    fresh.replace(path)


def _resume(folder: Path | None) -> tuple[int, Any]:
    """How many rounds the newest checkpoint has, and it; 0 and None without one."""
    found = [
        (int(match[1]), path)
        for path in (folder.iterdir() if folder else ())
        if (match := _CHECKPOINT.fullmatch(path.name))
    ]
    if not found:
        return 0, None
    last, path = max(found)
    return last + 1, _booster(path)


def _booster(path: Path) -> Any:
    data = path.read_bytes()
    if data[:1] == b"\x80":
        # AWS's container up to 1.2 pickled its models; a model runs with its owner's rights anyway.
        return pickle.loads(data)
    booster = xgboost.Booster()
    booster.load_model(bytearray(data))
    return booster


def load(folder: Path) -> Predict:
    """The model of a folder; several files are an ensemble whose mean is the answer, as on AWS.

    Answers text/csv, scores separated by commas (by lines in a transform job, where
    SAGEMAKER_BATCH is set), or application/json: {"predictions": [{"score": 0.5}]}.
    Raises FileNotFoundError without a model and ValueError for a file that is none.
    """
    paths = sorted(p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    if not paths:
        raise FileNotFoundError(f"No model in {folder}: {MODEL} is missing.")
    try:
        boosters = [_booster(path) for path in paths]
    except (xgboost.core.XGBoostError, pickle.UnpicklingError, EOFError) as error:
        raise ValueError(f"Unable to load model: {_plain(error)}") from None
    if os.environ.get("SAGEMAKER_INFERENCE_OUTPUT"):
        print("SAGEMAKER_INFERENCE_OUTPUT is without effect here: scores are what is answered.")
    for booster in boosters:
        booster.set_param({"nthread": 1})  # the front answers several requests at once
    return _predictor(boosters)


def _predictor(boosters: list[Any]) -> Predict:
    supported = (CSV, LIBSVM, "text/x-libsvm", PROTOBUF)
    columns = boosters[0].num_features()
    between = "\n" if os.environ.get("SAGEMAKER_BATCH") else ","

    def predict(body: bytes, content_type: str, accept: str) -> tuple[bytes, str]:
        kind = invocation.accepted(accept, (CSV, JSON)).name
        matrix = invocation.read(body, content_type or CSV, columns, supported, missing=True)
        found = scores(boosters, matrix).tolist()
        if kind == JSON:
            return invocation.write([{"score": score} for score in found], JSON, (JSON,))
        text = between.join(map(str, found)) + ("\n" if between == "\n" else "")
        return text.encode(), CSV

    return predict


def scores(boosters: list[Any], matrix: Matrix) -> Any:
    """The predictions for a matrix: the mean of several boosters, each up to its best round."""
    data = xgboost.DMatrix(matrix, nthread=1)
    found = [
        booster.predict(data, iteration_range=_rounds(booster), validate_features=False)
        for booster in boosters
    ]
    return found[0] if len(found) == 1 else np.mean(found, axis=0)


def _rounds(booster: Any) -> tuple[int, int]:
    best = booster.attr("best_iteration")
    return (0, int(best) + 1) if best is not None else (0, 0)
