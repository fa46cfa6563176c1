"""What training jobs read: File, FastFile and Pipe channels, manifests, shards, checkpoints."""

from __future__ import annotations

import gzip
import json
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from jupyter_smext.local.runners import supervision
from jupyter_smext.local.runners.job import data
from jupyter_smext.local.runners.job.data import Input, NoSuchData
from jupyter_smext.local.runners.training import pipe
from jupyter_smext.local.runners.training.checkpoints import below_opt_ml
from tests.local.training_jobs import BUCKET, ROLE, SKLEARN, Jobs, channel, until
from tests.local_engine import RunningEngine

#: Prints every file below /opt/ml/input/data, by the script mode's own variables.
SHOW = """
import os, pathlib
root = pathlib.Path(os.environ["SM_INPUT_DIR"], "data")
for path in sorted(root.rglob("*")):
    if path.is_file():
        writable = bool(path.stat().st_mode & 0o222)
        print("file", path.relative_to(root).as_posix(), path.read_text(), writable)
"""


@pytest.fixture
def jobs(engine: RunningEngine) -> Iterator[Jobs]:
    yield Jobs(engine)


def shown(jobs: Jobs, name: str, host: str = "algo-1") -> list[str]:
    """The files a job saw, as it printed them."""
    lines = jobs.log(name, host)
    return [line.removeprefix("file ") for line in lines if line.startswith("file ")]


def refused(jobs: Jobs, name: str, **more: Any) -> str:
    """The message a request is refused with; no job may come of it."""
    with pytest.raises(ClientError) as caught:
        jobs.create(name, "print('never')", **more)
    assert caught.value.response["Error"]["Code"] in (
        "ValidationException",
        "ResourceLimitExceeded",
    )
    with pytest.raises(ClientError):
        jobs.describe(name)
    return str(caught.value.response["Error"]["Message"])


def algorithm(mode: str) -> dict[str, Any]:
    return {"TrainingImage": SKLEARN, "TrainingInputMode": mode}


def test_a_prefix_is_laid_out_as_files(jobs: Jobs) -> None:
    jobs.put("p/train/a.csv", "a")
    jobs.put("p/train/deep/b.csv", "b")
    jobs.put("p/train/", "")
    jobs.put("p/training/c.csv", "c")
    channels = [
        channel("folder", f"s3://{BUCKET}/p/train/"),
        channel("object", f"s3://{BUCKET}/p/train/a.csv"),
        channel("partial", f"s3://{BUCKET}/p/train"),
    ]
    assert jobs.run("files", SHOW, InputDataConfig=channels)["TrainingJobStatus"] == "Completed"
    assert shown(jobs, "files") == [
        "folder/a.csv a True",
        "folder/deep/b.csv b True",
        "object/a.csv a True",
        "partial/a.csv a True",
        "partial/deep/b.csv b True",
        "partial/training/c.csv c True",
    ]


def test_what_a_job_does_to_its_files_does_not_reach_s3(jobs: Jobs) -> None:
    jobs.put("kept/a", "before")
    script = """
import os
path = os.path.join(os.environ["SM_CHANNEL_TRAIN"], "a")
os.chmod(path, 0o600)
with open(path, "r+") as file:
    file.write("AFTER!")
"""
    for mode in ("File", "FastFile"):
        detail = jobs.run(
            f"kept-{mode}",
            script,
            AlgorithmSpecification=algorithm(mode),
            InputDataConfig=[channel("train", f"s3://{BUCKET}/kept/")],
        )
        assert detail["TrainingJobStatus"] == "Completed"
        assert jobs.get("kept/a") == b"before"


def test_fast_file_is_read_only_and_says_what_it_is(jobs: Jobs) -> None:
    jobs.put("fast/a", "a")
    given = channel("train", f"s3://{BUCKET}/fast/", InputMode="FastFile")
    jobs.run("fast", SHOW, InputDataConfig=[given])
    assert shown(jobs, "fast") == ["train/a a False"]
    assert any("FastFile mode gives files that are read-only" in line for line in jobs.log("fast"))


def test_a_manifest_names_the_objects(jobs: Jobs) -> None:
    for name in ("a", "b", "x/c"):
        jobs.put(f"m/{name}", name)
    uri = jobs.put("manifest", json.dumps([{"prefix": f"s3://{BUCKET}/m/"}, "b", "x/c"]))
    given = channel("train", uri, {"S3DataType": "ManifestFile"})
    jobs.run("manifest", SHOW, InputDataConfig=[given])
    assert shown(jobs, "manifest") == ["train/b b True", "train/x/c x/c True"]


@pytest.mark.parametrize(
    ("manifest", "why"),
    [
        ("{", "is not JSON"),
        ('["a"]', "is not of the form"),
        (json.dumps([{"prefix": f"s3://{BUCKET}/m/"}, "nowhere"]), "which is not there"),
    ],
)
def test_a_manifest_that_is_none_fails_the_job(jobs: Jobs, manifest: str, why: str) -> None:
    uri = jobs.put("bad-manifest", manifest)
    given = channel("train", uri, {"S3DataType": "ManifestFile"})
    name = f"bad-{len(manifest)}"
    detail = jobs.run(name, SHOW, InputDataConfig=[given])
    assert detail["FailureReason"].startswith("ClientError: Data download failed:")
    assert why in detail["FailureReason"]


def test_no_data_is_refused_in_awss_words(jobs: Jobs) -> None:
    for uri in (f"s3://{BUCKET}/nothing/here", "s3://no-such-bucket/x"):
        bucket = uri.split("/")[2]
        assert refused(jobs, "no-data", InputDataConfig=[channel("train", uri)]) == (
            f'No S3 objects found under S3 URL "{uri}" given in input data source. Please ensure '
            "that the bucket exists in the selected region (us-east-1), that objects exist under "
            f'that S3 prefix, and that the role "{ROLE}" has "s3:ListBucket" permissions on '
            f'bucket "{bucket}".'
        )


def test_an_object_that_is_a_file_and_a_folder_fails_in_awss_words(jobs: Jobs) -> None:
    jobs.put("clash/a", "a")
    jobs.put("clash/a/b", "b")
    given = [channel("train", f"s3://{BUCKET}/clash/")]
    reason = jobs.run("clash", SHOW, InputDataConfig=given)["FailureReason"]
    assert "a previously downloaded file/folder clashes with it" in reason


@pytest.mark.parametrize("path", ["../a", "a/../../b", "/etc/passwd", "..", ""])
def test_a_key_never_leads_out_of_the_channel(tmp_path: Path, path: str) -> None:
    with pytest.raises(NoSuchData, match="cannot be a path"):
        data.place(tmp_path, Input("bucket", "key", path, 1))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"CompressionType": "Gzip"}, "CompressionType Gzip is used only in Pipe"),
        ({"RecordWrapperType": "RecordIO"}, "RecordWrapperType RecordIO is used only in Pipe"),
    ],
)
def test_what_only_pipes_have_is_refused_for_files(
    jobs: Jobs, more: dict[str, str], words: str
) -> None:
    jobs.put("only/a", "a")
    given = [channel("train", f"s3://{BUCKET}/only/", **more)]
    assert words in refused(jobs, "only-pipes", InputDataConfig=given)


def test_what_needs_aws_says_so(jobs: Jobs) -> None:
    system = {
        "FileSystemId": "fs-0123456789abcdef0",
        "FileSystemAccessMode": "ro",
        "FileSystemType": "EFS",
        "DirectoryPath": "/x",
    }
    given = {"ChannelName": "train", "DataSource": {"FileSystemDataSource": system}}
    assert "needs AWS" in refused(jobs, "file-system", InputDataConfig=[given])
    jobs.put("augmented", "{}")
    augmented = {"S3DataType": "AugmentedManifestFile"}
    given = channel("train", f"s3://{BUCKET}/augmented", augmented, InputMode="Pipe")
    assert "needs AWS" in refused(jobs, "augmented", InputDataConfig=[given])


#: Reads epochs of channel "train" as a container of AWS's does.
PIPES = """
import os
for epoch in range(2):
    with open(os.path.join(os.environ["SM_INPUT_DIR"], "data", f"train_{epoch}"), "rb") as pipe:
        print("epoch", epoch, pipe.read().hex())
"""


def epochs(jobs: Jobs, name: str) -> list[bytes]:
    lines = [line for line in jobs.log(name) if line.startswith("epoch ")]
    return [bytes.fromhex(line.split(" ")[2]) for line in lines]


def test_a_pipe_is_fed_once_for_each_epoch(jobs: Jobs) -> None:
    jobs.put("pipe/a", "aaa\n")
    jobs.put("pipe/b", "bb\n")
    detail = jobs.run(
        "pipe",
        PIPES,
        AlgorithmSpecification=algorithm("Pipe"),
        InputDataConfig=[channel("train", f"s3://{BUCKET}/pipe/")],
    )
    assert detail["TrainingJobStatus"] == "Completed", detail.get("FailureReason")
    assert epochs(jobs, "pipe") == [b"aaa\nbb\n"] * 2
    assert not [each for each in threading.enumerate() if each.name == "pipe-train"]


def test_a_pipe_unpacks_gzip_and_wraps_records(jobs: Jobs) -> None:
    jobs.put("packed/a", gzip.compress(b"abc") + gzip.compress(b"de"))
    jobs.put("packed/b", gzip.compress(b"fghi"))
    given = channel("train", f"s3://{BUCKET}/packed/", CompressionType="Gzip")
    jobs.run("gzip", PIPES, AlgorithmSpecification=algorithm("Pipe"), InputDataConfig=[given])
    assert epochs(jobs, "gzip") == [b"abcdefghi"] * 2
    given["RecordWrapperType"] = "RecordIO"
    jobs.run("wrapped", PIPES, AlgorithmSpecification=algorithm("Pipe"), InputDataConfig=[given])
    magic = 0xCED7230A
    assert epochs(jobs, "wrapped")[0] == (
        struct.pack("<II", magic, 5) + b"abcde\0\0\0" + struct.pack("<II", magic, 4) + b"fghi"
    )


def test_a_record_is_one_to_sagemakers_own_reader(tmp_path: Path) -> None:
    from sagemaker_training.recordio import _read_recordio

    path = tmp_path / "records"
    path.write_bytes(pipe.record(b"12345") + pipe.record(b"678"))
    with path.open("rb") as file:
        assert list(_read_recordio(file)) == [b"12345", b"678"]


def test_shuffling_is_by_the_seed_and_differs_by_epoch(jobs: Jobs) -> None:
    for letter in "abcdefgh":
        jobs.put(f"shuffle/{letter}", letter)
    given = channel("train", f"s3://{BUCKET}/shuffle/", ShuffleConfig={"Seed": 7})
    for name in ("shuffle-1", "shuffle-2"):
        jobs.run(name, PIPES, AlgorithmSpecification=algorithm("Pipe"), InputDataConfig=[given])
    first, second = epochs(jobs, "shuffle-1")
    assert sorted(first) == sorted(second) == list(b"abcdefgh")
    assert first != second
    assert epochs(jobs, "shuffle-2") == [first, second]


def test_a_job_that_leaves_its_pipes_alone_still_ends(jobs: Jobs) -> None:
    jobs.put("unread/a", "a" * 300_000)
    script = """
import os
with open(os.path.join(os.environ["SM_INPUT_DIR"], "data", "half_0"), "rb") as pipe:
    print("read", len(pipe.read(10)))
"""
    detail = jobs.run(
        "unread",
        script,
        AlgorithmSpecification=algorithm("Pipe"),
        InputDataConfig=[
            channel("half", f"s3://{BUCKET}/unread/"),
            channel("unread", f"s3://{BUCKET}/unread/"),
        ],
    )
    assert detail["TrainingJobStatus"] == "Completed", detail.get("FailureReason")
    assert not [each for each in threading.enumerate() if each.name.startswith("pipe-")]


def test_checkpoints_come_from_s3_and_go_there_also_from_a_failed_job(jobs: Jobs) -> None:
    jobs.put("checkpoints/epoch-1", "one")
    code = """
import os, sys
root = "/opt/ml/checkpoints"
print("found", sorted(os.listdir(root)))
open(f"{root}/epoch-2", "w").write("two")
sys.exit(1)
"""
    config = {"S3Uri": f"s3://{BUCKET}/checkpoints"}
    detail = jobs.run("checkpoints", **jobs.as_v3("checkpoints", code), CheckpointConfig=config)
    assert detail["CheckpointConfig"]["LocalPath"] == "/opt/ml/checkpoints"
    if supervision.namespaces() is None:
        assert "found ['epoch-1']" in jobs.log("checkpoints")
        assert jobs.get("checkpoints/epoch-2") == b"two"


def test_checkpoints_are_in_s3_while_the_job_runs(jobs: Jobs) -> None:
    script = """
import os, time
root = os.path.join(os.path.dirname(os.environ["SM_MODEL_DIR"]), "mine")
open(os.path.join(root, "now"), "w").write("now")
time.sleep(600)
"""
    config = {"S3Uri": f"s3://{BUCKET}/running/", "LocalPath": "/opt/ml/mine"}
    jobs.create("running", script, CheckpointConfig=config)
    until(lambda: jobs.keys("running/") == ["running/now"])
    assert jobs.describe("running")["SecondaryStatus"] == "Training"
    jobs.client.stop_training_job(TrainingJobName="running")
    jobs.wait("running")


def test_the_models_folder_may_be_the_one_of_the_checkpoints(jobs: Jobs) -> None:
    jobs.put("in-model/epoch-1", "one")
    script = """
import os
print("found", os.listdir(os.environ["SM_MODEL_DIR"]))
"""
    config = {"S3Uri": f"s3://{BUCKET}/in-model/", "LocalPath": "/opt/ml/model"}
    detail = jobs.run("in-model", script, CheckpointConfig=config)
    assert detail["TrainingJobStatus"] == "Completed", detail
    assert "found ['epoch-1']" in jobs.log("in-model")


def test_checkpoints_elsewhere_are_refused(jobs: Jobs) -> None:
    config = {"S3Uri": f"s3://{BUCKET}/c", "LocalPath": "/tmp/checkpoints"}
    assert "is not below /opt/ml" in refused(jobs, "elsewhere", CheckpointConfig=config)
    config["LocalPath"] = "/opt/ml/input/config/hyperparameters.json"
    said = refused(jobs, "configuration", CheckpointConfig=config)
    assert "where the job's configuration is" in said


@pytest.mark.parametrize(
    ("path", "below"),
    [
        ("/opt/ml/checkpoints/", "checkpoints"),
        ("/opt/ml/a/b", "a/b"),
        ("/opt/ml", None),
        ("/opt/ml/../x", None),
        ("/tmp", None),
    ],
)
def test_paths_below_opt_ml(path: str, below: str | None) -> None:
    assert below_opt_ml(path) == below


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"OutputDataConfig": {"S3OutputPath": "https://x/y"}}, "Not an S3 URI"),
        ({"ResourceConfig": {"InstanceCount": 1, "VolumeSizeInGB": 1}}, "InstanceType is required"),
        (
            {"ResourceConfig": {"InstanceType": "ml.m5.large", "InstanceCount": 10**6}},
            "limit 'hosts'",
        ),
        (
            {
                "EnableManagedSpotTraining": True,
                "StoppingCondition": {"MaxRuntimeInSeconds": 9, "MaxWaitTimeInSeconds": 8},
            },
            "Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to "
            "MaxRuntimeInSeconds",
        ),
        (
            {
                "AlgorithmSpecification": {
                    **algorithm("File"),
                    "MetricDefinitions": [{"Name": "m", "Regex": "("}],
                }
            },
            "is not a regular expression",
        ),
        (
            {
                "AlgorithmSpecification": {
                    **algorithm("File"),
                    "MetricDefinitions": [{"Name": "m", "Regex": "loss"}],
                }
            },
            "has no group",
        ),
        ({"AlgorithmSpecification": {"TrainingInputMode": "File"}}, "Either TrainingImage or"),
        (
            {"AlgorithmSpecification": {**algorithm("File"), "ContainerArguments": ["x"]}},
            "needs AWS",
        ),
    ],
)
def test_a_request_that_cannot_be_met_is_refused(
    jobs: Jobs, more: dict[str, Any], words: str
) -> None:
    assert words in refused(jobs, "cannot", **more)


def test_two_channels_of_one_name_are_refused(jobs: Jobs) -> None:
    jobs.put("twice/a", "a")
    given = [channel("train", f"s3://{BUCKET}/twice/")] * 2
    assert "ChannelName must be unique" in refused(jobs, "twice", InputDataConfig=given)


def test_an_archive_that_leads_out_of_its_folder_fails_the_job(jobs: Jobs) -> None:
    uri = jobs.source("escape", {"../../evil": "x", "train.py": "print('ran')"})
    parameters = {"sagemaker_program": "train.py", "sagemaker_submit_directory": uri}
    detail = jobs.run("escape", HyperParameters=parameters)
    assert detail["TrainingJobStatus"] == "Failed"
    assert f"The archive {uri} cannot be extracted" in detail["FailureReason"]
