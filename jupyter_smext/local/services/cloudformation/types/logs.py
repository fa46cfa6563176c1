"""AWS::Logs::LogGroup."""

from __future__ import annotations

from collections.abc import Mapping

from ..parameters import text_of
from .place import Detail, Failed, Made, Place, ResourceType


class LogGroup(ResourceType):
    """A log group, with how long it keeps."""

    attributes = ("Arn",)

    async def find(self, place: Place, properties: Detail) -> Made | None:
        made = self._made(place, self._name(place, properties))
        if not await self._there(place, made.ref):
            return None
        # Without the :* that a group's ARN ends with elsewhere.
        arn = made.attributes["Arn"].removesuffix(":*")
        answer = await place.ask("logs", "ListTagsForResource", resourceArn=arn)
        return made if place.marks().items() <= answer["tags"].items() else None

    async def create(self, place: Place, properties: Detail) -> Made:
        known = ("LogGroupName", "LogGroupClass", "RetentionInDays", "Tags")
        for name in properties:
            if name not in known:
                raise Failed(
                    f"The property {name} needs AWS: the local engine's log groups have none. "
                    "Leave it out, or choose an AWS connection."
                )
        tags = {tag["Key"]: tag["Value"] for tag in place.tags(properties.get("Tags", ()))}
        name = self._name(place, properties)
        given: Detail = {"logGroupName": name, "tags": tags}
        if "LogGroupClass" in properties:
            given["logGroupClass"] = properties["LogGroupClass"]
        await place.ask("logs", "CreateLogGroup", **given)
        return self._made(place, name)

    async def settle(self, place: Place, made: Made, properties: Detail) -> Made:
        if "RetentionInDays" in properties:
            days = text_of(properties["RetentionInDays"])
            if not days.isdecimal() or len(days) > 6:
                raise Failed("#/RetentionInDays: is not a number of days")
            await place.ask(
                "logs", "PutRetentionPolicy", logGroupName=made.ref, retentionInDays=int(days)
            )
        return made

    async def delete(self, place: Place, made: Made, properties: Detail) -> None:
        if await self._there(place, made.ref):
            await place.ask("logs", "DeleteLogGroup", logGroupName=made.ref)

    async def _there(self, place: Place, name: str) -> bool:
        found = await place.ask("logs", "DescribeLogGroups", logGroupNamePrefix=name)
        return any(group["logGroupName"] == name for group in found["logGroups"])

    def _name(self, place: Place, properties: Detail) -> str:
        name = properties.get("LogGroupName")
        return str(name) if name is not None else place.physical_name()

    def _made(self, place: Place, name: str) -> Made:
        arn = f"arn:aws:logs:{place.region}:{place.engine.account}:log-group:{name}:*"
        return Made(name, {"logGroupName": name}, {"Arn": arn})


LOGS: Mapping[str, ResourceType] = {"AWS::Logs::LogGroup": LogGroup()}
