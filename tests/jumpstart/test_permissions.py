"""The IAM policy allows what launches call."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from jupyter_smext.aws.permissions import policy
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Call

from .launching import begun, deploy, ended, fine_tune

pytest_plugins = ("tests.local_engine", "tests.smext_server")

#: Operations of S3 that need another permission than their name's, by its service authorization.
PERMISSIONS = {
    "HeadBucket": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "DeleteObjects": "DeleteObject",
}


async def test_what_launches_call(
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
    for service in ("s3", "logs", "sagemaker", "iam", "application-autoscaling"):
        events = sessions.client("local", REGION, service).meta.events
        events.register("before-call", record)

    for name in ("a", "b"):
        (jp_root_dir / "data" / name).mkdir(parents=True)
        (jp_root_dir / "data" / name / "1.png").write_bytes(b"no picture")
    # The job cannot be created, so that the uploaded folder is deleted again.
    engine.faults([{"kind": "denied", "operation": "CreateTrainingJob"}])
    tuned = await ended(call, (await begun(call, "fine-tune", fine_tune(folder="data")))["id"])
    assert tuned["problem"]["permission"] == "sagemaker:CreateTrainingJob", tuned
    objects = engine.client("s3").list_objects_v2(
        Bucket="sagemaker-us-east-1-000000000000", Prefix="tuned/"
    )
    assert objects["KeyCount"] == 0
    # The scaling fails, so that all before it is deleted again.
    engine.faults([{"kind": "denied", "operation": "PutScalingPolicy"}])
    scaled = deploy(scaling={"least": 1, "most": 2, "invocations": 10.0})
    made = await ended(call, (await begun(call, "deploy", scaled))["id"])
    assert made["problem"]["permission"] == "application-autoscaling:PutScalingPolicy", made
    assert made["left"] == []

    allowed = {name for one in policy()["Statement"] for name in one["Action"]}
    missing = {
        name for name in called if not any(fnmatchcase(name, pattern) for pattern in allowed)
    }
    assert missing == set()
    assert {"application-autoscaling:DeregisterScalableTarget", "s3:DeleteObject"} <= called
