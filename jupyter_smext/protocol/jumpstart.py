"""JumpStart: models to browse, deploy, fine-tune and try."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from .compute import TaskStep
from .problem import Problem

Origin = Literal["public hub", "private hub", "manifest", "shipped"]


class JumpStartModel(msgspec.Struct, frozen=True):
    """A model in the catalogue; what its source does not tell is None.

    `origin` says where the row was read; `hub` is the hub it is in, None for the manifest and the
    shipped table. `runs_here`: its weights come in a package, so the local engine really runs it.
    `instance_type` is its default for inference, `instance_types` all that it supports.
    `documented`: the document of this version was read, so that the row has what it says.
    """

    id: str
    name: str
    version: str
    task: str
    data_type: str | None
    framework: str
    provider: str
    proprietary: bool
    fine_tunable: bool | None
    gated: bool | None
    deprecated: bool
    vulnerable: bool | None
    url: str | None
    origin: Origin
    hub: str | None
    runs_here: bool
    instance_type: str | None = None
    instance_types: tuple[str, ...] = ()
    training_instance_type: str | None = None
    keywords: tuple[str, ...] = ()
    documented: bool = False


class JumpStartCatalogue(msgspec.Struct, frozen=True):
    """All models that could be read, each from the best source that has it.

    `as_of` is the date of the shipped table where that is the source, ISO; `read_at` epoch seconds
    when the live source was read. While `reading`, asking again tells more. `problems` say which
    sources could not be read.
    """

    connection: str
    region: str
    models: tuple[JumpStartModel, ...]
    as_of: str | None
    read_at: float | None
    reading: bool
    problems: tuple[Problem, ...]


class ModelName(msgspec.Struct, frozen=True):
    """A version of a model, in a hub or in none."""

    hub: str | None
    id: str
    version: str


class DocumentsRequest(msgspec.Struct, frozen=True):
    """Models whose documents are to be read, so that their rows say all."""

    models: tuple[ModelName, ...]


class ModelParameter(msgspec.Struct, frozen=True):
    """A hyperparameter or an environment variable of a model, as its document declares it.

    Bounds are those of a number, or of a text's length; `above_min` and `below_max`: the bound
    itself is out of range.
    """

    name: str
    type: Literal["text", "int", "float", "bool", "list"]
    default: Any
    min: float | None = None
    max: float | None = None
    above_min: bool = False
    below_max: bool = False
    options: tuple[str, ...] = ()
    required: bool = False
    help: str = ""


class Benchmark(msgspec.Struct, frozen=True):
    """A measurement that the document carries; nothing here was measured by this extension."""

    instance_type: str
    config: str
    name: str
    value: str
    unit: str
    concurrency: str | None


class InferenceConfig(msgspec.Struct, frozen=True):
    """One of the ways a model can be hosted; a document without configs has one, named ''.

    `environment_by_type` are values that the document has for an instance type in place of the
    defaults in `environment`.
    """

    name: str
    instance_type: str | None
    instance_types: tuple[str, ...]
    environment: tuple[ModelParameter, ...]
    environment_by_type: dict[str, dict[str, str]] = {}


class ModelNotebook(msgspec.Struct, frozen=True):
    """A notebook that a model's document names by its S3 URI."""

    title: str
    location: str


class TrainingConfig(msgspec.Struct, frozen=True):
    """One of the ways a model can be fine-tuned, where its document has several.

    `hyperparameters_by_type` are those that the document has for an instance type in place of their
    namesakes.
    """

    name: str
    instance_type: str | None
    instance_types: tuple[str, ...]
    hyperparameters: tuple[ModelParameter, ...]
    hyperparameters_by_type: dict[str, tuple[ModelParameter, ...]]
    default_dataset: str | None
    volume_gib: int | None


class ModelPage(msgspec.Struct, frozen=True):
    """A model's document.

    `description` and `data_format` are Markdown of AWS's: text to be rendered without HTML. `eula`
    is the S3 URI of the licence that must be accepted, `eula_text` its words once read. Content
    types are those of requests and answers. `hyperparameters_by_type` are those that the document
    has for an instance type in place of their namesakes; these and what else is about training are
    the first of the `training_configs`, where there are such. `versions` newest first, `deprecated`
    those of them that should no longer be used; `deprecated_message` is what AWS says of this one.
    `container` names the framework and its versions, `isolated` says that it has no network.
    `dataset_about` is Markdown too, of the default dataset. `subscription` is the page in AWS
    Marketplace where a proprietary model is subscribed to. `document` says where it was read; None
    when only the row is known, which `problems` explain.
    """

    model: JumpStartModel
    document: str | None
    description: str
    license: str | None
    eula: str | None
    eula_text: str | None
    versions: tuple[str, ...]
    deprecated: tuple[str, ...]
    configs: tuple[InferenceConfig, ...]
    content_types: tuple[str, ...]
    accept_types: tuple[str, ...]
    image: str | None
    training: bool
    training_instance_type: str | None
    training_instance_types: tuple[str, ...]
    hyperparameters: tuple[ModelParameter, ...]
    metrics: tuple[str, ...]
    default_dataset: str | None
    data_format: str
    volume_gib: int | None
    training_volume_gib: int | None
    benchmarks: tuple[Benchmark, ...]
    notebooks: tuple[ModelNotebook, ...]
    vulnerabilities: tuple[str, ...]
    problems: tuple[Problem, ...]
    deprecated_message: str | None = None
    subscription: str | None = None
    container: str = ""
    isolated: bool | None = None
    dataset_about: str = ""
    hyperparameters_by_type: dict[str, tuple[ModelParameter, ...]] = {}
    training_configs: tuple[TrainingConfig, ...] = ()


class ExecutionRole(msgspec.Struct, frozen=True):
    """A role that SageMaker may assume."""

    arn: str


class NewRole(msgspec.Struct, frozen=True):
    """What POST execution-roles makes: `name` is its beginning, `trust` its trust policy as JSON.

    `policies` are the ARNs of the policies that it gets.
    """

    name: str
    trust: str
    policies: tuple[str, ...]


class Network(msgspec.Struct, frozen=True):
    """A VPC's subnets and security groups, by id."""

    subnets: tuple[str, ...]
    security_groups: tuple[str, ...]


class Scaling(msgspec.Struct, frozen=True):
    """Instances to scale between, for so many invocations a minute and instance."""

    least: int
    most: int
    invocations: float


class DeployRequest(msgspec.Struct, frozen=True):
    """Deploy a model to an endpoint; with `tuned`, what that training job made of it.

    `role` is an ARN. `config` is one of the page's; None takes the document's first. `mode`
    serverless needs `memory_mb` and `concurrency`; async needs `output` (an S3 URI). `component`
    puts the model on the endpoint as an inference component. `keep_failed`: a deployment that fails
    deletes what it made unless asked not to. `key` is made up by who asks: asked again with the
    same one, what was begun is answered, and no other is.
    """

    connection: str
    region: str
    model: str
    version: str
    hub: str | None
    endpoint: str
    role: str
    instance_type: str | None = None
    count: int = 1
    config: str | None = None
    mode: Literal["real-time", "serverless", "async"] = "real-time"
    memory_mb: int | None = None
    concurrency: int | None = None
    output: str | None = None
    component: bool = False
    scaling: Scaling | None = None
    environment: dict[str, str] = {}
    network: Network | None = None
    kms_key: str | None = None
    tags: dict[str, str] = {}
    accept_eula: bool = False
    tuned: str | None = None
    keep_failed: bool = False
    key: str = ""


class FineTuneRequest(msgspec.Struct, frozen=True):
    """Train a model on data of one's own.

    `dataset` is an S3 prefix; with `folder`, a path below the Jupyter server's root, that folder is
    uploaded there first. Neither: the document's default dataset. `config` is one of the page's
    training configs; None takes the document's first. `output` is an S3 URI.
    `max_wait_seconds` is how long a spot training may wait and run in all, None twice as long as it
    may run. `leave_out`: files outside the data's format are known, and not uploaded. `key` as in
    DeployRequest.
    """

    connection: str
    region: str
    model: str
    version: str
    hub: str | None
    job: str
    role: str
    instance_type: str
    output: str
    count: int = 1
    config: str | None = None
    dataset: str | None = None
    folder: str | None = None
    hyperparameters: dict[str, str] = {}
    spot: bool = False
    max_seconds: int = 3600
    max_wait_seconds: int | None = None
    leave_out: bool = False
    volume_gib: int | None = None
    network: Network | None = None
    kms_key: str | None = None
    tags: dict[str, str] = {}
    accept_eula: bool = False
    key: str = ""


class Checked(msgspec.Struct, frozen=True):
    """What is known before anything is made.

    `problems` forbid it; `checked` says in sentences what holds, `warnings` what speaks against it
    and `unknown` what could not be asked. `price` in US dollars an hour.
    """

    problems: tuple[Problem, ...]
    checked: tuple[str, ...]
    warnings: tuple[str, ...]
    unknown: tuple[str, ...]
    price: float | None


class DataCheck(msgspec.Struct, frozen=True):
    """A training dataset against the model's documented format.

    `format` is the task whose format that is; None: the task has none that is known. `classes` maps
    a class to its number of files where the format has classes; `outside` is how many files lie
    outside the format, and `strays` are their paths, at most 100 of them.
    """

    files: int
    bytes: int
    classes: dict[str, int]
    strays: tuple[str, ...]
    outside: int
    format: str | None
    problems: tuple[Problem, ...]


class CodeRequest(msgspec.Struct, frozen=True):
    """What code is wanted of: one of the two."""

    deploy: DeployRequest | None = None
    fine_tune: FineTuneRequest | None = None


class Code(msgspec.Struct, frozen=True):
    """The same as code: boto3, the SageMaker SDK in both versions, and the AWS CLI."""

    boto3: str
    sdk_v3: str
    sdk_v2: str
    cli: str


class Launch(msgspec.Struct, frozen=True):
    """A deployment or a fine-tuning as it is now; it is journalled and survives the server.

    `made` names each resource that it made as `KIND/ROW_ID`, in order; those that are left when it
    failed are in `left`. `licence` is the S3 URI of the one that was accepted for it, when it
    `started`; None where there was none to accept, and empty where the document does not name it.
    """

    id: str
    rev: int
    what: Literal["deploy", "fine-tune"]
    deploy: DeployRequest | None
    fine_tune: FineTuneRequest | None
    state: Literal["running", "done", "failed", "cancelled"]
    steps: tuple[TaskStep, ...]
    started: float
    ended: float | None
    made: tuple[str, ...]
    left: tuple[str, ...]
    problem: Problem | None
    licence: str | None = None


class SavedForm(msgspec.Struct, frozen=True):
    """A form kept under a name, to be filled in again.

    Of each model, the last deployment and the last fine-tuning that were sent are named `last`.
    """

    name: str
    deploy: DeployRequest | None = None
    fine_tune: FineTuneRequest | None = None
