"""AWS::CloudFormation::Stack: a stack of a stack."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from ....contract import ServiceError
from ..parameters import text_of
from ..stacks import STACK, Stack
from .place import Detail, Failed, Made, Place, ResourceType


class NestedStack(ResourceType):
    """A stack whose template is in S3, and whose outputs Fn::GetAtt gives as Outputs.<name>."""

    def has(self, attribute: str) -> bool:
        return attribute.startswith("Outputs.")

    async def find(self, place: Place, properties: Detail) -> Made | None:
        parent = place.stack["StackId"]
        for _, _, detail in place.engine.store.all(STACK, place.region):
            if (detail.get("ParentId"), detail.get("_logical")) == (parent, place.name):
                return self._made(detail)
        return None

    async def create(self, place: Place, properties: Detail) -> Made:
        from .. import creation  # the types are among what it checks
        from ..runner import StackRunner

        stack = place.stack
        given = properties.get("Parameters", {})
        if not isinstance(given, dict):
            raise Failed("#/Parameters: expected type: Object")
        url = properties.get("TemplateURL")
        if not isinstance(url, str):
            raise Failed("#: required key [TemplateURL] not found")
        for name in properties.keys() - {"Parameters", "Tags", "TemplateURL", "TimeoutInMinutes"}:
            raise Failed(f"The property {name} needs AWS. Leave it out.")
        request: Detail = {
            "TemplateURL": url,
            "Parameters": [
                {"ParameterKey": key, "ParameterValue": _joined(value)}
                for key, value in given.items()
            ],
            "Capabilities": stack.get("Capabilities", []),
            "Tags": place.tags(properties.get("Tags", ())),
        }
        if "TimeoutInMinutes" in properties:
            minutes = text_of(properties["TimeoutInMinutes"])
            if not re.fullmatch(r"[1-9]\d{0,5}", minutes):
                raise Failed("#/TimeoutInMinutes: is not a number of minutes")
            request["TimeoutInMinutes"] = int(minutes)
        name = place.physical_name()
        try:
            checked = await asyncio.to_thread(
                creation.check, place.engine, place.region, name, request
            )
        except ServiceError as error:
            raise Failed(error.message) from error
        child = creation.put(
            place.engine,
            place.region,
            name,
            "CREATE_IN_PROGRESS",
            **creation.facts(checked, request),
            ParentId=stack["StackId"],
            RootId=stack.get("RootId", stack["StackId"]),
            _logical=place.name,
        )
        child.become("CREATE_IN_PROGRESS", "User Initiated")
        place.engine.runner(StackRunner).work(place.region, child.key)
        return self._made(child.detail)

    async def settle(self, place: Place, made: Made, properties: Detail) -> Made:
        child = self._child(place, made)
        while (status := child.status) == "CREATE_IN_PROGRESS":
            await place.pause()
        if status != "CREATE_COMPLETE":
            why = child.detail.get("_why") or f"it is {status}"
            raise Failed(f"Embedded stack {made.ref} was not successfully created: {why}")
        return self._made(child.detail)

    async def delete(self, place: Place, made: Made, properties: Detail) -> None:
        from ..runner import StackRunner

        child = self._child(place, made)
        if child.status == "DELETE_COMPLETE":
            return
        place.engine.runner(StackRunner).delete(place.region, child.key)
        while (status := child.status).endswith("_IN_PROGRESS"):
            await place.pause()
        if status != "DELETE_COMPLETE":
            why = child.detail.get("StackStatusReason") or f"it is {status}"
            raise Failed(f"Embedded stack {made.ref} was not successfully deleted: {why}")

    def _child(self, place: Place, made: Made) -> Stack:
        return Stack(place.engine, place.region, made.ref.rpartition("/")[2])

    def _made(self, detail: Detail) -> Made:
        outputs = {
            f"Outputs.{one['OutputKey']}": one["OutputValue"] for one in detail.get("Outputs", ())
        }
        return Made(detail["StackId"], {"StackId": detail["StackId"]}, outputs)


def _joined(value: Any) -> str:
    listed = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str | int | float) for one in listed):
        raise Failed("#/Parameters: a value is a text, or a list of texts")
    return ",".join(map(text_of, listed))


NESTED: Mapping[str, ResourceType] = {"AWS::CloudFormation::Stack": NestedStack()}
