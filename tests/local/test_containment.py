"""One tree cannot see, read or signal another: tried from inside, as root and as another user."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import textwrap
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.local.runners import supervision
from jupyter_smext.local.runners.supervision import (
    CannotContain,
    Limits,
    Order,
    Step,
    Tree,
    containment,
    process_table,
)

NOBODY = 65534
_ROOT = Path(__file__).parents[2]

needs_namespaces = pytest.mark.skipif(
    supervision.namespaces() is not None, reason=f"no namespaces here: {supervision.namespaces()}"
)

#: Runs inside a tree: writes what it could do, and what it was told when it could not.
ATTEMPTS = """
    import ctypes, json, os, signal, socket, subprocess, sys
    from pathlib import Path

    given = json.loads(Path("given.json").read_text())
    libc = ctypes.CDLL(None, use_errno=True)
    found = {}

    def attempt(name, act):
        try:
            found[name] = ["done", act()]
        except OSError as error:
            found[name] = [type(error).__name__, error.errno]

    def unmount():
        if libc.umount2(given["home"].encode(), 0) != 0:
            raise OSError(ctypes.get_errno(), "umount2")

    def unmount_as_owner():
        if libc.unshare(0x10000000 | 0x00020000) != 0:
            raise OSError(ctypes.get_errno(), "unshare")
        unmount()

    def connect(port):
        socket.create_connection(("127.0.0.1", port), timeout=5).close()

    def own_loopback():
        with socket.create_server(("127.0.0.1", 0)) as server:
            connect(server.getsockname()[1])

    def write_opt_ml():
        Path("/opt/ml/model").mkdir()
        Path("/opt/ml/model/weights").write_text("learned")

    home = Path(given["home"])
    for name in ("keys.json", "state.db", "victim/token.key"):
        attempt(name, (home / name).read_text)
    attempt("home", lambda: sorted(os.listdir(home)))
    attempt("home of the first process", lambda: sorted(os.listdir(f"/proc/1/root{home}")))
    attempt("own token", Path("token.key").read_text)
    attempt("shared", (home / "shared" / "data").read_text)
    attempt("write beside", lambda: (home / "planted").write_text("x"))
    for pid in given["others"]:
        attempt(f"environ {pid}", lambda: Path(f"/proc/{pid}/environ").read_text())
        attempt(f"memory {pid}", lambda: open(f"/proc/{pid}/mem", "rb").close())
        attempt(f"signal {pid}", lambda: os.kill(pid, signal.SIGTERM))
    numbers = [int(name) for name in os.listdir("/proc") if name.isdigit()]
    texts = [Path(f"/proc/{pid}/environ").read_bytes() for pid in numbers]
    found["seen"] = [len(numbers), any(b"the victim's" in text for text in texts)]
    attempt("shared memory", lambda: os.listdir("/dev/shm"))
    attempt("opt", lambda: sorted(os.listdir("/opt")))
    attempt("opt/ml", write_opt_ml)
    attempt("engine", lambda: connect(given["port"]))
    attempt("loopback", own_loopback)
    found["who"] = [os.geteuid(), os.getcwd()]
    attempt("unmount", unmount)
    attempt("unmount as owner", unmount_as_owner)
    print(json.dumps(found))
"""


def order(engine_home: Path, name: str, program: str, **more: Any) -> Order:
    folder = engine_home / name
    folder.mkdir()
    (folder / "token.key").write_text(f"{name}'s own")
    (folder / "token.key").chmod(0o600)
    step = Step([sys.executable, "-c", textwrap.dedent(program)], folder / "log")
    return Order(
        steps=[step],
        resource=f"arn:aws:sagemaker:us-east-1:000000000000:notebook-instance/{name}",
        engine_home=engine_home,
        home=folder,
        tmp=folder,
        cwd=folder,
        limits=Limits(1, 1 << 30),
        **more,
    )


async def attack(engine_home: Path, network: bool) -> dict[str, Any]:
    """What a tree could do beside another one, with an engine's home and port."""
    for name in ("keys.json", "state.db"):
        (engine_home / name).write_text("secret")
    (engine_home / "shared").mkdir()
    (engine_home / "shared" / "data").write_text("for all")
    (engine_home / "job").mkdir()
    secret = {"SECRET": "the victim's"}
    waits = "import time; print('up', flush=True); time.sleep(600)"
    victim = await Tree.spawn(order(engine_home, "victim", waits, environment=secret))
    while "up" not in (engine_home / "victim" / "log").read_text():
        await asyncio.sleep(0.01)
    running = list(process_table.trees(os.getpid()))
    with socket.create_server(("127.0.0.1", 0)) as server:
        asked = order(
            engine_home,
            "attacker",
            ATTEMPTS,
            opt_ml=engine_home / "job",
            visible=[engine_home / "shared"],
            network=network,
        )
        given = {
            "home": str(engine_home),
            "others": [os.getpid(), victim.pid],
            "port": server.getsockname()[1],
        }
        (asked.home / "given.json").write_text(json.dumps(given))
        ending = await (await Tree.spawn(asked)).wait()
    log = (asked.home / "log").read_text()
    assert ending.returncode == 0, (ending.words, log)
    assert victim.running
    await victim.end()
    return {
        "found": json.loads(log),
        "others": given["others"],
        "victim": [each.processes for each in running],
        "made": [path.name for path in (engine_home / "job").rglob("*") if path.is_file()],
        "left": [line for line in Path("/proc/mounts").read_text().split() if "job" in line],
    }


def main(engine_home: str, network: str) -> None:
    print(json.dumps(asyncio.run(attack(Path(engine_home), network == "on"))))


@functools.cache
def users() -> list[int]:
    """Who this test can be: itself, and where it is root, nobody, if nobody may read the code."""
    me = os.geteuid()
    command = [sys.executable, "-c", "import psutil, jupyter_smext"]
    if me != 0:
        return [me]
    try:
        reads = subprocess.run(command, cwd=_ROOT, user=NOBODY, group=NOBODY).returncode == 0
    except PermissionError:
        # The checkout lies in a folder of root's own, as `mktemp -d` makes it.
        reads = False
    return [me, NOBODY] if reads else [me]


@pytest.fixture(params=users(), ids=lambda user: f"uid {user}")
def user(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def engine_home(user: int) -> Iterator[Path]:
    """A folder that is the user's own, as pytest's are not."""
    home = Path(tempfile.mkdtemp(prefix="smext-home-"))
    if user != os.geteuid():
        os.chown(home, user, user)
    yield home
    shutil.rmtree(home)


@needs_namespaces
@pytest.mark.parametrize("network", ["on", "off"])
def test_a_tree_is_alone(engine_home: Path, user: int, network: str) -> None:
    before = sorted(os.listdir("/opt"))
    code = "import sys; from tests.local.test_containment import main; main(*sys.argv[1:])"
    other = {} if user == os.geteuid() else {"user": user, "group": user, "extra_groups": []}
    ran = subprocess.run(
        [sys.executable, "-c", code, str(engine_home), network],
        cwd=_ROOT,
        env={**os.environ, "HOME": str(engine_home), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        check=True,
        **other,
    )
    facts = json.loads(ran.stdout)
    found = facts["found"]

    assert found["own token"] == ["done", "attacker's own"]
    assert found["shared"] == ["done", "for all"]
    for secret in ("keys.json", "state.db", "victim/token.key"):
        assert found[secret][0] == "FileNotFoundError", secret
    assert found["home"] == ["done", ["attacker", "job", "shared"]]
    assert found["home of the first process"] in (found["home"], ["PermissionError", 13])
    assert found["write beside"] == ["OSError", 30]  # read-only
    for pid in facts["others"]:
        assert found[f"environ {pid}"][0] == found[f"memory {pid}"][0] == "FileNotFoundError"
        assert found[f"signal {pid}"][0] == "ProcessLookupError"
    assert found["seen"] == [2, False]  # the supervising process and this one
    assert found["unmount"] == ["PermissionError", 1]
    assert found["unmount as owner"][0] != "done"
    assert found["shared memory"] == ["done", []]
    assert found["who"] == [user, str(engine_home / "attacker")]

    assert found["opt"] == ["done", sorted({*before, "ml"})]
    assert found["opt/ml"][0] == "done" and facts["made"] == ["weights"]
    assert sorted(os.listdir("/opt")) == before and facts["left"] == []

    assert found["loopback"][0] == "done"
    assert found["engine"][0] == ("done" if network == "on" else "ConnectionRefusedError")


@needs_namespaces
def test_a_first_process_that_is_killed_takes_all_along(tmp_path: Path) -> None:
    program = """
        import os, subprocess, sys, time
        subprocess.Popen(["sleep", "600"], start_new_session=True)
        print("up", flush=True)
        time.sleep(600)
    """

    async def run() -> None:
        import psutil

        tree = await Tree.spawn(order(tmp_path, "one", program))
        while "up" not in (tmp_path / "one" / "log").read_text():
            await asyncio.sleep(0.01)
        outside = psutil.Process(tree.pid)
        inside = outside.children()[0]
        all_of_it = [outside, *outside.children(recursive=True)]
        assert len(all_of_it) == 4
        inside.kill()
        assert (await tree.wait()).returncode is None
        assert not any(process.is_running() for process in all_of_it)

    asyncio.run(run())


def test_what_takes_namespaces_is_refused_without_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "namespaces", lambda: "only Linux has them")

    def spawn(name: str, **more: Any) -> None:
        asyncio.run(Tree.spawn(order(tmp_path, name, "print('ran')", **more)))

    with pytest.raises(CannotContain, match="shown as /opt/ml: only Linux has them"):
        spawn("with-opt-ml", opt_ml=tmp_path)
    with pytest.raises(CannotContain, match="network cannot be cut off: only Linux has them"):
        spawn("cut-off", network=False)
    assert [(path / "log").exists() for path in tmp_path.iterdir()] == [False, False]


@pytest.mark.parametrize("platform", ["darwin", "win32"])
def test_other_systems_have_no_namespaces(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    why = containment.why_not.__wrapped__()
    assert why is not None and "only Linux" in why


def test_a_system_that_refuses_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuses = tmp_path / "python"
    refuses.write_text("#!/bin/sh\necho unshare: Operation not permitted\nexit 1\n")
    refuses.chmod(0o700)
    monkeypatch.setattr(
        containment, "sys", types.SimpleNamespace(platform="linux", executable=str(refuses))
    )
    why = containment.why_not.__wrapped__()
    assert why is not None and "does not allow it (unshare: Operation not permitted)" in why
