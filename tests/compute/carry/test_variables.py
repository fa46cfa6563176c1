"""Variables go from kernel to kernel: what can comes as it was, what cannot is named."""

from __future__ import annotations

import asyncio
import hashlib
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from jupyter_smext.aws.problems import ProblemError
from jupyter_smext.compute.carry.variables import Packed, pack, survey, unpack
from tests.compute.carry.carrying import StartKernel, run_cell, value_of

NOTEBOOK = """
import sqlite3, sys
import numpy as np
import pandas as pd
from math import sqrt

factor = 7
array = np.arange(100_000.0)
frame = pd.DataFrame({"n": array, "word": ["é"] * len(array)})
shared = [1, 2, 3]
one, two = {"list": shared}, {"list": shared}
loop = []; loop.append(loop)

def scaled(x): return np.sum(array[:3]) + factor * x + sqrt(4)
double = lambda x: x * factor

class Model:
    rate = 3
    def __init__(self): self.apply = scaled
    def predict(self, x): return self.rate * scaled(x)
model = Model()

connection = sqlite3.connect(":memory:")
rows = (i for i in range(3))
opened = open(__import__("os").devnull)
holds = {"deep": [connection]}
def asks(): return connection
"""


async def test_what_a_notebook_has_comes_as_it_was(
    start_kernel: StartKernel, tmp_path: Path
) -> None:
    old, new = await start_kernel(), await start_kernel()
    await run_cell(old, NOTEBOOK)
    found = await survey(old)
    taken = {
        *("factor", "array", "frame", "shared", "one", "two", "loop", "scaled", "double", "Model"),
        *("model", "asks"),
    }
    assert set(found.names) == taken
    assert found.without == {
        "connection": "cannot pickle 'sqlite3.Connection' object",
        "rows": "a generator",
        "opened": "an open file",
        "holds": "cannot pickle 'sqlite3.Connection' object",
    }
    # The array's bytes once: the frame has a copy of its own. Words take more where Arrow is there.
    words = await value_of(old, "len(__import__('pickle').dumps(frame.word, 5))")
    assert 1_600_000 < found.bytes - words < 1_700_000

    file = tmp_path / "variables"
    packed = await pack(old, file)
    assert set(packed.names) == taken and packed.without == found.without
    assert file.stat().st_size == packed.bytes
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert hashlib.sha256(file.read_bytes()).hexdigest() == packed.sha256

    came = await unpack(new, file, packed)
    assert set(came.names) == taken and came.without == {}
    assert await value_of(new, "one['list'] is two['list'] is shared")
    assert await value_of(new, "loop[0] is loop")
    assert await value_of(new, "scaled(1), double(2), model.predict(1)") == [12.0, 14, 36.0]
    assert await value_of(new, "type(model) is Model and model.apply is scaled")
    assert await value_of(new, "list(frame.shape), float(frame.n.sum())") == [
        [100_000, 2],
        4999950000.0,
    ]
    # Arrays can be written to, and functions see what cells set from now on.
    await run_cell(new, "array[0] = 100; factor = 10")
    assert await value_of(new, "scaled(1), double(2), model.predict(1)") == [115.0, 20, 345.0]
    # Imports too, under their names.
    assert await value_of(new, "np.__name__, pd.__name__") == ["numpy", "pandas"]
    await run_cell(new, "class Other(Model): rate = 1")
    assert await value_of(new, "Other().predict(1)") == 115.0


async def test_names_that_are_asked_for(start_kernel: StartKernel, tmp_path: Path) -> None:
    kernel = await start_kernel()
    await run_cell(kernel, "a, b, c = 1, 2, 3")
    packed = await pack(kernel, tmp_path / "v", ["a", "c", "gone"])
    assert packed.names == ("a", "c")
    assert packed.without == {"gone": "it is no longer there"}


async def test_the_limit(start_kernel: StartKernel, tmp_path: Path) -> None:
    kernel = await start_kernel()
    await run_cell(
        kernel,
        """
import numpy as np
huge = np.zeros(250 << 20, "u1")
texts = [str(i) * 100 for i in range(400_000)]
part = np.ones(120 << 20, "u1")
whole = {"part": part, "more": np.ones(30 << 20, "u1")}
other = np.ones(110 << 20, "u1")
small = 1
""",
    )
    found = await survey(kernel)
    # What is shared counts once: whole is over it only if it were alone.
    assert set(found.names) == {"small", "other"}
    assert found.without["huge"] == "250 MiB, over the limit of 200 MiB"
    assert found.without["texts"] == "it is over the limit of 200 MiB"
    for name in ("part", "whole"):
        assert found.without[name] == "over the limit of 200 MiB with the others"
    await run_cell(kernel, "del other")
    found = await survey(kernel)
    assert set(found.names) == {"small", "part", "whole"}
    assert 150 << 20 < found.bytes < 151 << 20
    packed = await pack(kernel, tmp_path / "v")
    assert set(packed.names) == {"small", "part", "whole"}
    assert packed.bytes < 151 << 20


async def test_a_survey_that_takes_long_says_so(start_kernel: StartKernel) -> None:
    kernel = await start_kernel()
    await run_cell(kernel, "many = [str(i) for i in range(3_000_000)]\nfew = [1]")
    found = await survey(kernel, seconds=0.05)
    assert found.without["many"] == "looking at it took too long"


HOSTILE = """
class Explodes:
    def __reduce__(self): raise RuntimeError("no\\nway")
class Lies:
    nbytes = property(lambda self: 1 / 0)
    __module__ = "pandas.core.frame"
class Big:
    nbytes = "many"
explodes, lies, big, bytes_ = Explodes(), Lies(), Big(), b"x" * 70_000
deep = None
for _ in range(100_000): deep = [deep]
_private = 5
_ = 6
"""


async def test_what_fights_back(start_kernel: StartKernel, tmp_path: Path) -> None:
    old, new = await start_kernel(), await start_kernel()
    await run_cell(old, HOSTILE)
    packed = await pack(old, tmp_path / "v")
    assert packed.without["explodes"] == "RuntimeError: no"
    assert "recursion" in packed.without["deep"]
    assert packed.without.keys() <= {"explodes", "deep", "lies"}
    assert {"big", "bytes_", "_private"} <= set(packed.names)
    assert "_" not in packed.names
    came = await unpack(new, tmp_path / "v", packed)
    assert came.without == {}
    assert await value_of(new, "[len(bytes_), big.nbytes, _private]") == [70_000, "many", 5]


async def test_what_fails_on_the_other_side_is_named_and_the_rest_comes(
    start_kernel: StartKernel, tmp_path: Path
) -> None:
    (tmp_path / "only_here.py").write_text("class Thing:\n    def __init__(self): self.own = [9]\n")
    old, new = await start_kernel(), await start_kernel()
    await run_cell(
        old,
        f"""
import sys; sys.path.insert(0, {str(tmp_path)!r})
import only_here
from only_here import Thing
a_list = ["shared"]
thing = Thing()
thing.extra = "long enough not to be in the pickle of anything else " * 2
with_thing = [thing, a_list, thing.own]
borrowed = ["a list of the thing, and more to sort it behind it" * 20, thing.own]
fine = {{"x" * 2000: a_list}}
numbers = [["y" * 3000], fine]
""",
    )
    packed = await pack(old, tmp_path / "v")
    assert set(packed.names) == {"a_list", "thing", "with_thing", "borrowed", "fine", "numbers"}
    came = await unpack(new, tmp_path / "v", packed)
    missing = "it needs the module only_here, which is not there"
    assert came.without["only_here"] == missing and came.without["Thing"] == missing
    assert came.without["thing"].startswith("it shares data with Thing")
    assert came.without["with_thing"].startswith("it shares data with")
    assert came.without["borrowed"].startswith("it shares data with")
    assert set(came.names) == {"a_list", "fine", "numbers"}
    # Nothing took the place of something else.
    assert await value_of(new, "a_list, list(fine.values()), numbers[1] is fine") == [
        ["shared"],
        [["shared"]],
        True,
    ]
    assert await value_of(new, "fine['x' * 2000] is a_list")


async def test_code_of_another_python_is_not_taken(
    start_kernel: StartKernel, tmp_path: Path
) -> None:
    old, new = await start_kernel(), await start_kernel()
    await run_cell(
        old,
        """
data = {"n": [1, 2]}
def f(x): return x
class Plain: limit = 3
class WithMethod:
    def m(self): return 1
plain, instance = Plain(), WithMethod()
pair = [data, 5]
""",
    )
    file = tmp_path / "v"
    packed = of_python(file, await pack(old, file), [3, 9])
    came = await unpack(new, file, packed)
    assert came.without["f"] == f"code of Python 3.9, and this is {python()}"
    assert {"f", "WithMethod", "instance"} <= came.without.keys()
    assert {"data", "pair"} <= set(came.names)
    assert await value_of(new, "pair[0] is data")


def python() -> str:
    import sys

    return ".".join(map(str, sys.version_info[:2]))


def of_python(file: Path, packed: Packed, version: list[int]) -> Packed:
    """As if another Python had written it: the index at the end says which."""
    data = file.read_bytes()
    magic = data[-17:]
    length = int.from_bytes(data[-25:-17], "little")
    index = json.loads(data[-25 - length : -25])
    assert index["python"] != version
    tail = json.dumps({**index, "python": version}).encode()
    data = data[: -25 - length] + tail + len(tail).to_bytes(8, "little") + magic
    file.write_bytes(data)
    return replace(packed, bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


async def test_kernels_need_no_cloudpickle(start_kernel: StartKernel, tmp_path: Path) -> None:
    old, new = await start_kernel(), await start_kernel()
    for kernel in (old, new):
        await run_cell(kernel, "import sys; sys.modules['cloudpickle'] = None")
    await run_cell(old, NOTEBOOK)
    assert "scaled" in (await survey(old)).names
    packed = await pack(old, tmp_path / "v")
    came = await unpack(new, tmp_path / "v", packed)
    assert came.without == {} and {"scaled", "Model", "model", "frame"} <= set(came.names)
    assert await value_of(new, "scaled(1), model.predict(1)") == [12.0, 36.0]
    # Once more: what was restored does not need what restored it.
    assert set((await pack(new, tmp_path / "w")).names) == set(came.names)


async def test_a_kernel_looks_afterwards_as_before(
    start_kernel: StartKernel, tmp_path: Path
) -> None:
    kernel = await start_kernel()
    await run_cell(kernel, "def f(): return 1")
    seen = "[name for name in __import__('sys').modules if 'pickle' in name or 'smext' in name]"
    before = await value_of(kernel, seen)
    packed = await pack(kernel, tmp_path / "v")
    await unpack(kernel, tmp_path / "v", packed)
    after = await value_of(kernel, seen)
    assert set(after) - set(before) <= {"pickletools"}
    assert await value_of(kernel, "len(__import__('sys').meta_path)") == await value_of(
        await start_kernel(), "len(__import__('sys').meta_path)"
    )


async def test_damage_on_the_way_is_noticed(start_kernel: StartKernel, tmp_path: Path) -> None:
    kernel = await start_kernel()
    await run_cell(kernel, "a = 1")
    file = tmp_path / "v"
    packed = await pack(kernel, file)
    file.write_bytes(file.read_bytes().replace(b"a", b"b", 1))
    with pytest.raises(ProblemError, match="were damaged"):
        await unpack(kernel, file, packed)


async def test_a_kernel_that_dies_while_it_packs_leaves_no_file(
    start_kernel: StartKernel, tmp_path: Path
) -> None:
    kernel = await start_kernel()
    await run_cell(
        kernel,
        """
class Deadly:
    def __reduce__(self): __import__("os")._exit(1)
deadly = Deadly()
""",
    )
    file = tmp_path / "v"
    with pytest.raises(ProblemError, match="The kernel has died"):
        await pack(kernel, file)
    assert not file.exists()


async def test_there_and_back(
    start_kernel: StartKernel, start_far: Any, remote: Any, volume: Path, tmp_path: Path
) -> None:
    old, new = await start_kernel(), await start_kernel()
    await run_cell(old, "import numpy as np; array = np.arange(2_000_000.0); n = 5")
    await run_cell(old, "def f(): return n + array.sum()")
    (volume / "project").mkdir(exist_ok=True)
    far = await start_far("project")
    # Wherever a cell went, the folder is found.
    await run_cell(far.client, "import os; os.chdir('/')")
    said: list[tuple[float | None, str]] = []
    packed = await pack(old, tmp_path / "there")
    came = await unpack(
        far.client,
        tmp_path / "there",
        packed,
        remote=remote,
        progress=lambda part, words: said.append((part, words)),
    )
    assert set(came.names) == {"array", "n", "f"} and came.without == {}
    assert said[-1] == (None, "Restoring variables on nb-far")
    assert 1.0 in [part for part, _ in said]
    await run_cell(far.client, "n = 6; array[0] = 1; new = f()")
    back = await pack(far.client, tmp_path / "back", remote=remote)
    assert set(back.names) == {"array", "n", "f", "new"}
    assert (tmp_path / "back").stat().st_size == back.bytes
    assert stat.S_IMODE((tmp_path / "back").stat().st_mode) == 0o600
    assert (await unpack(new, tmp_path / "back", back)).without == {}
    assert await value_of(new, "n, float(new), float(f())") == [6, 1999999000007.0, 1999999000007.0]
    assert not list((volume / "jupyter_smext").iterdir())


async def test_a_remote_kernel_that_dies_leaves_nothing(
    start_far: Any, remote: Any, volume: Path, tmp_path: Path
) -> None:
    far = await start_far()
    await run_cell(
        far.client,
        "class Deadly:\n    def __reduce__(self): __import__('os')._exit(1)\ndeadly = Deadly()",
    )
    with pytest.raises(ProblemError, match="The kernel has died"):
        await asyncio.wait_for(pack(far.client, tmp_path / "v", remote=remote), 60)
    assert not list((volume / "jupyter_smext").iterdir())
    assert not (tmp_path / "v").exists()
