"""Asks the endpoint of the stack whose outputs are in stack.json, beside this file."""

import csv
import io
import json
from typing import Any

import boto3

with open("stack.json", encoding="utf-8") as _file:
    STACK = json.load(_file)


def probabilities(rows: list[list[str]], label: str) -> list[float]:
    """How likely each row (its columns, without the target) is of that label."""
    runtime = boto3.client("sagemaker-runtime", region_name=STACK["Region"])
    found: list[float] = []
    # AWS takes 6 MB (25 MB where it is newer) in a request.
    for start in range(0, len(rows), 500):
        text = io.StringIO()
        csv.writer(text).writerows(rows[start : start + 500])
        answer = _ask(runtime, text.getvalue().encode(), "text/csv")
        place = answer["labels"].index(label)
        found += [each[place] for each in answer["probabilities"]]
    return found


def picture(content: bytes) -> list[tuple[str, float]]:
    """The five likeliest labels of a picture, the likeliest first."""
    runtime = boto3.client("sagemaker-runtime", region_name=STACK["Region"])
    answer = _ask(runtime, content, "application/x-image")
    pairs = zip(answer["labels"], answer["probabilities"], strict=True)
    return sorted(pairs, key=lambda pair: -pair[1])[:5]


def _ask(runtime: Any, body: bytes, content_type: str) -> Any:
    answer = runtime.invoke_endpoint(
        EndpointName=STACK["EndpointName"],
        Body=body,
        ContentType=content_type,
        Accept="application/json;verbose",
    )
    return json.loads(answer["Body"].read())
