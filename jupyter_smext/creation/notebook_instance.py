"""A notebook instance, with the lifecycle scripts that it starts with."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

import msgspec

from ..inventory.json_schema import schema_of
from ..kinds import kind
from ..kinds.model import service_model
from ..protocol import AwsCall, FormSection, LayoutName, LayoutValues
from .calls import of_parameters
from .layout import Layout, Place
from .offered import offer_names, offer_roles, offer_types, tags_of, wrong
from .steps import CreationPlan, Make, Ready, Step
from .values import field

NAME = "^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$"
NAME_HINT = "Letters, digits and hyphens between them, up to 63."
KIND, SCRIPTS = "notebook-instance", "notebook-instance-lifecycle-config"
LONGEST_SCRIPT = 16384
"""Characters of a script in base64, by NotebookInstanceLifecycleConfigContent."""
NEW = {"startup": ("new",)}


class NotebookInstance(msgspec.Struct, frozen=True, kw_only=True):
    name: Annotated[str, field("Name", pattern=NAME, hint=NAME_HINT)]
    instance_type: Annotated[str, field("Instance type", use="notebook")] = "ml.t3.medium"
    volume: Annotated[
        int,
        field(
            "Volume (GB)",
            "What is under /home/ec2-user/SageMaker stays on it while the instance is stopped.",
            minimum=5,
            maximum=16384,
        ),
    ] = 5
    role: Annotated[str, field("Role", "What notebooks may do in AWS.", picker="role")]
    startup: Annotated[
        Literal["none", "existing", "new"],
        field(
            "At its start",
            titles={
                "none": "Run nothing",
                "existing": "Run a lifecycle configuration",
                "new": "Run scripts of my own",
            },
        ),
    ] = "none"
    lifecycle_config: Annotated[
        str | None,
        field(
            "Lifecycle configuration", names=SCRIPTS, when={"startup": ("existing",)}, needed=True
        ),
    ] = None
    on_create: Annotated[
        str | None,
        field("Script, once it is created", "Runs as root, for up to 5 min.", when=NEW, lines=6),
    ] = None
    on_start: Annotated[
        str | None,
        field(
            "Script, at each start",
            "Runs as root, for up to 5 min, and after the one above.",
            when=NEW,
            lines=6,
        ),
    ] = None
    config_name: Annotated[
        str | None,
        field(
            "Name of the scripts",
            "Of the lifecycle configuration that is made of them; empty for the instance's name.",
            when=NEW,
            pattern=NAME,
            hint=NAME_HINT,
        ),
    ] = None
    repository: Annotated[
        str | None,
        field(
            "Git repository",
            "Cloned at each start: a repository in SageMaker by its name, or an https:// address.",
            names="code-repository",
        ),
    ] = None
    more_repositories: Annotated[
        tuple[Annotated[str, field("Repository", names="code-repository")], ...],
        field("More repositories", maxItems=3),
    ] = ()
    platform: Annotated[
        str | None,
        field("Platform", "Operating system and JupyterLab; empty for AWS's own choice."),
    ] = None
    root_access: Annotated[
        bool, field("Root access", "Whether users of the notebooks may become root.")
    ] = True
    metadata_service: Annotated[
        Literal["1", "2"],
        field(
            "Instance metadata service",
            "Version 2 alone cannot be reached by requests that a server was tricked into.",
            titles={"2": "Version 2 only", "1": "Versions 1 and 2"},
        ),
    ] = "2"
    internet: Annotated[
        bool,
        field(
            "Direct internet access",
            "Without it the instance reaches only what its subnet reaches, which it needs then.",
        ),
    ] = True
    subnet: Annotated[str | None, field("Subnet", picker="subnet")] = None
    addresses: Annotated[
        Literal["ipv4", "dualstack"],
        field("IP addresses", titles={"ipv4": "IPv4", "dualstack": "IPv4 and IPv6"}),
    ] = "ipv4"
    security_groups: Annotated[
        tuple[str, ...], field("Security groups", picker="security-groups", maxItems=5)
    ] = ()
    kms_key: Annotated[str | None, field("KMS key", "Encrypts the volume.", picker="kms-key")] = (
        None
    )
    tags: Annotated[dict[str, str], field("Tags", picker="tags")] = {}


class NotebookInstanceLayout(Layout[NotebookInstance]):
    """Lifecycle configuration, if there are scripts, then the instance."""

    name: ClassVar[LayoutName] = LayoutName(
        "notebook-instance",
        KIND,
        "CreateNotebookInstance",
        "Create notebook instance",
        "JupyterLab on an instance of its own, with a volume that stays.",
    )
    type: ClassVar[type[Any]] = NotebookInstance
    sections: ClassVar[tuple[FormSection, ...]] = (
        FormSection("first", "", ("name", "instance_type", "volume", "role")),
        FormSection(
            "startup",
            "Lifecycle scripts",
            ("startup", "lifecycle_config", "on_create", "on_start", "config_name"),
        ),
        FormSection("git", "Git", ("repository", "more_repositories"), folded=True),
        FormSection(
            "system", "System", ("platform", "root_access", "metadata_service"), folded=True
        ),
        FormSection(
            "network",
            "Network and encryption",
            ("internet", "subnet", "security_groups", "addresses", "kms_key"),
            folded=True,
        ),
        FormSection("tags", "Tags", ("tags",), folded=True),
    )

    def complete(
        self, place: Place, fields: dict[str, dict[str, Any]], defaults: dict[str, Any]
    ) -> None:
        """As Layout."""
        offer_types(fields["instance_type"], "InstanceType")
        offer_roles(place, fields, defaults)
        offer_names(place, fields)
        shape = service_model().operation_model("CreateNotebookInstance").input_shape
        known = schema_of(shape)["properties"]["PlatformIdentifier"]
        fields["platform"] |= {key: known[key] for key in ("enum",) if key in known}

    def plan(self, place: Place, values: NotebookInstance) -> CreationPlan:
        """As Layout."""
        steps: list[Step] = []
        config = values.lifecycle_config
        if values.startup == "new":
            call = _scripts(values)
            config = call.parameters["NotebookInstanceLifecycleConfigName"]
            steps.append(
                Make(
                    "scripts",
                    "Create the lifecycle configuration",
                    call,
                    of_parameters(kind(SCRIPTS), call.parameters),
                )
            )
        parameters = _parameters(values, config if values.startup != "none" else None)
        target = of_parameters(kind(KIND), parameters)
        call = AwsCall("CreateNotebookInstance", parameters)
        steps.append(Make("instance", "Create the notebook instance", call, target))
        steps.append(Ready("ready", "Wait until it is in service", "instance"))
        return CreationPlan(
            f"Notebook instance {values.name}", tuple(steps), target, parameters=parameters
        )

    def values(self, parameters: Mapping[str, Any], place: Place | None = None) -> LayoutValues:
        """As Layout."""
        given = dict(parameters)
        found: dict[str, Any] = {}
        for name, member in _SAME.items():
            if member in given:
                found[name] = given.pop(member)
        if "LifecycleConfigName" in given:
            found |= {"startup": "existing", "lifecycle_config": given.pop("LifecycleConfigName")}
        for name, member in _ENABLED.items():
            if member in given:
                found[name] = given.pop(member) == "Enabled"
        service = given.pop("InstanceMetadataServiceConfiguration", {})
        if service:
            found["metadata_service"] = service["MinimumInstanceMetadataServiceVersion"]
        found["tags"] = {tag["Key"]: tag["Value"] for tag in given.pop("Tags", ())}
        # What AWS does where nothing is said, and tells all the same.
        if given.get("IpAddressType") == "ipv4":
            del given["IpAddressType"]
        return LayoutValues(None if given else found, tuple(given))


_SAME = {
    "name": "NotebookInstanceName",
    "instance_type": "InstanceType",
    "volume": "VolumeSizeInGB",
    "role": "RoleArn",
    "repository": "DefaultCodeRepository",
    "more_repositories": "AdditionalCodeRepositories",
    "platform": "PlatformIdentifier",
    "subnet": "SubnetId",
    "security_groups": "SecurityGroupIds",
    "kms_key": "KmsKeyId",
    "addresses": "IpAddressType",
}
_ENABLED = {"root_access": "RootAccess", "internet": "DirectInternetAccess"}


def _parameters(values: NotebookInstance, config: str | None) -> dict[str, Any]:
    """CreateNotebookInstance's. Raises Wrong."""
    if not values.internet and not values.subnet:
        raise wrong("subnet", "Without direct internet access it needs a subnet.")
    if values.security_groups and not values.subnet:
        raise wrong("subnet", "Security groups need a subnet.")
    found = {
        member: list(value) if isinstance(value, tuple) else value
        for name, member in _SAME.items()
        if (value := getattr(values, name))
    }
    found |= {
        member: "Enabled" if getattr(values, name) else "Disabled"
        for name, member in _ENABLED.items()
    }
    found["InstanceMetadataServiceConfiguration"] = {
        "MinimumInstanceMetadataServiceVersion": values.metadata_service
    }
    if config:
        found["LifecycleConfigName"] = config
    return {**found, **tags_of(values.tags)}


def _scripts(values: NotebookInstance) -> AwsCall:
    """CreateNotebookInstanceLifecycleConfig. Raises Wrong."""
    parameters: dict[str, Any] = {
        "NotebookInstanceLifecycleConfigName": values.config_name or values.name
    }
    for name, member in (("on_create", "OnCreate"), ("on_start", "OnStart")):
        script = getattr(values, name)
        if not script or not script.strip():
            continue
        # As a shell reads it, whatever the page's line ends are.
        text = script.replace("\r\n", "\n")
        content = base64.b64encode(text.encode()).decode()
        if len(content) > LONGEST_SCRIPT:
            raise wrong(
                name, f"It has {len(content):,} characters in base64; AWS takes {LONGEST_SCRIPT:,}."
            )
        parameters[member] = [{"Content": content}]
    if len(parameters) == 1:
        raise wrong("on_start", "There is no script in either field.")
    return AwsCall("CreateNotebookInstanceLifecycleConfig", {**parameters, **tags_of(values.tags)})
