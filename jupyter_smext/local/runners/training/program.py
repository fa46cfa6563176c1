"""What a training job runs in place of its container, and the environment it runs in."""

from __future__ import annotations

import json
import os
import sys
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import images
from ...client_environment import client_environment
from ...contract import ServiceError
from ..job.files import HostFiles
from ..job.life import Job, JobFailed

if TYPE_CHECKING:
    from ...engine import Engine

_SCRIPT = Path(__file__).with_name("script.py")
_PACKAGE_ROOT = Path(__file__).resolve().parents[4]


@dataclass(frozen=True)
class Program:
    """A command line and what does the work, in words.

    `needs_opt_ml`: it looks for its files there; `takes_code`: a user's script is unpacked for it;
    `is_ours`: it is a module of this package.
    """

    argv: tuple[str, ...]
    does: str
    needs_opt_ml: bool = False
    takes_code: bool = False
    is_ours: bool = False


def program(detail: Mapping[str, Any], image: str) -> Program:
    """What runs in place of an image. Raises JobFailed: an unknown image, or nothing to run."""
    try:
        runtime = images.resolve(image)
        algorithm = detail["AlgorithmSpecification"]
        if "ContainerEntrypoint" in algorithm:
            argv = (*algorithm["ContainerEntrypoint"], *algorithm.get("ContainerArguments", ()))
            return Program(argv, f"{runtime.name}, by the entrypoint given", needs_opt_ml=True)
        if runtime.scripts and hyperparameter(detail, "sagemaker_program"):
            images.require(("sagemaker_training",), f"A script in the image {image}")
            return Program((sys.executable, str(_SCRIPT)), runtime.name, takes_code=True)
    except images.UnknownImage as unknown:
        raise JobFailed(f"ClientError: {unknown}") from None
    if runtime.algorithm is None:
        raise JobFailed(
            f"ClientError: The image {image} runs a script, and no script is given: set the "
            "hyperparameters sagemaker_program and sagemaker_submit_directory, as the SageMaker "
            "SDK does, or ContainerEntrypoint."
        )
    module = "jupyter_smext.local.algorithms"
    argv = (sys.executable, "-m", module, "train", runtime.algorithm)
    does = f"the built-in algorithm {runtime.algorithm} with {runtime.name}"
    return Program(argv, does, is_ours=True)


def hyperparameter(detail: Mapping[str, Any], name: str) -> str | None:
    """A hyperparameter of the toolkit's: the SDK sends such values as JSON, others as they are."""
    value = detail.get("HyperParameters", {}).get(name)
    if value is None:
        return None
    try:
        decoded = json.loads(value)
    except ValueError:
        return str(value)
    return decoded if isinstance(decoded, str) else str(value)


def fetch_code(job: Job, host: HostFiles) -> None:
    """Unpack the script's archive, so that the toolkit has nothing to fetch and needs no network.

    Raises JobFailed, OSError.
    """
    uri = hyperparameter(job.detail, "sagemaker_submit_directory")
    if uri is None or not uri.startswith("s3://"):
        return  # a folder of a channel's, as SDK v3 has it, or the script is there already
    archive = host.tmp / "sourcedir.tar.gz"
    try:
        bucket, key = job.engine.objects.split_uri(uri)
        job.engine.objects.download(bucket, key, archive)
    except ServiceError as error:
        raise JobFailed(f"ClientError: The script's archive {uri}: {error.message}") from None
    unpack(job.engine, archive, host.opt_ml / "code", uri)
    archive.unlink()


def unpack(engine: Engine, archive: Path, folder: Path, name: str) -> None:
    """Extract a tar archive that somebody sent. Raises JobFailed for one that is not safe."""
    if not hasattr(tarfile, "data_filter"):
        raise JobFailed(
            "ClientError: This Python is too old to extract archives safely: use 3.10.12, 3.11.4 "
            "or any newer one."
        )
    try:
        with tarfile.open(archive) as tar:
            engine.disk.require(sum(member.size for member in tar))
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, EOFError) as error:
        raise JobFailed(f"ClientError: The archive {name} cannot be extracted: {error}") from None


def environment(job: Job, host: HostFiles, opt_ml: str, runs: Program) -> dict[str, str]:
    """The variables of a host's processes; `opt_ml` is where they see its folder."""
    packages = host.home / "packages"
    # In a checkout the package is found by the engine's working directory, which is another there.
    paths = [packages, *([_PACKAGE_ROOT] if runs.is_ours else [])]
    return {
        **client_environment(
            job.engine, job.region, host.home, network=not job.detail["EnableNetworkIsolation"]
        ),
        "TRAINING_JOB_NAME": job.name,
        "TRAINING_JOB_ARN": job.arn,
        "SAGEMAKER_BASE_DIR": opt_ml,
        # Tells sagemaker-training not to wait until its hosts' names resolve.
        "SM_STUDIO_LOCAL_MODE": "true",
        # Lines and the metrics in them get their time when they are printed.
        "PYTHONUNBUFFERED": "1",
        # A script's requirements are the job's own: they must not change the engine's Python.
        "PIP_TARGET": str(packages),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        **job.detail.get("Environment", {}),
    }
