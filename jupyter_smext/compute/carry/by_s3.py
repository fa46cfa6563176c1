"""A large folder by way of S3: an archive in SageMaker's default bucket, fetched over there."""

from __future__ import annotations

import asyncio
import hashlib
import os
import secrets
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from ...aws.account import account_of
from ...aws.calls import calling
from ...aws.default_bucket import default_bucket, make_ready
from ...aws.errors import ProblemError, problem
from .kernel_code import Progress, run_inside
from .transfer import make_folders
from .variables import START_SECONDS

if TYPE_CHECKING:
    from jupyter_client.connect import KernelConnectionInfo

    from ...aws.sessions import Sessions
    from ..remote import RemoteJupyter

#: A presigned URL needs no credentials over there; it is of use for as long as a download lasts.
URL_SECONDS = 3600
_PREFIX = "jupyter_smext"


class ByS3:
    """The way through S3 of one connection and region.

    Blocking calls are made in threads. The object is deleted afterwards, whatever happened.
    """

    def __init__(self, sessions: Sessions, connection: str, region: str) -> None:
        self._sessions = sessions
        self._connection = connection
        self._region = region
        #: What could not be deleted, as a sentence.
        self.left = ""

    async def send(
        self,
        remote: RemoteJupyter,
        folder: Path,
        remote_dir: str,
        paths: Sequence[str],
        progress: Progress | None,
    ) -> None:
        """Have `paths` of `folder` below `remote_dir`. A kernel of the remote server, started for
        it, fetches them. Raises ProblemError, OSError."""

        def say(part: float | None, words: str) -> None:
            if progress is not None:
                loop.call_soon_threadsafe(progress, part, words)

        loop = asyncio.get_running_loop()
        key = f"{_PREFIX}/folder-{secrets.token_hex(16)}.tar.gz"
        with tempfile.TemporaryFile() as archive:
            say(None, f"Packing {len(paths)} files")
            sha256 = await asyncio.to_thread(_archive, archive, folder, paths)
            bucket, account = await asyncio.to_thread(self._bucket)
            try:
                await self._ask("PutObject", self._upload, archive, bucket, account, key, say)
                url = await self._ask("GetObject", self._url, bucket, key)
                say(None, f"Fetching them from S3 on {remote.name}")
                await _fetched_there(remote, remote_dir, url, sha256)
            finally:
                try:
                    await self._ask("DeleteObject", self._delete, bucket, account, key)
                except ProblemError as error:
                    # What has arrived has arrived.
                    self.left = f"s3://{bucket}/{key} is left: {error.problem.title}"

    async def _ask(self, operation: str, call: Any, *given: Any) -> Any:
        with calling(self._connection, operation, "s3"):
            return await asyncio.to_thread(call, *given)

    @property
    def _s3(self) -> Any:
        return self._sessions.client(self._connection, self._region, "s3")

    def _bucket(self) -> tuple[str, str]:
        """SageMaker's default bucket, made where it is not there, and the account it is of."""
        place = self._connection, self._region
        account = account_of(self._sessions, *place)
        bucket = default_bucket(account, self._region)
        make_ready(self._sessions, *place, bucket, account)
        return bucket, account

    def _url(self, bucket: str, key: str) -> str:
        asked = {"Bucket": bucket, "Key": key}
        url: str = self._s3.generate_presigned_url(
            "get_object", Params=asked, ExpiresIn=URL_SECONDS
        )
        return url

    def _upload(
        self, archive: BinaryIO, bucket: str, account: str, key: str, say: Progress
    ) -> None:
        from s3transfer.manager import TransferManager
        from s3transfer.subscribers import BaseSubscriber

        size = os.fstat(archive.fileno()).st_size
        sent = 0

        class Told(BaseSubscriber):  # type: ignore[misc]
            def on_progress(self, future: Any, bytes_transferred: int, **_: Any) -> None:
                nonlocal sent
                sent += bytes_transferred
                say(sent / size, f"{sent / 2**20:,.0f} of {size / 2**20:,.0f} MiB to S3")

        with TransferManager(self._s3) as manager:
            manager.upload(
                archive, bucket, key, {"ExpectedBucketOwner": account}, [Told()]
            ).result()

    def _delete(self, bucket: str, account: str, key: str) -> None:
        self._s3.delete_object(Bucket=bucket, Key=key, ExpectedBucketOwner=account)


def _archive(target: BinaryIO, folder: Path, paths: Sequence[str]) -> str:
    """Write the archive and go back to its start; its SHA-256."""
    # Level 1: what is slow is the line, and text shrinks well enough.
    with tarfile.open(fileobj=target, mode="w:gz", compresslevel=1, dereference=False) as archive:
        for path in paths:
            archive.add(folder / path, path, recursive=False)
    target.seek(0)
    digest = hashlib.sha256()
    while block := target.read(1 << 20):
        digest.update(block)
    target.seek(0)
    return digest.hexdigest()


async def _fetched_there(remote: RemoteJupyter, remote_dir: str, url: str, sha256: str) -> None:
    from jupyter_client.asynchronous.client import AsyncKernelClient

    from ..bridge import KernelBridge

    await make_folders(remote, [remote_dir])
    told = await remote.kernelspecs()
    specs = told["kernelspecs"]
    python = [name for name, each in specs.items() if each["spec"].get("language") == "python"]
    if not python:
        raise ProblemError(
            problem(
                "conflict",
                f"{remote.name} has no Python kernel to fetch the folder with",
                next="Switch without files.",
            )
        )
    bridge = KernelBridge(
        remote, told["default"] if told["default"] in python else python[0], path=remote_dir
    )
    await bridge.start()
    try:
        client = AsyncKernelClient()
        client.load_connection_info(cast("KernelConnectionInfo", bridge.bind()))
        await run_inside(
            client,
            "archive",
            "fetch",
            URL_SECONDS,
            patience=START_SECONDS,
            url=url,
            sha256=sha256,
            folder=remote_dir,
        )
    finally:
        await bridge.exit()
        await bridge.close()
