"""The IAM policy allows what a notebook job calls, and no more."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from jupyter_smext.aws.permissions import policy, resource_policy
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Call

from .notebooks import begun, ended, eventually, log_of, notebook, step

#: Operations of S3 that need another permission than their name's, by its service authorization.
PERMISSIONS = {
    "HeadBucket": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "HeadObject": "GetObject",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "CompleteMultipartUpload": "PutObject",
}


def actions(*statements: str) -> set[str]:
    return {
        name
        for one in (*policy()["Statement"], *resource_policy()["Statement"])
        if one["Sid"] in statements
        for name in one["Action"]
    }


async def test_what_a_job_calls(
    call: Call,
    local: tuple[str, str],
    engine: RunningEngine,
    jp_root_dir: Path,
    jp_serverapp: Any,
) -> None:
    called: set[str] = set()

    def record(model: Any, **_: Any) -> None:
        service = model.service_model.signing_name
        called.add(f"{service}:{PERMISSIONS.get(model.name, model.name)}")

    sessions = await jp_serverapp.web_app.settings["smext"].sessions()
    for service in ("s3", "logs", "sagemaker"):
        events = sessions.client("local", REGION, service).meta.events
        events.register("before-call", record)

    notebook(
        jp_root_dir / "a.ipynb",
        "open('out', 'w').write('x')",
        "import time\nprint('waits', flush=True)\nwhile True: time.sleep(0.05)",
    )
    # More than goes in one part, which does not get smaller.
    (jp_root_dir / "large").write_bytes(os.urandom(9 << 20))
    engine.faults([{"kind": "denied", "operation": "UploadPart"}])
    job = await ended(call, (await begun(call, "a.ipynb"))["id"])
    assert step(job, "upload")["state"] == "failed", job
    engine.faults([])
    begun_job = await begun(call, "a.ipynb")
    id = begun_job["id"]

    async def waits() -> bool:
        return "waits" in await log_of(call, begun_job["job"])

    await eventually(waits)
    await call("POST", f"notebook-jobs/{id}/cancel")
    await ended(call, id)
    await call("POST", f"notebook-jobs/{id}/fetch")

    # The engine has its default bucket: that one is made here by no job.
    assert actions("NotebookJobs") - {"s3:CreateBucket"} <= called
    assert {"sagemaker:CreateTrainingJob", "sagemaker:StopTrainingJob"} <= called
    allowed = actions("Read", "Act", "Create", "NotebookJobs", "Observe")
    assert not [one for one in called if not any(fnmatchcase(one, name) for name in allowed)]
