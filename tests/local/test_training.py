"""Training through boto3: scripts by the container contract, their logs, metrics and artifacts."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import sklearn
from botocore.exceptions import ClientError

from jupyter_smext.local import algorithms
from jupyter_smext.local.runners import supervision
from jupyter_smext.local.runners.supervision import process_table
from jupyter_smext.local.services.sagemaker import OPERATIONS
from tests.local.training_jobs import BUCKET, ECR, GROUP, SKLEARN, Jobs, channel, until
from tests.local_engine import RunningEngine

DIGITS = """
import argparse, os
import joblib
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression

parser = argparse.ArgumentParser()
parser.add_argument("--max_iter", type=int)
parser.add_argument("-C", type=float)
given = parser.parse_args()
x, y = load_digits(return_X_y=True)
model = LogisticRegression(max_iter=given.max_iter, C=given.C).fit(x[:1200] / 16, y[:1200])
print(f"accuracy={model.score(x[1200:] / 16, y[1200:]):.4f};")
joblib.dump(model, os.path.join(os.environ["SM_MODEL_DIR"], "model.joblib"))
"""


@pytest.fixture
def jobs(engine: RunningEngine) -> Iterator[Jobs]:
    yield Jobs(engine)


def without_opt_ml(detail: dict[str, Any]) -> bool:
    """Whether a job failed as this system cannot show /opt/ml; no other failure is allowed."""
    why = supervision.namespaces()
    if why is None:
        assert detail["TrainingJobStatus"] != "Failed", detail["FailureReason"]
        return False
    assert detail["TrainingJobStatus"] == "Failed"
    assert why in detail["FailureReason"]
    return True


def test_a_script_trains_and_its_model_is_in_s3(jobs: Jobs) -> None:
    definitions = [{"Name": "accuracy", "Regex": "accuracy=([0-9.]+);"}]
    algorithm = {
        "TrainingImage": SKLEARN,
        "TrainingInputMode": "File",
        "MetricDefinitions": definitions,
    }
    detail = jobs.run(
        "digits",
        DIGITS,
        AlgorithmSpecification=algorithm,
        HyperParameters={"max_iter": "200", "C": "0.5"},
        Tags=[{"Key": "a", "Value": "b"}],
    )
    assert detail["TrainingJobStatus"] == "Completed"
    assert detail["ModelArtifacts"]["S3ModelArtifacts"] == (
        f"s3://{BUCKET}/out/digits/output/model.tar.gz"
    )
    assert list(jobs.archive("out/digits/output/model.tar.gz")) == ["model.joblib"]
    assert [each["Status"] for each in detail["SecondaryStatusTransitions"]] == [
        "Starting",
        "Downloading",
        "Training",
        "Uploading",
        "Completed",
    ]
    times = [each["StartTime"] for each in detail["SecondaryStatusTransitions"]]
    assert times == sorted(times)
    said = detail["SecondaryStatusTransitions"][2]["StatusMessage"]
    assert f"Training with scikit-learn {sklearn.__version__}" in said
    assert "this machine" in said
    (final,) = detail["FinalMetricDataList"]
    assert 0.8 < final["Value"] < 1
    assert f"accuracy={final['Value']:.4f};" in jobs.log("digits")
    assert "BillableTimeInSeconds" not in detail
    taken = (detail["TrainingEndTime"] - detail["TrainingStartTime"]).total_seconds()
    assert abs(detail["TrainingTimeInSeconds"] - taken) <= 0.5
    assert jobs.client.list_tags(ResourceArn=detail["TrainingJobArn"])["Tags"] == [
        {"Key": "a", "Value": "b"}
    ]


def test_metrics_are_in_cloudwatch_under_the_jobs_name(jobs: Jobs) -> None:
    algorithm = {
        "TrainingImage": SKLEARN,
        "TrainingInputMode": "File",
        "MetricDefinitions": [{"Name": "loss", "Regex": r"loss: (\S+)"}],
    }
    script = "for loss in (3, 2.5, 'nan'): print('loss:', loss)"
    detail = jobs.run("metrics", script, AlgorithmSpecification=algorithm)
    assert detail["TrainingJobStatus"] == "Completed"
    now = datetime.now(timezone.utc)
    found = jobs.engine.client("cloudwatch").get_metric_statistics(
        Namespace=GROUP,
        MetricName="loss",
        Dimensions=[{"Name": "TrainingJobName", "Value": "metrics"}],
        StartTime=now - timedelta(minutes=10),
        EndTime=now + timedelta(minutes=1),
        Period=3600,
        Statistics=["Minimum", "Maximum", "SampleCount"],
    )["Datapoints"]
    assert sum(point["SampleCount"] for point in found) == 2
    assert (found[0]["Minimum"], found[0]["Maximum"]) == (2.5, 3.0)


def test_what_the_host_uses_is_measured(jobs: Jobs) -> None:
    script = """
import time
until = time.process_time() + 2.5
while time.process_time() < until:
    pass
"""
    detail = jobs.run("busy", script)
    assert detail["TrainingJobStatus"] == "Completed"
    metrics = jobs.engine.client("cloudwatch")
    now = datetime.now(timezone.utc)
    for name, most in (
        ("CPUUtilization", 110.0 * (os.cpu_count() or 1)),
        ("MemoryUtilization", 99.0),
        ("DiskUtilization", 50.0),
    ):
        found = metrics.get_metric_statistics(
            Namespace=GROUP,
            MetricName=name,
            Dimensions=[{"Name": "Host", "Value": "busy/algo-1"}],
            StartTime=now - timedelta(minutes=10),
            EndTime=now + timedelta(minutes=1),
            Period=3600,
            Statistics=["Maximum"],
            Unit="Percent",
        )["Datapoints"]
        assert 0 < max(point["Maximum"] for point in found) < most


def test_the_contract_a_container_is_run_by(jobs: Jobs) -> None:
    jobs.put("contract/train/a.csv", "1")
    code = """
import json, os, pathlib
ml = pathlib.Path("/opt/ml")
config = {p.stem: json.loads(p.read_text()) for p in sorted((ml / "input/config").iterdir())}
found = {
    "config": config,
    "files": sorted(p.relative_to(ml).as_posix() for p in ml.rglob("*") if p.is_file()),
    "folders": sorted(p.relative_to(ml).as_posix() for p in ml.rglob("*") if p.is_dir()),
    "env": {k: v for k, v in os.environ.items() if k.startswith("TRAINING_") or k == "MINE"},
    "cwd": os.getcwd(),
}
print("found", json.dumps(found))
"""
    train = {
        "ChannelName": "train",
        "ContentType": "text/csv",
        "DataSource": {
            "S3DataSource": {"S3DataType": "S3Prefix", "S3Uri": f"s3://{BUCKET}/contract/train"}
        },
    }
    detail = jobs.run(
        "contract",
        **jobs.as_v3("contract", code, InputDataConfig=[train]),
        HyperParameters={"depth": "3"},
        Environment={"MINE": "yes"},
    )
    if without_opt_ml(detail):
        return
    (line,) = [line for line in jobs.log("contract") if line.startswith("found ")]
    found = json.loads(line.removeprefix("found "))
    assert found["config"]["hyperparameters"] == {"depth": "3"}
    assert found["config"]["inputdataconfig"]["train"] == {
        "ContentType": "text/csv",
        "TrainingInputMode": "File",
        "S3DistributionType": "FullyReplicated",
        "RecordWrapperType": "None",
    }
    assert found["config"]["resourceconfig"] == {
        "current_host": "algo-1",
        "current_instance_type": "ml.m5.large",
        "current_group_name": "homogeneousCluster",
        "hosts": ["algo-1"],
        "instance_groups": [
            {
                "instance_group_name": "homogeneousCluster",
                "instance_type": "ml.m5.large",
                "hosts": ["algo-1"],
            }
        ],
        "network_interface_name": "lo",
    }
    assert "input/data/train/a.csv" in found["files"]
    assert {"model", "output", "output/data", "code"} <= set(found["folders"])
    assert found["env"] == {
        "TRAINING_JOB_NAME": "contract",
        "TRAINING_JOB_ARN": detail["TrainingJobArn"],
        "MINE": "yes",
    }


def test_what_the_script_fails_with_is_the_reason(jobs: Jobs) -> None:
    detail = jobs.run("broken", "import sys; print('about to fail'); sys.exit(7)")
    assert detail["TrainingJobStatus"] == detail["SecondaryStatus"] == "Failed"
    reason = detail["FailureReason"]
    assert reason.startswith("AlgorithmError: ExecuteUserScriptError:")
    assert "ExitCode 7" in reason
    assert 'about to fail"' in reason
    assert reason.endswith("exit code: 1")  # the toolkit's own
    assert "ModelArtifacts" not in detail
    assert jobs.keys("out/broken/") == []
    assert detail["SecondaryStatusTransitions"][-1]["StatusMessage"].startswith(
        "Training job failed: AlgorithmError"
    )


FAILURE = "open('/opt/ml/output/failure', 'w').write"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (f"{FAILURE}('my words'); exit(3)", "AlgorithmError: my words, exit code: 3"),
        (f"{FAILURE}('ClientError: bad C'); exit(2)", "ClientError: bad C, exit code: 2"),
        (
            "print('last words'); exit(3)",
            "AlgorithmError: The training program ended with exit code 3, exit code: 3. "
            "Log: last words",
        ),
        (
            "import os; os.kill(os.getpid(), 9)",
            "AlgorithmError: The training program was ended by signal 9, exit code: 137",
        ),
    ],
    ids=["failure-file", "client-error", "exit-code", "signal"],
)
def test_the_reason_is_from_the_real_exit(jobs: Jobs, code: str, reason: str) -> None:
    name = f"exit-{len(reason)}"
    detail = jobs.run(name, **jobs.as_v3(name, code))
    why = supervision.namespaces()
    assert detail["TrainingJobStatus"] == "Failed"
    assert detail["FailureReason"] == reason if why is None else why in detail["FailureReason"]


def test_output_data_has_an_archive_of_its_own(jobs: Jobs) -> None:
    code = "open('/opt/ml/output/data/report.txt', 'w').write('fine')"
    detail = jobs.run("output-data", **jobs.as_v3("output-data", code))
    if without_opt_ml(detail):
        return
    assert jobs.archive("out/output-data/output/output.tar.gz") == {"report.txt": b"fine"}
    # Nothing is in /opt/ml/model: nothing is uploaded, and none is claimed to be.
    assert jobs.keys("out/output-data/") == ["out/output-data/output/output.tar.gz"]
    assert "ModelArtifacts" not in detail


def test_a_model_without_compression_is_its_files(jobs: Jobs) -> None:
    code = """
import pathlib
model = pathlib.Path("/opt/ml/model")
(model / "sub").mkdir()
(model / "sub" / "w").write_text("weights")
(model / "link").symlink_to("/etc/hostname")
"""
    output = {"S3OutputPath": f"s3://{BUCKET}/plain/", "CompressionType": "NONE"}
    detail = jobs.run("plain", **jobs.as_v3("plain", code), OutputDataConfig=output)
    if without_opt_ml(detail):
        return
    assert jobs.keys("plain/") == ["plain/plain/output/model/sub/w"]
    assert (
        detail["ModelArtifacts"]["S3ModelArtifacts"] == f"s3://{BUCKET}/plain/plain/output/model/"
    )


def test_a_folder_that_leads_out_is_not_uploaded(jobs: Jobs) -> None:
    code = "import os; os.rmdir('/opt/ml/model'); os.symlink('/etc', '/opt/ml/model')"
    detail = jobs.run("leads-out", **jobs.as_v3("leads-out", code))
    if without_opt_ml(detail):
        return
    assert detail["TrainingJobStatus"] == "Completed"
    assert jobs.keys("out/leads-out/") == []


def test_the_first_lines_say_what_runs_and_what_is_not_applied(jobs: Jobs) -> None:
    detail = jobs.run(
        "honest",
        "print('mine')",
        EnableManagedSpotTraining=True,
        StoppingCondition={"MaxRuntimeInSeconds": 60, "MaxWaitTimeInSeconds": 600},
        ResourceConfig={
            "InstanceType": "ml.g5.xlarge",
            "InstanceCount": 1,
            "VolumeSizeInGB": 30,
            "KeepAlivePeriodInSeconds": 60,
        },
        VpcConfig={"SecurityGroupIds": ["sg-1"], "Subnets": ["subnet-1"]},
    )
    assert detail["TrainingJobStatus"] == "Completed"
    log = jobs.log("honest")
    first = " ".join(log[: log.index(next(line for line in log if "local engine" not in line))])
    assert f"scikit-learn {sklearn.__version__} on Python {sys.version_info.major}" in first
    assert "Managed spot training is without effect" in first
    assert "warm pool is without effect" in first
    assert "no GPU is given for its 1 x " in first
    assert "of ml.g5.xlarge's 4 vCPU, 16 GiB" in first
    assert "no charge" in first
    assert "RoleArn, VpcConfig, ResourceConfig.VolumeSizeInGB" in first
    assert "mine" in log


def test_an_unknown_image_fails_the_job_with_that_reason(jobs: Jobs) -> None:
    algorithm = {"TrainingImage": f"{ECR}/my-own:1", "TrainingInputMode": "File"}
    detail = jobs.run("unknown-image", AlgorithmSpecification=algorithm)
    assert detail["TrainingJobStatus"] == "Failed"
    assert detail["FailureReason"].startswith(
        f"ClientError: The image {ECR}/my-own:1 cannot be run"
    )
    assert "TrainingStartTime" not in detail
    until(lambda: jobs.folders() == [])


def test_an_image_for_scripts_needs_one(jobs: Jobs) -> None:
    detail = jobs.run("no-script")
    assert "no script is given" in detail["FailureReason"]


def test_an_algorithm_resource_names_the_image(jobs: Jobs) -> None:
    jobs.client.create_algorithm(
        AlgorithmName="mine",
        TrainingSpecification={
            "TrainingImage": SKLEARN,
            "SupportedTrainingInstanceTypes": ["ml.m5.large"],
            "TrainingChannels": [
                {
                    "Name": "train",
                    "SupportedContentTypes": ["text/csv"],
                    "SupportedInputModes": ["File"],
                }
            ],
        },
    )
    algorithm = {"AlgorithmName": "mine", "TrainingInputMode": "File"}
    detail = jobs.run("by-algorithm", "print('ran')", AlgorithmSpecification=algorithm)
    assert detail["TrainingJobStatus"] == "Completed"
    assert detail["AlgorithmSpecification"] == algorithm
    assert "ran" in jobs.log("by-algorithm")
    missing = {"AlgorithmName": "nobodys", "TrainingInputMode": "File"}
    with pytest.raises(ClientError, match="does not exist"):
        jobs.create("by-nobodys", AlgorithmSpecification=missing)


def test_a_builtin_algorithm_trains_with_its_own_metrics(jobs: Jobs) -> None:
    rows = [f"{x},{x + y}" for x in range(20) for y in (0, 50)]
    jobs.put("clusters/train.csv", "\n".join(rows))
    train = channel("train", f"s3://{BUCKET}/clusters/", ContentType="text/csv;label_size=0")
    detail = jobs.run(
        "clusters",
        AlgorithmSpecification={
            "TrainingImage": "382416733822.dkr.ecr.us-east-1.amazonaws.com/kmeans:1",
            "TrainingInputMode": "File",
        },
        HyperParameters={"k": "2", "feature_dim": "2"},
        InputDataConfig=[train],
    )
    assert detail["TrainingJobStatus"] == "Completed", detail.get("FailureReason")
    said = detail["SecondaryStatusTransitions"][2]["StatusMessage"]
    assert f"the built-in algorithm kmeans with {algorithms.library('kmeans')}" in said
    assert jobs.archive("out/clusters/output/model.tar.gz")
    defined = {each["Name"] for each in detail["AlgorithmSpecification"]["MetricDefinitions"]}
    assert set(algorithms.find("kmeans").metrics) == defined
    assert "train:progress" in {each["MetricName"] for each in detail["FinalMetricDataList"]}


def test_a_builtin_algorithms_own_reason_is_kept(jobs: Jobs) -> None:
    detail = jobs.run(
        "no-k",
        AlgorithmSpecification={
            "TrainingImage": "382416733822.dkr.ecr.us-east-1.amazonaws.com/kmeans:1",
            "TrainingInputMode": "File",
        },
    )
    assert detail["FailureReason"].startswith("ClientError: ")


def test_the_engines_secret_is_not_in_the_log(jobs: Jobs) -> None:
    detail = jobs.run("secret", "import os; print('key', os.environ['AWS_SECRET_ACCESS_KEY'])")
    assert detail["TrainingJobStatus"] == "Completed"
    assert "key [secret]" in jobs.log("secret")
    assert not any(jobs.engine.keys.secret_key in line for line in jobs.log("secret"))


def test_the_engines_secret_is_not_in_the_reason_that_a_job_writes(jobs: Jobs) -> None:
    code = """
import os, sys
open("/opt/ml/output/failure", "w").write("key " + os.environ["AWS_SECRET_ACCESS_KEY"])
sys.exit(2)
"""
    detail = jobs.run("secret-failure", **jobs.as_v3("secret-failure", code))
    assert jobs.engine.keys.secret_key not in detail["FailureReason"]
    if supervision.namespaces() is None:
        assert detail["FailureReason"] == "AlgorithmError: key [secret], exit code: 2"


def test_a_job_talks_to_the_engine_unless_its_network_is_cut(jobs: Jobs) -> None:
    code = """
import os, urllib.request, urllib.error
print("keys:", sorted(name for name in os.environ if name.endswith("_KEY")))
settings = os.environ.get("SAGEMAKER_USER_CONFIG_OVERRIDE")
print("settings:", settings and "DefaultS3Bucket: sagemaker-us-east-1-" in open(settings).read())
try:
    urllib.request.urlopen(os.environ["URL"] + "/_engine/health", timeout=20)
    print("reached")
except urllib.error.URLError as error:
    print("cut off:", error.reason)
"""
    given = {"Environment": {"URL": jobs.engine.url}}
    detail = jobs.run("networked", code, **given)
    assert detail["TrainingJobStatus"] == "Completed"
    assert "reached" in jobs.log("networked")
    assert "keys: ['AWS_SECRET_ACCESS_KEY']" in jobs.log("networked")
    assert "settings: True" in jobs.log("networked")
    detail = jobs.run("isolated", code, EnableNetworkIsolation=True, **given)
    if without_opt_ml(detail):
        return
    assert any(line.startswith("cut off:") for line in jobs.log("isolated"))
    # "no AWS credentials are made available to the container runtime environment"
    assert "keys: []" in jobs.log("isolated")
    assert "settings: None" in jobs.log("isolated")


def test_several_hosts_are_as_many_processes(jobs: Jobs) -> None:
    jobs.put("shards/a", "a")
    jobs.put("shards/b", "b")
    script = """
import os, socket
host = os.environ["SM_CURRENT_HOST"]
try:
    print("algo-2 is", socket.gethostbyname("algo-2"))
except OSError as error:
    print("algo-2 is unknown", error)
print("hosts", os.environ["SM_HOSTS"], "files", sorted(os.listdir(os.environ["SM_CHANNEL_TRAIN"])))
for name in (host, "same"):
    with open(os.path.join(os.environ["SM_MODEL_DIR"], name), "w") as file:
        file.write(host)
"""
    source = {
        "S3DataType": "S3Prefix",
        "S3Uri": f"s3://{BUCKET}/shards/",
        "S3DataDistributionType": "ShardedByS3Key",
    }
    detail = jobs.run(
        "two",
        script,
        InputDataConfig=[{"ChannelName": "train", "DataSource": {"S3DataSource": source}}],
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 5},
    )
    assert detail["TrainingJobStatus"] == "Completed"
    assert 'hosts ["algo-1","algo-2"] files [\'a\']' in jobs.log("two", "algo-1")
    assert 'hosts ["algo-1","algo-2"] files [\'b\']' in jobs.log("two", "algo-2")
    if supervision.namespaces() is None:
        assert "algo-2 is 127.0.0.2" in jobs.log("two", "algo-1")
    assert jobs.archive("out/two/output/model.tar.gz") == {
        "algo-1": b"algo-1",
        "algo-2": b"algo-2",
        "same": b"algo-1",
    }


def test_a_host_that_fails_ends_the_others(jobs: Jobs) -> None:
    script = """
import os, sys, time
if os.environ["SM_CURRENT_HOST"] == "algo-2":
    sys.exit("algo-2 has had enough")
time.sleep(600)
"""
    detail = jobs.run(
        "one-fails",
        script,
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 2, "VolumeSizeInGB": 5},
    )
    assert detail["FailureReason"].startswith("AlgorithmError: ExecuteUserScriptError")
    assert "algo-2 has had enough" in jobs.log("one-fails", "algo-2")
    assert list(process_table.trees(os.getpid())) == []


def test_the_operations_are_ours() -> None:
    """None of them is left to the generic records."""
    for verb in ("Create", "Stop", "Update", "Delete"):
        assert OPERATIONS[f"{verb}TrainingJob"].__module__.endswith("runners.training.operations")
