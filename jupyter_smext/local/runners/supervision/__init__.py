"""Process trees that end with the engine: limits, a clean environment, proof that they are gone."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from . import containment
from .process_table import ENGINE_MARK, RESOURCE_MARK, TREE_MARK, end_marked, wait_gone
from .process_table import StillRunning as StillRunning

_INIT = Path(__file__).with_name("supervision_init.py")
_GIB = 1 << 30

#: What a tree keeps of the engine's environment: where programs are, the language, the way out.
_KEPT = frozenset(
    """
    PATH LANG LANGUAGE TZ SHELL USER LOGNAME USERNAME LD_LIBRARY_PATH DYLD_LIBRARY_PATH VIRTUAL_ENV
    CONDA_PREFIX CONDA_DEFAULT_ENV HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY SSL_CERT_FILE
    SSL_CERT_DIR REQUESTS_CA_BUNDLE CURL_CA_BUNDLE PYTHONDONTWRITEBYTECODE SYSTEMROOT SYSTEMDRIVE
    WINDIR COMSPEC PATHEXT PROGRAMFILES PROGRAMDATA NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE
    OPENBLAS_CORETYPE OPENBLAS_L2_SIZE
    """.split()
)
_KEPT_PREFIXES = ("LC_", "PIP_", "UV_")
#: What the top of a tree has of its own: where Python's packages are.
_OURS = ("HOME", "USERPROFILE", "APPDATA", "PYTHONPATH", "PYTHONUSERBASE")
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class CannotContain(OSError):
    """What an order asks for takes namespaces, and there are none; the message says why."""


@dataclass(frozen=True)
class Limits:
    """What a tree may use: CPUs for all of it, bytes of data (RLIMIT_DATA) for each process."""

    cpus: int
    memory: int
    notes: tuple[str, ...] = ()

    @property
    def memory_gib(self) -> float:
        return round(self.memory / _GIB, 2)


def machine() -> Limits:
    """What this machine has for this process."""
    has_affinity = sys.platform == "linux"
    cpus = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    return Limits(cpus, psutil.virtual_memory().total)


def limits(vcpu: int, memory_gib: float, gpus: int = 0, gpu: str = "") -> Limits:
    """An instance type's size cut to this machine's; `notes` say what cannot be had or held."""
    here = machine()
    notes = []
    if gpus:
        notes.append(f"no GPU is given for its {gpus} x {gpu}")
    if sys.platform != "linux":
        notes.append("this operating system does not hold processes to a vCPU or memory limit")
    return Limits(min(vcpu, here.cpus), min(int(memory_gib * _GIB), here.memory), tuple(notes))


@dataclass(frozen=True)
class Step:
    """A program of a tree: output is appended to `log`; past `timeout` seconds it is killed."""

    argv: Sequence[str]
    log: Path
    timeout: float | None = None


@dataclass(frozen=True)
class Order:
    """What to run and how: steps one after the other, each only when the one before exits with 0.

    What a step leaves running in the background lives on until the tree ends. `resource` is the ARN
    the tree belongs to, `engine_home` the home of the engine that owns it.

    Where `namespaces()` is None, the tree sees no process but its own, and of the engine's home
    only `home`, `tmp`, `cwd`, `opt_ml` and `visible`. Two wishes cannot be met elsewhere: `opt_ml`,
    a folder seen as /opt/ml; and `network` off, which leaves a loopback of its own that nobody else
    reaches (a Unix socket in a visible folder is the way in). `hosts`, a file seen as /etc/hosts,
    is passed over elsewhere.
    """

    steps: Sequence[Step]
    resource: str
    engine_home: Path
    home: Path
    tmp: Path
    cwd: Path
    limits: Limits
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    grace: float = 10.0
    opt_ml: Path | None = None
    network: bool = True
    visible: Sequence[Path] = ()
    hosts: Path | None = None


@dataclass(frozen=True)
class Ending:
    """How a tree came to its end: the last step that ran, its exit code (negative: the signal)."""

    step: int
    returncode: int | None
    expired: bool = False
    error: str = ""

    @property
    def words(self) -> str:
        """The end of "The program ..."."""
        if self.error:
            return f"could not be started ({self.error})"
        if self.expired:
            return "took too long and was ended"
        if self.returncode is None:
            return "was killed together with the process that supervised it"
        if self.returncode < 0:
            return f"was ended by signal {-self.returncode}"
        return f"ended with exit code {self.returncode}"


def namespaces() -> str | None:
    """None when trees are kept apart by namespaces, else why they cannot be, in words.

    Takes about 0.05 s the first time.
    """
    return containment.why_not()


def _contain(order: Order) -> dict[str, object] | None:
    """What `containment.enter` is to do for an order. Raises CannotContain."""
    why = namespaces()
    if why is None:
        opt_ml = order.opt_ml
        folders = [order.home, order.tmp, order.cwd, *order.visible, *([opt_ml] if opt_ml else [])]
        own = {folder for folder in folders if folder.is_relative_to(order.engine_home)}
        outermost = [folder for folder in own if own.isdisjoint(folder.parents)]
        whole = order.engine_home in own
        return {
            "home": None if whole else str(order.engine_home),
            "own": sorted(map(str, outermost)),
            "opt_ml": str(opt_ml) if opt_ml else None,
            "network": order.network,
            "hosts": str(order.hosts) if order.hosts else None,
        }
    if order.opt_ml is not None:
        raise CannotContain(f"A folder cannot be shown as /opt/ml: {why}")
    if not order.network:
        raise CannotContain(f"The network cannot be cut off: {why}")
    return None


def environment(order: Order, mark: str) -> dict[str, str]:
    """The environment of a tree, without the user's keys, profiles and Python settings."""
    kept = _kept()
    # `python`, `pip` and `jupyter` in a terminal mean the ones this engine runs in.
    kept["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)])
    loopback = "127.0.0.1,localhost"
    for name in ("NO_PROXY", "no_proxy"):
        kept[name] = ",".join(filter(None, [os.environ.get(name, ""), loopback]))
    kept |= {
        "HOME": str(order.home),
        "USERPROFILE": str(order.home),
        "APPDATA": str(order.home / "AppData" / "Roaming"),
        "LOCALAPPDATA": str(order.home / "AppData" / "Local"),
        **dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(order.tmp)),
        **dict.fromkeys(_THREADS, str(order.limits.cpus)),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    return {**kept, **order.environment, **_marks(order, mark)}


def _kept() -> dict[str, str]:
    return {
        name: value
        for name, value in os.environ.items()
        if name.upper() in _KEPT or name.upper().startswith(_KEPT_PREFIXES)
    }


def _marks(order: Order, mark: str) -> dict[str, str]:
    return {
        ENGINE_MARK: str(order.engine_home),
        RESOURCE_MARK: order.resource,
        TREE_MARK: mark,
    }


def _environment_of_top(order: Order, mark: str) -> dict[str, str]:
    """The variables of the process that contains the others.

    It begins outside: a library or a module that an order's variables name, or that lies in its
    HOME, must not be loaded before the tree is contained.
    """
    ours = {name: os.environ[name] for name in _OURS if name in os.environ}
    return {**_kept(), **ours, **_marks(order, mark)}


class Tree:
    """A running tree. Make one with `await Tree.spawn(order)`."""

    def __init__(self, process: asyncio.subprocess.Process, mark: str) -> None:
        self._process = process
        self._mark = mark
        self._last = Ending(0, None)
        self._inside: psutil.Process | None = None
        self._listening = asyncio.ensure_future(self._listen())

    @classmethod
    async def spawn(cls, order: Order) -> Tree:
        """Start it. Raises OSError when no process can be made, or not as ordered."""
        contain = await asyncio.to_thread(_contain, order)
        mark = secrets.token_hex(8)
        # What the top itself complains of belongs where the reason of an end is looked for.
        with open(order.steps[-1].log, "ab") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(_INIT),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                cwd=order.cwd,
                env=_environment_of_top(order, mark),
                start_new_session=True,
            )
        steps = [{**asdict(step), "log": str(step.log)} for step in order.steps]
        facts = {
            "cpus": order.limits.cpus,
            "memory": order.limits.memory,
            "grace": order.grace,
            "contain": contain,
            "environment": environment(order, mark),
            "steps": steps,
        }
        assert process.stdin is not None
        process.stdin.write(json.dumps(facts).encode() + b"\n")
        return cls(process, mark)

    @property
    def pid(self) -> int:
        """The process on top of the tree."""
        return self._process.pid

    @property
    def running(self) -> bool:
        return not self._listening.done()

    @property
    def step(self) -> int:
        """The number of the step that runs, or ran last."""
        return self._last.step

    async def wait(self) -> Ending:
        """Wait for the end of every process of the tree. Raises StillRunning."""
        await asyncio.shield(self._listening)
        await asyncio.to_thread(self._bury)
        return self._last

    async def end(self) -> Ending:
        """Ask the running step to end, kill all after its grace. Raises StillRunning."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        return await self.wait()

    def _bury(self) -> None:
        end_marked(TREE_MARK, self._mark)
        # Process 1 of a namespace closes its end of the pipe, and shows no environment any more,
        # before the others inside are gone; it is gone itself when they are.
        if self._inside is not None:
            wait_gone([self._inside])

    async def _listen(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            facts = json.loads(line)
            if "inside" in facts:
                with suppress(psutil.NoSuchProcess):  # over already
                    self._inside = psutil.Process(facts["inside"])
                continue
            self._last = Ending(
                facts["step"],
                facts.get("returncode"),
                facts.get("expired", False),
                facts.get("error", ""),
            )
        await self._process.wait()
