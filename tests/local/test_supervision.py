"""Process trees: they get what they are meant to get, and nothing of them outlives their end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from jupyter_smext.local.runners import supervision
from jupyter_smext.local.runners.supervision import Limits, Order, Step, Tree, process_table

LIMITS = Limits(1, 1 << 30)
#: With namespaces where this machine has them, and as it is everywhere else.
WAYS = ["", "switched off by a test"] if supervision.namespaces() is None else ["none here"]


@pytest.fixture(autouse=True, params=WAYS, ids=lambda why: "plain" if why else "namespaces")
def why_not(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Why trees are not kept apart by namespaces in this run of a test; "" when they are."""
    monkeypatch.setattr(supervision, "namespaces", lambda: request.param or None)
    return str(request.param)


def make_order(home: Path, *programs: str, **more: Any) -> Order:
    """An order that runs Python programs one after the other."""
    steps = [
        Step([sys.executable, "-c", textwrap.dedent(text)], home / f"{number}.log")
        for number, text in enumerate(programs)
    ]
    values = {"steps": steps, "limits": LIMITS, "grace": 5.0, **more}
    return Order(
        resource="arn:aws:sagemaker:us-east-1:000000000000:notebook-instance/t",
        engine_home=home,
        home=home,
        tmp=home,
        cwd=home,
        **values,
    )


async def until(condition: Callable[[], Any], seconds: float = 30) -> Any:
    """Wait for something to be true and return it."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.02)
    return found


def text(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def members(home: Path) -> list[int]:
    """The numbers, as the machine has them, of all that was started for an engine's home."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(process_table.ENGINE_MARK) == str(home):
                found.append(process.pid)
        except psutil.Error:
            continue  # gone by now
    return found


def gone(*pids: int) -> bool:
    """Whether no such process is left but as a zombie of somebody else's."""
    for pid in pids:
        try:
            if psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
                return False
        except psutil.NoSuchProcess:
            continue
    return True


#: Starts a grandchild that left session and parent, as a daemon does, and one that ignores SIGTERM.
SPREADS = """
    import os, signal, subprocess, sys, time
    deaf = "import signal,time;signal.signal(signal.SIGTERM,signal.SIG_IGN);time.sleep(600)"
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            print("daemon", flush=True)
            time.sleep(600)
        os._exit(0)
    os.wait()
    subprocess.Popen([sys.executable, "-c", deaf], start_new_session=True)
    print("deaf", flush=True)
    print("main", flush=True)
    time.sleep(600)
"""


async def spread(home: Path) -> tuple[Tree, list[int]]:
    tree = await Tree.spawn(make_order(home, SPREADS))
    log = home / "0.log"
    await until(lambda: text(log).count("\n") == 3)
    return tree, members(home)


def test_runs_steps_in_order_and_stops_at_a_failure(tmp_path: Path) -> None:
    async def run() -> supervision.Ending:
        order = make_order(tmp_path, "print('one')", "print('two'); raise SystemExit(7)", "1/0")
        return await (await Tree.spawn(order)).wait()

    ending = asyncio.run(run())
    assert (ending.step, ending.returncode, ending.expired) == (1, 7, False)
    assert text(tmp_path / "0.log") == "one\n" and text(tmp_path / "1.log") == "two\n"
    assert text(tmp_path / "2.log") == ""
    assert ending.words == "ended with exit code 7"


def test_tells_a_signal_a_missing_program_and_a_timeout_apart(tmp_path: Path) -> None:
    async def run(order: Order) -> supervision.Ending:
        return await (await Tree.spawn(order)).wait()

    crash = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    assert asyncio.run(run(make_order(tmp_path, crash))).words == "was ended by signal 11"

    missing = make_order(tmp_path, steps=[Step(["/nowhere/jupyter"], tmp_path / "log")])
    assert "/nowhere/jupyter: No such file" in asyncio.run(run(missing)).words

    sleeps = Step([sys.executable, "-c", "import time; time.sleep(600)"], tmp_path / "log", 0.3)
    assert asyncio.run(run(make_order(tmp_path, steps=[sleeps]))).expired


def test_end_leaves_nothing(tmp_path: Path, why_not: str) -> None:
    async def run() -> None:
        tree, pids = await spread(tmp_path)
        (seen,) = process_table.trees(os.getpid())
        assert seen.pid == tree.pid and seen.resource.endswith("notebook-instance/t")
        # The top (inside and outside), the main program, the daemon and the deaf one.
        assert seen.processes == len(pids) == (4 if why_not else 5) and seen.memory > 4 << 20
        assert tree.running
        await tree.end()
        assert gone(*pids) and members(tmp_path) == []
        assert not tree.running
        assert list(process_table.trees(os.getpid())) == []

    asyncio.run(run())


def test_a_step_that_ends_by_itself_takes_its_tree_along(tmp_path: Path) -> None:
    async def run() -> None:
        ends = SPREADS.rsplit("time.sleep(600)", 1)[0]
        tree = await Tree.spawn(make_order(tmp_path, ends))
        ending = await tree.wait()
        assert ending.returncode == 0
        assert text(tmp_path / "0.log").split() == ["daemon", "deaf", "main"]
        assert members(tmp_path) == []

    asyncio.run(run())


def test_background_work_of_an_early_step_lives_on(tmp_path: Path) -> None:
    background = """
        import subprocess, sys
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "background"])
    """

    def background_pid() -> int | None:
        for pid in members(tmp_path):
            if psutil.Process(pid).cmdline()[-1] == "background":
                return pid
        return None

    async def run() -> None:
        waits = "import time; print('up', flush=True); time.sleep(600)"
        tree = await Tree.spawn(make_order(tmp_path, background, waits))
        await until(lambda: text(tmp_path / "1.log"))
        pid = background_pid()
        assert pid is not None
        await tree.end()
        assert gone(pid)

    asyncio.run(run())


@pytest.mark.skipif(sys.platform != "linux", reason="the other systems cannot reap orphans")
def test_a_killed_top_takes_the_main_program_along(tmp_path: Path) -> None:
    async def run() -> None:
        tree, pids = await spread(tmp_path)
        os.kill(tree.pid, signal.SIGKILL)
        ending = await tree.wait()
        assert ending.returncode is None
        assert gone(*pids) and members(tmp_path) == []

    asyncio.run(run())


ENGINE = """
    import asyncio, sys
    from pathlib import Path
    sys.path.insert(0, {root!r})
    from tests.local.test_supervision import spread, supervision
    supervision.namespaces = lambda: sys.argv[2] or None

    async def run():
        tree, pids = await spread(Path(sys.argv[1]))
        print(*pids, flush=True)
        await asyncio.Event().wait()

    asyncio.run(run())
"""


def test_nothing_outlives_an_engine_that_is_killed(tmp_path: Path, why_not: str) -> None:
    code = textwrap.dedent(ENGINE.format(root=str(Path(__file__).parents[2])))
    command = [sys.executable, "-c", code, str(tmp_path), why_not]
    engine = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert engine.stdout is not None
    pids = [int(word) for word in engine.stdout.readline().split()]
    assert len(pids) == (4 if why_not else 5)
    engine.kill()
    engine.communicate()
    asyncio.run(until(lambda: gone(*pids)))


def test_sweep_ends_what_carries_the_mark_and_nothing_else(tmp_path: Path) -> None:
    sleep = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
    marks = (str(tmp_path), "another home")
    children = [
        subprocess.Popen(
            sleep, env={**os.environ, process_table.ENGINE_MARK: mark}, stdout=subprocess.PIPE
        )
        for mark in marks
    ]
    try:
        for child in children:
            assert child.stdout is not None and child.stdout.readline() == b"up\n"
        assert process_table.sweep(tmp_path) == 1
        assert gone(children[0].pid) and not gone(children[1].pid)
    finally:
        for child in children:
            child.kill()
            child.communicate()


def test_environment_is_clean_and_limits_hold(tmp_path: Path, monkeypatch: Any) -> None:
    for name in ("AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "JUPYTER_TOKEN", "PYTHONPATH", "MY_KEY"):
        monkeypatch.setenv(name, "leak")
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Haswell")
    program = """
        import json, os, resource
        print(json.dumps({
            "env": dict(os.environ),
            "cpus": len(os.sched_getaffinity(0)),
            "data": resource.getrlimit(resource.RLIMIT_DATA),
            "nice": os.nice(0),
        }))
        try:
            bytearray(2 << 30)
        except MemoryError:
            print("no more")
    """

    async def run() -> None:
        order = make_order(tmp_path, program, environment={"AWS_ENDPOINT_URL": "http://here"})
        assert (await (await Tree.spawn(order)).wait()).returncode == 0

    asyncio.run(run())
    first, second = text(tmp_path / "0.log").splitlines()
    facts = json.loads(first)
    assert "leak" not in facts["env"].values()
    assert facts["env"]["HOME"] == facts["env"]["TMPDIR"] == str(tmp_path)
    assert facts["env"]["AWS_ENDPOINT_URL"] == "http://here"
    assert facts["env"]["PATH"].startswith(str(Path(sys.executable).parent))
    if sys.platform == "linux":
        assert facts["cpus"] == 1 and facts["nice"] == min(os.nice(0) + 5, 19)
        for library in ("OMP", "OPENBLAS", "MKL"):
            assert facts["env"][f"{library}_NUM_THREADS"] == "1"
        assert facts["env"]["OPENBLAS_CORETYPE"] == "Haswell"
        assert facts["data"] == [1 << 30, 1 << 30]
        assert second == "no more"


def test_limits_are_cut_to_this_machine() -> None:
    here = supervision.machine()
    huge = supervision.limits(10_000, 10_000_000, gpus=8, gpu="NVIDIA H100")
    assert (huge.cpus, huge.memory) == (here.cpus, here.memory)
    assert any("8 x NVIDIA H100" in note for note in huge.notes)
    small = supervision.limits(1, 0.5)
    assert (small.cpus, small.memory, small.memory_gib) == (1, 512 << 20, 0.5)


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_say_what_they_cannot_hold(platform: str, monkeypatch: Any) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    assert any("does not hold" in note for note in supervision.limits(2, 4).notes)


def test_what_an_order_names_is_not_loaded_before_the_tree_is_contained(
    tmp_path: Path, why_not: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import os\n"
        f"with open({str(tmp_path / 'loaded')!r}, 'a') as file:\n"
        "    file.write(f'{os.getpid()}\\n')\n"
    )

    async def run() -> Tree:
        program = "import os; print(os.getpid(), os.environ['MINE'])"
        more = {"environment": {"PYTHONPATH": str(tmp_path), "MINE": "mine"}}
        tree = await Tree.spawn(make_order(tmp_path, program, **more))
        await tree.wait()
        return tree

    tree = asyncio.run(run())
    number, mine = text(tmp_path / "0.log").split()
    assert mine == "mine"
    # By the program alone, not by the process that has started it.
    assert text(tmp_path / "loaded").split() == [number]
    assert number != str(tree.pid)
