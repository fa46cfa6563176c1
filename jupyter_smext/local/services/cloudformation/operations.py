"""The operations on stacks and templates: who may ask for what in which status, in AWS's words."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from ... import errors
from ...contract import ServiceError
from .. import page_tokens
from ..sagemaker import Answer, Call
from . import creation, parameters, references
from .capabilities import needed
from .life import StackRunner
from .making import exports, importers
from .parameters import Parameter
from .stacks import RESOURCE, STACK, Detail, Stack, described, every, find
from .template import Template, parse
from .template_text import refuse

_PAGE = 100


async def create(call: Call) -> Answer:
    """CreateStack: CREATE_IN_PROGRESS, then what becomes of it."""
    given, engine, region = call.parameters, call.engine, call.region
    name = given["StackName"]
    if (same := _asked_before(call)) is not None:
        return {"StackId": same}
    checked = await asyncio.to_thread(creation.check, engine, region, name, given)
    creation.refuse_taken(engine, region, name)
    facts = creation.facts(checked, given)
    stack = creation.put(engine, region, name, "CREATE_IN_PROGRESS", **facts)
    stack.become("CREATE_IN_PROGRESS", "User Initiated")
    engine.runner(StackRunner).work(region, stack.key)
    return {"StackId": stack.detail["StackId"]}


def _asked_before(call: Call) -> str | None:
    """The stack that the same request made: "ClientRequestToken ... if you plan to retry"."""
    token = call.parameters.get("ClientRequestToken")
    for detail in every(call.engine, call.region) if token else ():
        if (detail.get("_token"), detail["StackName"]) == (token, call.parameters["StackName"]):
            return str(detail["StackId"])
    return None


async def update(call: Call) -> Answer:
    """UpdateStack, which is not run; that there is nothing to update is told."""
    stack = find(call.engine, call.region, call.parameters["StackName"])
    if await asyncio.to_thread(unchanged, stack, call.parameters):
        raise refuse("No updates are to be performed.")
    raise errors.needs_aws("A change of a stack")


def unchanged(stack: Stack, given: Detail) -> bool:
    """Whether a request asks for the stack as it is. Raises ServiceError. Blocking."""
    detail = stack.detail
    if detail["_template"] is None:
        return False
    text = detail["_template"]
    if not given.get("UsePreviousTemplate"):
        text = creation.template_text(stack.engine, given)
    template = parse(text)
    references.check(template)
    values = parameters.resolved(
        template.parameters, given.get("Parameters", ()), detail["_parameters"]
    )
    same_tags = "Tags" not in given or given["Tags"] == detail.get("Tags", [])
    same_values = values == detail["_parameters"]
    return same_tags and same_values and template == parse(detail["_template"])


def delete(call: Call) -> Answer:
    """DeleteStack; that there is none of the name is no error."""
    given = call.parameters
    name = given["StackName"]
    try:
        stack = find(call.engine, call.region, name)
    except ServiceError:
        return {}
    detail = stack.detail
    if detail.get("EnableTerminationProtection"):
        raise refuse(
            f"Stack [{detail['StackName']}] cannot be deleted while TerminationProtection is "
            "enabled"
        )
    for export, other in importers(stack):
        raise refuse(f"Export {export} cannot be deleted as it is in use by {other}")
    failed = detail["StackStatus"] == "DELETE_FAILED"
    retain = given.get("RetainResources", [])
    force = given.get("DeletionMode") == "FORCE_DELETE_STACK"
    if (retain or force) and not failed:
        what = "which resources to retain" if retain else "deletion mode FORCE_DELETE_STACK"
        raise refuse(
            f"Invalid operation on stack [{detail['StackId']}]. Delete stack operation can specify "
            f"{what} only when the stack is in the DELETE_FAILED state."
        )
    stack.set(_retain=retain, _force=force)
    call.engine.runner(StackRunner).delete(call.region, stack.key)
    return {}


def protect(call: Call) -> Answer:
    """UpdateTerminationProtection."""
    stack = find(call.engine, call.region, call.parameters["StackName"])
    wanted = call.parameters["EnableTerminationProtection"]
    return {"StackId": stack.set(EnableTerminationProtection=wanted)["StackId"]}


def describe(call: Call) -> Answer:
    """DescribeStacks: one, also a deleted one by its id, or all that are there."""
    name = call.parameters.get("StackName")
    if name is not None:
        return {"Stacks": [described(find(call.engine, call.region, name).detail)]}
    there = [
        detail
        for detail in every(call.engine, call.region)
        if detail["StackStatus"] != "DELETE_COMPLETE"
    ]
    return _page(call, "Stacks", [described(detail) for detail in there])


def list_stacks(call: Call) -> Answer:
    """ListStacks, with those deleted in the last 90 days."""
    wanted = call.parameters.get("StackStatusFilter")
    found = [
        {**detail, "TemplateDescription": detail.get("Description")}
        for detail in every(call.engine, call.region)
        if not wanted or detail["StackStatus"] in wanted
    ]
    return _page(call, "StackSummaries", found)


def events(call: Call) -> Answer:
    """DescribeStackEvents, latest first."""
    if "StackName" not in call.parameters:
        raise refuse("1 validation error detected: Value null at 'stackName'")
    stack = find(call.engine, call.region, call.parameters["StackName"])
    return _page(call, "StackEvents", stack.events())


def describe_resources(call: Call) -> Answer:
    """DescribeStackResources of a stack, or of the stack that a physical id is in."""
    given = call.parameters
    if ("StackName" in given) is ("PhysicalResourceId" in given):
        raise refuse("Either StackName or PhysicalResourceId must be specified, not both.")
    if "StackName" in given:
        stack = find(call.engine, call.region, given["StackName"])
    else:
        stack = _owner(call, given["PhysicalResourceId"])
    wanted = given.get("LogicalResourceId")
    found = [
        {**one, "Timestamp": one["LastUpdatedTimestamp"]}
        for one in _resources(stack)
        if wanted in (None, one["LogicalResourceId"])
    ]
    if wanted is not None and not found:
        raise _no_resource(stack, wanted)
    return {"StackResources": found}


def _owner(call: Call, physical: str) -> Stack:
    for _, key, record in call.engine.store.all(RESOURCE, call.region):
        if record["PhysicalResourceId"] == physical and record["ResourceStatus"] not in (
            "DELETE_COMPLETE",
            "DELETE_SKIPPED",
        ):
            return Stack(call.engine, call.region, key.partition("/")[0])
    raise refuse(f"Stack for {physical[:512]} does not exist")


def describe_resource(call: Call) -> Answer:
    """DescribeStackResource."""
    stack = find(call.engine, call.region, call.parameters["StackName"])
    name = call.parameters["LogicalResourceId"]
    for one in _resources(stack):
        if one["LogicalResourceId"] == name:
            metadata = one.get("Metadata")
            one["Metadata"] = None if metadata is None else json.dumps(metadata)
            return {"StackResourceDetail": one}
    raise _no_resource(stack, name)


def list_resources(call: Call) -> Answer:
    """ListStackResources."""
    stack = find(call.engine, call.region, call.parameters["StackName"])
    return _page(call, "StackResourceSummaries", _resources(stack))


def _resources(stack: Stack) -> list[Detail]:
    detail = stack.detail
    more = {
        "StackName": detail["StackName"],
        "StackId": detail["StackId"],
        "DriftInformation": {"StackResourceDriftStatus": "NOT_CHECKED"},
    }
    return [
        {**one, **more, "PhysicalResourceId": one["PhysicalResourceId"] or None}
        for one in stack.resources().values()
    ]


def _no_resource(stack: Stack, name: str) -> Exception:
    return refuse(f"Resource {name[:256]} does not exist for stack {stack.detail['StackName']}")


def get_template(call: Call) -> Answer:
    """GetTemplate, as it was given: there are no macros here that would change it."""
    given = call.parameters
    if "StackName" not in given:
        raise refuse("StackName must be given.")
    text = find(call.engine, call.region, given["StackName"]).detail["_template"]
    if text is None:
        raise refuse(f"Stack {given['StackName']} has no template yet: it is in review.")
    return {"TemplateBody": text, "StagesAvailable": ["Original", "Processed"]}


async def validate(call: Call) -> Answer:
    """ValidateTemplate."""
    template = await asyncio.to_thread(_checked, call)
    shown = [
        {**_parameter(one), "NoEcho": one.no_echo, "Description": one.description or None}
        for one in template.parameters.values()
    ]
    return {**_summary(template), "Parameters": shown}


async def summarize(call: Call) -> Answer:
    """GetTemplateSummary of a template, or of a stack's."""
    given = call.parameters
    if "StackSetName" in given:
        raise errors.needs_aws("A stack set")
    if "StackName" in given:
        if given.keys() & {"TemplateBody", "TemplateURL"}:
            raise refuse("Give one of StackName, TemplateBody and TemplateURL.")
        text = find(call.engine, call.region, given["StackName"]).detail["_template"]
        if text is None:
            raise refuse(f"Stack {given['StackName']} has no template yet: it is in review.")
        template = await asyncio.to_thread(parse, text)
    else:
        template = await asyncio.to_thread(_checked, call)
    shown = [
        {
            **_parameter(one),
            "ParameterType": one.type,
            "NoEcho": one.no_echo,
            "Description": one.description or None,
            "ParameterConstraints": {"AllowedValues": list(one.allowed)} if one.allowed else {},
        }
        for one in template.parameters.values()
    ]
    metadata = template.metadata
    return {
        **_summary(template),
        "Parameters": shown,
        "ResourceTypes": list(dict.fromkeys(one.type for one in template.resources.values())),
        "Version": template.version,
        "Metadata": None if metadata is None else json.dumps(metadata),
    }


def _checked(call: Call) -> Template:
    template = parse(creation.template_text(call.engine, call.parameters))
    references.check(template)
    return template


def _parameter(one: Parameter) -> Detail:
    return {"ParameterKey": one.name, "DefaultValue": one.default}


def _summary(template: Template) -> Answer:
    capabilities, reason = needed(template)
    return {
        "Description": template.description or None,
        "Capabilities": sorted(capabilities),
        "CapabilitiesReason": reason or None,
        "DeclaredTransforms": [],
    }


def list_exports(call: Call) -> Answer:
    """ListExports, by name."""
    found = [
        {
            "ExportingStackId": detail["StackId"],
            "Name": output["ExportName"],
            "Value": output["OutputValue"],
        }
        for _, _, detail in call.engine.store.all(STACK, call.region)
        for output in exports(detail)
    ]
    return _page(call, "Exports", sorted(found, key=lambda one: str(one["Name"])))


def list_imports(call: Call) -> Answer:
    """ListImports: the stacks that use an export."""
    name = call.parameters["ExportName"]
    found = sorted(
        detail["StackName"]
        for _, _, detail in call.engine.store.all(STACK, call.region)
        if name in detail["_imports"] and detail["StackStatus"] != "DELETE_COMPLETE"
    )
    if not found:
        raise refuse(f"Export '{name[:256]}' is not imported by any stack.")
    return _page(call, "Imports", found)


def _page(call: Call, member: str, items: list[Any]) -> Answer:
    refusal = refuse("The NextToken is not one of this list.")
    shown, more = page_tokens.page(call.parameters, items, _PAGE, refusal)
    return {member: shown, **more}
