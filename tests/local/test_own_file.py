"""What the engine reads of a resource's files leads nowhere but into them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from jupyter_smext.local.jupyter_token import new_key
from jupyter_smext.local.runners.jupyter.files import Door, JupyterFiles
from jupyter_smext.local.runners.model.files import ServerFiles
from jupyter_smext.local.runners.supervision import log_tail
from jupyter_smext.local.runners.supervision.own_file import open_own
from tests.local.training_jobs import Jobs, channel
from tests.local_engine import RunningEngine

#: The engine's home, from inside a job.
_FIND_HOME = """
import os, re, shutil, time
mounts = open("/proc/self/mountinfo").read()
home = os.path.dirname(re.search(r" (\\S+)/jobs/TrainingJob/", mounts)[1] + "/keys.json")
"""


def test_a_file_is_read_and_a_link_is_not(tmp_path: Path) -> None:
    root, secret = tmp_path / "root", tmp_path / "secret"
    (root / "below").mkdir(parents=True)
    secret.write_text("secret")
    (root / "below" / "file").write_text("mine")
    (root / "below" / "link").symlink_to(secret)
    (root / "aside").symlink_to(tmp_path)
    file = open_own(root, root / "below" / "file")
    assert file is not None
    with file:
        assert file.read() == b"mine"
    assert open_own(root, root / "below" / "link") is None
    assert open_own(root, root / "aside" / "secret") is None
    assert open_own(root, root / "below") is None
    assert open_own(root, root / "none") is None
    os.mkfifo(root / "pipe")
    assert open_own(root, root / "pipe") is None


def test_a_servers_log_that_became_a_link_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("secret")
    files = ServerFiles(tmp_path / "server")
    files.prepare()
    files.log.symlink_to(tmp_path / "keys.json")
    assert log_tail.tail(files.root, files.log, ()) == ""
    files.log.unlink()
    files.log.write_text("printed")
    assert log_tail.tail(files.root, files.log, ()) == "printed"


def test_links_of_a_notebook_do_not_tell_the_engine_where_to_write(tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "config").mkdir(parents=True)
    (other / "log").write_text(new_key())
    root = tmp_path / "root"
    files = JupyterFiles(root, home=root, volume=root / "SageMaker", own=root / ".instance")
    door = Door("/", "me")
    files.prepare(1, door, {})
    shutil.rmtree(files.config)
    files.config.symlink_to(other / "config")
    files.log("jupyter").symlink_to(other / "log")
    before = (other / "log").read_text()
    files.prepare(1, door, {})
    files.note("jupyter", "started")
    assert list((other / "config").iterdir()) == []
    assert (other / "log").read_text() == before
    shutil.rmtree(files.own)
    files.own.symlink_to(other)
    files.prepare(1, door, {})
    assert sorted(path.name for path in other.iterdir()) == ["config", "log"]


def test_a_lifecycle_script_is_written_where_no_link_leads(tmp_path: Path) -> None:
    root = tmp_path / "root"
    files = JupyterFiles(root, home=root, volume=root / "SageMaker", own=root / ".instance")
    files.prepare(1, Door("/", "me"), {})
    (tmp_path / "victim").write_text("precious")
    (files.own / "OnStart.sh").symlink_to(tmp_path / "victim")
    files.prepare(1, Door("/", "me"), {})
    files.script("OnStart", b"true")
    assert (tmp_path / "victim").read_text() == "precious"


def test_checkpoints_that_became_a_link_keep_nothing_of_the_engine(engine: RunningEngine) -> None:
    jobs = Jobs(engine)
    code = f"""{_FIND_HOME}
shutil.rmtree("/opt/ml/checkpoints")
os.symlink(home, "/opt/ml/checkpoints")
os.symlink(home + "/keys.json", "/opt/ml/model/keys")
"""
    detail = jobs.run(
        "linked",
        **jobs.as_v3("linked", code, CheckpointConfig={"S3Uri": "s3://bucket/linked/"}),
    )
    assert detail["TrainingJobStatus"] == "Completed", detail
    assert jobs.keys("linked/") == []


@pytest.mark.parametrize("in_its_place", ["", "os.symlink(home + '/victim', pipe)"])
def test_a_job_that_deletes_its_pipes_comes_to_its_end(
    engine: RunningEngine, in_its_place: str
) -> None:
    jobs = Jobs(engine)
    jobs.put("piped/a", "data")
    victim = engine.home / "victim"
    victim.write_text("precious")
    code = f"""{_FIND_HOME}
assert open("/opt/ml/input/data/train_0").read() == "data"
pipe = "/opt/ml/input/data/train_1"
os.remove(pipe)
{in_its_place}
time.sleep(0.5)
"""
    name = "pipe-linked" if in_its_place else "pipe-deleted"
    piped = channel("train", "s3://bucket/piped/", InputMode="Pipe")
    detail = jobs.run(name, **jobs.as_v3(name, code, InputDataConfig=[piped]))
    assert detail["TrainingJobStatus"] == "Completed", detail
    assert victim.read_text() == "precious"
    victim.unlink()
