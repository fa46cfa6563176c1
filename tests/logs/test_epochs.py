"""How far a training is: what logs of several forms tell, and what they do not."""

from __future__ import annotations

from typing import Any

import pytest

from jupyter_smext.logs.epochs import NOT_KNOWN, EpochsInLog, epochs_asked
from jupyter_smext.protocol import TrainingEpochs
from tests.jobs.notebooks import eventually
from tests.local.training_jobs import Jobs
from tests.local_engine import RunningEngine
from tests.smext_server import Call

from .test_routes import PLACE

pytest_plugins = ("tests.local_engine", "tests.smext_server")

KERAS = ("Epoch 1/10", "9/9 - 1s - loss: 0.9", "Epoch 2/10", "9/9 - 1s - loss: 0.8", "Epoch 3/10")
RESULTS = tuple(f"epoch {number}: train_loss: 0.{number}" for number in (1, 2, 3))
FROM_ZERO = ("Epoch[0] Time cost=9.9", "Epoch[1] Time cost=9.9", "Epoch[2] Time cost=9.9")
STEPS = tuple(f"[epoch {epoch}/20] step {n} loss 0.4" for epoch in (1, 2, 3) for n in (1, 2))
EXAMPLE = tuple(
    f"Train Epoch: {epoch} [{n}/60000 (1%)]\tLoss: 0.4" for epoch in (1, 2) for n in (0, 640)
)
TRAINER = tuple(f"{{'loss': 0.5, 'learning_rate': 2e-05, 'epoch': {n}}}" for n in (0.5, 1.0, 1.5))
ALGORITHM = tuple(
    f"[06/01/2026 12:00:00 INFO 140] #progress_metric: host=algo-1, completed {n}.0 % of epochs"
    for n in (10, 20, 30)
)


def told(*lines: str, asked: int | None = 10) -> TrainingEpochs:
    """Of lines that came ten seconds after each other."""
    seen = EpochsInLog()
    seen.take((10.0 * number, line) for number, line in enumerate(lines))
    return seen.told(asked)


@pytest.mark.parametrize(
    ("lines", "asked", "epoch", "of", "done", "pace", "ends"),
    [
        (KERAS, None, 3, 10, 2.0, 20.0, 40.0 + 8 * 20),
        (RESULTS, 10, 3, 10, 3.0, 10.0, 20.0 + 7 * 10),
        (FROM_ZERO, 10, 3, 10, 3.0, 10.0, 20.0 + 7 * 10),
        (STEPS, 10, 3, 20, 2.0, 20.0, 40.0 + 18 * 20),
        (EXAMPLE, 10, 2, 10, 1.0, 20.0, 20.0 + 9 * 20),
        (TRAINER, 3, 2, 3, 1.5, 20.0, 20.0 + 1.5 * 20),
        (ALGORITHM, 10, 4, 10, 3.0, 10.0, 20.0 + 7 * 10),
        ((*RESULTS, "epoch 4: train_loss: 0.1"), 4, 4, 4, 4.0, 10.0, 30.0),
    ],
)
def test_what_forms_tell(
    lines: tuple[str, ...],
    asked: int | None,
    epoch: int,
    of: int,
    done: float,
    pace: float,
    ends: float,
) -> None:
    assert told(*lines, asked=asked) == TrainingEpochs(
        epoch, of, pytest.approx(done), pytest.approx(pace), pytest.approx(ends)
    )


def test_nothing_is_estimated_before_an_epoch_was_measured() -> None:
    assert told("Epoch 1/10") == TrainingEpochs(1, 10, 0.0, None, None)
    assert told("Epoch 1/10", "step 1", "epoch 1 step 2") == TrainingEpochs(1, 10, 0.0, None, None)


@pytest.mark.parametrize(
    ("lines", "asked"),
    [
        ((), 10),
        (("loss: 0.5",), 10),
        # Of how many is not known.
        (RESULTS, None),
        (TRAINER, None),
        # Not from the beginning on: it may count from 0.
        (RESULTS[1:], 10),
        # More than there are, or again from the first one.
        (RESULTS, 2),
        ((*RESULTS, *RESULTS), 10),
        ((*TRAINER, TRAINER[0]), 10),
        # No epochs at all.
        (("epochs=10", "epoch time 3.5 s", "epoch 1700000000", "Epoch 1.5", "epochal 1/3"), 10),
    ],
)
def test_where_it_cannot_be_known_nothing_is_said(
    lines: tuple[str, ...], asked: int | None
) -> None:
    assert told(*lines, asked=asked) == NOT_KNOWN


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({"epochs": "10"}, 10),
        ({"epochs": '"10"'}, 10),
        ({"num_train_epochs": "3.0"}, 3),
        ({"max_epochs": "7", "batch_size": "2"}, 7),
        ({"epochs": "many"}, None),
        ({"epochs": "0"}, None),
        ({"epochs": "1.5"}, None),
        ({"epochs": "NaN"}, None),
        ({"epochs": "[1]"}, None),
        ({"epochs": "null"}, None),
        ({"rounds": "3"}, None),
        ({}, None),
    ],
)
def test_how_many_were_asked_for(given: dict[str, str], asked: int | None) -> None:
    assert epochs_asked(given) == asked


async def test_of_a_job(local: Any, call: Call, engine: RunningEngine) -> None:
    jobs = Jobs(engine)
    script = "import time\nprint('Epoch 1/4', flush=True)\nwhile True: time.sleep(0.05)"
    jobs.create("epochs", script, HyperParameters={"epochs": "4"})
    found: Any = {}

    async def known() -> bool:
        nonlocal found
        answer = await call("GET", "training-jobs/epochs/epochs", **PLACE)
        assert answer.status == 200, answer.body
        found = answer.json
        return found["epoch"] is not None

    await eventually(known)
    assert found == {"epoch": 1, "of": 4, "done": 0.0, "pace": None, "ends": None}

    # By this the page knows that there is something to ask for.
    async def trains() -> bool:
        timeline = (await call("GET", "resources/training-job/epochs/timeline", **PLACE)).json
        return "Training" in [one["status"] for one in timeline["phases"] if one["state"] == "now"]

    await eventually(trains)
    engine.client("sagemaker").stop_training_job(TrainingJobName="epochs")
    assert jobs.wait("epochs")["TrainingJobStatus"] == "Stopped"


async def test_of_a_job_that_is_not_there(local: Any, call: Call) -> None:
    answer = await call("GET", "training-jobs/nobody/epochs", **PLACE)
    assert (answer.status, answer.json["cause"]) == (404, "not_found")
