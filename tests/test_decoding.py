"""Types that several threads read for the first time at once."""

from __future__ import annotations

import subprocess
import sys

import pytest

READERS = """
import sys, threading
import msgspec
from jupyter_smext.decoding import {how}

sys.setswitchinterval(1e-6)
FIELDS = [f"field{{number}}" for number in range(60)]


def struct(number):
    inner = [msgspec.defstruct(f"Inner{{number}}_{{each}}", [("a", int)]) for each in FIELDS]
    return msgspec.defstruct(f"Outer{{number}}", list(zip(FIELDS, inner)))


types = [struct(number) for number in range(10)]
value = {{name: {{"a": 1}} for name in FIELDS}}
together = threading.Barrier(4)


def read():
    for type in types:
        together.wait()
        {call}


threads = [threading.Thread(target=read) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
"""

CALLS = {
    "decode_json": "decode_json(msgspec.json.encode(value), type)",
    "decode_msgpack": "decode_msgpack(msgspec.msgpack.encode(value), type)",
    "convert": "convert(value, type)",
}


@pytest.mark.parametrize("how", CALLS)
def test_what_threads_read_at_once_ends_no_process(how: str) -> None:
    code = READERS.format(how=how, call=CALLS[how])
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
