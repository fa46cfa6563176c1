"""Quotas are this machine's own limits; what runs on it has no charge, and no other price."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psutil
import pytest
from botocore.exceptions import ClientError

from jupyter_smext.local.limits import COUNTS
from tests.local_engine import RunningEngine


def refusal(function: Any, **parameters: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as error:
        function(**parameters)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    found = error.value.response["Error"]
    return found["Code"], found["Message"]


def test_quotas_are_the_limits_that_the_engine_holds(engine: RunningEngine) -> None:
    quotas = engine.client("service-quotas", "eu-west-1")
    services = quotas.list_services()["Services"]
    assert [one["ServiceCode"] for one in services] == ["logs", "monitoring", "sagemaker"]
    found = {
        quota["QuotaCode"]: quota
        for one in services
        for quota in quotas.list_service_quotas(ServiceCode=one["ServiceCode"])["Quotas"]
    }
    allowed = engine.engine.capacity.allowed
    for name, limit in COUNTS.items():
        quota = found[f"local-{name}"]
        assert (quota["Value"], quota["Unit"]) == (getattr(allowed, name), "None")
        assert limit.variable in quota["Description"]
    memory = found["local-memory"]
    assert memory["Value"] * 1e9 == pytest.approx(psutil.virtual_memory().total)
    assert memory["Unit"] == found["local-disk"]["Unit"] == "Gigabytes"
    assert found["local-disk"]["Value"] * 1e9 == engine.engine.disk.limit
    assert found["local-bytes"]["Value"] * 1e9 == engine.engine.logs.most
    assert found["local-points"]["Value"] == engine.engine.metrics.most
    for code, quota in found.items():
        assert quota["QuotaName"].startswith("Local engine: ")
        assert quota["Adjustable"] is False
        where = f"arn:aws:servicequotas:eu-west-1:000000000000:{quota['ServiceCode']}"
        assert quota["QuotaArn"] == f"{where}/{code}"
        asked = {"ServiceCode": quota["ServiceCode"], "QuotaCode": code}
        assert quotas.get_service_quota(**asked)["Quota"] == quota
        assert quotas.list_service_quotas(**asked)["Quotas"] == [quota]


def test_quotas_follow_the_variables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMEXT_LOCAL_JOBS", "7")
    monkeypatch.setenv("SMEXT_LOCAL_DISK_BYTES", "2500000000")
    engine = RunningEngine(tmp_path / "engine")
    engine.start()
    quotas = engine.client("service-quotas")
    values = [
        quotas.get_service_quota(ServiceCode="sagemaker", QuotaCode=code)["Quota"]["Value"]
        for code in ("local-jobs", "local-disk")
    ]
    engine.stop()
    assert values == [7, 2.5]


def test_quotas_come_by_pages(engine: RunningEngine) -> None:
    quotas = engine.client("service-quotas")
    pages = list(
        quotas.get_paginator("list_service_quotas").paginate(
            ServiceCode="sagemaker", PaginationConfig={"PageSize": 3}
        )
    )
    assert [len(page["Quotas"]) for page in pages] == [3, 3, 1]
    assert len({quota["QuotaCode"] for page in pages for quota in page["Quotas"]}) == 7
    defaults = quotas.list_aws_default_service_quotas(ServiceCode="sagemaker")["Quotas"]
    assert defaults == [quota for page in pages for quota in page["Quotas"]], "none is raised here"
    code, _ = refusal(quotas.list_service_quotas, ServiceCode="sagemaker", NextToken="bnVsbA==")
    assert code == "InvalidPaginationTokenException"


def test_quotas_that_are_not_this_machines_are_not_there(engine: RunningEngine) -> None:
    quotas = engine.client("service-quotas")
    asked = {"ServiceCode": "sagemaker", "QuotaCode": "L-D9C6AA17"}
    assert refusal(quotas.get_service_quota, **asked)[0] == "NoSuchResourceException"
    code, _ = refusal(quotas.list_service_quotas, ServiceCode="ec2")
    assert code == "NoSuchResourceException"
    code, message = refusal(
        quotas.request_service_quota_increase,
        ServiceCode="sagemaker",
        QuotaCode="local-jobs",
        DesiredValue=9,
    )
    assert (code, "SMEXT_LOCAL_JOBS" in message) == ("IllegalArgumentException", True)
    assert quotas.list_requested_service_quota_change_history()["RequestedQuotas"] == []
    code, message = refusal(quotas.list_service_quota_increase_requests_in_template)
    assert (code, "needs AWS" in message) == ("UnknownOperationException", True)


def products(pricing: Any, *filters: tuple[str, str, str], **more: Any) -> list[Any]:
    asked = [{"Type": kind, "Field": name, "Value": value} for kind, name, value in filters]
    pages = pricing.get_paginator("get_products").paginate(
        ServiceCode="AmazonSageMaker", Filters=asked, **more
    )
    return [json.loads(text) for page in pages for text in page["PriceList"]]


def test_an_hour_of_any_instance_type_has_no_charge(engine: RunningEngine) -> None:
    pricing = engine.client("pricing")
    (product,) = products(
        pricing,
        ("TERM_MATCH", "instanceName", "ml.m5.large"),
        ("TERM_MATCH", "regionCode", "eu-west-1"),
        ("TERM_MATCH", "component", "Hosting"),
        ("TERM_MATCH", "productFamily", "ML Instance"),
    )
    (term,) = product["terms"]["OnDemand"].values()
    (price,) = term["priceDimensions"].values()
    assert float(price["pricePerUnit"]["USD"]) == 0
    assert (price["unit"], list(price["pricePerUnit"])) == ("Hrs", ["USD"])
    assert price["description"].startswith("Local engine: no charge")
    attributes = product["product"]["attributes"]
    assert (attributes["regionCode"], attributes["component"]) == ("eu-west-1", "Hosting")
    assert attributes["locationType"] == "Local engine"
    assert not {"vCpu", "memory", "gpu"} & set(attributes)


def test_no_price_but_no_charge_is_told(engine: RunningEngine) -> None:
    pricing = engine.client("pricing")
    every = products(pricing)
    assert len(every) > 300
    prices = {
        json.dumps(price["pricePerUnit"])
        for product in every
        for term in product["terms"]["OnDemand"].values()
        for price in term["priceDimensions"].values()
    }
    assert prices == {'{"USD": "0.0000000000"}'}
    assert products(pricing, ("TERM_MATCH", "instanceName", "ml.none.large")) == []
    assert products(pricing, ("TERM_MATCH", "vCpu", "2")) == []
    chosen = products(pricing, ("ANY_OF", "instanceName", "ml.m5.large, ml.t3.medium"))
    assert [one["product"]["sku"] for one in chosen] == ["LOCAL-ml.m5.large", "LOCAL-ml.t3.medium"]
    assert len(products(pricing, ("NONE_OF", "instanceName", "ml.m5.large"))) == len(every) - 1
    small = products(pricing, ("CONTAINS", "instanceType", "ml.t3."))
    assert 1 < len(small) < 10
    code, message = refusal(pricing.get_products, ServiceCode="AmazonEC2")
    assert (code, "Choose an AWS connection" in message) == ("NotFoundException", True)
    code, _ = refusal(pricing.get_products, ServiceCode="AmazonSageMaker", NextToken="x")
    assert code == "InvalidNextTokenException"
    code, _ = refusal(pricing.get_products, ServiceCode="AmazonSageMaker", FormatVersion="v9")
    assert code == "InvalidParameterException"


def test_services_and_their_attributes_are_told(engine: RunningEngine) -> None:
    pricing = engine.client("pricing")
    (service,) = pricing.describe_services()["Services"]
    assert service["ServiceCode"] == "AmazonSageMaker"
    for name in service["AttributeNames"]:
        pages = pricing.get_paginator("get_attribute_values").paginate(
            ServiceCode="AmazonSageMaker", AttributeName=name
        )
        values = [one["Value"] for page in pages for one in page["AttributeValues"]]
        assert values == sorted(set(values))
        (kind, value) = ("TERM_MATCH", values[0])
        assert products(pricing, (kind, name, value), PaginationConfig={"MaxItems": 1})
    code, _ = refusal(
        pricing.get_attribute_values, ServiceCode="AmazonSageMaker", AttributeName="vCpu"
    )
    assert code == "InvalidParameterException"
    code, message = refusal(
        pricing.list_price_lists,
        ServiceCode="AmazonSageMaker",
        EffectiveDate=0,
        CurrencyCode="USD",
    )
    assert (code, "needs AWS" in message) == ("UnknownOperationException", True)
