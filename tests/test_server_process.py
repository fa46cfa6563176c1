"""Which Jupyter server something is of."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil

from jupyter_smext.server_process import lives, runs, this_server


def test_this_one_runs_and_is_no_other() -> None:
    here = this_server()
    assert here[0] == os.getpid()
    assert runs(here) and not lives(here)


def test_another_one_until_it_ends_and_not_who_gets_its_id() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as other:
        server = (other.pid, psutil.Process(other.pid).create_time())
        assert runs(server) and lives(server)
        assert not runs((other.pid, server[1] - 60))
    assert not runs(server) and not lives(server)
