"""CloudFormation's stacks through one connection: made, looked at, emptied, deleted."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from ..aws.account import account_in, check_account
from ..aws.bucket import DELETED_AT_ONCE, Bucket
from ..aws.calls import calling
from ..aws.errors import ProblemError, problem
from ..aws.pages import walk
from ..kinds import Kind, kinds, model, row_id
from ..protocol import AwsCall, StackEvent, StackOutput, StackResource
from .stack_template import NESTED, parse

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

log = logging.getLogger(__name__)

BUCKET = "AWS::S3::Bucket"

#: Stacks in stacks in stacks; real ones have two levels.
_DEEPEST = 6


class Stacks:
    """Blocking; raises ProblemError."""

    def __init__(self, sessions: Sessions, connection: str, region: str) -> None:
        self._sessions = sessions
        self.connection, self.region = connection, region

    def create(self, call: AwsCall) -> str:
        """The new stack's id. The same ClientRequestToken makes no other one."""
        with self._calling(call.operation):
            return str(self._client.create_stack(**call.parameters)["StackId"])

    def look(self, stack: str) -> dict[str, Any] | None:
        """A stack as DescribeStacks tells it, by its name or id; None: there is none.

        By its id a deleted one is told of for 90 days.
        """
        try:
            with self._calling("DescribeStacks"):
                found: dict[str, Any] = self._client.describe_stacks(StackName=stack)["Stacks"][0]
        except ProblemError as error:
            if _is_missing(error):
                place = self.connection, self.region
                check_account(self._sessions, *place, account_in(stack))
                return None
            raise
        return found

    def events(self, stack: str, after: str | None = None) -> list[StackEvent]:
        """What happened to it, oldest first; only what came after the event of that id."""
        found: list[StackEvent] = []
        asked: dict[str, Any] = {"StackName": stack}
        with self._calling("DescribeStackEvents"):
            while True:
                answer = self._client.describe_stack_events(**asked)
                for each in answer["StackEvents"]:
                    if each["EventId"] == after:
                        return found[::-1]
                    found.append(_event(each))
                if not answer.get("NextToken"):
                    return found[::-1]
                asked["NextToken"] = answer["NextToken"]

    def resources(self, stack: str, depth: int = 0) -> tuple[StackResource, ...]:
        """Its resources with their last states, in AWS's order.

        Those of a stack inside come behind it, as NAME/THEIRS.
        """
        found: list[StackResource] = []
        for each in self._own_resources(stack):
            found.append(each)
            if each.type == NESTED and each.physical and depth < _DEEPEST:
                try:
                    inside = self.resources(each.physical, depth + 1)
                except ProblemError as error:
                    if not _is_missing(error):
                        raise
                    continue
                found += (replace(one, name=f"{each.name}/{one.name}") for one in inside)
        return tuple(found)

    def _own_resources(self, stack: str) -> tuple[StackResource, ...]:
        with self._calling("ListStackResources"):
            found = walk(
                self._client,
                "ListStackResources",
                {"StackName": stack},
                "StackResourceSummaries",
                max_results=None,
            )
        return tuple(map(_resource, found))

    def rows(self, resources: Iterable[StackResource], since: float) -> dict[str, str]:
        """KIND/ROW_ID of those that the panel has, by their names in the template.

        They were made after `since`. Which cannot be listed have none.
        """
        wanted: dict[str, list[StackResource]] = {}
        for each in resources:
            if each.physical and (kind := kind_of(each.type)) is not None:
                wanted.setdefault(kind.id, []).append(each)
        found: dict[str, str] = {}
        for id, some in wanted.items():
            try:
                listed = self._listed(kinds()[id], since)
            except ProblemError as error:
                log.info("%s of a stack: %s", id, error.problem.title)
                continue
            for each in some:
                if (row := listed.get(each.physical.lower())) is not None:
                    found[each.name] = f"{id}/{row}"
        return found

    def _listed(self, kind: Kind, since: float) -> dict[str, str]:
        """Row ids by ARN in lower case: AWS writes the names in its ARNs so."""
        operation = kind.list_operation
        asked = {}
        if kind.time_filters is not None:
            asked[kind.time_filters[0]] = datetime.fromtimestamp(since, timezone.utc)
        paged = "MaxResults" in model.input_members(operation)
        client = self._sessions.client(self.connection, self.region)
        with calling(self.connection, operation):
            items = walk(client, operation, asked, kind.result_key, 100 if paged else None)
        arn = kind.arn_member
        return {str(each[arn]).lower(): row_id(kind, each) for each in items if arn in each}

    def delete(self, stack: str, role: str | None) -> None:
        """Ask for its deletion; of one that is being deleted, or is, that changes nothing."""
        given = {"RoleARN": role} if role else {}
        with self._calling("DeleteStack"):
            self._client.delete_stack(StackName=stack, **given)

    def retained(self, stack: str) -> frozenset[str]:
        """The names of what its template keeps when it is deleted."""
        with self._calling("GetTemplate"):
            body = self._client.get_template(StackName=stack)["TemplateBody"]
        return _retained(stack, body)

    def buckets(self, stack: str, depth: int = 0) -> list[str]:
        """The buckets that its deletion would delete, those of the stacks inside as well."""
        retained = self.retained(stack)
        found: list[str] = []
        for each in self._own_resources(stack):
            if not each.physical or each.status == "DELETE_COMPLETE" or each.name in retained:
                continue
            if each.type == BUCKET:
                found.append(each.physical)
            elif each.type == NESTED and depth < _DEEPEST:
                found += self.buckets(each.physical, depth + 1)
        return found

    def empty(self, bucket: str) -> int:
        """Delete all objects of a bucket, in all their versions; how many there were."""
        of = Bucket(self._sessions, self.connection, self.region, bucket)
        deleted = 0
        while True:
            try:
                with calling(self.connection, "ListBucketVersions", "s3"):
                    page = of.client.list_object_versions(Bucket=bucket, MaxKeys=DELETED_AT_ONCE)
            except ProblemError as error:
                if error.problem.cause == "not_found":
                    return deleted
                raise
            some = [
                {"Key": each["Key"], "VersionId": each["VersionId"]}
                for member in ("Versions", "DeleteMarkers")
                for each in page.get(member, ())
            ]
            if not some:
                return deleted
            of.delete(some, "DeleteObjectVersion")
            deleted += len(some)

    @property
    def _client(self) -> Any:
        return self._sessions.client(self.connection, self.region, "cloudformation")

    def _calling(self, operation: str) -> AbstractContextManager[None]:
        return calling(self.connection, operation, "cloudformation")


def outputs(stack: Mapping[str, Any]) -> tuple[StackOutput, ...]:
    """What a described stack tells."""
    return tuple(
        StackOutput(each["OutputKey"], each["OutputValue"], each.get("Description", ""))
        for each in stack.get("Outputs", ())
    )


def tags(stack: Mapping[str, Any]) -> dict[str, str]:
    """The tags of a described stack."""
    return {each["Key"]: each["Value"] for each in stack.get("Tags", ())}


def kind_of(type: str) -> Kind | None:
    """The panel's kind of a type that stands alone; None: it has none."""
    for kind in kinds().values():
        if type == f"AWS::SageMaker::{kind.noun}":
            return kind if kind.parent is None and kind.arn_member else None
    return None


def _event(of: Mapping[str, Any]) -> StackEvent:
    return StackEvent(
        id=of["EventId"],
        at=of["Timestamp"].timestamp(),
        resource=of.get("LogicalResourceId", ""),
        physical=of.get("PhysicalResourceId", ""),
        type=of.get("ResourceType", ""),
        status=of.get("ResourceStatus", ""),
        reason=of.get("ResourceStatusReason", ""),
    )


def _resource(of: Mapping[str, Any]) -> StackResource:
    return StackResource(
        name=of["LogicalResourceId"],
        type=of["ResourceType"],
        physical=of.get("PhysicalResourceId", ""),
        status=of["ResourceStatus"],
        reason=of.get("ResourceStatusReason", ""),
    )


def _retained(stack: str, body: Any) -> frozenset[str]:
    """What a stack's template keeps; botocore has read one in JSON already.

    Raises ProblemError: nothing may be emptied of which that is not known.
    """
    try:
        return parse(json.dumps(body) if isinstance(body, Mapping) else str(body)).retained
    except ProblemError as error:
        raise ProblemError(
            problem(
                "conflict",
                "What the stack keeps cannot be told, and no bucket was emptied",
                f"{stack}: {error.problem.title}. {error.problem.detail}",
                "Empty its buckets in S3, and delete it again without.",
            )
        ) from error


def _is_missing(error: ProblemError) -> bool:
    """Of a stack that is not there AWS says ValidationError, as of what it does not take."""
    said = error.problem
    return said.cause == "not_found" or "does not exist" in f"{said.title} {said.detail}"
