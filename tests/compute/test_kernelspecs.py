"""Kernelspecs of remote kernels: written, found again, taken away, and portable."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

from jupyter_smext.aws.problems import problem
from jupyter_smext.compute import kernelspecs
from jupyter_smext.compute.names import slug
from jupyter_smext.compute.stale_kernelspecs import remove_stale
from jupyter_smext.protocol import ComputeName, Inventory, Page, Row
from tests.compute.away import PYTHON

NB = ComputeName("notebook-instance", "nb-cpu", "local", "us-east-1")
SPACE = ComputeName("space", "d-1,s", "local", "us-east-1")


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path))
    return tmp_path


def test_it_is_a_kernelspec_for_everybody(data: Path) -> None:
    name = kernelspecs.write(NB, "python3", PYTHON, "nb-cpu")
    assert name.startswith("smext.nb-cpu-") and name.endswith(".python3")
    spec = KernelSpecManager().get_kernel_spec(name)
    assert spec.display_name == "Python 3 (ipykernel) · nb-cpu"
    assert spec.language == "python" and spec.interrupt_mode == "signal"
    assert spec.metadata["debugger"] is True
    assert spec.metadata["kernel_provisioner"] == {
        "provisioner_name": "smext-instance",
        "config": {
            "connection": "local",
            "region": "us-east-1",
            "kind": "notebook-instance",
            "id": "nb-cpu",
            "remote_kernel": "python3",
        },
    }
    assert kernelspecs.at_of(name) == (NB, "python3")
    assert kernelspecs.portable(name) == {
        "name": "python3",
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
    }


def test_written_again_it_is_left_as_it_is(data: Path) -> None:
    name = kernelspecs.write(NB, "python3", PYTHON, "nb-cpu")
    file = data / "kernels" / name / "kernel.json"
    file.chmod(stat.S_IRUSR)
    before = file.stat().st_ino
    assert kernelspecs.write(NB, "python3", PYTHON, "nb-cpu") == name
    assert file.stat().st_ino == before
    kernelspecs.write(NB, "python3", PYTHON, "other")
    assert json.loads(file.read_text())["display_name"].endswith(" · other")
    assert [path.name for path in file.parent.iterdir()] == ["kernel.json"]


@pytest.mark.parametrize("name", ["../x", "a/b", "", "x y", "ü"])
def test_what_the_remote_server_names_is_no_path(data: Path, name: str) -> None:
    with pytest.raises(ValueError):
        kernelspecs.write(NB, name, PYTHON, "nb-cpu")
    assert not (data / "kernels").exists()


def test_those_of_a_place_are_taken_away() -> None:
    names = [kernelspecs.write(NB, kernel, PYTHON, "x") for kernel in ("python3", "conda_r")]
    other = kernelspecs.write(SPACE, "python3", PYTHON, "x")
    assert kernelspecs.places() == {NB, SPACE}
    assert kernelspecs.names_of(NB) == kernelspecs.remove(NB) == sorted(names)
    assert kernelspecs.names_of(NB) == kernelspecs.remove(NB) == []
    assert kernelspecs.at_of(other) == (SPACE, "python3")


def test_what_is_not_ours() -> None:
    assert kernelspecs.at_of("python3") is None
    assert kernelspecs.at_of("smext.gone.python3") is None
    assert kernelspecs.portable("python3")["language"] == "python"
    with pytest.raises(NoSuchKernel):
        kernelspecs.portable("none")


def page(kind: str, **statuses: str) -> Page:
    rows = []
    for id, status in statuses.items():
        name = {"app": "d-1,,{},JupyterLab,default"}.get(kind, "{}").format(id)
        rows.append(Row(name, id, status, "ok", False, None, None, None, None, None, ()))
    return Page(kind, 1, 1.0, False, None, tuple(rows))


def inventory(*pages: Page, region: str = "us-east-1") -> Inventory:
    return Inventory("local", region, 1, False, 2, 2, 1.0, None, None, pages)


def test_those_of_what_is_no_longer_up_are_taken_away() -> None:
    nb = ComputeName("notebook-instance", "nb", "local", "us-east-1")
    for at in (nb, SPACE):
        kernelspecs.write(at, "python3", PYTHON, "x")
    unread = Page("notebook-instance", 1, None, False, None, ())
    denied = problem("denied", "Not allowed")
    for known in (
        inventory(),
        inventory(unread),
        inventory(Page("notebook-instance", 1, 1.0, True, denied, ())),
        inventory(page("notebook-instance"), page("app"), region="eu-west-1"),
        inventory(page("notebook-instance", nb="InService"), page("app", s="InService")),
        inventory(page("notebook-instance", nb="Pending"), page("app", s="Pending")),
    ):
        assert remove_stale(known) == []
    assert remove_stale(inventory(page("notebook-instance", nb="Stopping"))) == [
        f"smext.{slug(nb)}.python3"
    ]
    assert kernelspecs.places() == {SPACE}
    assert remove_stale(inventory(page("app", other="InService", s="Deleted"))) == [
        f"smext.{slug(SPACE)}.python3"
    ]
    assert kernelspecs.places() == set()
