"""Prices and quotas are read behind the scenes, kept on disk, and say why they are not there."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from jupyter_smext.aws.sessions import Sessions
from jupyter_smext.cost import Prices, price_file
from jupyter_smext.cost import prices as module
from jupyter_smext.cost.price_list import PriceList
from jupyter_smext.cost.price_source import endpoint_region
from jupyter_smext.protocol import InstanceType, InstanceTypes, Use

from .conftest import ENVIRONMENT, REGION, Shop
from .goods import product, quota

PLACE = (ENVIRONMENT, REGION)
DENIED = ("AccessDeniedException", 400)


async def told(
    prices: Prices, use: Use = "hosting", place: tuple[str, str] = PLACE
) -> InstanceTypes:
    """The table once nothing is being read."""
    while (answer := await prices.types(*place, use)).reading:
        pass
    return answer


def of(answer: InstanceTypes, name: str) -> InstanceType:
    return next(one for one in answer.types if one.name == name)


def kept(home: Path, region: str = REGION) -> PriceList | None:
    return price_file.load(price_file.path_of(home, region))


def keep(home: Path, age: float, price: float = 0.5) -> PriceList:
    """A list of an earlier server."""
    hours = {"hosting": {"ml.m5.large": price}}
    old = PriceList(REGION, True, 1.0, time.time() - age, None, hours, {})
    price_file.save(price_file.path_of(home, REGION), old)
    return old


async def test_a_table_of_types(shop: Shop, prices: Prices, tmp_path: Path) -> None:
    answer = await told(prices)
    large = of(answer, "ml.m5.large")
    assert (large.vcpu, large.memory_gib, large.gpus, large.gpu) == (2, 8.0, 0, None)
    assert (large.price, large.quota, large.quota_left) == (0.115, 4, 2)
    assert (of(answer, "ml.m5.xlarge").price, of(answer, "ml.m5.xlarge").quota) == (None, None)
    assert (answer.prices_problem, answer.quotas_problem, answer.charged) == (None, None, True)
    assert answer.prices_of is not None and answer.prices_read_at is not None
    assert prices.price(*PLACE, "hosting", "ml.m5.large") == 0.115
    assert prices.price(*PLACE, "notebook", "ml.t3.medium") == 0.05
    assert prices.price(*PLACE, "studio", "ml.t3.medium") is None
    assert kept(tmp_path) is not None
    await prices.close()


async def test_to_ask_never_waits(shop: Shop, prices: Prices) -> None:
    shop.wait.clear()
    assert prices.price(*PLACE, "hosting", "ml.m5.large") is None
    assert prices.known(*PLACE).reading
    assert prices.costs(*PLACE, []).reading
    shop.wait.set()
    await told(prices)
    assert prices.price(*PLACE, "hosting", "ml.m5.large") == 0.115
    assert shop.counted("GetProducts") == 2, "one for each family, however often one asks"
    await prices.close()


async def test_a_table_does_not_wait_for_aws(
    shop: Shop, prices: Prices, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    shop.wait.clear()
    answer = await prices.types(*PLACE, "hosting")
    assert answer.reading and of(answer, "ml.m5.large").vcpu == 2
    shop.wait.set()
    await told(prices)
    await prices.close()


async def test_pages_are_read_to_the_end(shop: Shop, prices: Prices) -> None:
    sizes = ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge")
    shop.products = [product(type=f"ml.m5d.{size}", price=f"{n}.5") for n, size in enumerate(sizes)]
    shop.quotas["ListServiceQuotas"] = [
        quota(f"ml.m5d.{size} for endpoint usage", n) for n, size in enumerate(sizes)
    ]
    shop.page = 2
    answer = await told(prices)
    found = [of(answer, f"ml.m5d.{size}") for size in sizes[:4]]
    assert [(one.price, one.quota) for one in found] == [(0.5, 0), (1.5, 1), (2.5, 2), (3.5, 3)]
    assert shop.counted("GetProducts") == 3 + 1
    await prices.close()


async def test_another_region_is_asked_of_the_same_endpoint(shop: Shop, prices: Prices) -> None:
    shop.products.append(product(price="0.2", region="eu-west-3"))
    assert of(await told(prices, place=(ENVIRONMENT, "eu-west-3")), "ml.m5.large").price == 0.2
    assert of(await told(prices), "ml.m5.large").price == 0.115
    await prices.close()


def test_where_the_price_list_is() -> None:
    assert endpoint_region("aws") == "us-east-1"
    assert endpoint_region("aws-cn") == "cn-northwest-1"
    assert endpoint_region("aws-us-gov") is None


async def test_no_price_list_in_this_partition(shop: Shop, prices: Prices) -> None:
    answer = await told(prices, place=(ENVIRONMENT, "us-gov-west-1"))
    assert answer.prices_problem is not None and "us-gov-west-1" in answer.prices_problem.title
    assert shop.counted("GetProducts") == 0
    await prices.close()


async def test_yuan_is_no_price_and_said(shop: Shop, prices: Prices) -> None:
    shop.products = [product(region="cn-north-1", currency="CNY")]
    answer = await told(prices, place=(ENVIRONMENT, "cn-north-1"))
    assert of(answer, "ml.m5.large").price is None
    assert answer.prices_problem is not None and "CNY" in answer.prices_problem.title
    await prices.close()


async def test_nothing_in_the_list_is_said(shop: Shop, prices: Prices, tmp_path: Path) -> None:
    shop.products = []
    answer = await told(prices)
    assert answer.prices_problem is not None and answer.prices_problem.cause == "not_found"
    assert kept(tmp_path) is None
    await prices.close()


@pytest.mark.parametrize(
    ("failure", "cause"),
    [
        (DENIED, "denied"),
        (("ThrottlingException", 400), "throttled"),
        (("InternalErrorException", 500), "broken"),
        (("ExpiredTokenException", 400), "signed_out"),
    ],
)
async def test_unreadable(shop: Shop, prices: Prices, failure: Any, cause: str) -> None:
    shop.failures = {"GetProducts": failure, "ListServiceQuotas": failure}
    answer = await told(prices)
    assert answer.prices_problem is not None and answer.prices_problem.cause == cause
    assert answer.quotas_problem is not None and answer.quotas_problem.cause == cause
    if cause == "denied":
        assert answer.prices_problem.permission == "pricing:GetProducts"
        assert answer.quotas_problem.permission == "servicequotas:ListServiceQuotas"
    large = of(answer, "ml.m5.large")
    assert (large.price, large.quota, large.quota_left, large.vcpu) == (None, None, None, 2)
    asked = len(shop.asked)
    await told(prices)
    assert len(shop.asked) == asked, "not at once again"
    await prices.close()


async def test_what_was_denied_is_tried_again_on_request(shop: Shop, prices: Prices) -> None:
    shop.failures = {"GetProducts": DENIED, "ListServiceQuotas": DENIED}
    assert (await told(prices)).prices_problem is not None
    shop.failures = {}
    prices.retry(*PLACE)
    answer = await told(prices)
    assert (answer.prices_problem, answer.quotas_problem) == (None, None)
    assert of(answer, "ml.m5.large").price == 0.115
    asked = len(shop.asked)
    prices.retry(*PLACE)
    await told(prices)
    assert len(shop.asked) == asked, "what is known is not asked for again"
    await prices.close()


async def test_products_of_another_form_are_said(shop: Shop, prices: Prices) -> None:
    broken = product()
    broken["terms"] = "none"
    shop.products = [broken]
    answer = await told(prices)
    assert answer.prices_problem is not None and answer.prices_problem.cause == "broken"
    await prices.close()


async def test_a_restart_has_prices_at_once(shop: Shop, prices: Prices, tmp_path: Path) -> None:
    old = keep(tmp_path, age=3600)
    answer = await told(prices)
    assert of(answer, "ml.m5.large").price == 0.5
    assert (answer.prices_of, answer.prices_read_at) == (1.0, old.read_at)
    assert shop.counted("GetProducts") == 0, "not older than a day"
    await prices.close()


async def test_old_prices_are_read_again(shop: Shop, prices: Prices, tmp_path: Path) -> None:
    keep(tmp_path, age=25 * 3600)
    assert of(await told(prices), "ml.m5.large").price == 0.115
    found = kept(tmp_path)
    assert found is not None and found.hour("hosting", "ml.m5.large") == 0.115
    await prices.close()


async def test_old_prices_stay_with_their_date(shop: Shop, prices: Prices, tmp_path: Path) -> None:
    old = keep(tmp_path, age=25 * 3600)
    shop.failures = {"GetProducts": DENIED}
    answer = await told(prices)
    assert of(answer, "ml.m5.large").price == 0.5
    assert answer.prices_read_at == old.read_at
    assert answer.prices_problem is not None and answer.prices_problem.cause == "denied"
    costs = prices.costs(*PLACE, [])
    assert (costs.prices_read_at, costs.problem) == (old.read_at, answer.prices_problem)
    await prices.close()


async def test_offline(
    shop: Shop, prices: Prices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(tmp_path, age=25 * 3600)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    answer = await told(prices)
    assert of(answer, "ml.m5.large").price == 0.5
    assert answer.prices_problem is not None and answer.prices_problem.cause == "offline"
    await prices.close()


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"region": 1}'])
async def test_an_unusable_file_is_read_anew(
    shop: Shop, prices: Prices, tmp_path: Path, content: bytes
) -> None:
    path = price_file.path_of(tmp_path, REGION)
    path.parent.mkdir()
    path.write_bytes(content)
    assert of(await told(prices), "ml.m5.large").price == 0.115
    assert kept(tmp_path) is not None
    assert [one.name for one in path.parent.iterdir()] == [path.name], "no half file is left"
    await prices.close()


async def test_a_file_that_cannot_be_written_costs_only_the_next_start(
    shop: Shop, sessions: Sessions, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "prices").write_text("in the way")
    prices = Prices(sessions, tmp_path, lambda connection, region: {})
    assert of(await told(prices), "ml.m5.large").price == 0.115
    assert "could not be kept" in caplog.text
    await prices.close()
