"""A region's price list, made of the products that AWS's Price List API answers.

A product's form is that of GetProducts (`product.attributes`, `terms.OnDemand`, price dimensions
with `unit` and `pricePerUnit`). Which attribute tells the use is not in AWS's documents; it is read
as these do it, which agree:

- awslabs/llmeter (`cost/providers/sagemaker.py`, Amazon's own): `component` Hosting with
  `instanceName`, unit Hrs; volumes by GB-Mo, over a month of 30 × 24 hours;
- vantage-sh/ec2instances.info (`sagemaker.py`): the values of `platoinstancetype`, free tier among
  them as names with "Free" in them;
- usage types as bills have them: `USE1-Notebk:VolumeUsage.gp2`, `Studio:VolumeUsage.gp3`.

What a price is:

- on demand alone: reserved capacity, savings plans and spot are other terms or other components;
- a product of several prices, or products of one type and use that differ, is no price: AWS names
  no rule that would choose;
- 0 is no price either. AWS gives no instance away by the hour: its zeros are the free tier and
  placeholders. The local engine says "no charge" in words, and then nothing has a price.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from ..decoding import decoder
from ..protocol import Use

CURRENCY = "USD"
HOURS_OF_MONTH = 30 * 24
NO_CHARGE = "Local engine: no charge"
"""How the local engine's products say that they are not AWS's."""

COMPONENTS: Mapping[Use, str] = {
    "notebook": "notebook",
    "studio": "studio-jupyterlab",
    "training": "training",
    "processing": "processing",
    "hosting": "hosting",
}
"""A use → its `platoinstancetype`, in lower case: AWS writes Studio-JupyterLab both ways."""

_VOLUMES: Mapping[str, str] = {
    "notebk": "notebook",
    "studio": "studio-jupyterlab",
    "train": "training",
    "processing": "processing",
    "host": "hosting",
}
_VOLUME = re.compile(r"(?:^|-)(\w+):VolumeUsage\.", re.IGNORECASE)
_TYPE = re.compile(r"ml\.[a-z0-9-]+\.[a-z0-9]+")


class PriceList(msgspec.Struct, frozen=True):
    """On-demand prices of one region in US dollars.

    `hours` are by component and instance type, `gb_months` of volumes by component. Times are epoch
    seconds; `currency` is another one that AWS has its prices in, None for dollars.
    """

    region: str
    charged: bool
    published_at: float | None
    read_at: float
    currency: str | None
    hours: dict[str, dict[str, float]]
    gb_months: dict[str, float]

    def hour(self, component: str, instance_type: str) -> float | None:
        """What one instance costs by the hour, its GPUs included; None: no price."""
        return self.hours.get(component, {}).get(instance_type)

    def volume_hour(self, component: str, gib: float) -> float | None:
        """What a volume costs by the hour; None: no price."""
        month = self.gb_months.get(component)
        return None if month is None else month * gib / HOURS_OF_MONTH


class _Dimension(msgspec.Struct, rename="camel"):
    unit: str
    price_per_unit: dict[str, str]
    description: str = ""


class _Offer(msgspec.Struct, rename="camel"):
    price_dimensions: dict[str, _Dimension]


class _Terms(msgspec.Struct):
    on_demand: dict[str, _Offer] = msgspec.field(name="OnDemand", default_factory=dict)


class _Goods(msgspec.Struct, rename="camel"):
    attributes: dict[str, str]
    product_family: str = ""


class _Product(msgspec.Struct, rename="camel"):
    product: _Goods
    terms: _Terms
    publication_date: datetime | None = None


_decode = decoder(_Product).decode


def price_list(region: str, products: Iterable[str], read_at: float) -> PriceList:
    """The list that these products make, each a JSON text as GetProducts answers it.

    Raises msgspec.DecodeError for a product that has not the documented form.
    """
    hours: dict[tuple[str, str], set[float]] = defaultdict(set)
    months: dict[str, set[float]] = defaultdict(set)
    published: list[float] = []
    currencies: set[str] = set()
    charged = True
    for text in products:
        found = _decode(text)
        if found.publication_date is not None:
            published.append(found.publication_date.timestamp())
        attributes = found.product.attributes
        for dimension in _dimensions(found):
            currencies.update(dimension.price_per_unit)
            if dimension.description.startswith(NO_CHARGE):
                charged = False
            price = _price(dimension)
            if price is None or attributes.get("marketoption", "OnDemand") != "OnDemand":
                continue
            component, name = _component(attributes), _type(attributes)
            if dimension.unit == "Hrs" and component and name:
                hours[component, name].add(price)
            volume = _VOLUME.search(attributes.get("usagetype", ""))
            if dimension.unit == "GB-Mo" and volume and volume[1].lower() in _VOLUMES:
                months[_VOLUMES[volume[1].lower()]].add(price)
    by_component: dict[str, dict[str, float]] = defaultdict(dict)
    for (component, name), prices in hours.items():
        if len(prices) == 1:
            by_component[component][name] = prices.pop()
    foreign = currencies and CURRENCY not in currencies
    return PriceList(
        region=region,
        charged=charged,
        published_at=max(published, default=None),
        read_at=read_at,
        currency=min(currencies) if foreign else None,
        hours=dict(by_component),
        gb_months={use: prices.pop() for use, prices in months.items() if len(prices) == 1},
    )


def _dimensions(product: _Product) -> list[_Dimension]:
    offers = product.terms.on_demand.values()
    return [one for offer in offers for one in offer.price_dimensions.values()]


def _price(dimension: _Dimension) -> float | None:
    """In dollars; None for another currency, for 0 and for what is no number."""
    try:
        price = float(dimension.price_per_unit.get(CURRENCY, ""))
    except ValueError:
        return None
    return price if math.isfinite(price) and price > 0 else None


def _component(attributes: Mapping[str, str]) -> str:
    return (attributes.get("platoinstancetype") or attributes.get("component") or "").lower()


def _type(attributes: Mapping[str, str]) -> str | None:
    """`ml.m5.xlarge`; `instanceType` has a suffix in some products: `ml.m5.xlarge-Hosting`."""
    for name in ("instanceName", "instanceType", "usagetype"):
        found = _TYPE.search(attributes.get(name, ""))
        if found:
            return found[0]
    return None
