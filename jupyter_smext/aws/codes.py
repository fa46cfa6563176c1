"""AWS's error codes, sorted by what a person can do about them."""

from __future__ import annotations

import re

DENIED = frozenset(
    (
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationError",
        "AuthorizationErrorException",
        "ForbiddenException",
        "NotAuthorized",
        "OptInRequired",
        "SubscriptionRequiredException",
        "UnauthorizedOperation",
    )
)
EXPIRED = frozenset(
    (
        "ExpiredToken",
        "ExpiredTokenException",
        "RequestExpired",
        "TokenRefreshRequired",
    )
)
NOT_ACCEPTED = frozenset(
    (
        "AuthFailure",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignature",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "SignatureDoesNotMatch",
        "UnauthorizedException",
        "UnrecognizedClientException",
    )
)
CLOCK = frozenset(("RequestTimeTooSkewed", "RequestInTheFuture"))
THROTTLED = frozenset(
    (
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "LimitExceededException.Throttling",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    )
)
LIMIT = frozenset(
    (
        "LimitExceeded",
        "LimitExceededException",
        "ResourceLimitExceeded",
        "ServiceQuotaExceededException",
    )
)
NOT_FOUND = frozenset(
    (
        "NoSuchBucket",
        "NoSuchEntity",
        "NoSuchKey",
        "ResourceNotFound",
        "ResourceNotFoundException",
    )
)
CONFLICT = frozenset(
    (
        "ConflictException",
        "EntityAlreadyExists",
        "ResourceAlreadyExists",
        "ResourceInUse",
        "ResourceInUseException",
    )
)
INVALID = frozenset(
    (
        "InvalidParameter",
        "InvalidParameterCombination",
        "InvalidParameterException",
        "InvalidParameterValue",
        "InvalidRequestException",
        "MalformedQueryString",
        "MissingParameter",
        "SerializationException",
        "ValidationError",
        "ValidationException",
    )
)
NEEDS_AWS = frozenset(("InvalidAction", "UnknownOperationException", "UnsupportedOperation"))

# SageMaker says much by ValidationException alone; the sentence tells which it is.
ABSENT = re.compile(
    r"(could|can) ?not find|does not exist|not found|RecordNotFound|no \w+ with name", re.IGNORECASE
)
TAKEN = re.compile(
    r"already (exist|in use)|cannot create (an )?already|status .* not in|is in use"
    r"|in-progress|cannot (delete|update|stop|start) .* (status|state)",
    re.IGNORECASE,
)
QUOTA = re.compile(r"account-level service limit")
SKEWED = re.compile(r"signature (expired|not yet current)", re.IGNORECASE)
ACTION = re.compile(r"not authorized to perform:? ([\w-]+:\w+)")
