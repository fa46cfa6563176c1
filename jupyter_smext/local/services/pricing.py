"""The price list: what runs on this machine costs no charge, and that is all it says.

GetProducts of AmazonSageMaker has one product for each instance type, at 0 USD an hour, whose
location is "This machine" and whose description begins "Local engine: no charge": by either a
caller can tell it from a price of AWS's. No price of AWS's is here, and none of another service.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from typing import Any

from .. import errors
from ..contract import ServiceError, service_model
from .page_tokens import page
from .sagemaker import Answer, Call

SERVICE = "AmazonSageMaker"
#: By this a caller tells a price of the local engine.
NO_CHARGE = "Local engine: no charge"

_FORMAT = "aws_v1"
_FAMILY = "ML Instance"
_PAGE = 100
#: What AWS's prices differ by and these do not: a filter by it fits, and its value is repeated.
_ANY = frozenset({"component", "platoinstancetype", "regionCode", "location"})


async def answer(call: Call) -> Answer:
    """Answer one call. Raises ServiceError."""
    handler = _HANDLERS.get(call.operation)
    if handler is None:
        raise errors.not_run("pricing", call.operation)
    service = call.parameters.get("ServiceCode", SERVICE)
    if service != SERVICE:
        raise ServiceError(
            "NotFoundException",
            f"The local engine has no prices of {service[:100]}, only of {SERVICE}. "
            "Choose an AWS connection for AWS's prices.",
        )
    version = call.parameters.get("FormatVersion", _FORMAT)
    if version != _FORMAT:
        raise _invalid(f"Format version {version} is invalid: it must be {_FORMAT}.")
    return handler(call)


def _invalid(message: str) -> ServiceError:
    return ServiceError("InvalidParameterException", message)


@functools.cache
def _types() -> tuple[str, ...]:
    """Every instance type that SageMaker's model names."""
    model = service_model("sagemaker")
    kinds = ("App", "", "Processing", "ProductionVariant", "Training", "Transform")
    names = {name for kind in kinds for name in model.shape_for(f"{kind}InstanceType").enum}
    return tuple(sorted(name for name in names if name.startswith("ml.")))


def _attributes(instance_type: str) -> dict[str, str]:
    # No vCPU, memory or GPU: an instance type has this machine's.
    return {
        "servicecode": SERVICE,
        "servicename": NO_CHARGE,
        "instanceName": instance_type,
        "instanceType": instance_type,
        "location": "This machine",
        "locationType": "Local engine",
        "operation": "Local",
        "productFamily": _FAMILY,
        "usagetype": f"Local:{instance_type}",
    }


def _services(call: Call) -> Answer:
    names = sorted(_attributes(""))
    return {
        "Services": [{"ServiceCode": SERVICE, "AttributeNames": names}],
        "FormatVersion": _FORMAT,
    }


def _values(call: Call) -> Answer:
    name = call.parameters["AttributeName"]
    if name not in _attributes(""):
        raise _invalid(f"{SERVICE} has no attribute {name[:100]} here.")
    values = sorted({_attributes(one)[name] for one in _types()})
    shown, token = _page(call, values)
    return {"AttributeValues": [{"Value": value} for value in shown], **token}


def _products(call: Call) -> Answer:
    filters = call.parameters.get("Filters", [])
    repeated = {
        one["Field"]: one["Value"]
        for one in filters
        if one["Field"] in _ANY and one["Type"] in ("TERM_MATCH", "EQUALS")
    }
    found = []
    for instance_type in _types():
        attributes = {**_attributes(instance_type), **repeated}
        if all(one["Field"] in repeated or _fits(attributes, one) for one in filters):
            found.append((instance_type, attributes))
    shown, token = _page(call, found)
    return {
        "FormatVersion": _FORMAT,
        "PriceList": [json.dumps(_product(call, *one)) for one in shown],
        **token,
    }


def _fits(attributes: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    kind, value = wanted["Type"], wanted["Value"]
    found = attributes.get(wanted["Field"])
    if found is None:
        return kind == "NONE_OF"
    if kind == "CONTAINS":
        return value in found
    if kind in ("ANY_OF", "NONE_OF"):
        among = found in [one.strip() for one in value.split(",")]
        return among == (kind == "ANY_OF")
    return found == value


def _product(call: Call, instance_type: str, attributes: Mapping[str, str]) -> dict[str, Any]:
    sku = f"LOCAL-{instance_type}"
    offer = f"{sku}.LOCAL"
    shown = {name: value for name, value in attributes.items() if name != "productFamily"}
    price = {
        "unit": "Hrs",
        "beginRange": "0",
        "endRange": "Inf",
        "description": f"{NO_CHARGE} for {instance_type}: it runs on this machine",
        "appliesTo": [],
        "rateCode": f"{offer}.HRS",
        "pricePerUnit": {"USD": "0.0000000000"},
    }
    term = {
        "priceDimensions": {price["rateCode"]: price},
        "sku": sku,
        "offerTermCode": "LOCAL",
        "termAttributes": {},
    }
    return {
        "product": {"productFamily": _FAMILY, "attributes": shown, "sku": sku},
        "serviceCode": SERVICE,
        "terms": {"OnDemand": {offer: term}},
        "version": call.engine.version,
    }


def _page(call: Call, items: list[Any]) -> tuple[list[Any], dict[str, str]]:
    refusal = ServiceError("InvalidNextTokenException", "The NextToken is invalid.")
    return page(call.parameters, items, _PAGE, refusal)


_HANDLERS: dict[str, Callable[[Call], Answer]] = {
    "DescribeServices": _services,
    "GetAttributeValues": _values,
    "GetProducts": _products,
}
