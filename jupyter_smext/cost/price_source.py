"""Reads a region's price list from AWS, which answers for all of them in a few regions only."""

from __future__ import annotations

import functools
import time
from typing import TYPE_CHECKING, Any

import msgspec

from ..aws.connections import partition_of
from ..aws.errors import ProblemError, problem, problem_of
from ..aws.pages import walk
from .price_list import PriceList, price_list

if TYPE_CHECKING:
    from ..aws.sessions import Sessions

SERVICE_CODE = "AmazonSageMaker"
FAMILIES = ("ML Instance", "Storage")
FIRST = "us-east-1"
"""Of the endpoints of a partition the one to ask: it has everything first."""


@functools.cache
def endpoint_region(partition: str) -> str | None:
    """Where the Price List API of a partition is, by botocore's data; None: nowhere."""
    from botocore.session import Session

    from ..kinds.model import loader

    session = Session()
    session.register_component("data_loader", loader())
    regions = session.get_available_regions("pricing", partition_name=partition)
    return FIRST if FIRST in regions else min(regions, default=None)


def read(sessions: Sessions, connection: str, region: str) -> PriceList:
    """The price list of a region, by GetProducts. Blocks. Raises ProblemError."""
    asked = endpoint_region(partition_of(region))
    if asked is None:
        raise ProblemError(
            problem(
                "not_found",
                f"AWS tells no prices of {region} here",
                "The Price List API has no endpoint in this partition.",
                "See https://aws.amazon.com/sagemaker/pricing/.",
            )
        )
    products: list[Any] = []
    try:
        client = sessions.client(connection, asked, "pricing")
        for family in FAMILIES:
            products += walk(client, "GetProducts", _parameters(region, family), "PriceList")
    except Exception as error:
        found = problem_of(error, connection=connection, operation="GetProducts", service="pricing")
        raise ProblemError(found) from error
    if not products:
        raise ProblemError(
            problem(
                "not_found",
                f"AWS's price list has nothing of SageMaker in {region}",
                "GetProducts answered no product.",
                "See https://aws.amazon.com/sagemaker/pricing/.",
            )
        )
    try:
        return price_list(region, products, time.time())
    except msgspec.DecodeError as error:
        raise ProblemError(
            problem(
                "broken",
                "AWS's price list could not be understood",
                str(error),
                "It is read again by itself.",
            )
        ) from error


def _parameters(region: str, family: str) -> dict[str, Any]:
    wanted = {"regionCode": region, "productFamily": family}
    return {
        "ServiceCode": SERVICE_CODE,
        "FormatVersion": "aws_v1",
        "Filters": [
            {"Type": "TERM_MATCH", "Field": field, "Value": value}
            for field, value in wanted.items()
        ],
    }
