"""Change sets, by which the AWS CLI's `deploy` makes stacks; changes of a stack need AWS."""

from __future__ import annotations

import asyncio
import re
import time
import uuid

from ... import errors
from ...contract import ServiceError
from ..sagemaker import Answer, Call
from . import creation, references
from .operations import unchanged
from .runner import StackRunner
from .stacks import CHANGE_SET, MASKED, Detail, Stack, find, living, page
from .template import parse
from .template_text import refuse

_SAME = (
    "The submitted information didn't contain changes. Submit different information to create a "
    "change set."
)
_ARN = re.compile(r"arn:aws:cloudformation:[\w-]+:\d+:changeSet/(?P<name>[^/]+)/(?P<id>.+)")


async def create(call: Call) -> Answer:
    """CreateChangeSet: of a new stack, or one that says that nothing is to change."""
    given, engine, region = call.parameters, call.engine, call.region
    if given.get("ChangeSetType") == "IMPORT" or given.get("ResourcesToImport"):
        raise errors.needs_aws("An import into a stack")
    name = given["StackName"]
    stack = find(engine, region, name) if name.startswith("arn:") else living(engine, region, name)
    if given.get("ChangeSetType", "UPDATE") == "UPDATE":
        if stack is None or stack.status == "REVIEW_IN_PROGRESS":
            raise refuse(f"Stack [{name}] does not exist")
        if not await asyncio.to_thread(unchanged, stack, given):
            raise errors.needs_aws("A change of a stack")
        return _put(call, stack, {"Status": "FAILED", "StatusReason": _SAME})
    if stack is not None and stack.status != "REVIEW_IN_PROGRESS":
        raise refuse(
            f"Stack [{name}] already exists and cannot be created again with the changeSet "
            f"[{given['ChangeSetName']}]."
        )
    plain = stack.detail["StackName"] if stack else name
    request = {**given, "OnFailure": given.get("OnStackFailure", "ROLLBACK")}
    checked = await asyncio.to_thread(creation.check, engine, region, plain, request)
    stack = stack or living(engine, region, plain)
    if stack is not None:
        _refuse_taken(stack, given["ChangeSetName"])
    else:
        stack = creation.put(engine, region, plain, "REVIEW_IN_PROGRESS")
        stack.become("REVIEW_IN_PROGRESS", "User Initiated")
    return _put(call, stack, {"_facts": creation.facts(checked, request)})


def _refuse_taken(stack: Stack, name: str) -> None:
    for change_set in _sets(stack):
        if change_set["ChangeSetName"] == name:
            message = f"ChangeSet {name} cannot be created since it already exists"
            raise ServiceError("AlreadyExistsException", message)


def _put(call: Call, stack: Stack, more: Detail) -> Answer:
    given, number = call.parameters, str(uuid.uuid4())
    engine = call.engine
    arn = (
        f"arn:aws:cloudformation:{call.region}:{engine.account}:changeSet/"
        f"{given['ChangeSetName']}/{number}"
    )
    detail = {
        "ChangeSetId": arn,
        "ChangeSetName": given["ChangeSetName"],
        "StackId": stack.detail["StackId"],
        "StackName": stack.detail["StackName"],
        "Description": given.get("Description"),
        "Tags": given.get("Tags", []),
        "Capabilities": given.get("Capabilities", []),
        "CreationTime": time.time(),
        "Status": "CREATE_COMPLETE",
        "ExecutionStatus": "UNAVAILABLE" if more.get("Status") == "FAILED" else "AVAILABLE",
        "_arn": arn,
        **more,
    }
    engine.store.put(call.region, CHANGE_SET, f"{stack.key}/{number}", detail)
    return {"Id": arn, "StackId": stack.detail["StackId"]}


def describe(call: Call) -> Answer:
    """DescribeChangeSet."""
    stack, detail = _find(call)
    facts = detail.get("_facts")
    if facts is None:
        return {**detail, "Changes": []}
    values, hidden = facts["_parameters"], facts["_no_echo"]
    template = parse(facts["_template"])
    scope = creation.scope(
        call.engine, call.region, template, values, detail["StackName"], detail["StackId"]
    )
    changes = [
        {
            "Type": "Resource",
            "ResourceChange": {
                "Action": "Add",
                "LogicalResourceId": name,
                "ResourceType": template.resources[name].type,
                "Scope": [],
                "Details": [],
            },
        }
        for name in references.present(template, scope)
    ]
    return {
        **detail,
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": MASKED if key in hidden else value}
            for key, value in values.items()
        ],
        **page(call, "Changes", changes),
    }


def execute(call: Call) -> Answer:
    """ExecuteChangeSet: the stack is made."""
    stack, detail = _find(call)
    if detail["ExecutionStatus"] != "AVAILABLE":
        raise ServiceError(
            "InvalidChangeSetStatus",
            f"ChangeSet [{detail['ChangeSetId']}] cannot be executed in its current status of "
            f"[{detail['Status']}]",
        )
    given = call.parameters
    facts = dict(detail["_facts"])
    for member in ("DisableRollback", "RetainExceptOnCreate"):
        if given.get(member):
            facts[member] = True
    facts["_token"] = given.get("ClientRequestToken")
    done = {**detail, "ExecutionStatus": "EXECUTE_COMPLETE"}
    number = detail["ChangeSetId"].rpartition("/")[2]
    call.engine.store.put(call.region, CHANGE_SET, f"{stack.key}/{number}", done)
    begun = {"ChangeSetId": detail["ChangeSetId"], "_begun": time.time()}
    stack.become("CREATE_IN_PROGRESS", "User Initiated", **facts, **begun)
    call.engine.runner(StackRunner).work(call.region, stack.key)
    return {}


def delete(call: Call) -> Answer:
    """DeleteChangeSet; that there is none is no error."""
    try:
        stack, detail = _find(call)
    except ServiceError as error:
        if error.code != "ChangeSetNotFound":
            raise
        return {}
    number = detail["ChangeSetId"].rpartition("/")[2]
    call.engine.store.delete(call.region, CHANGE_SET, f"{stack.key}/{number}")
    return {}


def list_sets(call: Call) -> Answer:
    """ListChangeSets of a stack."""
    stack = find(call.engine, call.region, call.parameters["StackName"])
    return page(call, "Summaries", _sets(stack))


def _sets(stack: Stack) -> list[Detail]:
    found = [one for _, one in stack.engine.store.under(stack.region, CHANGE_SET, stack.key)]
    return sorted(found, key=lambda one: float(one["CreationTime"]), reverse=True)


def _find(call: Call) -> tuple[Stack, Detail]:
    """(stack, change set) of a name and a stack's, or of an ARN. Raises ServiceError."""
    name, of = call.parameters["ChangeSetName"], call.parameters.get("StackName")
    if _ARN.fullmatch(name):
        found = call.engine.store.find(name)
        if found is not None and found[:2] == (call.region, CHANGE_SET):
            return Stack(call.engine, call.region, found[2].partition("/")[0]), found[3]
    elif of is None:
        raise refuse("StackName must be specified if ChangeSetName is not specified as an ARN.")
    else:
        stack = find(call.engine, call.region, of)
        for detail in _sets(stack):
            if detail["ChangeSetName"] == name:
                return stack, detail
    raise ServiceError("ChangeSetNotFound", f"ChangeSet [{name[:512]}] does not exist", 404)
