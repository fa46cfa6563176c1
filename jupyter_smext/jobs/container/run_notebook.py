"""Runs a notebook by papermill inside a training job; the whole of it goes along in the archive.

Run by sagemaker-training as a script, in an image's own Python (3.8 or newer), with `job.json` and
`folder/` beside it. The executed notebook, and files that are new or changed, are put where
SageMaker keeps checkpoints: that folder goes to S3 while the job runs, so even a container that is
killed leaves what was done (docs: "Checkpoints in Amazon SageMaker AI").
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "folder"


def say(text: str) -> None:
    print(f"[notebook] {text}", flush=True)


def kept_folder() -> Path:
    """Where checkpoints are put; the configuration names it where /opt/ml is elsewhere."""
    config = os.path.join(
        os.environ.get("SM_INPUT_CONFIG_DIR", "/opt/ml/input/config"), "checkpointconfig.json"
    )
    try:
        with open(config, encoding="utf-8") as file:
            return Path(json.load(file)["LocalPath"])
    except (OSError, ValueError, KeyError):
        return Path("/opt/ml/checkpoints")


def pip(what: str, *arguments: str) -> None:
    say(f"Installing {what}")
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", *arguments]
    ended = subprocess.call(command, cwd=str(FOLDER))
    importlib.invalidate_caches()
    if ended:
        sys.exit(f"{what} could not be installed: pip ended with {ended}. The log says why.")


def install() -> None:
    """The user's requirements, then what runs notebooks, where the image does not have it."""
    if (FOLDER / "requirements.txt").is_file():
        pip("requirements.txt", "-r", "requirements.txt")
    missing = [name for name in ("papermill", "ipykernel") if not importlib.util.find_spec(name)]
    if missing:
        pip(" and ".join(missing), *missing)


def states() -> dict[Path, tuple[int, int]]:
    """Size and time of each file of the folder."""
    found = {}
    for folder, names, files in os.walk(str(FOLDER)):
        names[:] = [name for name in names if not name.startswith(".") and name != "__pycache__"]
        for name in files:
            path = Path(folder, name)
            if path.is_file() and not path.is_symlink() and not name.startswith("."):
                state = path.stat()
                found[path] = (state.st_size, state.st_mtime_ns)
    return found


def keep(before: dict[Path, tuple[int, int]], kept: Path) -> None:
    """Copy what is new or changed since `before`."""
    for path, state in states().items():
        if before.get(path) != state:
            copy = kept / "files" / path.relative_to(FOLDER)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(str(path), str(copy))


def send(kept: Path, uri: str) -> None:
    """Put all that is kept into S3 at once.

    After a failure: that SageMaker copies checkpoints once more then is not said anywhere.
    """
    if importlib.util.find_spec("boto3") is None:
        return
    import boto3

    bucket, _, prefix = uri[len("s3://") :].partition("/")
    client = boto3.client("s3", region_name=os.environ.get("AWS_REGION"))
    for path in sorted(kept.rglob("*")):
        if path.is_file():
            key = f"{prefix}/{path.relative_to(kept).as_posix()}"
            client.upload_file(str(path), bucket, key)


def stopped(number: int, frame: object) -> None:
    # SystemExit passes through papermill, which has saved the cells that are done.
    sys.exit("Stopped before the notebook's end.")


def kernel_and_language(notebook: dict[str, Any], wanted: str | None) -> tuple[str, str]:
    """Names of the kernel and the language; a Python notebook gets the image's own python3."""
    metadata = notebook.get("metadata", {})
    spec = metadata.get("kernelspec", {})
    info = metadata.get("language_info", {})
    language = spec.get("language") or info.get("name") or "python"
    if wanted:
        return wanted, language
    return ("python3" if language == "python" else spec.get("name")), language


def execute(job: dict[str, Any], kept: Path) -> None:
    """Run the notebook. Exits with a sentence when a cell fails."""
    from papermill import execute_notebook
    from papermill.exceptions import PapermillExecutionError

    # A name of ours: papermill formats paths, so a brace in the user's would be a parameter.
    source = HERE / "notebook.ipynb"
    shutil.copyfile(str(FOLDER / job["notebook"]), str(source))
    with source.open(encoding="utf-8") as file:
        kernel, language = kernel_and_language(json.load(file), job["kernel"])
    say(f"Running {job['notebook']!r} with the kernel {kernel}")
    try:
        execute_notebook(
            str(source),
            str(kept / "notebook.ipynb"),
            parameters=job["parameters"],
            kernel_name=kernel,
            language=language,
            progress_bar=False,
            log_output=True,
            cwd=str(FOLDER),
        )
    except PapermillExecutionError as error:
        sys.exit(f"Cell [{error.exec_count}] failed: {error.ename}: {error.evalue}")


def main() -> None:
    signal.signal(signal.SIGTERM, stopped)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    with (HERE / "job.json").open(encoding="utf-8") as file:
        job = json.load(file)
    kept = kept_folder()
    kept.mkdir(parents=True, exist_ok=True)
    install()
    before = states()
    try:
        execute(job, kept)
    except BaseException:
        keep(before, kept)
        send(kept, job["results"])
        raise
    keep(before, kept)
    say("Done")


if __name__ == "__main__":
    main()
