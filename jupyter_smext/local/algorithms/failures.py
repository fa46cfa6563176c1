"""The two ways a built-in algorithm fails, as AWS's containers tell them apart."""

from __future__ import annotations


class UserError(Exception):
    """What the user can put right: hyperparameters, channels, data. Told as "ClientError: ..."."""


class AlgorithmError(Exception):
    """What the user cannot put right: the library failed. Told as "AlgorithmError: ..."."""


def told(error: UserError | AlgorithmError) -> str:
    """The text for output/failure, which becomes FailureReason; AWS cuts it at 1,024 characters.

    "ClientError: " and "AlgorithmError: " are the prefixes of AWS's FailureReason
    (github.com/aws/sagemaker-python-sdk/issues/132).
    """
    kind = "ClientError" if isinstance(error, UserError) else "AlgorithmError"
    return f"{kind}: {error}"
