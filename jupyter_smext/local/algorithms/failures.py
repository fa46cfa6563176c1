"""The two ways a built-in algorithm fails, as AWS's containers tell them apart."""

from __future__ import annotations


class UserError(Exception):
    """What the user can put right: hyperparameters, channels, data. Told as "ClientError: ..."."""


class AlgorithmError(Exception):
    """What the user cannot put right: the library failed."""


def told(error: UserError | AlgorithmError) -> str:
    """The text for output/failure, which becomes FailureReason.

    AWS's FailureReason begins "ClientError: " for the first (sagemaker-python-sdk issue 132), and
    "AlgorithmError: ", which whoever reads the file puts there, for the second.
    """
    return f"ClientError: {error}" if isinstance(error, UserError) else str(error)
