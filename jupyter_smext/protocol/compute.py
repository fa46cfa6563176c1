"""Where kernels run: instances to choose from, switches from one to another, remote kernels."""

from __future__ import annotations

from typing import Literal

import msgspec

from .problem import Problem
from .resources import Tone

TASK_EVENT = "https://schema.jupyter.org/jupyter_smext/task/v1"

Use = Literal["notebook", "studio", "training", "processing", "hosting"]


class InstanceType(msgspec.Struct, frozen=True):
    """An instance type for one use; what is not known is None, never guessed.

    Memory in GiB (`gpu_memory_gib` is that of all its GPUs); `price` in US dollars an hour.
    `fast_launch`: AWS names it among those that usually start in under two minutes. `quota` is how
    many the account may run for this use, `quota_left` how many more than now.
    """

    name: str
    vcpu: int | None
    memory_gib: float | None
    gpus: int | None
    gpu: str | None
    gpu_memory_gib: float | None
    fast_launch: bool
    price: float | None
    quota: float | None
    quota_left: float | None


class InstanceTypes(msgspec.Struct, frozen=True):
    """Every instance type that AWS's model names for a use.

    `prices_of` is the publication date of the price list and `prices_read_at` when it was read, in
    epoch seconds. `charged` is False where running costs nothing: the local engine. While prices or
    quotas are `reading`, asking again tells more.
    """

    connection: str
    region: str
    use: Use
    types: tuple[InstanceType, ...]
    charged: bool
    prices_of: float | None
    prices_read_at: float | None
    prices_problem: Problem | None
    quotas_problem: Problem | None
    reading: bool = False


class ComputeName(msgspec.Struct, frozen=True):
    """Where a kernel can run: this machine, or a resource by its row id.

    On this machine `id`, `connection` and `region` are empty.
    """

    kind: Literal["local", "notebook-instance", "space"]
    id: str = ""
    connection: str = ""
    region: str = ""


class Compute(msgspec.Struct, frozen=True):
    """Where a kernel can run, as it is now.

    `status` is AWS's word, of a space the one that its app and itself come to; memory in GiB,
    `price` in US dollars an hour, `volume_gib` the size of the volume that stays. `memory_used` is
    in bytes, and told by the local engine alone. `problem` says why no kernel can be had there,
    whatever is done.
    """

    at: ComputeName
    name: str
    status: str
    tone: Tone
    instance_type: str | None
    vcpu: int | None
    memory_gib: float | None
    gpus: int | None
    gpu: str | None
    price: float | None
    volume_gib: int | None
    memory_used: int | None
    problem: Problem | None


class Computes(msgspec.Struct, frozen=True):
    """Every place for a kernel: this machine first. `problems` say what could not be listed."""

    computes: tuple[Compute, ...]
    problems: tuple[Problem, ...]


class SessionCompute(msgspec.Struct, frozen=True):
    """Where the kernel of a notebook of this Jupyter server runs.

    `line` is the connection to it: `lost` is tried again, `ended` is not. `note` says what was
    lost of its output and why. `switch` is the id of the switch that is about it.
    """

    session_id: str
    path: str
    kernel_id: str | None
    compute: Compute
    line: Literal["open", "lost", "ended"]
    note: str
    switch: str | None


class FilesRequest(msgspec.Struct, frozen=True):
    """Send what is new or changed in a notebook's folder to its kernel's instance, or fetch it."""

    direction: Literal["send", "fetch"]


class FilesCopied(msgspec.Struct, frozen=True):
    """What was sent or fetched. `folder` is where it lies there, below the Jupyter server's root.

    `files` counts those `beside` as well: a path that had changed on both sides, to the name that
    the instance's version has here; the file here was kept. `without` maps a path to why it was
    not copied. `left` says what of the way through S3 could not be deleted.
    """

    folder: str
    files: int
    bytes: int
    beside: dict[str, str]
    without: dict[str, str]
    left: str = ""


class NewNotebookInstance(msgspec.Struct, frozen=True):
    """A notebook instance to be created; `role` is an ARN."""

    name: str
    role: str
    volume_gib: int | None = None
    lifecycle_config: str | None = None
    platform: str | None = None


class Carried(msgspec.Struct, frozen=True):
    """What comes along with a kernel."""

    variables: bool = False
    packages: bool = False
    files: bool = False


class SwitchRequest(msgspec.Struct, frozen=True):
    """Move the kernel of a notebook: `session_id` is Jupyter's, `path` the notebook's.

    `to` is where; with `create`, an instance that is not there yet (its `id` is the name).
    `instance_type` None leaves that of `to` as it is. `kernel` is the kernel's name there; None
    takes one of the same language. `stop_old` stops the instance that is left; else its kernel
    keeps running when `keep_old_kernel`. `saved` is how many notebooks the browser has saved
    before it asked, in `saved_seconds`.
    """

    session_id: str
    path: str
    to: ComputeName
    instance_type: str | None = None
    create: NewNotebookInstance | None = None
    kernel: str | None = None
    stop_old: bool = True
    keep_old_kernel: bool = False
    carried: Carried = Carried()
    saved: int = 0
    saved_seconds: float = 0.0


class PackageDifference(msgspec.Struct, frozen=True):
    """A package that the kernel has, and in which version the other has it; None: not at all.

    `imported`: the kernel has it in use.
    """

    name: str
    here: str
    there: str | None
    imported: bool = False


class Variables(msgspec.Struct, frozen=True):
    """The kernel's variables that can be taken along, in bytes as pickled, and those that cannot.

    `without` maps a name to why.
    """

    names: tuple[str, ...]
    bytes: int
    without: dict[str, str]


class Folder(msgspec.Struct, frozen=True):
    """The notebook's folder: what would be sent, and what is left out and why (path to reason).

    `by_s3` when it is over the size that goes through the Jupyter server.
    """

    path: str
    files: int
    bytes: int
    by_s3: bool
    without: dict[str, str]


class OfferedKernel(msgspec.Struct, frozen=True):
    """A kernel that a place has: a kernelspec's name, display name and language."""

    name: str
    display_name: str
    language: str


class SwitchPreview(msgspec.Struct, frozen=True):
    """What a switch would do, asked before the click.

    `now` and `then` are the compute before and after; `steps` what is done in between.
    `other_kernels` are notebooks (by path) whose kernels die with an instance that stops or changes
    its type. `checked` are the preflight's sentences; `problems` those that forbid the switch, and
    `unknown` what could not be found out. `packages` are those that differ, of which the imported
    are installed; None when that can only be told once the other kernel runs: no notebook has one
    like it there. `folder` is what is sent, None also when nothing is; `fetched` what changed on
    the instance that is left and is brought back, None also when that cannot be told before.
    `kernels` are those to choose from, None while the instance is down or was not signed in to;
    `kernel` is the one of them that is taken unless another is asked for.
    `seconds` is how long it usually takes here, None when it was never done.
    """

    now: Compute
    then: Compute
    steps: tuple[str, ...]
    other_kernels: tuple[str, ...]
    variables: Variables | None
    packages: tuple[PackageDifference, ...] | None
    folder: Folder | None
    fetched: Folder | None
    kernels: tuple[OfferedKernel, ...] | None
    kernel: str | None
    checked: tuple[str, ...]
    problems: tuple[Problem, ...]
    unknown: tuple[Problem, ...]
    seconds: float | None


class TaskStep(msgspec.Struct, frozen=True):
    """A step of a task; times are epoch seconds.

    `note` says how it is getting on or what came of it; `usual` is how many seconds it took before,
    `progress` is 0 to 1, both None when not known. A step whose id begins with `back-` undoes what
    others did.
    """

    id: str
    title: str
    state: Literal["todo", "now", "done", "failed", "skipped"]
    started: float | None = None
    ended: float | None = None
    note: str = ""
    usual: float | None = None
    progress: float | None = None


class Left(msgspec.Struct, frozen=True):
    """After a failure: how something stands, and what that means."""

    what: str
    state: str


class Switch(msgspec.Struct, frozen=True):
    """A switch that was asked for, as it is now; it is journalled and survives the server.

    `now` is the compute it began at, `then` the one it goes to. `cancel` says what a cancel would
    do now, None when it can no longer be cancelled. On failure `left` says how everything stands,
    `back` names the type that can be gone back to, and `others` types that may do instead.
    `kernel_id` is the new kernel. `notes` are sentences about what did not come along.
    """

    id: str
    rev: int
    request: SwitchRequest
    state: Literal["running", "done", "failed", "cancelled"]
    now: Compute
    then: Compute
    steps: tuple[TaskStep, ...]
    started: float
    ended: float | None
    cancel: str | None
    back: str | None
    others: tuple[InstanceType, ...]
    left: tuple[Left, ...]
    notes: tuple[str, ...]
    kernel_id: str | None
    problem: Problem | None


class RemoteKernel(msgspec.Struct, frozen=True):
    """A kernel that an instance's Jupyter server runs.

    `path` is the notebook it was started for, as far as known. `session_id` is that of this Jupyter
    server's notebook that uses it; None and `connections` 0: an orphan. Times are epoch seconds.
    """

    at: ComputeName
    id: str
    name: str
    state: str
    connections: int
    last_activity: float
    path: str | None
    session_id: str | None


class RemoteServer(msgspec.Struct, frozen=True):
    """An instance that is up, and its kernels; `idle_since` as its Jupyter server tells it."""

    at: ComputeName
    name: str
    kernels: tuple[RemoteKernel, ...]
    idle_since: float | None
    problem: Problem | None


class RemoteServers(msgspec.Struct, frozen=True):
    """Every instance that is up. To ask them signs in to each. `problems`: what was not listed."""

    servers: tuple[RemoteServer, ...]
    problems: tuple[Problem, ...]


class RemoteKernelRequest(msgspec.Struct, frozen=True):
    """Re-attach a remote kernel to a notebook (`path`), or shut it down."""

    at: ComputeName
    id: str
    path: str | None = None


class TaskChanged(msgspec.Struct, frozen=True):
    """Event: a switch, job, launch, stack or creation made progress, or a kernel's line changed."""

    task: Literal["switch", "notebook-job", "kernel", "jumpstart", "solution", "creation"]
    id: str
    rev: int
