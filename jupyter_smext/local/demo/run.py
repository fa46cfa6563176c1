"""The demo's steps, in order, and running them: again and again, each keeps what is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec

from . import data, deployment, notebook, registry, studio, training
from .stage import DemoFailed, Stage
from .telling import Telling


@dataclass(frozen=True)
class Step:
    """One step: its id, what it is called, and what does it and answers what came of it."""

    name: str
    title: str
    do: Callable[[Stage], str]


STEPS = (
    Step("data", "Put images of digits into S3", data.put),
    Step("train-small", "Train a small network", partial(training.train, which="small")),
    Step("train-large", "Train a larger one", partial(training.train, which="large")),
    Step("register", "Register and approve the better", registry.register),
    Step("deploy", "Deploy it to an endpoint", deployment.deploy),
    Step("ask", f"Ask it about {deployment.REQUESTS} unseen images", deployment.ask),
    Step("notebook", "Start a notebook instance", notebook.start),
    Step("domain", "Make a Studio domain and a user", studio.open_domain),
    Step("space", "Open a JupyterLab space", studio.open_space),
)

#: Modules that the steps' processes need; `pip install jupyter_smext[local]` brings them.
_NEEDS = ("sklearn", "sagemaker_training", "sagemaker_inference", "aiohttp", "cbor2")


def missing() -> str | None:
    """What has to be installed before the demo can run, in words; None when nothing has."""
    absent = [name for name in _NEEDS if find_spec(name) is None]
    if not absent:
        return None
    return f"{', '.join(absent)} cannot be imported here. Install: pip install jupyter_smext[local]"


def run(steps: Iterable[Step], stage: Stage, telling: Telling) -> bool:
    """Do the steps until one fails; whether all were done."""
    from botocore.exceptions import BotoCoreError, ClientError

    for step in steps:
        telling.begin(step)
        try:
            telling.end(step.do(stage))
        except ClientError as error:
            told = error.response["Error"]
            telling.fail(f"{told['Message']} ({told['Code']} of {error.operation_name})")
            return False
        except (BotoCoreError, DemoFailed) as error:
            telling.fail(str(error))
            return False
    return True
