"""How many instances of a type the account may run for a use, by Service Quotas.

The names of the quotas are AWS's: they stand in its console and in the text of
ResourceLimitExceeded ("The account-level service limit 'ml.m5.large for training job usage' is 0
Instances", "… 'Studio JupyterLab Apps running on ml.p3.2xlarge instances' is 0 Apps"). Notebook
instances and Studio have quotas of their own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..aws.errors import ProblemError, problem_of
from ..aws.pages import walk
from ..protocol import Use

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

Quotas = Mapping[tuple[Use, str], float]
"""Use and instance type → how many."""

OPERATIONS = ("ListAWSDefaultServiceQuotas", "ListServiceQuotas")
"""What holds for every account, then what holds for this one: AWS lists only what it has of it."""

_TYPE = r"(ml\.[a-z0-9.-]+)"
_NAMES: Mapping[Use, re.Pattern[str]] = {
    "notebook": re.compile(rf"{_TYPE} for notebook instance usage"),
    "studio": re.compile(rf"Studio JupyterLab Apps running on {_TYPE} instances?"),
    "training": re.compile(rf"{_TYPE} for training job usage"),
    "processing": re.compile(rf"{_TYPE} for processing job usage"),
    "hosting": re.compile(rf"{_TYPE} for endpoint usage"),
}


def named(name: str) -> tuple[Use, str] | None:
    """The use and instance type that a quota's name tells; None for a quota of something else."""
    for use, pattern in _NAMES.items():
        found = pattern.fullmatch(name)
        if found:
            return use, found[1]
    return None


def read(sessions: Sessions, connection: str, region: str) -> Quotas:
    """The quotas of the account in a region. Blocks. Raises ProblemError."""
    quotas: dict[tuple[Use, str], float] = {}
    for operation in OPERATIONS:
        try:
            client = sessions.client(connection, region, "service-quotas")
            items = walk(client, operation, {"ServiceCode": "sagemaker"}, "Quotas")
        except Exception as error:
            found = problem_of(
                error, connection=connection, operation=operation, service="servicequotas"
            )
            raise ProblemError(found) from error
        for item in items:
            key = named(item.get("QuotaName", ""))
            if key is not None and item.get("Value") is not None:
                quotas[key] = item["Value"]
    return quotas
