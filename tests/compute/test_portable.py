"""A saved notebook says a kernel that other machines know, and where it ran in words of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from jupyter_smext.compute import kernelspecs
from jupyter_smext.protocol import ComputeName

AT = ComputeName("notebook-instance", "nb-cpu", "profile:customer-x", "eu-west-1")
SPACE = ComputeName("space", "d-abc,team", "local", "us-east-1")
LANGUAGE = {"name": "python", "version": "3.11"}


def notebook(spec: dict[str, Any] | None, **metadata: Any) -> dict[str, Any]:
    if spec is not None:
        metadata["kernelspec"] = spec
    made = nbformat.v4.new_notebook(metadata={"language_info": LANGUAGE, **metadata})
    made.cells.append(nbformat.v4.new_code_cell("1 + 1"))
    return dict(made)


@pytest.fixture
def save(jp_fetch: Any, jp_serverapp: Any, jp_root_dir: Path) -> Any:
    """Save as JupyterLab does; what is on the disk then, which must be a valid notebook."""

    async def put(content: dict[str, Any], name: str = "a.ipynb") -> dict[str, Any]:
        body = {"type": "notebook", "format": "json", "content": content}
        await jp_fetch("api", "contents", name, method="PUT", body=json.dumps(body))
        text = (jp_root_dir / name).read_text()
        nbformat.validate(nbformat.reads(text, as_version=4))
        return dict(json.loads(text)["metadata"])

    return put


def written(at: ComputeName, name: str = "conda_python3", language: str = "python") -> str:
    spec = {"display_name": name, "language": language, "argv": []}
    return kernelspecs.write(at, name, spec, "nb-cpu, ml.t3.medium")


async def test_what_runs_elsewhere(save: Any, jp_serverapp: Any) -> None:
    for at in (AT, SPACE):
        name = written(at)
        spec = {"name": name, "display_name": "conda_python3 (nb-cpu)", "language": "python"}
        saved = await save(notebook(spec, authors=[{"name": "me"}]))
        assert saved["kernelspec"] == {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        assert saved["smext"] == {
            "kind": at.kind,
            "id": at.id,
            "region": at.region,
            "kernel": "conda_python3",
        }
        assert saved["language_info"] == LANGUAGE and saved["authors"] == [{"name": "me"}]
        assert "customer-x" not in json.dumps(saved)


async def test_a_kernel_of_the_same_name_here(save: Any, jp_serverapp: Any) -> None:
    name = written(AT, "echo", "echo")
    saved = await save(notebook({"name": name, "display_name": "Echo", "language": "echo"}))
    assert saved["kernelspec"]["name"] == "echo"


async def test_a_kernel_of_the_same_language_here(
    save: Any, jp_serverapp: Any, jp_data_dir: Path
) -> None:
    own = jp_data_dir / "kernels" / "ir"
    own.mkdir(parents=True)
    about = {"argv": ["R"], "display_name": "R", "language": "R"}
    (own / "kernel.json").write_text(json.dumps(about))
    name = written(AT, "conda_r", "R")
    saved = await save(notebook({"name": name, "display_name": "x", "language": "R"}))
    assert saved["kernelspec"] == {"name": "ir", "display_name": "R", "language": "R"}
    name = written(AT, "julia", "julia")
    saved = await save(notebook({"name": name, "display_name": "x", "language": "julia"}))
    assert saved["kernelspec"]["name"] == "julia"


async def test_an_instance_that_is_gone(save: Any, jp_serverapp: Any) -> None:
    name = written(AT)
    kernelspecs.remove(AT)
    saved = await save(
        notebook({"name": name, "display_name": "Gone", "language": "python"}, smext={"kind": "x"})
    )
    assert saved["kernelspec"]["name"] == "python3"
    assert saved["smext"] == {"kind": "x"}


async def test_what_runs_here_says_nothing(save: Any, jp_serverapp: Any) -> None:
    spec = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    saved = await save(notebook(spec, smext={"kind": "space"}))
    assert saved == {"kernelspec": spec, "language_info": LANGUAGE}


async def test_what_has_no_kernelspec_is_left_alone(save: Any, jp_serverapp: Any) -> None:
    assert await save(notebook(None)) == {"language_info": LANGUAGE}


async def test_other_hooks_stay(save: Any, jp_serverapp: Any) -> None:
    seen = []

    def own(*, model: dict[str, Any], **_: Any) -> None:
        seen.append(model["type"])
        if model["type"] == "notebook":
            model["content"]["metadata"]["own"] = True

    jp_serverapp.contents_manager.register_pre_save_hook(own)
    jp_serverapp.contents_manager.pre_save_hook = own
    name = written(AT)
    saved = await save(notebook({"name": name, "display_name": "x", "language": "python"}))
    assert saved["own"] is True and saved["kernelspec"]["name"] == "python3"
    assert seen == ["notebook", "notebook"]


async def test_other_files_are_not_touched(jp_fetch: Any, jp_root_dir: Path) -> None:
    text = json.dumps({"metadata": {"kernelspec": {"name": "smext.x.y"}, "smext": 1}})
    for chunk in (None, 1):
        body = {"type": "file", "format": "text", "content": text, "chunk": chunk}
        await jp_fetch("api", "contents", "raw.ipynb", method="PUT", body=json.dumps(body))
        assert (jp_root_dir / "raw.ipynb").read_text() == text
