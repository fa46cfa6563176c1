"""Studio's apps: what their JupyterLab is started with, what they and their space become."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ... import nouns
from ..supervision import Ending, Limits
from . import studio_settings
from .files import Door, JupyterFiles
from .place import LogPlace, Place, StartFailed
from .process import JupyterProcess
from .runner import JupyterRunner

if TYPE_CHECKING:
    from ...engine import Engine

NOUN = "App"
#: DescribeApp: "After an application has been shut down for 24 hours, SageMaker AI deletes all
#: metadata for the application."
REMEMBERED_SECONDS = 24 * 3600.0

Detail = dict[str, Any]

_NOT_APPLIED = ("SageMakerImageArn", "SageMakerImageVersionArn", "SageMakerImageVersionAlias")


def space_files(home: Path, region: str, space_id: str) -> JupyterFiles:
    """The files of a space by its generated id: HOME and volume are one, as in Studio."""
    root = home / "studio-spaces" / region / space_id
    volume = root / "sagemaker-user"
    return JupyterFiles(root, home=volume, volume=volume, own=root / ".app")


class AppRunner(JupyterRunner):
    """Starts and ends the processes behind App records, and deletes the files of spaces."""

    nouns: tuple[str, ...] = (NOUN,)
    noun = NOUN
    status = "Status"
    words = "Studio app"

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        for region, key, space in engine.store.all("Space"):
            if "Url" in space:
                engine.store.update(region, "Space", key, {"Url": None})

    async def recover(self) -> None:
        await super().recover()
        for region, key, detail in self.made():
            if detail["Status"] == "Deleted":
                self._forget_later(region, key, detail)
        for region, key, space in self.engine.store.all("Space"):
            if space.get("Status") == "Deleting" and "_id" in space:
                self.delete_space(region, key)

    def place(self, region: str, key: str, detail: Detail) -> Place:
        store = self.engine.store
        given = {"DomainId": detail["DomainId"], "SpaceName": detail["SpaceName"]}
        domain = store.get(region, "Domain", nouns.find("Domain").key(given))
        space = store.get(region, "Space", nouns.find("Space").key(given))
        if domain is None or space is None:
            raise StartFailed("The domain or the space of this app does not exist any more.")
        whose = studio_settings.owners(store, region, domain, space)
        spec, arn = detail["ResourceSpec"], detail["AppArn"]
        script = studio_settings.script(store, spec, arn)
        kept = [member for member in _NOT_APPLIED if member in spec]
        if "SpaceStorageSettings" in space.get("SpaceSettings", {}):
            kept.append("SpaceStorageSettings")
        if whose.role:
            kept.append("ExecutionRole")
        stream = "/".join((space["DomainId"], space["SpaceName"], "JupyterLab", detail["AppName"]))
        return Place(
            what=self.words,
            arn=arn,
            region=region,
            instance_type=spec["InstanceType"],
            files=space_files(self.engine.home, region, detail["_id"]),
            door=Door(base_url=f"/jupyterlab/{detail['AppName']}/", signs_in="sagemaker-user"),
            # The members that the SageMaker SDKs read to know that they run in Studio.
            metadata={
                "AppType": detail["AppType"],
                "DomainId": detail["DomainId"],
                "SpaceName": detail["SpaceName"],
                "UserProfileName": "",
                "ExecutionRoleArn": whose.role,
                "ResourceArn": arn,
                "ResourceName": detail["AppName"],
                "AppImageVersion": "",
            },
            logs=LogPlace("/aws/sagemaker/studio", stream, f"{stream}/{{}}"),
            kept=kept,
            scripts=[script] if script else [],
            environment={"SAGEMAKER_APP_TYPE_LOWERCASE": "jupyterlab"},
            idle_seconds=studio_settings.idle_seconds(whose.layers),
            port=int(detail.get("_port") or 0),
        )

    def up(self, region: str, detail: Detail, process: JupyterProcess, given: Limits) -> Detail:
        self._show_url(region, detail, process.url)
        now = time.time()  # its status API has just answered
        return {"LastHealthCheckTimestamp": now, "LastUserActivityTimestamp": now}

    def ended(self, region: str, key: str, ending: Ending, why: str) -> None:
        detail = self.engine.store.get(region, NOUN, key)
        assert detail is not None
        self._show_url(region, detail, None)
        idle = self.place(region, key, detail).idle_seconds
        if idle is None or ending.returncode != 0:
            raise StartFailed(why)
        self._deleted(region, key)  # as Studio does with an app that nobody uses

    async def finish(self, region: str, key: str, detail: Detail) -> None:
        self._show_url(region, detail, None)
        self._deleted(region, key)

    def has_files(self, region: str, space: Detail) -> bool:
        """Whether an app ever ran in a space."""
        return "_id" in space and space_files(self.engine.home, region, space["_id"]).root.exists()

    def delete_space(self, region: str, key: str) -> None:
        """Delete a Deleting space with its files and what is remembered of its apps."""
        task = asyncio.ensure_future(self._delete_space(region, key))
        self._tasks[region, f"space {key}"] = task
        task.add_done_callback(lambda _: self._tasks.pop((region, f"space {key}"), None))

    async def _delete_space(self, region: str, key: str) -> None:
        store = self.engine.store
        space = store.get(region, "Space", key)
        assert space is not None
        await self.engine.hang("Space", "Deleting")
        files = space_files(self.engine.home, region, space["_id"])
        try:
            await asyncio.to_thread(files.delete)
        except OSError as error:
            failed = {"Status": "Delete_Failed", "FailureReason": str(error)[:1024]}
            store.update(region, "Space", key, failed)
            return
        for place, app, detail in store.all(NOUN, region):
            if detail.get("_id") == space["_id"]:
                store.delete(place, NOUN, app)
        store.delete(region, "Space", key)

    def _show_url(self, region: str, detail: Detail, url: str | None) -> None:
        """DescribeSpace tells where the space's app is, while there is one."""
        space = nouns.find("Space").key(detail)
        if self.engine.store.get(region, "Space", space) is not None:
            self.engine.store.update(region, "Space", space, {"Url": url})

    def _deleted(self, region: str, key: str) -> None:
        self.set(region, key, "Deleted", FailureReason=None, _deleted=time.time())
        detail = self.engine.store.get(region, NOUN, key)
        assert detail is not None
        self._forget_later(region, key, detail)

    def _forget_later(self, region: str, key: str, detail: Detail) -> None:
        deleted = detail["_deleted"]

        def forget() -> None:
            now = self.engine.store.get(region, NOUN, key) or {}
            if now.get("_deleted") == deleted and not self._closing:  # not created anew since
                self.engine.store.delete(region, NOUN, key)

        left = max(0.0, deleted + REMEMBERED_SECONDS - time.time())
        asyncio.get_running_loop().call_later(left, forget)
