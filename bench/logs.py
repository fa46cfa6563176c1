"""A training job's log of a million lines in the page: opened, scrolled, searched, followed.

The job runs on the local engine and goes on writing: each of its last lines holds the time it was
printed at, and is behind by what it takes to be in the page.
"""

from __future__ import annotations

import argparse
import io
import tarfile
from typing import Any

from engine import running
from lab import browse, jupyterlab, write_result

LINES = 1_000_000
JOB = "a-million-lines"
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
BOUNDS = {"log1m_worst_frame_ms": 50, "log1m_mb": 200, "log_tail_lag_s": 2}
SCRIPT = """
import time

for number in range(LINES):
    text = f"[epoch {number // 20_000}] step {number:7d} loss {1 / (number + 1):.9f} 12.4 img/s"
    if number % 50_000 == 7:
        text += " needle"
    if number == 600_000:
        text = "RuntimeError: not one that ends it"
    print(text)
while True:
    print(f"tail {time.time():.3f}", flush=True)
    time.sleep(0.31)
""".replace("LINES", str(LINES))


def source() -> bytes:
    """The script as the SDK sends it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        member = tarfile.TarInfo("train.py")
        member.size = len(SCRIPT.encode())
        tar.addfile(member, io.BytesIO(SCRIPT.encode()))
    return packed.getvalue()


def start(sagemaker: Any, s3: Any) -> None:
    s3.create_bucket(Bucket="train")
    s3.put_object(Bucket="train", Key="sourcedir.tar.gz", Body=source())
    sagemaker.create_training_job(
        TrainingJobName=JOB,
        RoleArn="arn:aws:iam::000000000000:role/any-role",
        AlgorithmSpecification={"TrainingImage": IMAGE, "TrainingInputMode": "File"},
        HyperParameters={
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": "s3://train/sourcedir.tar.gz",
        },
        OutputDataConfig={"S3OutputPath": "s3://train/out"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5},
        StoppingCondition={"MaxRuntimeInSeconds": 3600},
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json")
    options = parser.parse_args()
    with jupyterlab(extension=False) as lab:
        plain = browse("rest", lab.url)
    with running() as engine:
        start(engine.client("sagemaker"), engine.client("s3"))
        environment = {"SMEXT_LOCAL_HOME": str(engine.home)}
        with jupyterlab(extension=True, environment=environment) as lab:
            log = browse("logs", lab.url, JOB, str(LINES))
    figures = {
        "log1m_worst_frame_ms": max(log["worst"].values()),
        "log1m_mb": (log["bytes"] - plain["bytes"]) / 1e6,
        "log_tail_lag_s": log["lag"],
    }
    worst = ", ".join(f"{what} {frame:.0f} ms" for what, frame in log["worst"].items())
    print(f"{log['lines']} lines, there after {log['readMs'] / 1000:.1f} s; worst frames: {worst}")
    print(f"{log['tails']} lines followed, half of them {log['medianLag']:.2f} s behind")
    for key, value in figures.items():
        print(f"{key:24} {value:8.2f}  (at most {BOUNDS[key]})")
    write_result(figures, options.json)


if __name__ == "__main__":
    main()
