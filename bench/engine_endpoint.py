"""How soon an endpoint is in service, what the engine adds to an invocation, and what it bears."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import os
import secrets
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from engine import RunningEngine, running
from lab import ROOT, write_result

ROUNDS = 5
PAIRS = 400
CLIENTS = 16
SECONDS = 5.0
IMAGE = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3"
BODY = b"5.1,3.5,1.4,0.2\n6.2,2.9,4.3,1.3\n"
SCRIPT = """
import os
import joblib

def model_fn(model_dir):
    return joblib.load(os.path.join(model_dir, "model.joblib"))
"""


def model_archive() -> bytes:
    """A logistic regression on iris, and the script that loads it, as a model.tar.gz."""
    import joblib
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    features, labels = load_iris(return_X_y=True)
    data = io.BytesIO()
    joblib.dump(LogisticRegression(max_iter=500).fit(features, labels), data)
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, content in (
            ("model.joblib", data.getvalue()),
            ("code/inference.py", SCRIPT.encode()),
        ):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return archive.getvalue()


def prepare(engine: RunningEngine, archive: bytes) -> Any:
    """The model and its configuration; SageMaker's client."""
    s3, sagemaker = engine.client("s3"), engine.client("sagemaker")
    s3.create_bucket(Bucket="models")
    s3.put_object(Bucket="models", Key="model.tar.gz", Body=archive)
    sagemaker.create_model(
        ModelName="iris",
        ExecutionRoleArn="arn:aws:iam::000000000000:role/any",
        PrimaryContainer={
            "Image": IMAGE,
            "ModelDataUrl": "s3://models/model.tar.gz",
            "Environment": {
                "SAGEMAKER_PROGRAM": "inference.py",
                "SAGEMAKER_SUBMIT_DIRECTORY": "/opt/ml/model/code",
            },
        },
    )
    for name in ("first", "second"):
        sagemaker.create_endpoint_config(
            EndpointConfigName=name,
            ProductionVariants=[
                {
                    "VariantName": "AllTraffic",
                    "ModelName": "iris",
                    "InstanceType": "ml.m5.large",
                    "InitialInstanceCount": 1,
                }
            ],
        )
    return sagemaker


def settle(sagemaker: Any, status: str) -> None:
    """Wait for a state of the endpoint. Raises RuntimeError for Failed."""
    while True:
        detail = sagemaker.describe_endpoint(EndpointName="iris")
        if detail["EndpointStatus"] == status:
            return
        if detail["EndpointStatus"] == "Failed":
            raise RuntimeError(detail["FailureReason"])
        time.sleep(0.02)


def delete(sagemaker: Any) -> None:
    """Delete the endpoint and wait until it is gone."""
    sagemaker.delete_endpoint(EndpointName="iris")
    with contextlib.suppress(sagemaker.exceptions.ClientError):
        while sagemaker.describe_endpoint(EndpointName="iris"):
            time.sleep(0.02)


def in_service_seconds(sagemaker: Any) -> float:
    """From CreateEndpoint to InService."""
    started = time.perf_counter()
    sagemaker.create_endpoint(EndpointName="iris", EndpointConfigName="first")
    settle(sagemaker, "InService")
    return time.perf_counter() - started


def signed(engine: RunningEngine) -> bytes:
    """An InvokeEndpoint as it goes over the wire, good for 15 minutes."""
    host = engine.url.removeprefix("http://")
    path = "/endpoints/iris/invocations"
    headers = {"Host": host, "Content-Type": "text/csv", "Accept": "application/json"}
    request = AWSRequest("POST", engine.url + path, data=BODY, headers=headers)
    keys = Credentials(engine.access_key, engine.secret_key)
    SigV4Auth(keys, "sagemaker", "us-east-1").add_auth(request)
    return raw(path, dict(request.headers.items()))


def raw(path: str, headers: dict[str, str]) -> bytes:
    """A POST of `BODY`."""
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, f"Content-Length: {len(BODY)}", "", ""]).encode() + BODY


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> int:
    """Send a request on an open connection, read the answer whole; its status."""
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    length = head.lower().split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]
    await reader.readexactly(int(length))
    return int(head.split(b" ", 2)[1])


@contextlib.contextmanager
def model_server(archive: bytes) -> Iterator[tuple[Path, bytes]]:
    """The same model's server without the engine: its socket, and the request for it."""
    with tempfile.TemporaryDirectory(prefix="smext-bench-") as folder:
        base, place = Path(folder) / "ml", Path(folder) / "at"
        place.mkdir()
        token = secrets.token_hex(16)
        (place / "token").write_text(token)
        with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
            tar.extractall(base / "model", filter="data")
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_smext.local.serving", "sklearn"],
            cwd=ROOT,
            env={**os.environ, "SAGEMAKER_BASE_DIR": str(base), "SMEXT_SERVING_AT": str(place)},
            stdout=subprocess.DEVNULL,
        )
        try:
            while not (place / "socket").exists():
                time.sleep(0.02)
            headers = {"Host": "model", "Content-Type": "text/csv", "Accept": "application/json"}
            yield place / "socket", raw("/invocations", {**headers, "X-Smext-Token": token})
        finally:
            process.terminate()
            process.wait(30)


async def overhead(engine: RunningEngine, socket: Path, direct: bytes) -> tuple[float, float]:
    """Median milliseconds of (an invocation, a direct call), by turns on one connection each."""
    host, _, port = engine.url.removeprefix("http://").partition(":")
    through, invocation = await asyncio.open_connection(host, int(port)), signed(engine)
    straight = await asyncio.open_unix_connection(str(socket))
    taken: dict[str, list[float]] = {"invoke": [], "direct": []}
    for _ in range(PAIRS):
        for name, connection, request in (
            ("invoke", through, invocation),
            ("direct", straight, direct),
        ):
            started = time.perf_counter()
            if await ask(*connection, request) != 200:
                raise RuntimeError(f"{name} did not answer 200")
            taken[name].append(1000 * (time.perf_counter() - started))
    for _, writer in (through, straight):
        writer.close()
    return statistics.median(taken["invoke"]), statistics.median(taken["direct"])


async def load(engine: RunningEngine, until: asyncio.Event) -> Counter[str]:
    """How 16 clients' invocations ended until the event: statuses, and "lost" without one."""
    host, _, port = engine.url.removeprefix("http://").partition(":")
    invocation = signed(engine)
    ended: Counter[str] = Counter()

    async def client() -> None:
        reader, writer = await asyncio.open_connection(host, int(port))
        while not until.is_set():
            try:
                ended[str(await ask(reader, writer, invocation))] += 1
            except (OSError, asyncio.IncompleteReadError):
                ended["lost"] += 1
                reader, writer = await asyncio.open_connection(host, int(port))
        writer.close()

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return ended


async def rate(engine: RunningEngine) -> float:
    """Invocations a second by 16 clients. Raises RuntimeError when one fails."""
    until = asyncio.Event()
    asyncio.get_running_loop().call_later(SECONDS, until.set)
    started = time.perf_counter()
    ended = await load(engine, until)
    if set(ended) != {"200"}:
        raise RuntimeError(f"not every invocation was answered: {dict(ended)}")
    return ended["200"] / (time.perf_counter() - started)


async def lost(engine: RunningEngine, sagemaker: Any) -> tuple[int, int]:
    """(invocations, those of them without a 200) while UpdateEndpoint goes to another config."""
    until = asyncio.Event()

    def update() -> None:
        sagemaker.update_endpoint(EndpointName="iris", EndpointConfigName="second")
        settle(sagemaker, "InService")

    async def updating() -> None:
        await asyncio.to_thread(update)
        until.set()

    ended, _ = await asyncio.gather(load(engine, until), updating())
    return sum(ended.values()), sum(ended.values()) - ended["200"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json")
    options = parser.parse_args()
    archive = model_archive()
    with running() as engine:
        sagemaker = prepare(engine, archive)
        seconds = []
        for number in range(ROUNDS):
            seconds.append(in_service_seconds(sagemaker))
            if number < ROUNDS - 1:
                delete(sagemaker)
        with model_server(archive) as (socket, direct):
            invoke, straight = asyncio.run(overhead(engine, socket, direct))
        per_second = asyncio.run(rate(engine))
        sent, missed = asyncio.run(lost(engine, sagemaker))
    figures = {
        "endpoint_in_service_s": statistics.median(seconds),
        "invoke_overhead_ms": invoke - straight,
        "invoke_rps": per_second,
        "update_endpoint_lost": float(missed),
    }
    print(f"in service       {figures['endpoint_in_service_s']:8.2f} s  (at most 4)")
    print(f"invocation       {invoke:8.2f} ms, the model server alone {straight:.2f} ms")
    print(f"overhead         {figures['invoke_overhead_ms']:8.2f} ms (at most 3)")
    print(f"{CLIENTS} clients       {per_second:8.0f} invocations/s (at least 200)")
    print(f"lost in update   {missed:8d} of {sent} (none)")
    write_result(figures, options.json)


if __name__ == "__main__":
    main()
