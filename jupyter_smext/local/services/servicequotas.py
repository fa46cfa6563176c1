"""Service Quotas: the limits of this machine under their own names, none of an AWS account.

No quota of an instance type is here (`ml.m5.large for training job usage`): every type runs on
this machine, and what it has is shared. A limit is set when the engine starts, by the variable
that its description names.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .. import errors
from ..contract import ServiceError
from .page_tokens import page
from .sagemaker import Answer, Call

_GB = 1_000_000_000
_PAGE = 100
_SERVICES = {
    "logs": "Amazon CloudWatch Logs",
    "monitoring": "Amazon CloudWatch",
    "sagemaker": "Amazon SageMaker",
}
_JOBS_AND_SUCH = {
    "jobs": ("jobs that run at once", "More jobs wait for their turn."),
    "hosts": ("instances of one job", "Each is a process on this machine."),
    "endpoints": ("endpoints in service", "Another is refused."),
    "processes": ("process trees of all kinds", "Jobs wait, what stays up is refused."),
}


@dataclass(frozen=True)
class _Limit:
    service: str
    code: str
    name: str
    value: float
    unit: str
    description: str


async def answer(call: Call) -> Answer:
    """Answer one call, in a thread: the disk is asked. Raises ServiceError."""
    handler = _HANDLERS.get(call.operation)
    if handler is None:
        raise errors.not_run("servicequotas", call.operation)
    return await asyncio.to_thread(handler, call)


def _limits(call: Call) -> list[_Limit]:
    # Runners import services, and these two import runners.
    from ..limits import COUNTS
    from ..runners.supervision import machine

    engine, here = call.engine, machine()
    found = [
        _Limit(
            "sagemaker",
            f"local-{name}",
            f"Local engine: {what} on this machine",
            float(getattr(engine.capacity.allowed, name)),
            "None",
            f"{how} Set {COUNTS[name].variable} to change it.",
        )
        for name, (what, how) in _JOBS_AND_SUCH.items()
    ]
    return [
        *found,
        _Limit(
            "sagemaker",
            "local-cpus",
            "Local engine: CPUs of this machine",
            float(here.cpus),
            "None",
            "Shared by all that runs, whatever its instance type.",
        ),
        _Limit(
            "sagemaker",
            "local-memory",
            "Local engine: memory of this machine",
            here.memory / _GB,
            "Gigabytes",
            "Shared by all that runs, whatever its instance type. 10^9 bytes each.",
        ),
        _Limit(
            "sagemaker",
            "local-disk",
            "Local engine: disk that its home may take",
            engine.disk.limit / _GB,
            "Gigabytes",
            "Of 10^9 bytes each. Set SMEXT_LOCAL_DISK_BYTES to change it.",
        ),
        _Limit(
            "logs",
            "local-bytes",
            "Local engine: log events that are kept",
            engine.logs.most / _GB,
            "Gigabytes",
            "Of 10^9 bytes each. The oldest are removed. Set SMEXT_LOCAL_LOG_BYTES to change it.",
        ),
        _Limit(
            "monitoring",
            "local-points",
            "Local engine: data points of metrics that are kept",
            float(engine.metrics.most),
            "None",
            "The oldest are removed. Set SMEXT_LOCAL_METRIC_POINTS to change it.",
        ),
    ]


def _shown(call: Call, limit: _Limit) -> dict[str, Any]:
    where = f"{call.region}:{call.engine.account}"
    return {
        "ServiceCode": limit.service,
        "ServiceName": _SERVICES[limit.service],
        "QuotaArn": f"arn:aws:servicequotas:{where}:{limit.service}/{limit.code}",
        "QuotaCode": limit.code,
        "QuotaName": limit.name,
        "Value": limit.value,
        "Unit": limit.unit,
        # A request changes nothing: the engine is started with another limit.
        "Adjustable": False,
        "GlobalQuota": False,
        "QuotaAppliedAtLevel": "ACCOUNT",
        "Description": limit.description,
    }


def _of_service(call: Call) -> list[_Limit]:
    code = call.parameters["ServiceCode"]
    if code not in _SERVICES:
        raise _no_such(f"The local engine has no limits of the service {code}.")
    return [limit for limit in _limits(call) if limit.service == code]


def _no_such(message: str) -> ServiceError:
    return ServiceError("NoSuchResourceException", message)


def _list(call: Call) -> Answer:
    given = call.parameters
    if given.get("QuotaAppliedAtLevel", "ACCOUNT") == "RESOURCE":
        return {"Quotas": []}
    wanted = given.get("QuotaCode")
    shown = [_shown(call, limit) for limit in _of_service(call) if wanted in (None, limit.code)]
    return _page(call, "Quotas", shown)


def _get(call: Call) -> Answer:
    code = call.parameters["QuotaCode"]
    for limit in _of_service(call):
        if limit.code == code:
            return {"Quota": _shown(call, limit)}
    raise _no_such(f"The local engine has no limit {code}: ListServiceQuotas names those it has.")


def _list_services(call: Call) -> Answer:
    shown = [{"ServiceCode": code, "ServiceName": name} for code, name in _SERVICES.items()]
    return _page(call, "Services", shown)


def _page(call: Call, member: str, items: list[Any]) -> Answer:
    refusal = ServiceError("InvalidPaginationTokenException", "Invalid NextToken.")
    shown, more = page(call.parameters, items, _PAGE, refusal)
    return {member: shown, **more}


def _increase(call: Call) -> Answer:
    found = _get(call)["Quota"]
    raise ServiceError(
        "IllegalArgumentException",
        f"A request does not change a limit of this machine. {found['Description']}",
    )


def _no_requests(call: Call) -> Answer:
    """None: every request is refused."""
    return {"RequestedQuotas": []}


_HANDLERS: dict[str, Callable[[Call], Answer]] = {
    "GetServiceQuota": _get,
    "ListAWSDefaultServiceQuotas": _list,
    "ListRequestedServiceQuotaChangeHistory": _no_requests,
    "ListServiceQuotas": _list,
    "ListServices": _list_services,
    "RequestServiceQuotaIncrease": _increase,
}
