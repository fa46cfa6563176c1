"""What is a price and what is none, in products of the documented form."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, get_args

import msgspec
import pytest

from jupyter_smext.cost.price_list import COMPONENTS, HOURS_OF_MONTH, PriceList, price_list
from jupyter_smext.protocol import Use

from .goods import PUBLISHED, product, texts, volume

Products = list[dict[str, Any]]


def made(*products: dict[str, Any]) -> PriceList:
    return price_list("us-east-1", texts(*products), 1.0)


def hour(*products: dict[str, Any]) -> float | None:
    return made(*products).hour("hosting", "ml.m5.large")


def test_a_price_for_every_use() -> None:
    words = ("Notebook", "Studio-JupyterLab", "Training", "Processing", "Hosting")
    found = made(*(product(word, price=f"0.{n}5") for n, word in enumerate(words, 1)))
    assert set(COMPONENTS) == set(get_args(Use))
    prices = [found.hour(COMPONENTS[use], "ml.m5.large") for use in get_args(Use)]
    assert prices == [0.15, 0.25, 0.35, 0.45, 0.55]
    assert found.charged and found.currency is None
    assert (
        found.published_at == datetime.fromisoformat(PUBLISHED.replace("Z", "+00:00")).timestamp()
    )


@pytest.mark.parametrize(
    ("products", "expected"),
    [
        pytest.param([], None, id="missing"),
        pytest.param([product(type="ml.m5.xlarge")], None, id="another type"),
        pytest.param([product("Training")], None, id="another use"),
        pytest.param([product(), product()], 0.115, id="twice the same"),
        pytest.param([product(), product(price="0.2")], None, id="two prices: no rule chooses"),
        pytest.param([product(price="0.0000000000")], None, id="zero: a placeholder"),
        pytest.param([product(), product(price="0.0")], 0.115, id="zero beside a price"),
        pytest.param([product("Hosting-Free", price="0.0")], None, id="free tier"),
        pytest.param([product(price=None)], None, id="no terms on demand"),
        pytest.param([product(unit="GB")], None, id="another unit"),
        pytest.param([product(price="nan")], None, id="no number"),
        pytest.param([product(price="-1")], None, id="below zero"),
        pytest.param([product(marketoption="Reserved")], None, id="reserved"),
        pytest.param([product("SpotTraining")], None, id="spot"),
        pytest.param([product(currency="CNY")], None, id="yuan"),
        pytest.param([product("hosting")], 0.115, id="another spelling"),
        pytest.param([product(without=("platoinstancetype",))], 0.115, id="by component"),
        pytest.param([product(without=("instanceName",))], 0.115, id="by instanceType"),
        pytest.param(
            [product(without=("instanceName", "instanceType"))], 0.115, id="by usage type"
        ),
        pytest.param(
            [product(without=("instanceName",), instanceType="NA", usagetype="")],
            None,
            id="nameless",
        ),
    ],
)
def test_what_is_a_price(products: Products, expected: float | None) -> None:
    assert hour(*products) == expected


def test_tiers_are_no_price() -> None:
    tiers = [
        {"unit": "Hrs", "description": "first", "pricePerUnit": {"USD": price}, "endRange": end}
        for price, end in (("0.2", "100"), ("0.1", "Inf"))
    ]
    assert hour(product(dimensions=tiers)) is None


def test_reserved_terms_are_not_read() -> None:
    bought = product()
    bought["terms"]["Reserved"] = {"x": {"priceDimensions": "of another form"}}
    assert hour(bought) == 0.115


def test_names_with_dashes_and_digits() -> None:
    name = "ml.p6e-gb200.36xlarge"
    found = made(product("Studio-JupyterLab", name, usagetype=f"USE1-Studio:JupyterLab-{name}"))
    assert found.hour("studio-jupyterlab", name) == 0.115
    bare = product("Studio-JupyterLab", without=("instanceName", "instanceType"))
    bare["product"]["attributes"]["usagetype"] = "USE1-Studio:JupyterLab-ml.t3.medium"
    assert made(bare).hour("studio-jupyterlab", "ml.t3.medium") == 0.115


def test_volumes() -> None:
    found = made(
        volume("Notebk", "0.1400000000"),
        volume("Studio", "0.1120000000", "gp3"),
        volume("Host", "0.14"),
        volume("Host", "0.17", "gp3"),
    )
    assert found.volume_hour("notebook", 10) == pytest.approx(1.4 / HOURS_OF_MONTH)
    assert found.volume_hour("studio-jupyterlab", 5) == pytest.approx(0.56 / HOURS_OF_MONTH)
    assert found.volume_hour("hosting", 5) is None, "two prices: no rule chooses"
    assert found.volume_hour("training", 5) is None
    assert found.hours == {}, "a volume is no instance"


def test_yuan_is_said() -> None:
    assert made(product(currency="CNY")).currency == "CNY"
    assert made(product(currency="CNY"), product()).currency is None


@pytest.mark.parametrize("text", ["", "[]", "{}", json.dumps({"product": {}, "terms": {}})])
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        price_list("us-east-1", [text], 1.0)
