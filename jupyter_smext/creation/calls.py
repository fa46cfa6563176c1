"""What a creation does at AWS: a resource is made once, looked at, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ..aws.account import check_account
from ..aws.calls import calling
from ..aws.errors import ProblemError, problem
from ..kinds import BadId, Kind, Verb, kinds, name_of, parameters_of, row_id, status_of
from ..kinds.model import input_members
from ..protocol import AwsCall, MadeResource
from ..tones import tone
from .steps import Make

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

_ENDING = ("Deleting", "Stopping")
#: What AWS's words for a resource that is not there yet begin with; a job InProgress is there.
_IN_THE_MAKING = ("creat", "pend", "start", "provision", "initializ", "updat", "prepar")


class Calls:
    """The calls of one creation, in the account that it was begun in. Blocking; ProblemError."""

    def __init__(
        self,
        sessions: Sessions,
        connection: str,
        region: str,
        account: str | None,
        token: str,
    ) -> None:
        self._sessions = sessions
        self.connection, self.region = connection, region
        self._account = account
        self._token = token

    def call(self, call: AwsCall) -> dict[str, Any]:
        """Its answer, without botocore's own metadata."""
        from botocore import xform_name

        client = self._sessions.client(self.connection, self.region, call.service)
        with calling(self.connection, call.operation, call.service):
            answer: dict[str, Any] = getattr(client, xform_name(call.operation))(**call.parameters)
        answer.pop("ResponseMetadata", None)
        return answer

    def describe(self, resource: MadeResource) -> dict[str, Any] | None:
        """Its describe; None: it is not there."""
        of = kinds()[resource.kind]
        if of.describe_operation is None:
            return None
        try:
            return self.call(AwsCall(of.describe_operation, parameters_of(of, resource.id)))
        except ProblemError as error:
            if error.problem.cause != "not_found":
                raise
        place = self._sessions, self.connection, self.region
        check_account(*place, self._account)
        return None

    def check_free(self, step: Make) -> None:
        """Raises a 409 ProblemError: there is what it would make, as far as its name tells."""
        known = step.resource
        if known is not None and known.id and self.describe(known) is not None:
            raise taken(known)

    def make(self, step: Make, again: bool) -> tuple[MadeResource | None, str | None]:
        """What it made, and its ARN; `again`: another server may have asked for it.

        Raises a 409 ProblemError: what came of the earlier call is not known.
        """
        tokens, known = self._tokens(step.call), step.resource
        is_named = known is not None and bool(known.id)
        if again and not tokens:
            if not is_named:
                raise unknown(step)
            if (there := self._there(known)) is not None:
                return there
        call = AwsCall(step.call.operation, {**tokens, **step.call.parameters}, step.call.service)
        try:
            answer = self.call(call)
        except ProblemError:
            # The answer of a first try may be lost: a second one is told that it is there.
            if not is_named or (there := self._there(known)) is None:
                raise
            return there
        return _made(step, answer), _arn(answer, step.resource)

    def _there(self, known: MadeResource | None) -> tuple[MadeResource, str | None] | None:
        found = self.describe(known) if known is not None else None
        return None if known is None or found is None else (known, _arn(found, known))

    def _tokens(self, call: AwsCall) -> dict[str, str]:
        """What makes a repeated call the same one, where the operation takes that."""
        if call.service != "sagemaker":
            return {}
        members = input_members(call.operation)
        return {
            name: self._token.ljust(shape.metadata.get("min", 0), "0")
            for name, shape in members.items()
            if name not in call.parameters
            and (shape.metadata.get("idempotencyToken") or name == "ClientToken")
        }

    def take_back(self, resource: MadeResource, undo: str) -> str:
        """Ask for its end, as its state allows; what is waited for, in words, or empty: it is over.

        A job is stopped and its record stays, anything else is deleted.
        """
        found = self.describe(resource)
        if found is None:
            return ""
        of = kinds()[resource.kind]
        status = status_of(of, found)
        if status == "Deleted" or (undo == "stop" and status not in of.running):
            return ""
        verb = None if status in _ENDING else _end_of(of, status, undo)
        if verb is None:
            return status or "There is nothing that ends it"
        try:
            self.call(AwsCall(verb.operation, parameters_of(of, resource.id, verb.operation)))
        except ProblemError as error:
            if error.problem.cause == "not_found":
                return ""
            # What is in the making may have to be waited for.
            if not (tone(status) == "busy" and error.problem.cause in ("conflict", "invalid")):
                raise
        return status or "being deleted"


def _end_of(of: Kind, status: str, undo: str) -> Verb | None:
    """What ends a resource in this state; None where it has to be waited for."""
    allowed = [
        verb for verb in of.verbs if not verb.form and (not verb.when or status in verb.when)
    ]
    for word in ("Stop",) if undo == "stop" else ("Delete", "Stop"):
        for verb in allowed:
            if verb.operation.startswith(word) and verb.on is None:
                return verb
    return None


def making(status: str) -> bool:
    """Whether a status says that a resource is still being made."""
    return tone(status) == "busy" and status.lower().startswith(_IN_THE_MAKING)


def of_parameters(kind: Kind, parameters: Mapping[str, Any]) -> MadeResource:
    """What a Create call of a kind makes; its `id` is empty where AWS makes the name up."""
    try:
        id = row_id(kind, parameters)
    except BadId:
        id = ""
    return MadeResource(kind.id, id, name_of(kind, parameters) if id else "")


def _made(step: Make, answer: Mapping[str, Any]) -> MadeResource | None:
    if step.resource is None or step.resource.id:
        return step.resource
    of = kinds()[step.resource.kind]
    whole = {**step.call.parameters, **answer}
    return MadeResource(of.id, row_id(of, whole), name_of(of, whole))


def _arn(answer: Mapping[str, Any], resource: MadeResource | None) -> str | None:
    """The one ARN of the answer: all that is kept of it, a URL in it would be a secret."""
    noun = kinds()[resource.kind].noun if resource is not None else ""
    named = f"{noun}Arn"
    arns = [value for name, value in answer.items() if name.endswith("Arn")]
    found = answer.get(named) or (arns[0] if len(arns) == 1 else None)
    return found if isinstance(found, str) else None


def taken(resource: MadeResource) -> ProblemError:
    label = kinds()[resource.kind].label.lower()
    article = "an" if label[0] in "aeiou" else "a"
    return ProblemError(
        problem(
            "conflict",
            f"There is {article} {label} {resource.name} already",
            "Nothing was changed in it.",
            "Choose another name.",
        )
    )


def unknown(step: Make) -> ProblemError:
    """A 409: whether what AWS names itself is there cannot be asked."""
    return ProblemError(
        problem(
            "conflict",
            "Whether it was created is not known",
            f"The Jupyter server ended while AWS was asked for {step.call.operation}, which cannot "
            "be asked for twice.",
            "Look in the panel, or in the AWS console, whether it is there; if not, create it "
            "again.",
        )
    )
