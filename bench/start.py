"""What the extension costs before its panel is opened, over JupyterLab alone."""

from __future__ import annotations

import argparse
import gzip
import statistics
import subprocess
import sys
from typing import Any

from lab import ROOT, browse, jupyterlab, write_result

ROUNDS = 3
IMPORTS = 9


def loads(extension: bool) -> dict[str, Any]:
    """One server and one load of the Launcher page."""
    with jupyterlab(extension=extension) as lab:
        page = browse("load", lab.url)
        return {**page, "server_mb": lab.memory_mb()}


def import_ms() -> float:
    """Milliseconds that importing the server extension adds to jupyter_server's own imports."""
    code = (
        "import time, jupyter_server.extension.application, jupyter_server.base.handlers\n"
        "start = time.perf_counter()\n"
        "import jupyter_smext.app\n"
        "print(1000 * (time.perf_counter() - start))\n"
        "import sys; assert 'boto3' not in sys.modules and 'botocore' not in sys.modules\n"
    )
    command = [sys.executable, "-c", code]
    return statistics.median(
        float(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        for _ in range(IMPORTS)
    )


def javascript_kb() -> float:
    """All built JavaScript together, each file compressed by gzip, in kB."""
    static = ROOT / "jupyter_smext" / "labextension" / "static"
    files = [path for path in static.rglob("*.js") if path.name != "style.js"]
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in files) / 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json")
    options = parser.parse_args()
    rows: dict[bool, list[dict[str, Any]]] = {False: [], True: []}
    for _ in range(ROUNDS):
        for extension in (False, True):
            rows[extension].append(loads(extension))

    def difference(key: str) -> float:
        return statistics.median(float(row[key]) for row in rows[True]) - statistics.median(
            float(row[key]) for row in rows[False]
        )

    figures = {
        "start_requests": difference("requests"),
        "start_kb": difference("bytes") / 1000,
        "start_heap_mb": difference("heap") / 1e6,
        "start_server_mb": difference("server_mb"),
        "server_import_ms": import_ms(),
        "js_gzip_kb": javascript_kb(),
    }
    bounds = {
        "start_requests": 6,
        "start_kb": 60,
        "start_heap_mb": 2,
        "start_server_mb": 5,
        "server_import_ms": 60,
        "js_gzip_kb": 250,
    }
    plain = set(rows[False][-1]["urls"])
    added = [url for url in rows[True][-1]["urls"] if url not in plain]
    print(f"JupyterLab alone: {rows[False][-1]['requests']} requests; ours adds {added}")
    for key, value in figures.items():
        print(f"{key:18} {value:8.2f}  (at most {bounds[key]}, over JupyterLab alone)")
    write_result(figures, options.json)


if __name__ == "__main__":
    main()
