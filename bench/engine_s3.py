"""100 MB into S3 and out again through boto3: the local engine against moto's server."""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import boto3
from engine import RunningEngine, running
from lab import free_port, write_result

SIZE = 100_000_000
ROUNDS = 5
SMALL = 200
BUCKET = "bench-bucket"
LEAST = 2.0
MOST_GROWTH = 32.0

Seconds = dict[str, list[float]]


@contextlib.contextmanager
def moto_client() -> Iterator[Any]:
    """A client of a moto server, which is a process of its own too."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        while process.poll() is None:
            with contextlib.suppress(OSError), urlopen(f"{url}/moto-api/", timeout=5):
                break
            time.sleep(0.05)
        yield boto3.client(
            "s3",
            endpoint_url=url,
            region_name="us-east-1",
            aws_access_key_id="key",
            aws_secret_access_key="secret",
        )
    finally:
        process.terminate()
        process.wait(60)


def put_file(s3: Any, path: Path) -> None:
    s3.upload_file(str(path), BUCKET, "file")


def get_file(s3: Any, path: Path) -> None:
    s3.download_file(BUCKET, "file", str(path.with_suffix(".out")))


def put_object(s3: Any, path: Path) -> None:
    with path.open("rb") as body:
        s3.put_object(Bucket=BUCKET, Key="object", Body=body)


def get_object(s3: Any, path: Path) -> None:
    read = 0
    body = s3.get_object(Bucket=BUCKET, Key="object")["Body"]
    while chunk := body.read(1 << 20):
        read += len(chunk)
    assert read == SIZE


def put_small(s3: Any, path: Path) -> None:
    for n in range(SMALL):
        s3.put_object(Bucket=BUCKET, Key=f"small/{n}", Body=b"x" * 1000)


def get_small(s3: Any, path: Path) -> None:
    for n in range(SMALL):
        s3.get_object(Bucket=BUCKET, Key=f"small/{n}")["Body"].read()


#: As people do it (in parts, ten at a time), as one request, and many small ones.
WORK: tuple[Callable[[Any, Path], None], ...] = (
    put_file,
    get_file,
    put_object,
    get_object,
    put_small,
    get_small,
)


class Peak(threading.Thread):
    """The engine's highest resident memory, in MB, while it runs."""

    def __init__(self, engine: RunningEngine) -> None:
        super().__init__(daemon=True)
        self._engine = engine
        self._over = threading.Event()
        self.highest = 0.0

    def run(self) -> None:
        while not self._over.wait(0.02):
            self.highest = max(self.highest, self._engine.rss_mb())

    def stop(self) -> float:
        self._over.set()
        self.join()
        return self.highest


def measure(clients: dict[str, Any], path: Path) -> dict[str, Seconds]:
    """Seconds by work and by who did it, in rounds that take turns."""
    found: dict[str, Seconds] = {work.__name__: {name: [] for name in clients} for work in WORK}
    for turn in range(ROUNDS):
        for name in sorted(clients, reverse=bool(turn % 2)):
            for work in WORK:
                started = time.perf_counter()
                work(clients[name], path)
                found[work.__name__][name].append(time.perf_counter() - started)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json")
    options = parser.parse_args()
    with running() as engine, moto_client() as moto, tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "data"
        path.write_bytes(os.urandom(SIZE))
        clients = {"engine": engine.client("s3"), "moto": moto}
        for s3 in clients.values():
            s3.create_bucket(Bucket=BUCKET)
            s3.upload_fileobj(io.BytesIO(b"warm"), BUCKET, "warm")
            s3.download_fileobj(BUCKET, "warm", io.BytesIO())
        before = engine.rss_mb()
        peak = Peak(engine)
        peak.start()
        found = measure(clients, path)
        growth = peak.stop() - before
        assert path.with_suffix(".out").read_bytes() == path.read_bytes()
    ratios = {}
    for work, seconds in found.items():
        ours, theirs = (statistics.median(seconds[name]) for name in ("engine", "moto"))
        ratios[work] = theirs / ours
        print(f"{work:12} engine {ours:6.2f} s   moto {theirs:6.2f} s   {theirs / ours:6.2f} times")
    figures = {
        "s3_put_vs_moto": ratios["put_file"],
        "s3_get_vs_moto": ratios["get_file"],
        # As one request either way the client's own hashing and reading is most of the time.
        "s3_put_object_vs_moto": ratios["put_object"],
        "s3_get_object_vs_moto": ratios["get_object"],
        "s3_small_put_vs_moto": ratios["put_small"],
        "s3_small_get_vs_moto": ratios["get_small"],
        "s3_rss_growth_mb": growth,
    }
    bounds = {
        "s3_put_vs_moto": f"at least {LEAST:g}",
        "s3_get_vs_moto": f"at least {LEAST:g}",
        "s3_rss_growth_mb": f"at most {MOST_GROWTH:g}",
    }
    for key, value in figures.items():
        bound = f"  ({bounds[key]})" if key in bounds else ""
        print(f"{key:22} {value:8.2f}{bound}")
    write_result(figures, options.json)


if __name__ == "__main__":
    main()
