"""Notebooks run as training jobs of the real local engine, through the routes."""

from __future__ import annotations

import asyncio
import importlib.util
import stat
import zipfile
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.lifecycle.read_only import ReadOnly
from jupyter_smext.routes.services import Services
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Call

from .notebooks import begun, ended, eventually, log_of, notebook, outputs, request, step, until

PLACE = {"connection": "local", "region": REGION}


async def test_a_notebook_comes_back_executed(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_root_dir: Path
) -> None:
    folder = jp_root_dir / "work"
    source = notebook(
        folder / "orders.ipynb",
        "import pathlib\nprint('read', pathlib.Path('data/numbers.csv').read_text())",
        "print('got', rows, name)",
        "pathlib.Path('out').mkdir()\npathlib.Path('out/table.csv').write_text('1;2')",
        parameters="rows: int = 10  # how many\nname = 'a'",
    )
    (folder / "data").mkdir()
    (folder / "data" / "numbers.csv").write_text("7,8,9")
    before = source.read_bytes()

    job = await begun(call, "work/orders.ipynb", parameters={"rows": 3}, spot=True)
    assert job["state"] == "running"
    job = await ended(call, job["id"])
    assert job["state"] == "done", job
    assert [each["state"] for each in job["steps"]] == ["done"] * 6
    assert (
        "Created the bucket" in step(job, "check")["note"]
        or "is there" in step(job, "check")["note"]
    )

    assert source.read_bytes() == before
    result = jp_root_dir / job["result"]
    assert result.parent == folder and result.name.startswith("orders (job 20")
    assert outputs(result) == "read 7,8,9\ngot 3 a\n"
    assert job["files"] == [{"name": "out/table.csv", "bytes": 3}]
    assert not (folder / "out").exists()

    described = engine.client("sagemaker").describe_training_job(TrainingJobName=job["job"])
    assert described["EnableManagedSpotTraining"] is True
    assert described["StoppingCondition"]["MaxWaitTimeInSeconds"] == 7200

    job = (await call("POST", f"notebook-jobs/{job['id']}/fetch")).json
    assert (jp_root_dir / job["files_at"] / "out" / "table.csv").read_text() == "1;2"

    text = "\n".join(await log_of(call, job["job"]))
    assert "read 7,8,9" in text and "[notebook] Done" in text
    assert "Installing" not in text

    async def in_the_panel() -> bool:
        known = await call("GET", "inventory", connection="local", region=REGION)
        pages = [page for page in known.json["pages"] if page["kind"] == "training-job"]
        found = [row for page in pages for row in page["rows"] if row["id"] == job["job"]]
        return [row["status"] for row in found] == ["Completed"]

    await eventually(in_the_panel)


async def test_a_notebook_that_fails_is_brought_back_with_its_error(
    call: Call, local: tuple[str, str], jp_root_dir: Path
) -> None:
    notebook(
        jp_root_dir / "bad.ipynb",
        "print('before')",
        "open('left.txt', 'w').write('x')\nraise ValueError('no such order')",
        "print('never')",
    )
    job = await ended(call, (await begun(call, "bad.ipynb"))["id"])
    assert job["state"] == "failed"
    assert step(job, "run")["state"] == "failed" and step(job, "fetch")["state"] == "done"
    assert job["problem"]["title"] == "Cell [2] failed: ValueError: no such order"
    assert "no such order" in job["problem"]["detail"]
    text = outputs(jp_root_dir / job["result"])
    assert "before" in text and "never" not in text
    assert [each["name"] for each in job["files"]] == ["left.txt"]


async def test_a_stopped_job_brings_back_what_was_done(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_root_dir: Path
) -> None:
    notebook(
        jp_root_dir / "long.ipynb",
        "print('first cell', flush=True)",
        "print('now waiting', flush=True)\nimport time\nwhile True: time.sleep(0.1)",
    )
    job = await begun(call, "long.ipynb")
    id = job["id"]

    async def waits() -> bool:
        return any("now waiting" in line for line in await log_of(call, job["job"]))

    await eventually(waits)
    answer = await call("POST", f"notebook-jobs/{id}/cancel")
    assert answer.status == 200
    job = await ended(call, id)
    assert job["state"] == "cancelled" and job["problem"] is None, job
    described = engine.client("sagemaker").describe_training_job(TrainingJobName=job["job"])
    assert described["TrainingJobStatus"] == "Stopped"
    assert "first cell" in outputs(jp_root_dir / job["result"])
    again = await call("POST", f"notebook-jobs/{id}/cancel")
    assert again.status == 200 and again.json["state"] == "cancelled"


@pytest.mark.parametrize(
    "name",
    [
        "-rf s3: {rows} $(id) '\"`.ipynb",
        "a\nb München 注文.ipynb",
        "x" * 240 + ".ipynb",
    ],
)
async def test_hostile_names(
    name: str, call: Call, local: tuple[str, str], jp_root_dir: Path
) -> None:
    notebook(jp_root_dir / "de ep" / name, "print('ran')")
    form = await call("GET", "notebook-jobs/form", **PLACE, path=f"de ep/{name}")
    assert form.status == 200, form.json
    job = await ended(call, (await begun(call, f"de ep/{name}"))["id"])
    assert job["state"] == "done", job["problem"]
    assert outputs(jp_root_dir / job["result"]) == "ran\n"


async def test_no_result_overwrites_another(
    call: Call, local: tuple[str, str], jp_root_dir: Path
) -> None:
    notebook(jp_root_dir / "same.ipynb", "print('ran')")
    ids = [(await begun(call, "same.ipynb"))["id"] for _ in range(3)]
    results = {(await ended(call, id))["result"] for id in ids}
    assert len(results) == 3
    listed = (await call("GET", "notebook-jobs")).json
    assert [job["id"] for job in listed][:3] == ids[::-1]


async def test_a_server_that_restarts_goes_on(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_root_dir: Path, jp_serverapp: Any
) -> None:
    gate = jp_root_dir / "gate"
    notebook(
        jp_root_dir / "long.ipynb",
        f"import os, time\nprint('waits', flush=True)\n"
        f"while not os.path.exists({str(gate)!r}): time.sleep(0.05)",
    )
    id = (await begun(call, "long.ipynb"))["id"]
    await until(call, id, lambda job: step(job, "run")["note"].startswith("Training"))

    services = jp_serverapp.web_app.settings["smext"]
    journal = services.home / "notebook-jobs" / f"{id}.json"
    assert stat.S_IMODE(journal.stat().st_mode) == 0o600
    await services.close()
    told: list[dict[str, Any]] = []
    fresh = Services(lambda schema, data: told.append(data), services.home)
    jp_serverapp.web_app.settings["smext"] = fresh
    gate.touch()
    job = await ended(call, id)
    assert job["state"] == "done"
    assert outputs(jp_root_dir / job["result"]) == "waits\n"
    jobs = engine.client("sagemaker").list_training_jobs(NameContains="long")
    names = [each["TrainingJobName"] for each in jobs["TrainingJobSummaries"]]
    assert names.count(job["job"]) == 1
    events = [each for each in told if "task" in each]
    assert events and {(each["task"], each["id"]) for each in events} == {("notebook-job", id)}


async def test_a_server_that_died_before_the_job_was_created_begins_anew(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_root_dir: Path, jp_serverapp: Any
) -> None:
    notebook(jp_root_dir / "once.ipynb", "print('ran')")
    engine.faults([{"kind": "latency", "operation": "CreateTrainingJob", "seconds": 30}])
    id = (await begun(call, "once.ipynb"))["id"]
    await until(call, id, lambda job: step(job, "create")["state"] == "now")
    services = jp_serverapp.web_app.settings["smext"]
    await services.close()
    engine.faults([])
    for archive in (services.home / "notebook-jobs").glob("*.tar.gz"):
        archive.unlink()
    jp_serverapp.web_app.settings["smext"] = Services(lambda schema, data: None, services.home)
    job = await ended(call, id)
    assert job["state"] == "done"


async def test_what_aws_refuses_is_said(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_root_dir: Path
) -> None:
    notebook(jp_root_dir / "a.ipynb", "print('ran')")
    engine.faults([{"kind": "denied", "operation": "PutObject"}])
    job = await ended(call, (await begun(call, "a.ipynb"))["id"])
    assert job["state"] == "failed" and step(job, "upload")["state"] == "failed"
    assert job["problem"]["permission"] == "s3:PutObject"
    assert step(job, "create")["state"] == "skipped"

    engine.faults([{"kind": "denied", "operation": "CreateTrainingJob"}])
    job = await ended(call, (await begun(call, "a.ipynb"))["id"])
    assert job["problem"]["permission"] == "sagemaker:CreateTrainingJob"
    assert job["result"] is None
    engine.faults([])

    wanted = {"noun": "TrainingJob", "instance_type": "ml.m5.large"}
    engine.faults([{"kind": "quota", **wanted}])
    job = await ended(call, (await begun(call, "a.ipynb"))["id"])
    assert job["problem"]["cause"] == "limit" and step(job, "create")["state"] == "failed"
    assert "ml.m5.large" in job["problem"]["detail"]

    engine.faults([{"kind": "capacity", **wanted}])
    job = await ended(call, (await begun(call, "a.ipynb"))["id"])
    assert job["problem"]["title"] == "AWS has no instance of this type to spare"
    engine.faults([])

    job = await ended(call, (await begun(call, "a.ipynb", s3_uri="s3://not-there-at-all"))["id"])
    assert job["problem"]["title"] == "There is no bucket not-there-at-all"

    image = "683313688378.dkr.ecr.us-east-1.amazonaws.com/something-else:1"
    job = await ended(call, (await begun(call, "a.ipynb", image=image))["id"])
    assert job["state"] == "failed" and "something-else:1" in job["problem"]["detail"]
    assert job["result"] is None and step(job, "fetch")["note"] == "The job left no notebook"


async def test_a_notebook_that_could_not_be_brought_back_is_fetched_later(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_root_dir: Path
) -> None:
    notebook(jp_root_dir / "a.ipynb", "print('ran')")
    engine.faults([{"kind": "denied", "operation": "ListObjectsV2"}])
    job = await ended(call, (await begun(call, "a.ipynb"))["id"])
    assert job["state"] == "failed" and step(job, "run")["state"] == "done", job
    assert step(job, "fetch")["state"] == "failed"
    engine.faults([])
    again = (await call("POST", f"notebook-jobs/{job['id']}/fetch")).json
    assert again["state"] == "running"
    job = await ended(call, job["id"])
    assert job["state"] == "done" and outputs(jp_root_dir / job["result"]) == "ran\n"


async def test_what_is_brought_back_in_vain_can_be_given_up(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_root_dir: Path
) -> None:
    notebook(jp_root_dir / "a.ipynb", "print('ran')")
    engine.faults([{"kind": "nonjson", "operation": "ListObjectsV2"}])
    id = (await begun(call, "a.ipynb"))["id"]
    await until(call, id, lambda job: step(job, "fetch")["note"])
    await call("POST", f"notebook-jobs/{id}/cancel")
    job = await ended(call, id)
    assert job["state"] == "failed" and step(job, "fetch")["state"] == "failed"
    engine.faults([])
    await call("POST", f"notebook-jobs/{id}/fetch")
    job = await ended(call, id)
    assert job["state"] == "done" and outputs(jp_root_dir / job["result"]) == "ran\n"


async def test_requirements_are_the_jobs_own(
    call: Call, local: tuple[str, str], jp_root_dir: Path
) -> None:
    folder = jp_root_dir / "with"
    notebook(folder / "a.ipynb", "import smext_tiny\nprint(smext_tiny.VALUE)")
    with zipfile.ZipFile(folder / "smext_tiny-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("smext_tiny.py", "VALUE = 41 + 1")
        info = "smext_tiny-1.0.dist-info"
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: smext_tiny\nVersion: 1.0\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    (folder / "requirements.txt").write_text("./smext_tiny-1.0-py3-none-any.whl\n")
    form = (await call("GET", "notebook-jobs/form", **PLACE, path="with/a.ipynb")).json
    assert form["requirements"] is True
    job = await ended(call, (await begun(call, "with/a.ipynb"))["id"])
    assert job["state"] == "done", job["problem"]
    assert outputs(jp_root_dir / job["result"]) == "42\n"
    assert importlib.util.find_spec("smext_tiny") is None


async def test_the_form_knows_the_notebook(
    call: Call, local: tuple[str, str], jp_root_dir: Path
) -> None:
    folder = jp_root_dir / "work"
    notebook(
        folder / "a.ipynb", parameters="rows: int = 10  # how many\nlabels = ['a', None]\nx = f()"
    )
    for name in (".env", ".aws/credentials", "__pycache__/a.pyc", "venv/pyvenv.cfg", "kept.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("secret")
    (folder / "link").symlink_to("/etc/passwd")
    form = (await call("GET", "notebook-jobs/form", **PLACE, path="work/a.ipynb")).json
    assert form["parameters"] == [
        {"name": "rows", "default": "10", "type": "int", "help": "how many", "value": 10},
        {"name": "labels", "default": "['a', None]", "type": "", "help": "", "value": ["a", None]},
        {"name": "x", "default": "f()", "type": "", "help": "", "value": None},
    ]
    assert form["files"] == 2 and not form["requirements"]
    assert set(form["without"]) == {".env", ".aws", "__pycache__", "venv", "link"}
    assert form["image"].startswith("683313688378.") and form["role"] in form["roles"]
    assert form["s3_uri"] == f"s3://sagemaker-{REGION}-000000000000/notebook-jobs"
    assert form["problems"] == []


@pytest.mark.parametrize(
    ("wrong", "title"),
    [
        ({"role": ""}, "A role is missing"),
        ({"role": "me"}, "This is not the ARN of a role"),
        ({"instance_type": "ml.none.large"}, "There is no such instance type for training"),
        ({"s3_uri": "https://bucket/x"}, "This is no place in S3"),
        ({"max_seconds": 0}, "The longest run, in seconds, is from 1 to 2419200"),
        ({"volume_gib": 99999}, "The volume's size, in GiB, is from 1 to 16384"),
        ({"parameters": {"x\nimport os": 1}}, "This is not the name of a parameter"),
        ({"kernel": "../x"}, "This is not the name of a kernel"),
        ({"image": "a b"}, "This is not the URI of an image"),
        ({"region": "xx-nowhere-1"}, "An image is missing"),
        ({"path": "none.ipynb"}, "There is no such notebook"),
        ({"path": "../../etc/passwd.ipynb"}, "There is no such notebook"),
        ({"path": "a.txt"}, "This is no notebook"),
        ({"path": "a\0.ipynb"}, "There is no such notebook"),
    ],
)
async def test_what_cannot_be_meant_is_refused(
    wrong: dict[str, Any], title: str, call: Call, local: tuple[str, str], jp_root_dir: Path
) -> None:
    notebook(jp_root_dir / "a.ipynb", "1")
    answer = await call("POST", "notebook-jobs", {**request("a.ipynb"), **wrong})
    assert 400 <= answer.status < 500 and answer.json["title"] == title, answer.json
    assert (await call("GET", "notebook-jobs")).json == []


async def test_jobs_that_are_not_there(call: Call) -> None:
    for method, path in (
        ("GET", "notebook-jobs/job-0123456789abcdef"),
        ("GET", "notebook-jobs/..%2F..%2Fetc"),
        ("POST", "notebook-jobs/job-0123456789abcdef/cancel"),
        ("POST", "notebook-jobs/nothing/fetch"),
    ):
        assert (await call(method, path)).status == 404


async def test_a_read_only_connection_refuses(
    call: Call, local: tuple[str, str], jp_root_dir: Path, jp_serverapp: Any
) -> None:
    notebook(jp_root_dir / "a.ipynb", "1")
    services = jp_serverapp.web_app.settings["smext"]
    services.read_only = ReadOnly(["local"])
    answer = await call("POST", "notebook-jobs", request("a.ipynb"))
    assert answer.status == 403 and answer.json["title"] == "This connection is read-only"


async def training(call: Call, folder: Path) -> tuple[str, Path]:
    """A job whose notebook runs until there is a file, and that file; then it prints `ran`."""
    gate = folder / "gate"
    notebook(
        folder / "long.ipynb",
        f"import os, time\nwhile not os.path.exists({str(gate)!r}): time.sleep(0.05)\nprint('ran')",
    )
    id = (await begun(call, "long.ipynb"))["id"]
    await until(call, id, lambda job: step(job, "run")["note"].startswith("Training"))
    return id, gate


async def test_a_job_that_could_not_be_looked_at_is_gone_on_with(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_root_dir: Path
) -> None:
    id, gate = await training(call, jp_root_dir)
    engine.faults([{"kind": "denied", "operation": "DescribeTrainingJob"}])
    job = await ended(call, id)
    assert job["problem"]["permission"] == "sagemaker:DescribeTrainingJob"
    assert f"The training job {job['job']} is not ended by this" in job["problem"]["next"]
    engine.faults([])
    await call("POST", f"notebook-jobs/{id}/fetch")
    await until(call, id, lambda job: step(job, "run")["note"].startswith("Training"))
    gate.touch()
    job = await ended(call, id)
    assert job["state"] == "done" and outputs(jp_root_dir / job["result"]) == "ran\n"


async def test_what_passes_by_itself_is_waited_out(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_root_dir: Path
) -> None:
    id, gate = await training(call, jp_root_dir)
    engine.faults([{"kind": "expired", "operation": "DescribeTrainingJob"}])
    await until(call, id, lambda job: step(job, "run")["note"].startswith("Sign-in expired"))
    gate.touch()
    engine.faults([{"kind": "nonjson", "operation": "ListObjectsV2", "times": 3}])
    job = await ended(call, id)
    assert job["state"] == "done" and outputs(jp_root_dir / job["result"]) == "ran\n"


async def test_asked_twice_with_one_key_it_is_one_job(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_root_dir: Path, jp_serverapp: Any
) -> None:
    notebook(jp_root_dir / "one-key.ipynb", "print('once')")
    body = request("one-key.ipynb", key="made-by-the-browser")
    first, second = await asyncio.gather(*(call("POST", "notebook-jobs", body) for _ in range(2)))
    assert (first.status, second.status) == (201, 201)
    assert first.json["id"] == second.json["id"]
    await ended(call, first.json["id"])
    # Also when a later server is asked.
    jobs = jp_serverapp.web_app.settings["smext"].notebook_jobs()
    await jobs.close()
    jobs._runs.clear()
    assert (await begun(call, "one-key.ipynb", key="made-by-the-browser"))["id"] == first.json["id"]
    other = await begun(call, "one-key.ipynb", key="another")
    assert other["id"] != first.json["id"]
    await ended(call, other["id"])
    sagemaker = engine.client("sagemaker")
    made = sagemaker.list_training_jobs(NameContains="one-key")["TrainingJobSummaries"]
    assert {each["TrainingJobName"] for each in made} == {first.json["job"], other["job"]}


async def test_files_that_did_not_all_come_leave_nothing_and_come_again(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_root_dir: Path
) -> None:
    notebook(jp_root_dir / "a.ipynb", "for name in 'xy':\n    open(name, 'w').write(name)")
    job = await ended(call, (await begun(call, "a.ipynb"))["id"])
    before = set(jp_root_dir.iterdir())
    engine.faults([{"kind": "denied", "operation": "GetObject"}])
    answer = await call("POST", f"notebook-jobs/{job['id']}/fetch")
    assert answer.status == 403 and answer.json["permission"] == "s3:GetObject"
    assert set(jp_root_dir.iterdir()) == before
    engine.faults([])
    fetches = (call("POST", f"notebook-jobs/{job['id']}/fetch") for _ in range(2))
    job, twice = (answer.json for answer in await asyncio.gather(*fetches))
    assert job["files_at"] == twice["files_at"]
    assert {path.name for path in set(jp_root_dir.iterdir()) - before} == {job["files_at"]}
    files = (jp_root_dir / job["files_at"]).iterdir()
    assert sorted((file.name, file.read_text()) for file in files) == [("x", "x"), ("y", "y")]


async def test_a_job_whose_journal_cannot_be_written_ends_and_says_so(
    call: Call, local: tuple[str, str], jp_root_dir: Path, jp_serverapp: Any
) -> None:
    id, gate = await training(call, jp_root_dir)
    folder = jp_serverapp.web_app.settings["smext"].home / "notebook-jobs"
    folder.rename(folder.with_name("away"))
    folder.write_text("a file where the folder was")
    gate.touch()
    job = await ended(call, id)
    assert job["problem"]["title"] == "A file on this machine could not be read or written", job
    assert "now" not in [each["state"] for each in job["steps"]]
    folder.unlink()
    folder.with_name("away").rename(folder)
    assert (await call("POST", f"notebook-jobs/{id}/fetch")).status == 200
    job = await ended(call, id)
    assert job["state"] == "done" and outputs(jp_root_dir / job["result"]) == "ran\n"
