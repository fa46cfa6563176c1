"""Ten thousand rows in one section: opening the panel, scrolling through it, and its memory."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from lab import browse, jupyterlab, write_result

from jupyter_smext.local.store import Store

COUNT = 10_000
REGION = "us-east-1"


def fill(home: Path) -> None:
    """10,000 models in the engine's own store, as CreateModel would leave them."""
    store = Store(home / "state.db")
    now = time.time()
    names = [f"model-{index:05d}" for index in range(COUNT)]
    store.put_many(
        (
            REGION,
            "Model",
            name,
            {
                "ModelName": name,
                "ModelArn": f"arn:aws:sagemaker:{REGION}:000000000000:model/{name}",
                "CreationTime": now - index,
            },
        )
        for index, name in enumerate(names)
    )
    store.close()


def local(home: Path, command: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "jupyter_smext.local", command],
        env={**os.environ, "SMEXT_LOCAL_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        check=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json")
    options = parser.parse_args()
    with jupyterlab(extension=False) as lab:
        plain = browse("rest", lab.url)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        local(home, "start")
        try:
            fill(home)
            environment = {"SMEXT_LOCAL_HOME": folder}
            with jupyterlab(extension=True, environment=environment) as lab:
                url = f"{lab.url}&smext-panel=local"
                rows = browse("rows", url, "Models", "Deploy", str(COUNT))
        finally:
            local(home, "stop")
    figures = {
        "rows10k_open_ms": rows["openMs"],
        "rows10k_worst_frame_ms": rows["worst"],
        "rows10k_page_mb": (rows["bytes"] - plain["bytes"]) / 1e6,
    }
    bounds = {"rows10k_open_ms": 300, "rows10k_worst_frame_ms": 50, "rows10k_page_mb": 150}
    print(
        f"opened with {rows['scriptMs']:.0f} ms of script; "
        f"scrolled {rows['scrolled']} px of {rows['height']}; "
        f"median frame {rows['median']:.1f} ms, {rows['over50']} over 50 ms; "
        f"plain page {plain['bytes'] / 1e6:.0f} MB"
    )
    for key, value in figures.items():
        print(f"{key:24} {value:8.2f}  (at most {bounds[key]})")
    write_result(figures, options.json)


if __name__ == "__main__":
    main()
