"""Which quota is of which use and type, and how many are left of it."""

from __future__ import annotations

import pytest

from jupyter_smext.cost import Prices
from jupyter_smext.cost.quotas import named
from jupyter_smext.protocol import Use

from .conftest import ENVIRONMENT, REGION, Shop
from .goods import quota
from .test_prices import of, told


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ml.t3.medium for notebook instance usage", ("notebook", "ml.t3.medium")),
        ("Studio JupyterLab Apps running on ml.g5.xlarge instances", ("studio", "ml.g5.xlarge")),
        ("Studio JupyterLab Apps running on ml.g5.xlarge instance", ("studio", "ml.g5.xlarge")),
        ("ml.p6e-gb200.36xlarge for training job usage", ("training", "ml.p6e-gb200.36xlarge")),
        ("ml.m5.large for processing job usage", ("processing", "ml.m5.large")),
        ("ml.m5.large for endpoint usage", ("hosting", "ml.m5.large")),
        ("ml.m5.large for spot training job usage", None),
        ("ml.m5.large for training warm pool usage", None),
        ("ml.m5.large for transform job usage", None),
        ("ml.m5.large for cluster usage", None),
        ("Studio CodeEditor Apps running on ml.m5.large instances", None),
        ("Total number of notebook instances", None),
    ],
)
def test_names(name: str, expected: tuple[Use, str] | None) -> None:
    assert named(name) == expected


async def test_an_applied_quota_goes_before_the_default(shop: Shop, prices: Prices) -> None:
    shop.quotas = {
        "ListAWSDefaultServiceQuotas": [
            quota("ml.m5.large for endpoint usage", 1),
            quota("ml.m5.xlarge for endpoint usage", 3),
        ],
        "ListServiceQuotas": [quota("ml.m5.large for endpoint usage", 7)],
    }
    answer = await told(prices)
    assert (of(answer, "ml.m5.large").quota, of(answer, "ml.m5.large").quota_left) == (7, 5)
    assert (of(answer, "ml.m5.xlarge").quota, of(answer, "ml.m5.xlarge").quota_left) == (3, 3)
    await prices.close()


async def test_more_than_the_quota_runs(shop: Shop, prices: Prices) -> None:
    shop.quotas = {"ListServiceQuotas": [quota("ml.m5.large for endpoint usage", 1)]}
    assert of(await told(prices), "ml.m5.large").quota_left == 0
    await prices.close()


async def test_what_runs_is_not_known(shop: Shop, prices: Prices) -> None:
    name = "ml.m5.large for training job usage"
    shop.quotas = {"ListServiceQuotas": [quota(name, 2)]}
    large = of(await told(prices, "training"), "ml.m5.large")
    assert (large.quota, large.quota_left) == (2, None)
    await prices.close()


async def test_quotas_do_not_hold_up_prices(shop: Shop, prices: Prices) -> None:
    shop.failures = {"ListAWSDefaultServiceQuotas": ("AccessDeniedException", 400)}
    answer = await told(prices)
    assert of(answer, "ml.m5.large").price == 0.115
    assert answer.prices_problem is None
    assert answer.quotas_problem is not None
    assert answer.quotas_problem.permission == "servicequotas:ListAWSDefaultServiceQuotas"
    assert prices.price(ENVIRONMENT, REGION, "hosting", "ml.m5.large") == 0.115
    await prices.close()
