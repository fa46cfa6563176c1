"""A launch as code that does the same: boto3, the SageMaker SDK in both versions, the AWS CLI."""

from __future__ import annotations

from ..call_code import boto3_call, boto3_clients, boto3_wait
from ..protocol import Code, DeployRequest, FineTuneRequest
from .code_cli import cli
from .code_sdk import deploy_v2, deploy_v3, fine_tune_v2, fine_tune_v3
from .code_upload import Upload, python_upload
from .launch_plans import DeployPlan, FineTunePlan
from .model_container import Packing
from .program import Program


def deploy_code(plan: DeployPlan, request: DeployRequest) -> Code:
    """The code of a deployment. Raises nothing."""
    of = plan.deployment
    program = Program(
        request.region,
        of.packing,
        (of.model, of.config, of.endpoint),
        "endpoint_in_service",
        {"EndpointName": request.endpoint},
        (*((of.component,) if of.component is not None else ()), *of.scaling),
    )
    return Code(
        boto3=boto3_code(program),
        sdk_v3=deploy_v3(plan, request),
        sdk_v2=deploy_v2(plan, request),
        cli=cli(program),
    )


def fine_tune_code(
    plan: FineTunePlan, request: FineTuneRequest, leave_out: tuple[str, ...] = ()
) -> Code:
    """The code of a fine-tuning; `leave_out` are paths in its folder that are not uploaded."""
    folder = request.folder
    upload = Upload(folder, plan.dataset, leave_out) if folder is not None else None
    program = Program(
        request.region,
        None,
        (plan.call,),
        "training_job_completed_or_stopped",
        {"TrainingJobName": request.job},
        (),
        upload,
    )
    return Code(
        boto3=boto3_code(program),
        sdk_v3=fine_tune_v3(plan, request, upload),
        sdk_v2=fine_tune_v2(plan, request, upload),
        cli=cli(program),
    )


def boto3_code(program: Program) -> str:
    """Python that makes the calls by boto3."""
    lines = ["import boto3", ""]
    if program.packing is not None:
        lines = [*_PACK_IMPORTS, "", *_packing(program.packing, program.is_public), ""]
    if program.upload is not None:
        lines = [*python_upload(program.upload, program.region), ""]
    services = (call.service for call in (*program.calls, *program.behind))
    lines += boto3_clients(services, program.region)
    for call in program.calls:
        lines += ["", boto3_call(call)]
    lines += ["", boto3_wait(program.waiter, program.waits_for)]
    for call in program.behind:
        lines += ["", boto3_call(call)]
    return "\n".join((*lines, ""))


_PACK_IMPORTS = (
    "import tarfile",
    "import tempfile",
    "from pathlib import Path",
    "",
    "import boto3",
    "from botocore import UNSIGNED",
    "from botocore.config import Config",
)


def _packing(packing: Packing, is_public: bool) -> list[str]:
    """Puts the script into the model's archive, as the launch does."""
    from ..aws.bucket import split

    script, model, to = (split(uri) for uri in (packing.script, packing.model, packing.to))
    client = "public" if is_public else "s3"
    return [
        "# The model comes without its script: put both into one archive.",
        "s3 = boto3.client('s3')",
        "public = boto3.client('s3', config=Config(signature_version=UNSIGNED))",
        "with tempfile.TemporaryDirectory() as folder:",
        "    here = Path(folder)",
        f"    {client}.download_file({model[0]!r}, {model[1]!r}, str(here / 'in.tar.gz'))",
        f"    public.download_file({script[0]!r}, {script[1]!r}, str(here / 'code.tar.gz'))",
        "    for name, place in (('in', 'model'), ('code', 'model/code')):",
        "        with tarfile.open(here / f'{name}.tar.gz') as archive:",
        "            archive.extractall(here / place, filter='data')",
        "    with tarfile.open(here / 'model.tar.gz', 'w:gz') as archive:",
        "        archive.add(here / 'model', '.')",
        f"    s3.upload_file(str(here / 'model.tar.gz'), {to[0]!r}, {to[1]!r})",
    ]
