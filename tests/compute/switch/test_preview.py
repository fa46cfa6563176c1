"""What a preview says of kernels and files, and a kernel that is gone while its instance is up."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

from jupyter_smext.protocol import PackageDifference
from tests.compute.switch.person import MACHINE, Person, client_of, instance, outcome

pytest_plugins = ("tests.local_engine", "tests.smext_server", "tests.compute.switch.opened")


async def test_kernels_are_named_where_they_can_be_asked_for(person: Person) -> None:
    person.make("nb-named")
    await person.in_state("nb-named", "InService")
    session = await person.open("churn.ipynb")
    to = instance("nb-named")
    before = await person.preview(session, to=to)
    assert before.kernels is None and before.kernel is None and before.unknown == ()

    assert (await person.call("POST", "switches/sign-in", MACHINE)).status == 400
    assert (await person.call("POST", "switches/sign-in", to)).status == 204
    after = await person.preview(session, to=to)
    assert after.kernels is not None and after.kernel == "python3"
    assert ("python3", "python") in {(each.name, each.language) for each in after.kernels}

    there = await person.switch(session, to=to, kernel="python3")
    assert there.request.kernel == "python3"
    back = await person.preview(session, to=MACHINE)
    assert back.kernels is not None and back.kernel == "python3"
    assert not [each for each in back.kernels if each.name.startswith("smext.")]


async def test_on_the_way_back_only_what_changed_there_is_fetched(person: Person) -> None:
    person.make("nb-files")
    await person.in_state("nb-files", "InService")
    session = await person.open("work/churn.ipynb")
    (person.folder / "work" / "data.csv").write_text("a,b\n")
    there = await person.preview(session, to=instance("nb-files"))
    assert there.folder is not None and there.folder.files == 2 and there.fetched is None
    await person.switch(session, to=instance("nb-files"), carried={"files": True})

    back = await person.preview(session, to=MACHINE)
    assert back.folder is None and back.fetched is not None
    assert (back.fetched.files, back.fetched.bytes) == (0, 0)
    await person.run(session, "open('model.bin', 'wb').write(bytes(1000))")
    back = await person.preview(session, to=MACHINE)
    assert back.fetched is not None
    assert (back.fetched.files, back.fetched.bytes) == (1, 1000)
    await person.switch(session, to=MACHINE, carried={"files": True})
    assert (person.folder / "work" / "model.bin").stat().st_size == 1000


async def test_a_new_kernel_where_the_old_one_is_gone(person: Person) -> None:
    person.make("nb-gone")
    await person.in_state("nb-gone", "InService")
    session = await person.open("churn.ipynb")
    to = instance("nb-gone")
    old = (await person.switch(session, to=to)).kernel_id
    assert (await person.post(session, to=to)).status == 409

    person.sagemaker.stop_notebook_instance(NotebookInstanceName="nb-gone")
    await person.in_state("nb-gone", "Stopped")
    await asyncio.wait_for(_ended(person, old), 60)
    person.sagemaker.start_notebook_instance(NotebookInstanceName="nb-gone")
    await person.in_state("nb-gone", "InService")
    again = await person.switch(session, to=to)
    assert outcome(again) == dict.fromkeys("check sign-in kernel move".split(), "done")
    assert again.kernel_id != old
    assert await person.run(session, "print(6 * 7)") == "42\n"
    assert person.services.kernels.line(old) is None


async def test_packages_are_compared_where_another_notebook_has_such_a_kernel(
    person: Person, jp_data_dir: Path, tmp_path: Path
) -> None:
    person.make("nb-packed")
    await person.in_state("nb-packed", "InService")
    about = tmp_path / "site" / "smext_extra-1.5.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: smext_extra\nVersion: 1.5\n")
    spec = jp_data_dir / "kernels" / "more"
    spec.mkdir(parents=True)
    command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    env = {"PYTHONPATH": str(about.parent)}
    more = {"argv": command, "display_name": "More", "language": "python", "env": env}
    (spec / "kernel.json").write_text(json.dumps(more))
    to = instance("nb-packed")
    session = await person.open("churn.ipynb", "more")
    assert (await person.preview(session, to=to)).packages is None

    there = await person.open("eda.ipynb")
    await person.switch(there, to=to)
    extra = PackageDifference("smext-extra", "1.5", None)
    assert extra in ((await person.preview(session, to=to, kernel="python3")).packages or ())
    back = (await person.preview(there, to=MACHINE, kernel="more")).packages
    assert back is not None and extra not in back
    # What is there when it has stopped and started again is not known now.
    retyped = await person.preview(session, to=to, kernel="python3", instance_type="ml.m5.xlarge")
    assert retyped.packages is None

    kernel = person.kernel((await person.session(there))["kernel"]["id"])
    async with client_of(kernel) as client:
        client.execute("import time; time.sleep(600)")
        busy = await person.preview(session, to=to, kernel="python3")
        title = "How the packages of nb-packed differ could not be read"
        assert busy.packages is None and title in [each.title for each in busy.unknown]
        await kernel.interrupt_kernel()


async def _ended(person: Person, kernel: str | None) -> None:
    while person.services.kernels.line(kernel)[1] != "ended":
        await asyncio.sleep(0.05)
