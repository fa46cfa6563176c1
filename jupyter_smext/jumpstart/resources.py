"""What a launch makes at AWS: created once, looked at, deleted until it is gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..aws.account import check_account
from ..aws.calls import calling
from ..aws.errors import ProblemError, problem
from ..kinds import kinds
from ..protocol import AwsCall
from .calls import LAUNCH_TAG

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

#: Of endpoints and inference components: they stay so for a while, whatever is asked.
BUSY = frozenset(("Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"))


@dataclass(frozen=True)
class Resource:
    """A resource by its kind's id and its name."""

    kind: str
    name: str

    @property
    def id(self) -> str:
        """As in Launch.made."""
        return f"{self.kind}/{self.name}"

    @property
    def label(self) -> str:
        return f"{kinds()[self.kind].label.lower()} {self.name}"


class Aws:
    """The calls of one launch, made in `account`. Blocking; raises ProblemError."""

    def __init__(
        self,
        sessions: Sessions,
        connection: str,
        region: str,
        launch: str,
        account: str | None = None,
    ) -> None:
        self._sessions = sessions
        self.connection, self.region = connection, region
        self._launch = launch
        self._account = account

    def call(self, call: AwsCall) -> Any:
        client = self._sessions.client(self.connection, self.region, call.service)
        service = call.service
        with calling(self.connection, call.operation, service):
            return getattr(client, _method(call.operation))(**call.parameters)

    def describe(self, resource: Resource) -> dict[str, Any] | None:
        """Its describe; None: it is not there."""
        of = kinds()[resource.kind]
        try:
            found: dict[str, Any] = self.call(
                AwsCall(str(of.describe_operation), {of.identity[0]: resource.name})
            )
        except ProblemError as error:
            if error.problem.cause == "not_found":
                check_account(self._sessions, self.connection, self.region, self._account)
                return None
            raise
        return found

    def create(self, call: AwsCall, resource: Resource) -> None:
        """Create it, unless this very launch did so before its server ended.

        Raises a 409: somebody else's is of that name.
        """
        found = self.describe(resource)
        if found is None:
            try:
                self.call(call)
            except ProblemError:
                # The answer of a first try may be lost: the second is told that it is there.
                if not self.made_here(resource):
                    raise
        elif not self.is_ours(resource, found):
            raise taken(resource)

    def made_here(self, resource: Resource) -> bool:
        """Whether it is there and of this very launch."""
        found = self.describe(resource)
        return found is not None and self.is_ours(resource, found)

    def is_ours(self, resource: Resource, described: dict[str, Any]) -> bool:
        """By the tag that every launch sets."""
        arn = described[f"{kinds()[resource.kind].noun}Arn"]
        try:
            tags = self.call(AwsCall("ListTags", {"ResourceArn": arn}))["Tags"]
        except ProblemError as error:
            # Deleted since it was described.
            if error.problem.cause == "not_found":
                return False
            raise
        return {"Key": LAUNCH_TAG, "Value": self._launch} in tags

    def delete(self, resource: Resource) -> bool:
        """Ask for its deletion; False: it is gone, or is not ours."""
        found = self.describe(resource)
        if found is None or not self.is_ours(resource, found):
            return False
        of = kinds()[resource.kind]
        if status_of(resource, found) != "Deleting":
            try:
                self.call(AwsCall(f"Delete{of.noun}", {of.identity[0]: resource.name}))
            except ProblemError as error:
                if error.problem.cause == "not_found":
                    return False
                # What is in the making may have to be waited for.
                busy = status_of(resource, found) in BUSY
                if not (busy and error.problem.cause in ("conflict", "invalid")):
                    raise
        return True


def status_of(resource: Resource, described: dict[str, Any]) -> str:
    """AWS's word; empty for what has none: models and configs are there or not."""
    return str(described.get(f"{kinds()[resource.kind].noun}Status", ""))


def taken(resource: Resource) -> ProblemError:
    return ProblemError(
        problem(
            "conflict",
            f"There is {_article(resource.label)} {resource.label} already",
            "Nothing was changed in it.",
            "Choose another name.",
        )
    )


def _article(word: str) -> str:
    return "an" if word[0] in "aeiou" else "a"


def _method(operation: str) -> str:
    from botocore import xform_name

    return str(xform_name(operation))
