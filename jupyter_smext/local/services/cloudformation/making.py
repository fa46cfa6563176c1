"""A stack's resources made in their order, and what its outputs say then."""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Mapping
from typing import Any

from ...contract import ServiceError
from . import creation, references
from .exports import exports
from .functions import NO_VALUE, Scope, evaluate, text
from .stacks import Detail, Stack, every
from .template import Template, parse
from .template_text import refuse
from .types import TYPES, Failed, Made, Place, Stopped
from .walk import walk

_log = logging.getLogger(__name__)

CANCELLED = "Resource creation cancelled"


class Making:
    """The making of one stack, from where it stands: some resources may be there already.

    `stopped` is set when nobody wants the rest any more.
    """

    def __init__(self, stack: Stack, stopped: asyncio.Event) -> None:
        self._stack = stack
        self._stopped = stopped
        detail = stack.detail
        self._detail = detail
        self._template: Template = parse(detail["_template"])
        self._scope = self._scope_of(masked=False)
        self._masked = self._scope_of(masked=True)
        self._before = references.present(self._template, self._scope)

    async def resources(self) -> list[str]:
        """Make what is not there; answers those that failed or were given up."""
        return await walk(self._before, self._make, self._stopped.is_set)

    def outputs(self) -> list[Detail]:
        """The stack's outputs. Raises ServiceError for those that cannot be told."""
        found = []
        for key, given in self._template.outputs.items():
            if "Condition" in given and not self._scope.holds(given["Condition"]):
                continue
            output: Detail = {
                "OutputKey": key,
                "OutputValue": text(given["Value"], self._scope, f"The Value of the output {key}"),
            }
            if "Description" in given:
                output["Description"] = given["Description"]
            if "Export" in given:
                name = text(given["Export"]["Name"], self._scope, f"The Export of {key}")
                output["ExportName"] = name
                self._check_export(name)
            found.append(output)
        return found

    def _scope_of(self, *, masked: bool) -> Scope:
        stack, detail = self._stack, self._detail
        scope = creation.scope(
            stack.engine,
            stack.region,
            self._template,
            detail["_parameters"],
            detail["StackName"],
            detail["StackId"],
            masked=masked,
        )
        scope.ref = functools.partial(_ref, stack)
        scope.attribute = functools.partial(_attribute, stack)
        scope.imported = self._imported
        return scope

    def _imported(self, name: str) -> str:
        for other in every(self._stack.engine, self._stack.region):
            for output in exports(other):
                if output["ExportName"] == name:
                    used = self._stack.detail["_imports"]
                    if name not in used:
                        self._stack.set(_imports=[*used, name])
                    return str(output["OutputValue"])
        raise refuse(f"No export named {name[:256]} found.")

    def _check_export(self, name: str) -> None:
        for other in every(self._stack.engine, self._stack.region):
            if other["StackId"] != self._detail["StackId"]:
                if any(output["ExportName"] == name for output in exports(other)):
                    raise refuse(
                        f"Export with name {name[:256]} is already exported by stack "
                        f"{other['StackName']}. Rollback requested by user."
                    )

    async def _make(self, name: str) -> bool:
        stack, wanted = self._stack, self._template.resources[name]
        record = stack.resource(name)
        if record is not None and record["ResourceStatus"] == "CREATE_COMPLETE":
            return True
        if record is not None and record["ResourceStatus"] == "CREATE_FAILED":
            self._stopped.set()
            return False
        resumed = record is not None
        record = record or {
            "LogicalResourceId": name,
            "ResourceType": wanted.type,
            "PhysicalResourceId": "",
            "Metadata": wanted.metadata,
            "_order": list(self._before).index(name),
            "_before": sorted(self._before[name]),
            "_deletion": wanted.deletion,
            "_asked": False,
        }
        try:
            await self._bring(record, wanted.properties, resumed)
        except Stopped:
            stack.note(record, "CREATE_FAILED", CANCELLED)
        except (Failed, ServiceError) as error:
            reason = error.message if isinstance(error, ServiceError) else str(error)
            stack.note(record, "CREATE_FAILED", reason)
        except Exception as error:
            _log.exception("%s of %s", name, self._detail["StackId"])
            stack.note(record, "CREATE_FAILED", f"InternalFailure of the local engine: {error!r}")
        else:
            return True
        # What else is being made is for nothing now.
        self._stopped.set()
        return False

    async def _bring(self, record: Detail, given: Mapping[str, Any], resumed: bool) -> None:
        stack = self._stack
        properties, shown = (_properties(given, each) for each in (self._scope, self._masked))
        if not resumed:
            stack.note(record, "CREATE_IN_PROGRESS", shown=shown)
        kind = TYPES.get(record["ResourceType"])
        if kind is None:
            raise Failed(
                f"The resource type {record['ResourceType']} needs AWS: the local engine does not "
                "make it. Choose an AWS connection for this template, or take the resource out."
            )
        place = Place(
            stack.engine, stack.region, self._detail, record["LogicalResourceId"], self._stopped
        )
        made = made_of(record)
        if made is None:
            if self._stopped.is_set():
                raise Stopped
            found = await kind.find(place, properties) if record["_asked"] else None
            if found is None:
                # From here on it may be there, whatever becomes of this engine.
                stack.keep({**record, "_asked": True, "_properties": properties})
                try:
                    found = await kind.create(place, properties)
                except Failed:
                    record["_asked"] = False
                    raise
            made = found
            record |= {"_asked": True, "_properties": properties, **record_of(made)}
            stack.note(record, "CREATE_IN_PROGRESS", "Resource creation Initiated", shown)
        made = await kind.settle(place, made, properties)
        record |= record_of(made)
        stack.note(record, "CREATE_COMPLETE", shown=shown)


def made_of(record: Detail) -> Made | None:
    """A resource as its type made it; None for one that was not made."""
    if not record["PhysicalResourceId"]:
        return None
    return Made(record["PhysicalResourceId"], record["_identity"], record["_attributes"])


def record_of(made: Made) -> Detail:
    """What a resource's record keeps of it."""
    return {
        "PhysicalResourceId": made.ref,
        "_identity": dict(made.identity),
        "_attributes": dict(made.attributes),
    }


def _properties(given: Mapping[str, Any], scope: Scope) -> Detail:
    """A resource's properties evaluated. Raises Failed, ServiceError."""
    found = evaluate(given, scope)
    if found is NO_VALUE:
        return {}
    if not isinstance(found, dict):
        raise Failed("#: the properties are no object")
    return found


def _ref(stack: Stack, name: str) -> str:
    record = stack.resource(name)
    if record is None or not record["PhysicalResourceId"]:
        raise refuse(f"Template error: the resource {name[:256]} is not there to refer to")
    return str(record["PhysicalResourceId"])


def _attribute(stack: Stack, name: str, attribute: str) -> Any:
    record = stack.resource(name) or {}
    if attribute not in record.get("_attributes", {}):
        raise refuse(
            f"Template error: resource {name[:256]} does not support attribute type "
            f"{attribute[:256]} in Fn::GetAtt"
        )
    return record["_attributes"][attribute]
