"""One training job of a built-in algorithm: from the input folder to a model, or a failure."""

from __future__ import annotations

import importlib
import signal
import threading
import traceback
from pathlib import Path
from types import FrameType, ModuleType

from . import table
from .failures import AlgorithmError, UserError, told
from .job import Job
from .table import Algorithm


def module(algorithm: Algorithm) -> ModuleType:
    """The module that trains and serves it: `train(job)` and `load(folder) -> predict`."""
    return importlib.import_module(f".{algorithm.name.replace('-', '_')}", __package__)


def run(algorithm: Algorithm, base: Path) -> int:
    """Train in the folder `base`; the exit code.

    The first line of the log says which library does the work. SIGTERM (StopTrainingJob) lets the
    algorithm save what it has. A failure is written to output/failure, as AWS's containers do.
    """
    stopping = threading.Event()

    def stop(signum: int, frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    job = Job(algorithm, base, stopping)
    job.emit(f"{algorithm.title} on this machine, by {table.library(algorithm.name)}")
    try:
        job.model.mkdir(parents=True, exist_ok=True)
        module(algorithm).train(job)
    except UserError as error:
        # The words of AWS's log before such a failure.
        job.say(f"Customer Error: {error}", "ERROR")
        return _failed(job, error)
    except AlgorithmError as error:
        return _failed(job, error)
    except Exception as error:
        # Whatever a library raises must reach FailureReason; the log has where it came from.
        traceback.print_exc()
        return _failed(job, AlgorithmError(f"{type(error).__name__}: {error}"))
    return 0


def _failed(job: Job, error: UserError | AlgorithmError) -> int:
    output = job.base / "output"
    output.mkdir(parents=True, exist_ok=True)
    (output / "failure").write_text(told(error), encoding="utf-8")
    job.say(told(error), "ERROR")
    return 1
