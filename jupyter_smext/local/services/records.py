"""Create, describe, update and delete of any SageMaker record, by what its model says."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from botocore.model import Shape, StructureShape

from .. import errors, nouns
from ..contract import ServiceError, operation_model
from ..nouns import Noun
from .sagemaker import Answer, Call

Detail = dict[str, Any]

#: Called with the new record before it is stored: generates ids, refuses what cannot be kept true.
PREPARE: dict[str, Callable[[Call, Detail], None]] = {}

#: Called with the record and the answer before an update is stored.
AMEND: dict[str, Callable[[Call, Detail, Detail], None]] = {}

#: What must be gone before a record can be deleted: {noun: children}. Sources: the documentation
#: of DeleteExperiment and DeleteWorkforce; the ResourceInUse or ConflictException that the models
#: of DeleteDomain, DeleteUserProfile, DeleteSpace, DeleteHub and DeleteModelPackageGroup list.
BLOCKED_BY: dict[str, tuple[str, ...]] = {
    "Domain": ("UserProfile", "Space", "App"),
    "UserProfile": ("App",),
    "Space": ("App",),
    "Experiment": ("Trial",),
    "Hub": ("HubContent",),
    "ModelPackageGroup": ("ModelPackage",),
    "Workforce": ("Workteam",),
}

#: Deleted together with their parent (docs of DeleteImage; the versions of a model card).
CASCADES: dict[str, tuple[str, ...]] = {
    "Image": ("ImageVersion",),
    "ModelCard": ("ModelCardVersion",),
}

#: Updates of these replace only the settings that are given, at any depth.
_DEEP = frozenset({"CodeRepository", "Domain", "Space", "UserProfile"})

#: Updates of these replace the keys that are given (docs of UpdateTrialComponent).
_KEYED = frozenset({"TrialComponent"})


def create(call: Call, noun: Noun) -> Answer:
    """Create<Noun>. Raises ServiceError: needs AWS, a missing parent, a name that is taken."""
    if noun.computes:
        raise errors.needs_aws(noun.name)
    members = nouns.described(noun.name)
    given = call.parameters
    for member, parent in nouns.parents(noun.name).items():
        if member in given:
            locate(call, nouns.find(parent), given[member])
    detail: Detail = {name: value for name, value in given.items() if name in members}
    if given.get("Tags"):
        detail["_tags"] = {tag["Key"]: tag["Value"] for tag in given["Tags"]}
    now = time.time()
    for member in (noun.created, noun.modified):
        if member:
            detail[member] = now
    if noun.status and noun.ready:
        detail[noun.status] = noun.ready
    # An identity that Describe does not repeat (an image version's image) is a private fact.
    for member in noun.identity:
        if member in given:
            detail[member] = given[member]
    prepare = PREPARE.get(noun.name)
    if prepare:
        prepare(call, detail)
    arn = detail.setdefault(noun.arn_member, noun.arn(call.region, call.engine.account, detail))
    detail["_arn"] = arn
    key = noun.key(detail)
    if call.engine.store.get(call.region, noun.name, key) is not None:
        raise errors.duplicate(noun.name, str(detail.get(noun.label, key)), arn)
    call.engine.store.put(call.region, noun.name, key, detail)
    return detail


def describe(call: Call, noun: Noun) -> Answer:
    """Describe<Noun>. Raises the noun's own not-found error."""
    _, detail = resolve(call, noun)
    return envelop(noun, detail)


def envelop(noun: Noun, detail: Detail) -> Answer:
    """The record in the form its Describe answers, required structures and lists present."""
    if noun.envelope:
        return {noun.envelope: detail}
    shape = operation_model("sagemaker", f"Describe{noun.name}").output_shape
    if isinstance(shape, StructureShape):
        empty = {name: _empty(shape.members[name]) for name in shape.required_members}
        return {name: value for name, value in empty.items() if value is not None} | detail
    return detail


def _empty(shape: Shape) -> Any:
    """The emptiest valid list or structure; None where a value would have to be made up.

    AWS leaves such a structure out, its model notwithstanding: a training job has no ModelArtifacts
    before there are any (answers of `aws sagemaker describe-training-job` that people published).
    """
    if shape.type_name == "list":
        return []
    if not isinstance(shape, StructureShape):
        return None
    inner = {name: _empty(shape.members[name]) for name in shape.required_members}
    return None if None in inner.values() else inner


def update(call: Call, noun: Noun) -> Answer:
    """Update<Noun>: replaces members that Describe shows; `<Member>ToRemove` takes keys away."""
    key, detail = resolve(call, noun)
    if noun.computes:
        raise errors.needs_aws(noun.name)
    changes: Detail = {}
    members = nouns.described(noun.name)
    for name, value in call.parameters.items():
        target = name.removesuffix("ForUpdate")
        if name.endswith("ToRemove"):
            target = name.removesuffix("ToRemove")
            kept = {**detail.get(target, {}), **call.parameters.get(target, {})}
            changes[target] = {k: v for k, v in kept.items() if k not in value}
        elif name in noun.identity or target not in members:
            continue
        elif f"{name}ToRemove" not in call.parameters:
            old = detail.get(target)
            if noun.name in _DEEP:
                value = _merge(old, value)
            elif noun.name in _KEYED and isinstance(value, dict) and isinstance(old, dict):
                value = {**old, **value}
            changes[target] = value
    amend = AMEND.get(noun.name)
    if amend:
        amend(call, detail, changes)
    if noun.modified:
        changes[noun.modified] = time.time()
    detail = call.engine.store.update(call.region, noun.name, key, changes)
    return {**detail, noun.envelope: detail} if noun.envelope else detail


def delete(call: Call, noun: Noun) -> Answer:
    """Delete<Noun>. Raises the noun's not-found or in-use error; nothing is deleted then."""
    key, detail = resolve(call, noun)
    check_unused(call, noun, detail)
    # Of what blocked it only what is gone already, and remembered for a while, can be left.
    for child in (*BLOCKED_BY.get(noun.name, ()), *CASCADES.get(noun.name, ())):
        for child_key, _ in dependants(call, noun, detail, child):
            call.engine.store.delete(call.region, child, child_key)
    call.engine.store.delete(call.region, noun.name, key)
    return {**detail, "Success": True}


def check_unused(call: Call, noun: Noun, detail: Detail) -> None:
    """Raises the noun's in-use error while records stand on this one."""
    for child in BLOCKED_BY.get(noun.name, ()):
        for _, other in dependants(call, noun, detail, child):
            if other.get("Status") != "Deleted":
                by = f"{child}(s) are associated with it"
                arn = detail.get(noun.arn_member) or detail.get(noun.label)
                raise errors.in_use(noun.name, str(arn), by)


def dependants(call: Call, noun: Noun, detail: Detail, child: str) -> Iterable[tuple[str, Detail]]:
    """The `child` records that name this record, as (key, detail)."""
    wanted = {member: detail.get(member) for member in noun.identity}
    for _, key, other in call.engine.store.all(child, call.region):
        if all(other.get(member) == value for member, value in wanted.items()):
            yield key, other


def change_state(call: Call, noun: Noun) -> Answer:
    """Start<Noun> and Stop<Noun> of what the engine has no process for: not found, or needs AWS."""
    # What is only begun by it has no name yet: StartPipelineExecution names a pipeline.
    if noun.identity[0] in call.parameters:
        resolve(call, noun)
    raise errors.needs_aws(noun.name)


def resolve(call: Call, noun: Noun) -> tuple[str, Detail]:
    """The record a request names, as (key, detail). Raises the noun's not-found error."""
    given = call.parameters
    if len(noun.identity) == 1:
        return locate(call, noun, str(given.get(noun.identity[0], "")))
    key = noun.key(given)
    detail = call.engine.store.get(call.region, noun.name, key)
    if detail is None:
        arn = noun.arn(call.region, call.engine.account, given)
        raise errors.missing(noun.name, str(given.get(noun.label) or key), arn)
    return key, detail


def locate(call: Call, noun: Noun, value: str) -> tuple[str, Detail]:
    """The record with that name, id or ARN, as (key, detail). Raises the noun's not-found error."""
    store = call.engine.store
    key = noun.key({noun.identity[0]: value})
    detail = store.get(call.region, noun.name, key)
    if detail is None and value.startswith("arn:"):
        found = store.find(value)
        if found and found[:2] == (call.region, noun.name):
            return found[2], found[3]
    if detail is None:
        arn = noun.arn(call.region, call.engine.account, {noun.identity[0]: value})
        raise errors.missing(noun.name, value, value if value.startswith("arn:") else arn)
    return key, detail


def _merge(old: Any, new: Any) -> Any:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return {**old, **{name: _merge(old.get(name), value) for name, value in new.items()}}


def refuse(why: str) -> ServiceError:
    """A request that is well-formed but cannot be met."""
    return ServiceError("ValidationException", why)
