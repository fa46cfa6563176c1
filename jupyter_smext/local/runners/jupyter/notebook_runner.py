"""Notebook instances: what their JupyterLab is started with, and what they become."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from ..supervision import Limits
from .files import Door, JupyterFiles
from .place import LogPlace, Place, Script, StartFailed
from .process import JupyterProcess
from .runner import JupyterRunner

NOUN = "NotebookInstance"
CONFIG = "NotebookInstanceLifecycleConfig"

Detail = dict[str, Any]

#: What Create takes and this machine has no counterpart of.
_NOT_APPLIED = """
    RoleArn SubnetId SecurityGroups KmsKeyId DirectInternetAccess RootAccess VolumeSizeInGB
    DefaultCodeRepository AdditionalCodeRepositories
""".split()


def instance_files(home: Path, region: str, instance_id: str) -> JupyterFiles:
    """The files of an instance by its generated id; its name is never part of a path.

    HOME is its folder; what lies in it outside SageMaker/, its volume, is kept over a stop as
    well, which AWS does not promise.
    """
    root = home / "notebook-instances" / region / instance_id
    return JupyterFiles(root, home=root, volume=root / "SageMaker", own=root / ".instance")


def scripts(config: Detail, instance_arn: str, *, created: bool) -> list[Script]:
    """The scripts of a lifecycle config that a start runs; OnCreate only until it has succeeded."""
    # AWS's words.
    about = f"Notebook Instance Lifecycle Config '{config['NotebookInstanceLifecycleConfigArn']}' "
    about += f"for Notebook Instance '{instance_arn}'"
    return [
        Script.decoded(hook, about, each["Content"])
        for hook in (("OnStart",) if created else ("OnCreate", "OnStart"))
        for each in config.get(hook, ())
        if each.get("Content")
    ]


class NotebookRunner(JupyterRunner):
    """Starts, stops and deletes the processes behind NotebookInstance records."""

    nouns: tuple[str, ...] = (NOUN,)
    noun = NOUN
    status = "NotebookInstanceStatus"
    words = "notebook instance"

    def key(self, region: str, name: str) -> str | None:
        """The key that signs the tokens of a running instance; None when it does not run."""
        process = self.running(region, name)
        return process.key if process else None

    def place(self, region: str, key: str, detail: Detail) -> Place:
        arn = detail["NotebookInstanceArn"]
        return Place(
            what=self.words,
            arn=arn,
            region=region,
            instance_type=detail["InstanceType"],
            files=instance_files(self.engine.home, region, detail["_id"]),
            door=Door(base_url="/", signs_in="ec2-user"),
            metadata={"ResourceArn": arn, "ResourceName": key},
            # "Log Groups and Streams", Amazon SageMaker AI developer guide; so are an app's.
            logs=LogPlace("/aws/sagemaker/NotebookInstances", f"{key}/jupyter.log", f"{key}/{{}}"),
            kept=[member for member in _NOT_APPLIED if member in detail],
            scripts=self._scripts(region, detail),
            port=int(detail.get("_port") or 0),
        )

    def up(self, region: str, detail: Detail, process: JupyterProcess, given: Limits) -> Detail:
        return {"Url": f"127.0.0.1:{process.port}"}

    def down(self) -> Detail:
        return {"Url": None}

    async def finish(self, region: str, key: str, detail: Detail) -> None:
        if detail[self.status] != "Deleting":
            self.set(region, key, "Stopped", Url=None)
            return
        if "_id" in detail:
            files = instance_files(self.engine.home, region, detail["_id"])
            await asyncio.to_thread(files.delete)
        self.engine.store.delete(region, NOUN, key)

    def _scripts(self, region: str, detail: Detail) -> list[Script]:
        chosen = detail.get("NotebookInstanceLifecycleConfigName")
        if not chosen:
            return []
        config = self.engine.store.get(region, CONFIG, chosen)
        if config is None:
            raise StartFailed(f"Notebook Instance Lifecycle Config '{chosen}' does not exist.")
        return scripts(config, detail["NotebookInstanceArn"], created=bool(detail.get("_created")))
