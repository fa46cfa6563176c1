"""What the local engine adds to a training script: from its API call to its artifact in S3."""

from __future__ import annotations

import argparse
import io
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

from engine import running
from lab import write_result

ROUNDS = 7
MOST = 1.5
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
SCRIPT = """
import argparse
import os

import joblib
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

parser = argparse.ArgumentParser()
parser.add_argument("--max_iter", type=int, default=1000)
parser.add_argument("--model-dir", default=os.environ.get("SM_MODEL_DIR"))
given = parser.parse_args()
features, labels = load_digits(return_X_y=True)
train, test, train_labels, test_labels = train_test_split(features, labels, random_state=0)
model = LogisticRegression(max_iter=given.max_iter).fit(train, train_labels)
print(f"accuracy={model.score(test, test_labels):.4f};")
joblib.dump(model, os.path.join(given.model_dir, "model.joblib"))
"""


def bare(script: Path, folder: Path) -> float:
    """Seconds of the script alone, by the same Python."""
    command = [sys.executable, str(script), "--max_iter", "1000", "--model-dir", str(folder)]
    started = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def job(sagemaker: Any, s3: Any, name: str) -> float:
    """Seconds from CreateTrainingJob until the model can be read. Raises RuntimeError: Failed."""
    started = time.perf_counter()
    sagemaker.create_training_job(
        TrainingJobName=name,
        RoleArn="arn:aws:iam::000000000000:role/any-role",
        AlgorithmSpecification={
            "TrainingImage": IMAGE,
            "TrainingInputMode": "File",
            "MetricDefinitions": [{"Name": "accuracy", "Regex": "accuracy=([0-9.]+);"}],
        },
        HyperParameters={
            "sagemaker_program": "train.py",
            "sagemaker_submit_directory": "s3://train/sourcedir.tar.gz",
            "max_iter": "1000",
        },
        OutputDataConfig={"S3OutputPath": "s3://train/out"},
        ResourceConfig={"InstanceType": "ml.m5.large", "InstanceCount": 1, "VolumeSizeInGB": 5},
        StoppingCondition={"MaxRuntimeInSeconds": 600},
    )
    while True:
        detail = sagemaker.describe_training_job(TrainingJobName=name)
        if detail["TrainingJobStatus"] == "Failed":
            raise RuntimeError(detail["FailureReason"])
        if detail["TrainingJobStatus"] == "Completed":
            break
        time.sleep(0.02)
    s3.head_object(Bucket="train", Key=f"out/{name}/output/model.tar.gz")
    return time.perf_counter() - started


def source() -> bytes:
    """The script as the SDK sends it."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        member = tarfile.TarInfo("train.py")
        member.size = len(SCRIPT)
        tar.addfile(member, io.BytesIO(SCRIPT.encode()))
    return packed.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json")
    options = parser.parse_args()
    bares, jobs = [], []
    with tempfile.TemporaryDirectory() as folder, running() as engine:
        script = Path(folder, "train.py")
        script.write_text(SCRIPT)
        s3, sagemaker = engine.client("s3"), engine.client("sagemaker")
        s3.create_bucket(Bucket="train")
        s3.put_object(Bucket="train", Key="sourcedir.tar.gz", Body=source())
        bare(script, Path(folder))  # the files of the libraries come into the page cache
        for number in range(ROUNDS):
            bares.append(bare(script, Path(folder)))
            jobs.append(job(sagemaker, s3, f"digits-{number}"))
    alone, through = statistics.median(bares), statistics.median(jobs)
    print(
        f"the script alone {alone:.2f} s, as a training job {through:.2f} s ({os.cpu_count()} CPUs)"
    )
    figures = {"train_vs_script": through / alone}
    for key, value in figures.items():
        print(f"{key:16} {value:8.2f}  (at most {MOST:g})")
    write_result(figures, options.json)


if __name__ == "__main__":
    main()
