"""What the SageMaker SDK sends to AWS for training jobs, caught before it leaves.

    python training_calls.py > CALLS

Runs in the environment of SDK 2. Prints for each case the values of our layout, and the parameters
of CreateTrainingJob that an estimator with the same values makes. Nothing but the network is
replaced: each call of boto3 is answered before it is sent.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Values = dict[str, Any]

ROLE = "arn:aws:iam::123456789012:role/service-role/AmazonSageMaker-ExecutionRole"
REGION = "us-east-1"
REGISTRY = "763104351884.dkr.ecr.us-east-1.amazonaws.com"
BASE: Values = {"job": "try", "role": ROLE, "output": "s3://our-bucket/out"}
SCRIPT: Values = {**BASE, "source": "script", "script": "train.py"}
CHANNEL = {"name": "training", "uri": "s3://our-data/flowers/"}
NETWORK: Values = {"subnets": ["subnet-1", "subnet-2"], "security_groups": ["sg-1"]}
FILES: Values = {"file_system": "fs-0123456789abcdef0", "directory": "/data"}


def cases() -> Iterator[Values]:
    torch = {**SCRIPT, "framework": "pytorch-2.6.0"}
    yield torch
    typed = {"rate": 0.5, "epochs": 3, "name": "a b", "deep": True, "sizes": [1, 2], "none": None}
    yield {**torch, "hyperparameters": typed, "channels": [CHANNEL]}
    yield {**torch, "folder": "project", "script": "project/sub/train.py"}
    yield {**torch, "instance_type": "ml.g5.12xlarge", "distribution": "torch_distributed"}
    more = {"count": 2, "processes": 8, "mpi_options": "-x A=b"}
    yield {**torch, "instance_type": "ml.p4d.24xlarge", "distribution": "mpi", **more}
    # The SDK takes none of the newer images for it.
    smddp = {
        **SCRIPT,
        "framework": "own",
        "script_image": f"{REGISTRY}/pytorch-training:2.0.1-gpu-py310",
    }
    yield {**smddp, "instance_type": "ml.p4d.24xlarge", "count": 2, "distribution": "smddp"}
    flow = {**SCRIPT, "framework": "tensorflow-2.19.0"}
    yield {**flow, "count": 3, "distribution": "parameter_server"}
    yield {**flow, "hyperparameters": {"model_dir": False}}
    faces = {**SCRIPT, "framework": "huggingface-4.49.0"}
    yield {**faces, "instance_type": "ml.g5.xlarge"}
    yield {**SCRIPT, "framework": "sklearn-1.4-2", "environment": {"A": "b"}}
    yield {**SCRIPT, "framework": "xgboost-1.7-1", "volume_gib": 50, "max_seconds": 60}
    waits = {"spot": True, "max_seconds": 600, "max_wait_seconds": 1200}
    kept = {"checkpoints": "s3://our-bucket/kept/", "checkpoint_path": "/opt/ml/kept"}
    yield {**torch, **waits, **kept}
    yield {**torch, **NETWORK, "encrypt_traffic": True, "isolation": True, "retries": 3}
    yield {**torch, "kms_key": "alias/ours", "tags": {"team": "boats"}}
    yield {**torch, "metrics": [{"Name": "loss", "Regex": "loss: ([0-9.]+)"}]}
    boosted = {**BASE, "source": "algorithm", "algorithm": "xgboost"}
    rounds = {"hyperparameters": {"num_round": 5, "eta": 0.2, "objective": "reg:squarederror"}}
    csv = {**CHANNEL, "name": "train", "content_type": "text/csv"}
    yield {**boosted, **rounds, "channels": [csv]}
    yield {**boosted, **rounds, "channels": [{**csv, "mode": "FastFile", "shuffle_seed": 7}]}
    clusters = {**BASE, "source": "algorithm", "algorithm": "kmeans"}
    means = {"hyperparameters": {"k": 3, "feature_dim": 2}}
    records = {**CHANNEL, "name": "train", "mode": "Pipe", "distribution": "ShardedByS3Key"}
    wrapped = {**records, "record_wrapper": "RecordIO", "compression": "Gzip"}
    yield {**clusters, **means, "count": 2, "channels": [wrapped]}
    lines = {**CHANNEL, "data_type": "AugmentedManifestFile", "attributes": ["source-ref", "label"]}
    yield {**clusters, **means, "channels": [{**lines, "mode": "Pipe"}]}
    own = {
        **BASE,
        "source": "image",
        "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/ours:1",
    }
    yield {**own, "entrypoint": ["python", "go.py"], "arguments": ["--fast"]}
    efs = {"name": "train", "source": "efs", **FILES}
    fsx = {"name": "more", "source": "fsx", **FILES, "access": "rw"}
    yield {**own, **NETWORK, "channels": [efs, fsx]}


def distribution(values: Values) -> dict[str, Any]:
    """As the estimators take it."""
    options = values.get("mpi_options", "")
    mpi = {"enabled": True, "custom_mpi_options": options}
    if "processes" in values:
        mpi["processes_per_host"] = values["processes"]
    known: dict[str, Any] = {
        "torch_distributed": {"torch_distributed": {"enabled": True}},
        "mpi": {"mpi": mpi},
        "smddp": {
            "smdistributed": {"dataparallel": {"enabled": True, "custom_mpi_options": options}}
        },
        "parameter_server": {"parameter_server": {"enabled": True}},
    }
    asked = values.get("distribution")
    return {"distribution": known[asked]} if asked else {}


def arguments(values: Values, session: Any) -> dict[str, Any]:
    """What all estimators take."""
    renamed = {
        "role": "role",
        "count": "instance_count",
        "volume_gib": "volume_size",
        "max_seconds": "max_run",
        "max_wait_seconds": "max_wait",
        "spot": "use_spot_instances",
        "output": "output_path",
        "kms_key": "output_kms_key",
        "checkpoints": "checkpoint_s3_uri",
        "checkpoint_path": "checkpoint_local_path",
        "subnets": "subnets",
        "security_groups": "security_group_ids",
        "encrypt_traffic": "encrypt_inter_container_traffic",
        "isolation": "enable_network_isolation",
        "retries": "max_retry_attempts",
        "environment": "environment",
        "metrics": "metric_definitions",
        "entrypoint": "container_entry_point",
        "arguments": "container_arguments",
    }
    found = {name: values[ours] for ours, name in renamed.items() if ours in values}
    if "kms_key" in values:
        found["volume_kms_key"] = values["kms_key"]
    if "tags" in values:
        found["tags"] = [{"Key": key, "Value": each} for key, each in values["tags"].items()]
    found.setdefault("instance_count", 1)
    return {
        "instance_type": values.get("instance_type", "ml.m5.large"),
        "sagemaker_session": session,
        "disable_profiler": True,
        **found,
    }


def estimator(values: Values, session: Any, folder: Path) -> Any:
    """The SDK's own for what the values ask for."""
    from sagemaker import image_uris
    from sagemaker.estimator import Estimator
    from sagemaker.huggingface import HuggingFace
    from sagemaker.pytorch import PyTorch
    from sagemaker.sklearn import SKLearn
    from sagemaker.tensorflow import TensorFlow
    from sagemaker.xgboost import XGBoost

    more = arguments(values, session)
    if values["source"] != "script":
        image = values.get("image") or image_uris.retrieve(
            values["algorithm"],
            REGION,
            version={"xgboost": "3.0-5"}.get(values["algorithm"], "1"),
        )
        given = values.get("hyperparameters")
        return Estimator(image_uri=image, hyperparameters=given, **more)
    place = values.get("folder")
    script = values["script"].removeprefix(f"{place}/") if place else values["script"]
    more |= {
        "entry_point": script if place else str(folder / script),
        "hyperparameters": values.get("hyperparameters"),
        **({"source_dir": str(folder / place)} if place else {}),
        **distribution(values),
    }
    if values["framework"] == "own":
        return PyTorch(image_uri=values["script_image"], py_version="py310", **more)
    name, _, version = values["framework"].partition("-")
    if name == "huggingface":
        return HuggingFace(
            transformers_version=version, pytorch_version="2.5.1", py_version="py311", **more
        )
    if name == "tensorflow" and "model_dir" in values.get("hyperparameters", {}):
        more["model_dir"] = more.pop("hyperparameters")["model_dir"]
    classes = {"pytorch": PyTorch, "tensorflow": TensorFlow, "sklearn": SKLearn, "xgboost": XGBoost}
    python = {"pytorch": "py312", "tensorflow": "py312", "sklearn": "py3", "xgboost": "py3"}
    return classes[name](framework_version=version, py_version=python[name], **more)


def channel(of: dict[str, Any]) -> Any:
    from sagemaker.inputs import FileSystemInput, ShuffleConfig, TrainingInput

    if of.get("source") in ("efs", "fsx"):
        type = {"efs": "EFS", "fsx": "FSxLustre"}[of["source"]]
        mode = of.get("access", "ro")
        return FileSystemInput(
            of["file_system"], type, of["directory"], file_system_access_mode=mode
        )
    seed = of.get("shuffle_seed")
    return TrainingInput(
        of["uri"],
        distribution=of.get("distribution", "FullyReplicated"),
        compression=of.get("compression"),
        content_type=of.get("content_type"),
        record_wrapping=of.get("record_wrapper"),
        s3_data_type=of.get("data_type", "S3Prefix"),
        input_mode=of.get("mode"),
        attribute_names=of.get("attributes"),
        shuffle_config=ShuffleConfig(seed) if seed is not None else None,
    )


def prepare() -> Path:
    """A folder with the scripts, and no account or settings of anybody's."""
    root = Path(tempfile.mkdtemp(prefix="smext-training-"))
    for script in ("train.py", "project/sub/train.py"):
        (root / script).parent.mkdir(parents=True, exist_ok=True)
        (root / script).write_text("print(1)\n", encoding="utf-8")
    opt_out = {"Modules": {"TelemetryOptOut": True}}
    config = {"SchemaVersion": "1.0", "SageMaker": {"PythonSDK": opt_out}}
    (root / "config.yaml").write_text(json.dumps(config), encoding="utf-8")
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    os.environ.update(
        AWS_ACCESS_KEY_ID="none",
        AWS_SECRET_ACCESS_KEY="none",
        AWS_DEFAULT_REGION=REGION,
        AWS_EC2_METADATA_DISABLED="true",
        SAGEMAKER_SUPPRESS_V2_WARNING="1",
        SAGEMAKER_USER_CONFIG_OVERRIDE=str(root / "config.yaml"),
    )
    return root


def main() -> Iterator[dict[str, Any]]:
    folder = prepare()
    # It tells of its settings on stdout.
    logging.disable(logging.INFO)
    import boto3
    import sagemaker
    from botocore.awsrequest import AWSResponse

    calls: list[dict[str, Any]] = []
    answers: dict[str, Any] = {
        "GetCallerIdentity": {"Account": "123456789012", "Arn": ROLE, "UserId": "none"},
        "ListBuckets": {"Buckets": [{"Name": "our-bucket"}]},
    }

    def answer(model: Any, params: Any, **_: Any) -> Any:
        if model.name == "CreateTrainingJob":
            calls.append(json.loads(params["body"]))
        body = answers.get(model.name, {"ETag": "none"})
        return AWSResponse("", 200, {}, None), {**body, "ResponseMetadata": {"HTTPStatusCode": 200}}

    for values in cases():
        calls.clear()
        boto = boto3.Session(region_name=REGION)
        boto.events.register_first("before-call", answer)
        session = sagemaker.Session(boto, default_bucket="our-bucket")
        of = estimator(values, session, folder)
        inputs = {each["name"]: channel(each) for each in values.get("channels", ())}
        of.fit(inputs or None, job_name=values["job"], wait=False, logs=False)
        (parameters,) = calls
        yield {"values": values, "parameters": parameters}


if __name__ == "__main__":
    for found in main():
        sys.stdout.write(json.dumps(found, sort_keys=True) + "\n")
