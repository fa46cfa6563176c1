"""The trials themselves: planted losses, leftovers and half answers are found."""

from __future__ import annotations

import os
import random
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing

import pytest

from jupyter_smext.local.contract import operation_model
from jupyter_smext.local.runners.supervision import ENGINE_MARK
from tests.local.trials import chaos, keeping, raw
from tests.local.trials.chaos import Chaos
from tests.local.trials.engine_process import EngineProcess
from tests.local.trials.fuzz import Fuzz
from tests.local.trials.kept import Kept, changed_by
from tests.local.trials.ledger import Cell
from tests.local.trials.worker import BUCKET


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EngineProcess]:
    engine = EngineProcess(tmp_path_factory.mktemp("trials") / "home")
    engine.start()
    yield engine
    engine.stop()


def test_what_was_under_way_may_be_there_or_not_and_nothing_else() -> None:
    cell = Cell("thing")
    with cell.becoming(1):
        pass
    assert "thing is 2, not 1" in cell.wrong(2)
    with pytest.raises(OSError), cell.becoming(2):
        raise OSError
    assert "not 1 or 2" in cell.wrong(None)
    assert cell.wrong(2) == "" and cell.pending == []
    assert cell.wrong(1)


def test_a_round_of_death_and_what_is_planted_in_it(
    engine: EngineProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(1)
    objects, records = keeping.Objects(engine, rng), keeping.Records(engine, rng)
    run = Chaos(engine, rng, [objects, records])
    objects.client("s3").create_bucket(Bucket=BUCKET)
    assert run.round(1).endswith("ok") and run.problems == []
    assert objects.done and records.done

    # A record and an object that were acknowledged are gone, bytes are there that no row names.
    while not any(cell.value for cell in records._models):
        records.step()
    while not any(cell.value and cell.value[0] for cell in objects._cells):
        objects.step()
    engine.kill()
    with closing(sqlite3.connect(engine.home / "state.db")) as db:
        db.execute("delete from resources where noun='Model'")
        db.commit()
    with closing(sqlite3.connect(engine.home / "s3.db")) as db:
        db.execute("delete from objects")
        db.commit()
    engine.start()
    assert "is None, not" in records.check(True)[0]
    assert "is None, not" in objects.check(True)[0]
    monkeypatch.setattr(chaos, "_END_SECONDS", 0.5)
    (engine.home / "s3" / "left").write_bytes(b"x")
    assert "bytes without objects: {'left'}" in run._half()[0]
    (engine.home / "s3" / "left").unlink()
    assert run._half() == []

    sleep = [sys.executable, "-c", "import time; print(flush=True); time.sleep(600)"]
    marked = {**os.environ, ENGINE_MARK: str(engine.home)}
    with subprocess.Popen(sleep, env=marked, stdout=subprocess.PIPE) as orphan:
        assert orphan.stdout is not None
        orphan.stdout.readline()
        assert str(orphan.pid) in run._left(engine.pid)[0]
        orphan.kill()
    assert run._left(engine.pid) == []


def test_a_trace_is_seen_and_a_question_leaves_none(engine: EngineProcess) -> None:
    kept, client = Kept(engine), engine.client("sagemaker")
    made = iter(range(100))
    assert changed_by(kept, client.list_experiments) == []
    trace = changed_by(kept, lambda: client.create_experiment(ExperimentName=f"e{next(made)}"))
    assert trace == ["state.db resources ('us-east-1', 'Experiment', 'e2')"]
    trace = changed_by(kept, lambda: (engine.home / "s3" / f"stray{next(made)}").touch())
    assert trace == ["s3/stray5"]
    kept.close()


def sent(**more: object) -> raw.Sent:
    return raw.Sent("json", "POST", "/", {}, b"{}", ("valid",), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (raw.Answer(500, {}, b'{"__type":"InternalFailure","message":"m"}'), "500 InternalFailure"),
        (raw.Answer(400, {}, b'{"__type":"X y","message":"m"}'), "without a code"),
        (raw.Answer(400, {}, b'{"__type":"Xy","message":""}'), "without a code or words"),
        (raw.Answer(400, {}, b"no"), "cannot be read"),
        (raw.Answer(0), "closed"),
        (raw.Answer(200, {}, b'{"NextToken": "x"}'), "ModelSummaries is missing"),
        (raw.Answer(200, {}, b'{"Models": [}'), "cannot be read"),
        (raw.Answer(200, {}, b'{"Models": [{"ModelName": "m"}]}'), "ModelArn is missing"),
        (raw.Answer(200, {}, b'{"Models": [], "More": 1}'), "More is not in"),
        (raw.Answer(200, {}, b'{"Models": []}'), ""),
        (raw.Answer(400, {}, b'{"__type":"ValidationException","message":"m"}'), ""),
    ],
)
def test_answers_are_judged(engine: EngineProcess, answer: raw.Answer, found: str) -> None:
    fuzz = Fuzz(engine, random.Random(1), ["sagemaker"])
    problem = fuzz._problem(sent(), operation_model("sagemaker", "ListModels"), answer, False)
    assert found.replace("ModelSummaries", "Models") in problem
    assert bool(problem) is bool(found)


def test_a_plainly_invalid_request_must_be_refused(engine: EngineProcess) -> None:
    fuzz = Fuzz(engine, random.Random(1), ["sagemaker"])
    model = operation_model("sagemaker", "ListModels")
    answer = raw.Answer(200, {}, b'{"Models": []}')
    assert "accepted" in fuzz._problem(sent(), model, answer, True)


def test_some_made_up_requests(engine: EngineProcess) -> None:
    fuzz = Fuzz(engine, random.Random(7), ["sagemaker", "iam", "sts"])
    fuzz.run(300)
    assert fuzz.findings == []
    assert fuzz.statuses["2xx"] > 20 and fuzz.statuses["4xx"] > 100


def test_the_same_seed_makes_the_same_requests(engine: EngineProcess) -> None:
    first, second = (
        [Fuzz(engine, random.Random(3), ["s3", "logs"])._make("s3")[0] for _ in range(1)]
        for _ in range(2)
    )
    assert [one.target for one in first] == [one.target for one in second]
    assert [one.body for one in first] == [one.body for one in second]
