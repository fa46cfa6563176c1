"""What a running resource costs by the hour, from AWS's answer to the price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from jupyter_smext.cost.price_list import HOURS_OF_MONTH, price_list
from jupyter_smext.cost.running import costs, in_use, price_of
from jupyter_smext.inventory.rows import row_of
from jupyter_smext.kinds import groups_of, kind, kinds
from jupyter_smext.protocol import Page, Row

from .goods import product, texts, volume

USES = {"Notebook": 0.1, "Training": 0.2, "Processing": 0.3, "Hosting": 0.4, "AsyncInf": 0.5}
USES |= {"BatchTransform": 0.6, "Cluster": 0.7, "Studio-JupyterLab": 0.8, "Studio-CodeEditor": 0.9}
PRICES = price_list(
    "us-east-1",
    texts(
        *(product(word, price=str(price)) for word, price in USES.items()),
        product("Hosting", "ml.g5.12xlarge", "7.09"),
        *(volume(word, "0.72") for word in ("Notebk", "Train")),
    ),
    1.0,
)
CONFIG = {
    "ProductionVariants": [
        {"VariantName": "a", "InstanceType": "ml.g5.12xlarge", "InitialInstanceCount": 1},
        {"VariantName": "b", "InstanceType": "ml.m5.large", "InitialInstanceCount": 2},
        {"VariantName": "c", "ServerlessConfig": {"MemorySizeInMB": 2048}},
    ]
}


def price(id: str, answer: Mapping[str, Any], config: Mapping[str, Any] = CONFIG) -> float | None:
    return price_of(PRICES, groups_of(kind(id), answer, lambda *_: config))


def endpoint(*counts: int | None) -> dict[str, Any]:
    variants = [
        {"VariantName": name, "CurrentInstanceCount": count}
        for name, count in zip("ab", counts, strict=False)
        if count is not None
    ]
    return {"EndpointName": "e", "EndpointConfigName": "c", "ProductionVariants": variants}


M5 = {"InstanceType": "ml.m5.large"}
SIZED = {**M5, "InstanceCount": 3, "VolumeSizeInGB": 100}


@pytest.mark.parametrize(
    ("id", "answer", "expected"),
    [
        ("notebook-instance", M5, 0.1),
        ("notebook-instance", {**M5, "VolumeSizeInGB": 50}, 0.1 + 50 * 0.72 / HOURS_OF_MONTH),
        ("notebook-instance", {"InstanceType": "ml.none.large"}, None),
        ("app", {"AppType": "JupyterLab", "ResourceSpec": M5}, 0.8),
        ("app", {"AppType": "CodeEditor", "ResourceSpec": M5}, 0.9),
        ("app", {"AppType": "Canvas", "ResourceSpec": M5}, None),
        ("app", {"AppType": "JupyterLab"}, None),
        ("training-job", {"ResourceConfig": SIZED}, 3 * (0.2 + 100 * 0.72 / HOURS_OF_MONTH)),
        ("training-job", {"ResourceConfig": SIZED, "EnableManagedSpotTraining": True}, None),
        ("training-job", {"ResourceConfig": {**SIZED, "TrainingPlanArn": "arn"}}, None),
        (
            "training-job",
            {
                "ResourceConfig": {
                    "VolumeSizeInGB": 1,
                    "InstanceGroups": [{**M5, "InstanceCount": 1}, {**M5, "InstanceCount": 2}],
                }
            },
            3 * 0.2,
        ),
        (
            "training-job",
            {"ResourceConfig": {"SelectedInstanceType": "ml.m5.large", "SelectedInstanceCount": 2}},
            2 * 0.2,
        ),
        ("training-job", {}, None),
        # The list has no price of a processing job's volume: it counts for nothing.
        ("processing-job", {"ProcessingResources": {"ClusterConfig": SIZED}}, 3 * 0.3),
        ("transform-job", {"TransformResources": {**M5, "InstanceCount": 2}}, 2 * 0.6),
        ("cluster", {"InstanceGroups": [{**M5, "CurrentCount": 4}]}, 4 * 0.7),
        (
            "cluster",
            {"InstanceGroups": [{**M5, "CurrentCount": 4, "TrainingPlanArn": "arn"}]},
            None,
        ),
        ("endpoint", endpoint(2, 1), 2 * 7.09 + 0.4),
        ("endpoint", endpoint(2), 2 * 7.09 + 2 * 0.4),
        ("endpoint", endpoint(0, 0), 0.0),
        ("mlflow-tracking-server", {"TrackingServerSize": "Small"}, None),
        ("model", {"ModelName": "m"}, None),
    ],
)
def test_price(id: str, answer: dict[str, Any], expected: float | None) -> None:
    found = price(id, answer)
    assert found == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        ({**CONFIG, "AsyncInferenceConfig": {"OutputConfig": {}}}, None),
        ({"ProductionVariants": [CONFIG["ProductionVariants"][1]]}, 0.4),
        (
            {
                "AsyncInferenceConfig": {"OutputConfig": {}},
                "ProductionVariants": [CONFIG["ProductionVariants"][1]],
            },
            0.5,
        ),
        (
            {
                "ProductionVariants": [CONFIG["ProductionVariants"][1]],
                "ShadowProductionVariants": [{**M5, "VariantName": "s", "InitialInstanceCount": 2}],
            },
            3 * 0.4,
        ),
        ({"ProductionVariants": [{"VariantName": "b", "InstancePools": [{}]}]}, None),
        (
            {
                "ProductionVariants": [
                    {**M5, "VariantName": "b", "CapacityReservationConfig": {"x": "y"}}
                ]
            },
            None,
        ),
        ({"ProductionVariants": [CONFIG["ProductionVariants"][2]]}, None),
        ({}, None),
    ],
    ids=[
        "async without price",
        "one",
        "async",
        "shadow",
        "pools",
        "reserved",
        "serverless",
        "none",
    ],
)
def test_endpoints(config: dict[str, Any], expected: float | None) -> None:
    found = price("endpoint", endpoint(None, 1), config)
    assert found == (None if expected is None else pytest.approx(expected))


def rows() -> list[tuple[Any, Row]]:
    """What runs, as the inventory has it."""
    instance = {
        "NotebookInstanceName": "nb",
        "NotebookInstanceArn": "arn:aws:sagemaker:us-east-1:000000000000:notebook-instance/nb",
        "NotebookInstanceStatus": "InService",
        **M5,
    }
    app = {
        "DomainId": "d-1",
        "SpaceName": "Team space",
        "AppType": "JupyterLab",
        "AppName": "default",
        "Status": "InService",
        "ResourceSpec": M5,
    }
    tuning = {
        "HyperParameterTuningJobName": "t",
        "HyperParameterTuningJobArn": "arn:t",
        "HyperParameterTuningJobStatus": "InProgress",
    }
    items = {"notebook-instance": instance, "app": app, "hyper-parameter-tuning-job": tuning}
    return [(kind(id), row_of(kind(id), item)) for id, item in items.items()]


def test_costs_of_rows() -> None:
    found = {(one.kind, one.price, one.memory) for one in costs(rows(), PRICES, None)}
    assert found == {("notebook-instance", 0.1, None), ("app", 0.8, None)}, (
        "the tuning job has none"
    )
    assert {one.price for one in costs(rows(), None, None)} == {None}


def test_memory_is_found_by_arn_and_by_name() -> None:
    start = "arn:aws:sagemaker:us-east-1:000000000000:"
    memory = {f"{start}notebook-instance/nb": 7, f"{start}app/d-1/Team space/jupyterlab/default": 9}
    found = {one.kind: one.memory for one in costs(rows(), None, memory)}
    assert found == {"notebook-instance": 7, "app": 9}


def page(id: str, *, read_at: float | None = 1.0, stale: bool = False) -> Page:
    return Page(id, 1, read_at, stale, None, ())


def test_in_use_is_told_of_what_was_read() -> None:
    pages = [page("notebook-instance"), page("app"), page("endpoint", stale=True)]
    assert in_use(rows(), [*pages, page("training-job", read_at=None)]) == {
        "notebook": {"ml.m5.large": 1},
        "studio": {"ml.m5.large": 1},
    }
    assert in_use(rows(), []) == {}


def test_in_use_is_not_told_before_it_is_known_what_all_run_on() -> None:
    job = {
        "TrainingJobName": "j",
        "TrainingJobArn": "arn:j",
        "TrainingJobStatus": "InProgress",
        "CreationTime": None,
    }
    running = [*rows(), (kind("training-job"), row_of(kind("training-job"), job))]
    pages = [page("notebook-instance"), page("app"), page("training-job"), page("processing-job")]
    assert set(in_use(running, pages)) == {"notebook", "studio", "processing"}


def test_every_kind_that_runs_is_paid_somehow() -> None:
    for one in kinds().values():
        assert one.paid_by is None or kind(one.paid_by).running, one
        assert not (one.paid_by and one.billed_as), one
        assert one.running or not (one.paid_by or one.billed_as), one
