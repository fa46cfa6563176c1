"""What the SageMaker SDK sends to AWS for JumpStart documents, caught before it leaves.

    python jumpstart_calls.py DOCUMENTS [EVERY] > CALLS

Runs in the environment of SDK 2. Prints for each case (a document, deployed or fine-tuned on an
instance type in a region; with EVERY one of so many) the calls that would create something. Nothing
but the network is replaced: each call of boto3 is answered before it is sent, and a repacking is
noted in place of done.
"""

from __future__ import annotations

import io
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Case = dict[str, Any]

ROLE = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole"
BUCKET = "default-bucket"
CREATES = ("CreateModel", "CreateEndpointConfig", "CreateEndpoint", "CreateTrainingJob")
#: Of the documents: a spec knows many regions, a hub document only its own.
REGIONS = ("us-east-1", "eu-west-1")
HUB_DOCUMENT, HUB, HUB_MODEL = (
    "hub_content_document.json",
    "our-hub",
    {"model": "meta-textgeneration-llama-2-13b-f", "version": "4.1.0"},
)


def specs_of(documents: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(documents.glob("*_specs_v*.json")):
        yield file.name, json.loads(file.read_text(encoding="utf-8"))


def cases(documents: Path) -> Iterator[Case]:
    data = {"dataset": "s3://our-data/flowers/", "name": "try"}
    tuned = {"tuned": "s3://our-data/out/try/output/model.tar.gz"}
    # First: what the SDK reads of a spec has it lose members of later hub documents.
    hub = json.loads((documents / HUB_DOCUMENT).read_text(encoding="utf-8"))
    of = {"document": HUB_DOCUMENT, **HUB_MODEL, "hub": HUB, "region": REGIONS[0], "eula": True}
    for config in (None, *hub["InferenceConfigs"]):
        yield {"what": "deploy", **of, **data, "config": config}
    for instance_type in hub["SupportedInferenceInstanceTypes"]:
        yield {"what": "deploy", **of, **data, "instance_type": instance_type}
    # It also loses families like g4dn, which become G4Dn and then g4_dn on their way through it.
    for instance_type in ("ml.g5.24xlarge", "ml.g5.48xlarge"):
        yield {"what": "fine-tune", **of, **data, "instance_type": instance_type}
    for document, spec in specs_of(documents):
        of = {"document": document, "model": spec["model_id"], "version": spec["version"]}
        first, second = REGIONS
        types = (None, "ml.g4dn.xlarge", "ml.c5.4xlarge")
        for region, instance_type in (*((first, each) for each in types), (second, None)):
            more = {**of, **data, "region": region, "instance_type": instance_type}
            yield {"what": "deploy", **more}
            yield {"what": "fine-tune", **more}
        own = {"epochs": "9", "our-own": "x"}
        yield {"what": "fine-tune", **of, **data, "region": REGIONS[0], "hyperparameters": own}
        yield {"what": "deploy tuned", **of, **data, **tuned, "region": REGIONS[0]}


def prepare(documents: Path) -> None:
    """Let the SDK find the specs on disk, by the variables that it has for its own tests."""
    root = Path(tempfile.mkdtemp(prefix="smext-specs-"))
    manifest = []
    for name, spec in specs_of(documents):
        key = f"community_models/{spec['model_id']}/specs_v{spec['version']}.json"
        (root / key).parent.mkdir(parents=True, exist_ok=True)
        (root / key).write_bytes((documents / name).read_bytes())
        of = {"model_id": spec["model_id"], "version": spec["version"], "spec_key": key}
        manifest.append({**of, "min_version": "2.0.0"})
    (root / "models_manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    opt_out = {"Modules": {"TelemetryOptOut": True}}
    config = {"SchemaVersion": "1.0", "SageMaker": {"PythonSDK": opt_out}}
    (root / "config.yaml").write_text(json.dumps(config), encoding="utf-8")
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(
        AWS_JUMPSTART_MANIFEST_LOCAL_ROOT_DIR_OVERRIDE=str(root),
        AWS_JUMPSTART_SPECS_LOCAL_ROOT_DIR_OVERRIDE=str(root),
        AWS_ACCESS_KEY_ID="none",
        AWS_SECRET_ACCESS_KEY="none",
        AWS_DEFAULT_REGION=REGIONS[0],
        AWS_EC2_METADATA_DISABLED="true",
        SAGEMAKER_SUPPRESS_V2_WARNING="1",
        SAGEMAKER_USER_CONFIG_OVERRIDE=str(root / "config.yaml"),
    )


def answers_for(case: Case, documents: Path) -> dict[str, Any]:
    """What AWS would say, as far as the SDK reads it."""
    artifacts = {"S3ModelArtifacts": case.get("tuned", "")}
    found: dict[str, Any] = {
        "GetCallerIdentity": {"Account": "123456789012", "Arn": ROLE, "UserId": "none"},
        "CreateEndpoint": {"EndpointArn": "none"},
        "ListBuckets": {"Buckets": [{"Name": BUCKET}]},
        "DescribeTrainingJob": {
            "TrainingJobStatus": "Completed",
            "SecondaryStatus": "Completed",
            "ModelArtifacts": artifacts,
        },
    }
    if "hub" in case:
        arn = f"arn:aws:sagemaker:{case['region']}:123456789012"
        content = f"hub-content/{case['hub']}/ModelReference/{case['model']}/{case['version']}"
        document = (documents / case["document"]).read_text(encoding="utf-8")
        found["ListHubContentVersions"] = {
            "HubContentSummaries": [{"HubContentVersion": case["version"]}]
        }
        found["DescribeHubContent"] = {
            "HubName": case["hub"],
            "HubArn": f"{arn}:hub/{case['hub']}",
            "HubContentArn": f"{arn}:{content}",
            "HubContentName": case["model"],
            "HubContentType": "ModelReference",
            "HubContentVersion": case["version"],
            "DocumentSchemaVersion": "2.3.0",
            "HubContentStatus": "Available",
            "HubContentDescription": "",
            "HubContentMarkdown": "",
            "HubContentDisplayName": case["model"],
            "HubContentSearchKeywords": [],
            "HubContentDependencies": [],
            "CreationTime": "2024-01-01",
            "HubContentDocument": document,
        }
    return found


def main(documents: Path, every: int = 1) -> Iterator[dict[str, Any]]:
    prepare(documents)
    import boto3
    import sagemaker
    from botocore.awsrequest import AWSResponse
    from sagemaker import utils
    from sagemaker.jumpstart.estimator import JumpStartEstimator
    from sagemaker.jumpstart.hub.parser_utils import camel_to_snake, snake_to_upper_camel
    from sagemaker.jumpstart.model import JumpStartModel

    calls: list[dict[str, Any]] = []
    answers: dict[str, Any] = {}

    def answer(model: Any, params: Any, **_: Any) -> Any:
        if model.name in CREATES:
            calls.append({"operation": model.name, "parameters": json.loads(params["body"])})
        body = answers.get(model.name, {"Body": io.BytesIO(b"[]"), "ETag": "none"})
        return AWSResponse("", 200, {}, None), {**body, "ResponseMetadata": {"HTTPStatusCode": 200}}

    def repack(**asked: Any) -> None:
        names = ("model_uri", "source_directory", "repacked_model_uri", "inference_script")
        calls.append({"operation": "repack", "parameters": {name: asked[name] for name in names}})

    def launch(case: Case, more: dict[str, Any]) -> None:
        eula = case.get("eula")
        if case["what"] == "deploy":
            config = case.get("config")
            if config is not None and "hub" in case:
                # The SDK's own spelling of it: lmi-_optimized.
                config = camel_to_snake(snake_to_upper_camel(config))
            model = JumpStartModel(case["model"], name=case["name"], config_name=config, **more)
            model.deploy(endpoint_name=case["name"], wait=False, accept_eula=eula)
            return
        estimator = JumpStartEstimator(
            case["model"],
            hyperparameters=case.get("hyperparameters"),
            environment={"accept_eula": "true"} if eula else None,
            **more,
        )
        estimator.fit({"training": case["dataset"]}, job_name=case["name"], wait=False, logs=False)
        if case["what"] == "deploy tuned":
            calls.clear()
            estimator.deploy(endpoint_name=case["name"], model_name=case["name"], wait=False)

    utils.repack_model = repack
    for case in list(cases(documents))[::every]:
        calls.clear()
        answers.clear()
        answers.update(answers_for(case, documents))
        boto = boto3.Session(region_name=case["region"])
        boto.events.register_first("before-call", answer)
        more = {
            "model_version": case["version"],
            "hub_name": case.get("hub"),
            "region": case["region"],
            "role": ROLE,
            "instance_type": case.get("instance_type"),
            "sagemaker_session": sagemaker.Session(boto, default_bucket=BUCKET),
        }
        try:
            launch(case, more)
        except ValueError as error:
            # Its answer to a type or region that the document has no image for.
            calls.append({"operation": "refused", "parameters": str(error)})
        yield {"case": case, "calls": list(calls)}


if __name__ == "__main__":
    # The SDK itself prints to stdout.
    out, sys.stdout = sys.stdout, sys.stderr
    for each in main(Path(sys.argv[1]), *map(int, sys.argv[2:])):
        print(json.dumps(each, sort_keys=True), file=out, flush=True)
