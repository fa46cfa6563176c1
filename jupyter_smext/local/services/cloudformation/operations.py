"""The operations on stacks: who may ask for what in which status, in AWS's words."""

from __future__ import annotations

import asyncio
import json

from ... import errors
from ...contract import ServiceError
from ..sagemaker import Answer, Call
from . import creation, parameters, references
from .exports import importers
from .runner import StackRunner
from .stacks import RESOURCE, Detail, Stack, described, every, find, living, page
from .template import parse
from .template_text import refuse


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
    stack = living(call.engine, call.region, call.parameters["StackName"]) if token else None
    if stack is not None and (detail := stack.detail).get("_token") == token:
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
    if detail["StackStatus"] != "CREATE_COMPLETE":
        raise refuse(
            f"Stack:{detail['StackId']} is in {detail['StackStatus']} state and can not be updated."
        )
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
    return page(call, "Stacks", [described(detail) for detail in there])


def list_stacks(call: Call) -> Answer:
    """ListStacks, with those deleted in the last 90 days."""
    wanted = call.parameters.get("StackStatusFilter")
    found = [
        {**detail, "TemplateDescription": detail.get("Description")}
        for detail in every(call.engine, call.region)
        if not wanted or detail["StackStatus"] in wanted
    ]
    return page(call, "StackSummaries", found)


def events(call: Call) -> Answer:
    """DescribeStackEvents, latest first."""
    if "StackName" not in call.parameters:
        raise refuse("1 validation error detected: Value null at 'stackName'")
    stack = find(call.engine, call.region, call.parameters["StackName"])
    return page(call, "StackEvents", stack.events())


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
    return page(call, "StackResourceSummaries", _resources(stack))


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
