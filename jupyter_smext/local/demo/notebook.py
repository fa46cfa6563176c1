"""The demo's notebook instance, with a notebook in it to start from."""

from __future__ import annotations

import base64
import json
from typing import Any

from .stage import ENDPOINT, LIFECYCLE, NOTEBOOK, PREFIX, TAGS, Stage, found

FILE = "digits.ipynb"
_SECONDS = 300.0

_TITLE = """# Handwritten digits
What the demo made, seen with boto3. Everything here runs on this machine: `AWS_ENDPOINT_URL` in
this notebook's environment points every AWS client at the local engine."""

_JOBS = """# How the two training jobs compare
import boto3

sagemaker = boto3.client("sagemaker")
for summary in sagemaker.list_training_jobs(NameContains="{prefix}")["TrainingJobSummaries"]:
    job = sagemaker.describe_training_job(TrainingJobName=summary["TrainingJobName"])
    metrics = {{m["MetricName"]: round(m["Value"], 3) for m in job.get("FinalMetricDataList", [])}}
    print(job["TrainingJobName"], job["TrainingJobStatus"], metrics)"""

_IMAGE = """# One image that no job has seen
s3 = boto3.client("s3")
rows = s3.get_object(Bucket="{bucket}", Key="digits/test/test.csv")["Body"].read().decode()
digit, *pixels = rows.splitlines()[100].split(",")
for start in range(0, 64, 8):
    print("".join(" .:*#"[int(pixel) // 4] * 2 for pixel in pixels[start : start + 8]))"""

_ASK = """# What the endpoint takes it for
runtime = boto3.client("sagemaker-runtime")
answer = runtime.invoke_endpoint(
    EndpointName="{endpoint}", ContentType="text/csv", Accept="text/csv", Body=",".join(pixels)
)
print("It is a", digit, "and was taken for", answer["Body"].read().decode().strip())"""


def start(stage: Stage) -> str:
    """The instance in service; its lifecycle configuration puts the notebook there."""
    client = stage.sagemaker
    if (
        found(
            client.describe_notebook_instance_lifecycle_config,
            NotebookInstanceLifecycleConfigName=LIFECYCLE,
        )
        is None
    ):
        script = base64.b64encode(_script(stage).encode()).decode()
        client.create_notebook_instance_lifecycle_config(
            NotebookInstanceLifecycleConfigName=LIFECYCLE, OnCreate=[{"Content": script}], Tags=TAGS
        )
    instance = found(client.describe_notebook_instance, NotebookInstanceName=NOTEBOOK)
    kept = instance is not None
    if instance is None:
        client.create_notebook_instance(
            NotebookInstanceName=NOTEBOOK,
            InstanceType="ml.t3.medium",
            RoleArn=stage.role,
            LifecycleConfigName=LIFECYCLE,
            Tags=TAGS,
        )
    elif instance["NotebookInstanceStatus"] in ("Stopped", "Failed"):
        client.start_notebook_instance(NotebookInstanceName=NOTEBOOK)
    stage.wait(
        lambda: found(client.describe_notebook_instance, NotebookInstanceName=NOTEBOOK),
        "NotebookInstanceStatus",
        "InService",
        ("Pending", "Updating"),
        _SECONDS,
    )
    return f"{NOTEBOOK}: in service, with {FILE} to start from" + (", kept." if kept else ".")


def cells(stage: Stage) -> list[str]:
    """The code of the notebook, a text a cell."""
    names = {"prefix": f"{PREFIX}-", "bucket": stage.bucket, "endpoint": ENDPOINT}
    return [code.format(**names) for code in (_JOBS, _IMAGE, _ASK)]


def _script(stage: Stage) -> str:
    text = json.dumps(_document(stage))
    content = base64.b64encode(text.encode()).decode()
    return f'#!/bin/bash\nset -e\necho {content} | base64 --decode > "$HOME/SageMaker/{FILE}"\n'


def _document(stage: Stage) -> dict[str, Any]:
    code: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "id": f"code-{number}",
            "execution_count": None,
            "metadata": {},
            "outputs": [],
            "source": text,
        }
        for number, text in enumerate(cells(stage), 1)
    ]
    title = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": _TITLE}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {
        "cells": [title, *code],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
