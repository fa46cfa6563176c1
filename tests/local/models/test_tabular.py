"""Tabular models: as they are, and trained by a job; both on rows that no dataset has."""

from __future__ import annotations

import csv
import io
from collections import Counter
from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError

from jupyter_smext.local.models import tabular
from tests.local.endpoint_models import end_all
from tests.local.models.calls import answer_of, deploy, document, fine_tune
from tests.local_engine import RunningEngine

pytest_plugins = ("tests.local_engine",)

IDS = [model.id for model in tabular.MODELS]


def body(rows: tabular.Rows) -> str:
    """The features as CSV."""
    text = io.StringIO()
    csv.writer(text).writerows(row[1:] for row in rows)
    return text.getvalue()


def error(id: str, answer: dict[str, Any], rows: tabular.Rows) -> tuple[float, float]:
    """The share of wrong classes, or the root of the mean squared error: (model's, baseline's).

    The baseline answers the commonest class of what was trained on, or its mean.
    """
    targets = [row[0] for row in rows]
    if "classification" in id:
        known = [row[0] for row in tabular.trained_on(tabular.tumours())]
        common = Counter(known).most_common(1)[0][0]
        wrong = np.array(answer["predicted_label"]) != np.array(targets)
        return float(wrong.mean()), float(np.mean([common != right for right in targets]))
    right = np.array(targets, float)
    mean = np.mean([float(row[0]) for row in tabular.trained_on(tabular.patients())])
    said = np.array(answer["predictions"])
    one, other = (float(np.sqrt(((each - right) ** 2).mean())) for each in (said, mean))
    return one, other


@pytest.mark.parametrize("id", IDS)
def test_it_beats_the_baseline_as_it_is_and_trained_by_a_job(
    engine: RunningEngine, id: str, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = tabular.held_out(tabular.tumours() if "class" in id else tabular.patients())
    found = document(engine, id)
    deploy(engine, f"{id}-as-it-is", found)
    before, baseline = error(id, answer_of(engine, f"{id}-as-it-is", body(rows), "text/csv"), rows)
    own = {"max_depth": "3", "eta": "0.1"} if "xgboost" in id else {"alpha": "0.5"}
    job = fine_tune(engine, id, found, found["DefaultTrainingDatasetUri"], **own)
    assert job["TrainingJobStatus"] == "Completed", job.get("FailureReason")
    assert job["FinalMetricDataList"][0]["MetricName"].startswith(id.rsplit("-", 1)[0])
    deploy(engine, f"{id}-tuned", found, job["ModelArtifacts"]["S3ModelArtifacts"])
    after, _ = error(id, answer_of(engine, f"{id}-tuned", body(rows), "text/csv"), rows)
    with capsys.disabled():
        print(f"\n{id}: error as it is {before:.3f}, tuned {after:.3f}, baseline {baseline:.3f}")
    assert before < baseline
    assert after < baseline
    end_all(engine)


def test_a_row_of_another_width_is_refused(engine: RunningEngine) -> None:
    deploy(engine, "narrow", document(engine, IDS[0]))
    for wrong in ("1,2,3", "a,b", ""):
        with pytest.raises(ClientError) as refused:
            answer_of(engine, "narrow", wrong or "\n", "text/csv")
        assert refused.value.response["OriginalStatusCode"] == 400
    end_all(engine)


def test_categories_that_would_count_for_nothing_fail_the_job(engine: RunningEngine) -> None:
    s3 = engine.client("s3")
    s3.create_bucket(Bucket="categories")
    s3.put_object(Bucket="categories", Key="data/train/data.csv", Body=b"a,1\nb,2\n")
    s3.put_object(Bucket="categories", Key="data/categorical_index.json", Body=b"{}")
    found = document(engine, IDS[2])
    job = fine_tune(engine, "categories", found, "s3://categories/data/")
    assert job["TrainingJobStatus"] == "Failed"
    assert "categorical_index.json" in job["FailureReason"]
