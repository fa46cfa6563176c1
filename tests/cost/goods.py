"""Products and quotas in the form in which AWS documents them; the figures are invented.

The form is that of GetProducts in the API reference, the attributes those of AmazonSageMaker's
offer file as awslabs/llmeter and vantage-sh/ec2instances.info read them.
"""

from __future__ import annotations

import itertools
import json
from typing import Any

PUBLISHED = "2026-11-03T18:02:11Z"

_sku = itertools.count()


def product(
    component: str = "Hosting",
    type: str = "ml.m5.large",
    price: str | None = "0.1150000000",
    *,
    currency: str = "USD",
    unit: str = "Hrs",
    dimensions: list[dict[str, Any]] | None = None,
    region: str = "us-east-1",
    family: str = "ML Instance",
    without: tuple[str, ...] = (),
    **attributes: str,
) -> dict[str, Any]:
    """A product of one on-demand price; `price` None: without terms."""
    sku = f"SKU{next(_sku):09}"
    offer = f"{sku}.JRTCKXETXF"
    every = {
        "servicecode": "AmazonSageMaker",
        "servicename": "Amazon SageMaker",
        "location": "US East (N. Virginia)",
        "locationType": "AWS Region",
        "regionCode": region,
        "component": component,
        "platoinstancetype": component,
        "platoinstancename": type.split(".")[1],
        "instanceName": type,
        "instanceType": f"{type}-{component}",
        "usagetype": f"USE1-{component}:{type}",
        "operation": "RunInstance",
        "vCpu": "2",
        "memory": "8 GiB",
        "gpu": "N/A",
        **attributes,
    }
    described = f"${price} per {component} {type} hour in US East (N. Virginia)"
    one = {"unit": unit, "description": described, "pricePerUnit": {currency: price}}
    given = dimensions if dimensions is not None else [one]
    terms: dict[str, Any] = {}
    if price is not None:
        terms["OnDemand"] = {
            offer: {
                "sku": sku,
                "offerTermCode": "JRTCKXETXF",
                "effectiveDate": "2026-11-01T00:00:00Z",
                "termAttributes": {},
                "priceDimensions": {
                    f"{offer}.{number}": {
                        "rateCode": f"{offer}.{number}",
                        "beginRange": "0",
                        "endRange": "Inf",
                        "appliesTo": [],
                        **dimension,
                    }
                    for number, dimension in enumerate(given)
                },
            }
        }
    return {
        "product": {
            "sku": sku,
            "productFamily": family,
            "attributes": {name: value for name, value in every.items() if name not in without},
        },
        "serviceCode": "AmazonSageMaker",
        "terms": terms,
        "version": "20261103180211",
        "publicationDate": PUBLISHED,
    }


def volume(word: str, price: str, kind: str = "gp2", **more: Any) -> dict[str, Any]:
    """A volume's product: `Notebk`, `Train`, `Host`, `Processing` or `Studio`."""
    usage = f"USE1-{word}:VolumeUsage.{kind}"
    return product(
        price=price,
        unit="GB-Mo",
        family="Storage",
        usagetype=usage,
        volumeType=f"General Purpose-{word}",
        without=("component", "platoinstancetype", "instanceName", "instanceType"),
        **more,
    )


def texts(*products: dict[str, Any]) -> list[str]:
    """As they stand in PriceList."""
    return [json.dumps(one) for one in products]


def quota(name: str, value: float, **more: Any) -> dict[str, Any]:
    """A quota of SageMaker."""
    return {
        "ServiceCode": "sagemaker",
        "ServiceName": "Amazon SageMaker",
        "QuotaName": name,
        "Value": value,
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
        **more,
    }
