"""An endpoint from what it serves: model, configuration, endpoint, scaling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ..aws.calls import calling
from ..aws.errors import ProblemError
from ..inventory.clone import parameters_of_answer
from ..kinds import kind
from ..lifecycle.endpoint_scaling import SERVICE, metrics_of, scaling_calls
from ..protocol import (
    AwsCall,
    FormSection,
    LayoutName,
    LayoutValues,
    ScalingChange,
    TargetTracking,
)
from .calls import of_parameters
from .endpoint_config import config_of
from .endpoint_values import SECTIONS, Endpoint, Shadow
from .layout import Layout, Place
from .model import first_container, packing
from .offered import free_name, network, offer_names, offer_roles, offer_types, tags_of, wrong
from .steps import Ask, CreationPlan, Make, Ready, Step
from .trained import Trained, say_what_serves, trained
from .values_of_endpoint import values_of

BACKLOG = "ApproximateBacklogSizePerInstance"
"""What an asynchronous endpoint is scaled by: AWS "Autoscale an asynchronous endpoint"."""


class EndpointLayout(Layout[Endpoint]):
    """One creation for what takes three calls and more at AWS."""

    name: ClassVar[LayoutName] = LayoutName(
        "endpoint",
        "endpoint",
        "CreateEndpoint",
        "Create endpoint",
        "A model that answers requests, on instances, serverless or from a queue.",
    )
    type: ClassVar[type[Any]] = Endpoint
    sections: ClassVar[tuple[FormSection, ...]] = SECTIONS

    def complete(
        self, place: Place, fields: dict[str, dict[str, Any]], defaults: dict[str, Any]
    ) -> None:
        """As Layout."""
        of = defaults.get("job") or defaults.get("model")
        if of:
            defaults.setdefault("name", free_name(place, "endpoint", str(of)))
        offer_types(fields["instance_type"], "ProductionVariantInstanceType")
        for rows in ("variants", "shadows"):
            of_rows = fields[rows]["items"]["properties"]
            offer_types(of_rows["instance_type"], "ProductionVariantInstanceType")
        if place.connection == "local":
            more = "The local engine keeps it in the configuration, and runs no such endpoint."
            fields["shadows"]["description"] += f" {more}"
        given = dict(defaults)
        offer_roles(place, fields, given)
        if defaults.get("job"):
            # Its own role is as good as any.
            say_what_serves(place, fields, defaults)
        else:
            defaults.update(given)
        offer_names(place, fields)

    def plan(self, place: Place, values: Endpoint) -> CreationPlan:
        """As Layout."""
        _check(values)
        steps: list[Step] = []
        model = values.model or ""
        if values.source != "model":
            steps += _model_steps(place, values)
            model = free_name(place, "model", values.name)
        name = free_name(place, "endpoint-config", values.name)
        config = config_of(values, name, model)
        endpoint = {
            "EndpointName": values.name,
            "EndpointConfigName": name,
            **tags_of(values.tags),
        }
        target = of_parameters(kind("endpoint"), endpoint)
        steps += [
            Make(
                "config",
                "Create the endpoint configuration",
                AwsCall("CreateEndpointConfig", config),
                of_parameters(kind("endpoint-config"), config),
            ),
            Make("endpoint", "Create the endpoint", AwsCall("CreateEndpoint", endpoint), target),
            Ready("ready", "Wait until it is in service", "endpoint"),
        ]
        calls = _scaling(values)
        if calls:
            undo = AwsCall("DeregisterScalableTarget", _named(calls[0].parameters), SERVICE)
            steps.append(Ask("scaling", "Set automatic scaling", calls, (undo,)))
        return CreationPlan(
            f"Endpoint {values.name}", tuple(steps), target, parameters=dict(endpoint)
        )

    def values(self, parameters: Mapping[str, Any], place: Place | None = None) -> LayoutValues:
        """As Layout: of its configuration; without one that can be shown, AWS's own form takes it.

        An endpoint outlives its configuration at AWS.
        """
        name = parameters.get("EndpointConfigName")
        config = _config_at(place, name) if place and name else None
        if config is None:
            own = ("EndpointName", "EndpointConfigName", "Tags")
            return LayoutValues(None, tuple(name for name in parameters if name not in own))
        return values_of(parameters, config)


def _config_at(place: Place, name: str) -> dict[str, Any] | None:
    """What would create a configuration again; None for one that is not there.

    Raises ProblemError.
    """
    client = place.sessions.client(place.connection, place.region)
    try:
        with calling(place.connection, "DescribeEndpointConfig"):
            answer = client.describe_endpoint_config(EndpointConfigName=name)
    except ProblemError as error:
        if error.problem.cause == "not_found":
            return None
        raise
    return parameters_of_answer(kind("endpoint-config"), answer)


def _check(values: Endpoint) -> None:
    """Raises Wrong for what contradicts itself."""
    if values.mode != "instances" and values.variants:
        raise wrong("variants", "Only an endpoint on instances has several variants.")
    names = [values.variant, *(each.name for each in values.variants)]
    if len(set(names)) < len(names):
        raise wrong("variants", "Two variants are of one name.")
    for shadow in values.shadows:
        _check_shadow(values, shadow, names)
    on_instances = values.mode != "serverless"
    if on_instances and values.scales and values.least > values.most:
        raise wrong("least", "At least is more than at most.")
    if on_instances and values.scales and values.mode == "instances" and values.least < 1:
        raise wrong("least", "Only an endpoint with a queue may go down to no instance.")
    if values.mode == "serverless" and (values.provisioned or 0) > values.concurrency:
        raise wrong("provisioned", "It is more than the requests at the same time.")
    if values.mode == "serverless" and values.source != "model":
        if values.isolation or values.subnets or values.security_groups:
            raise wrong(
                "isolation", "A serverless endpoint has neither network isolation nor a VPC."
            )


def _check_shadow(values: Endpoint, shadow: Shadow, names: list[str]) -> None:
    """By AWS "CreateEndpointConfig", ShadowProductionVariants. Raises Wrong."""
    if values.variants:
        raise wrong("shadows", "Beside a shadow variant there is a single variant: remove others.")
    if shadow.name in names:
        raise wrong("shadows", "It is called like the variant that answers.")
    if values.weight == 0:
        raise wrong("weight", "The share of a shadow variant is of this: it is more than 0.")


def _model_steps(place: Place, values: Endpoint) -> list[Step]:
    """The model that is created for it. Raises Wrong, and ProblemError."""
    name = free_name(place, "model", values.name)
    on = values.instance_type if values.mode != "serverless" else ""
    found: Trained | None = None
    if values.source == "job" and values.job:
        found = trained(place, values.job, on, values.image)
    role = values.role or (found.role if found else "")
    if not role:
        raise wrong("role", "It is needed.")
    container = first_container(values, found)
    steps: list[Step] = []
    if found is not None and found.script:
        pack = packing(place, name, found)
        container["ModelDataUrl"] = pack.to
        steps.append(pack)
    parameters = {
        "ModelName": name,
        "ExecutionRoleArn": role,
        "PrimaryContainer": container,
        **network(values.subnets, values.security_groups),
        **tags_of(values.tags),
    }
    serverless = values.mode == "serverless"
    if found is not None and not serverless and "VpcConfig" not in parameters:
        # As the SDK: the model is where it was trained.
        parameters |= found.network
    if values.isolation or (found is not None and found.isolation and not serverless):
        parameters["EnableNetworkIsolation"] = True
    made = of_parameters(kind("model"), parameters)
    steps.append(Make("model", "Create the model", AwsCall("CreateModel", parameters), made))
    return steps


def _scaling(values: Endpoint) -> tuple[AwsCall, ...]:
    """The calls that let its first variant scale; none where it does not."""
    if not values.scales or values.mode == "serverless":
        return ()
    metric = metrics_of("instances")[0]
    tracking = TargetTracking(metric, values.target, values.scale_in, values.scale_out)
    change = ScalingChange(values.least, values.most, tracking)
    target, policy = scaling_calls(values.name, values.variant, "instances", change)
    if values.mode == "async":
        configuration = policy.parameters["TargetTrackingScalingPolicyConfiguration"]
        del configuration["PredefinedMetricSpecification"]
        configuration["CustomizedMetricSpecification"] = {
            "MetricName": BACKLOG,
            "Namespace": "AWS/SageMaker",
            "Dimensions": [{"Name": "EndpointName", "Value": values.name}],
            "Statistic": "Average",
        }
        policy.parameters["PolicyName"] = f"{values.variant}-{BACKLOG}"
    return target, policy


def _named(parameters: dict[str, Any]) -> dict[str, Any]:
    names = ("ServiceNamespace", "ResourceId", "ScalableDimension")
    return {name: parameters[name] for name in names}
