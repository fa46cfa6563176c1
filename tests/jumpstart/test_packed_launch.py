"""A model that comes without its script, as older ones do, is packed, deployed and asked."""

from __future__ import annotations

import io
import json
import tarfile
from typing import Any

from msgspec.structs import replace

from jupyter_smext.aws.bucket import split
from jupyter_smext.jumpstart.model_document import ModelDocument
from tests.local_engine import RunningEngine
from tests.smext_server import REGION, Call

from .launching import BUCKET, MODEL, begun, deploy, ended, states

pytest_plugins = ("tests.local_engine", "tests.smext_server")


def without_script(document: ModelDocument, s3: Any) -> ModelDocument:
    """The document as an older one, its model in an archive of ours that has no code."""
    bucket, prefix = split(str(document.hosting.prepacked))
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        for each in s3.list_objects_v2(Bucket=bucket, Prefix=f"{prefix}/")["Contents"]:
            member = tarfile.TarInfo(each["Key"].removeprefix(f"{prefix}/"))
            if not member.name.startswith("code/"):
                content = s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    s3.put_object(Bucket=BUCKET, Key="older.tar.gz", Body=made.getvalue())
    hosting = replace(
        document.hosting, prepacked=None, use_script=True, artifact=f"s3://{BUCKET}/older.tar.gz"
    )
    return replace(document, hostings=(hosting,))


async def test_it_is_packed_deployed_and_asked(
    call: Call, local: tuple[str, str], engine: RunningEngine, jp_serverapp: Any
) -> None:
    s3 = engine.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    services = jp_serverapp.web_app.settings["smext"]
    documents = (await services.jumpstart()).documents
    named = MODEL["model"], MODEL["version"], MODEL["hub"]
    older = without_script(await documents.get("local", REGION, *named), s3)

    async def get(*of: str) -> ModelDocument:
        return older

    documents.get = get
    launch = await ended(call, (await begun(call, "deploy", deploy(endpoint="packed")))["id"])
    assert launch["state"] == "done", launch
    assert list(states(launch).values()) == ["done"] * 4 and "pack" in states(launch)
    bucket = f"jumpstart-cache-prod-{REGION}"
    picture = s3.get_object(Bucket=bucket, Key="training-datasets/surfaces/grass/01.png")
    answer = engine.client("sagemaker-runtime").invoke_endpoint(
        EndpointName="packed",
        ContentType="application/x-image",
        Accept="application/json;verbose",
        Body=picture["Body"].read(),
    )
    assert json.loads(answer["Body"].read())["predicted_label"]
    packed = f"packed-{launch['id'][-8:]}/model.tar.gz"
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix=packed)["KeyCount"] == 1

    engine.faults([{"kind": "denied", "operation": "CreateEndpoint"}])
    launch = await ended(call, (await begun(call, "deploy", deploy(endpoint="denied")))["id"])
    assert launch["state"] == "failed" and launch["left"] == [], launch
    assert s3.list_objects_v2(Bucket=BUCKET, Prefix="denied-")["KeyCount"] == 0
    engine.client("sagemaker").delete_endpoint(EndpointName="packed")
