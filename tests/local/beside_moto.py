"""moto, written by others, asked the same as the engine; where they differ a table says why.

Agreement with moto proves agreement with moto, not with AWS.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import boto3
from botocore.config import Config

Outcome = tuple[Any, ...]
Outcomes = Mapping[tuple[str, str], Outcome]


def client(service: str, **settings: Any) -> Any:
    """A client for moto, to be made inside `mock_aws`; `settings` are botocore's Config's."""
    return boto3.client(
        service,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}, **settings),
    )


def compare(
    of_moto: Outcomes, of_engine: Outcomes, different: Mapping[tuple[str, str], str], alike: int
) -> None:
    """Fail unless what differs is what the table names, and at least `alike` steps are the same."""
    assert of_moto.keys() == of_engine.keys()
    differing = {
        step: (of_moto[step], of_engine[step])
        for step in of_moto
        if of_moto[step] != of_engine[step]
    }
    unknown = {step: found for step, found in differing.items() if step not in different}
    assert not unknown, sorted(unknown)
    assert sorted(set(different) - set(differing)) == [], "no longer different: take these out"
    assert len(of_moto) - len(differing) >= alike
