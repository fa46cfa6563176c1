"""How long the local engine takes to answer, and what it holds in memory when idle."""

from __future__ import annotations

import argparse
import statistics
import time

import boto3
from engine import running
from lab import write_result

ROUNDS = 5
#: One call of each service that a first look at the panel asks.
CALLS = (
    ("sagemaker", "list_training_jobs"),
    ("sagemaker", "list_endpoints"),
    ("sagemaker", "list_notebook_instances"),
    ("sagemaker", "list_models"),
    ("sts", "get_caller_identity"),
    ("iam", "list_roles"),
    ("s3", "list_buckets"),
    ("logs", "describe_log_groups"),
    ("cloudwatch", "list_metrics"),
)
MOST = {"engine_ready_s": 1.0, "engine_rss_mb": 60.0}


def measure() -> tuple[float, float]:
    """(seconds from spawn to health and the first real list answered, MB after `CALLS`)."""
    with running() as engine:
        clients = {service: engine.client(service) for service, _ in CALLS}
        started = time.perf_counter()
        clients["sagemaker"].list_training_jobs()
        seconds = engine.ready + time.perf_counter() - started
        for service, operation in CALLS:
            getattr(clients[service], operation)()
        return seconds, engine.rss_mb()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json")
    options = parser.parse_args()
    boto3.client("sagemaker", region_name="us-east-1")  # the client's own reading of models
    rounds = [measure() for _ in range(ROUNDS)]
    seconds, megabytes = zip(*rounds, strict=True)
    figures = {
        "engine_ready_s": statistics.median(seconds),
        "engine_rss_mb": statistics.median(megabytes),
    }
    for key, value in figures.items():
        print(f"{key:16} {value:8.2f}  (at most {MOST[key]:g})")
    write_result(figures, options.json)


if __name__ == "__main__":
    main()
