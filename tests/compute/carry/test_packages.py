"""What packages another kernel lacks, and a real pip that makes up for it, without a network."""

from __future__ import annotations

import base64
import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.aws.problems import ProblemError
from jupyter_smext.compute.carry import packages
from jupyter_smext.compute.carry.packages import Installed, compared, installed
from jupyter_smext.protocol import PackageDifference
from tests.compute.carry.carrying import StartKernel, run_cell, value_of


def of(versions: dict[str, str], imported: str = "", direct: str = "") -> Installed:
    return Installed(versions, frozenset(imported.split()), frozenset(direct.split()))


def test_what_differs_the_imported_first() -> None:
    here = of(
        {"b": "2", "a": "1", "same": "3", "mine": "1", "ipykernel": "7", "z": "1.0+cu121"},
        "z same",
        "mine",
    )
    there = of({"b": "1", "same": "3", "more": "1", "ipykernel": "6"})
    assert compared(here, there) == (
        PackageDifference("z", "1.0+cu121", None, True),
        PackageDifference("a", "1", None, False),
        PackageDifference("b", "2", "1", False),
    )


def test_what_another_machine_calls_a_package_is_no_option_of_pip() -> None:
    here = of({"--index-url=http://evil": "1", "a": "1 --pre", "b": "@ file:///etc", "": "1"})
    assert compared(here, of({})) == ()


async def test_what_is_asked_for_is_checked_too() -> None:
    for name, version in (("-r", "1"), ("a", "1; evil"), ("a b", "1")):
        with pytest.raises(ProblemError, match="is no package of an index"):
            await packages.install(None, [PackageDifference(name, version, None)])


def wheel(folder: Path, name: str, version: str, requires: str = "") -> None:
    """A wheel with one module; `requires` is a line of its metadata."""
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{requires}"
    files = {
        f"{name}.py": f"version = {version!r}\n",
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = ""
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
            record += f"{path},sha256={digest.decode()},{len(text)}\n"
        archive.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python environment of its own that sees this one's packages; its interpreter."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    (site,) = folder.glob("lib/python*/site-packages")
    ours = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "ours.pth").write_text(ours)
    return folder / "bin" / "python"


@pytest.fixture
def other(environment: Path, jp_environ: Any, jp_data_dir: Path) -> str:
    """The name of a kernelspec for it."""
    spec = jp_data_dir / "kernels" / "other"
    spec.mkdir(parents=True)
    command = [str(environment), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    about = {"argv": command, "display_name": "Other", "language": "python"}
    (spec / "kernel.json").write_text(json.dumps(about))
    return "other"


async def test_install(
    start_kernel: StartKernel, other: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = tmp_path / "index"
    index.mkdir()
    wheel(index, "smext_one", "1.0")
    wheel(index, "smext_one", "2.0")
    wheel(index, "smext_two", "1.5", "Requires-Dist: smext_absent\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    old, new = await start_kernel(), await start_kernel(other)
    before = await installed(new)
    assert "smext-one" not in before.versions
    assert "jupyter-smext" in (await installed(old)).direct
    wanted = [
        PackageDifference("smext-one", "1.0", None),
        PackageDifference("smext-two", "1.5", None),
        PackageDifference("smext-nowhere", "3.1+cu121", None),
    ]
    said: list[str] = []
    left = await packages.install(new, wanted, lambda part, words: said.append(words))
    assert set(left.failed) == {"smext-two", "smext-nowhere"}
    assert "No matching distribution found for smext-nowhere==3.1" in left.failed["smext-nowhere"]
    assert "smext_absent" in left.failed["smext-two"].replace("-", "_")
    assert any("Successfully installed smext" in words for words in said)
    # At once in the running kernel, and nowhere else.
    assert await value_of(new, "__import__('smext_one').version") == "1.0"
    after = await installed(new)
    assert after.versions["smext-one"] == "1.0" and "smext-one" in after.imported
    assert "smext-one" not in (await installed(old)).versions
    (differs,) = compared(after, await installed(old))
    assert differs == PackageDifference("smext-one", "1.0", None, True)
    # Nothing of pip stays with the kernel.
    assert await value_of(new, "__import__('ipykernel')._smext_pips") == {}

    again = await packages.install(new, [PackageDifference("smext-one", "2.0", "1.0")])
    assert again.failed == {}
    assert (await installed(new)).versions["smext-one"] == "2.0"


async def test_what_is_imported(start_kernel: StartKernel) -> None:
    kernel = await start_kernel()
    assert "pandas" not in (await installed(kernel)).imported
    await run_cell(kernel, "import pandas")
    now = await installed(kernel)
    assert {"pandas", "numpy", "python-dateutil"} <= now.imported
    assert (await packages.difference(kernel, kernel)) == ()


async def test_an_environment_without_pip(start_kernel: StartKernel, tmp_path: Path) -> None:
    bare = tmp_path / "python"
    # Without its site-packages, a Python has no pip.
    bare.write_text(f'#!/bin/sh\nexec {sys.executable} -I -S "$@"\n')
    bare.chmod(0o700)
    kernel = await start_kernel()
    await run_cell(kernel, f"import sys; sys.executable = {str(bare)!r}")
    with pytest.raises(ProblemError) as refused:
        await packages.install(kernel, [PackageDifference("a", "1", None)])
    assert refused.value.problem.title == "There is no pip where the kernel runs"
