"""What S3 calls a request that does not fit its model."""

from __future__ import annotations

from botocore.model import OperationModel

from ...contract import ServiceError

#: By what stands in the contract's message. Amazon S3 API Reference, "Error responses".
_BY_MEMBER = {
    "'storageClass'": (
        "InvalidStorageClass",
        "The storage class you specified is not valid",
    ),
    "locationConstraint'": (
        "InvalidLocationConstraint",
        "The specified location-constraint is not valid",
    ),
}


def reworded(problem: ServiceError, model: OperationModel) -> ServiceError:
    """The contract's refusal of a request's parameters as S3 says it."""
    if problem.code not in ("ValidationException", "SerializationException"):
        return problem
    for member, words in _BY_MEMBER.items():
        if member in problem.message:
            return ServiceError(*words)
    payload = model.input_shape.serialization.get("payload") if model.input_shape else None
    first = problem.message.partition("at '")[2]
    if payload and first.lower().startswith(payload.lower()):
        message = (
            "The XML you provided was not well-formed or did not validate "
            "against our published schema"
        )
        return ServiceError("MalformedXML", message)
    return ServiceError("InvalidArgument", problem.message)
