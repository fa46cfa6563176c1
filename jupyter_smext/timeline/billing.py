"""What a job took and cost: AWS's billed seconds, what spot saved, and the price by the hour."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ..cost.price_list import PriceList
from ..cost.running import price_of
from ..kinds import Kind
from ..protocol import Row, Timeline
from .phases import seconds

HOUR = 3600.0

FREE = "Nothing is billed on the local engine, so spot saved nothing."


def billed(
    timeline: Timeline,
    kind: Kind,
    answer: Mapping[str, Any],
    row: Row,
    prices: PriceList | None,
    now: float,
) -> Timeline:
    """The timeline with what is known of the bill.

    Of a training job AWS tells the billed seconds, once it has ended; by its documents they are
    billed at the price by the hour, also where they are fewer on spot capacity (TrainingTime,
    BillableTime of DescribeTrainingJob). Another job is billed from its start to its end.
    """
    trained, billable = answer.get("TrainingTimeInSeconds"), answer.get("BillableTimeInSeconds")
    spot = bool(answer.get("EnableManagedSpotTraining"))
    saved = None
    if spot and trained and billable is not None:
        saved = max(0.0, 1 - billable / trained)
    note = ""
    if spot and timeline.ended is not None and billable is None:
        free = prices is not None and not prices.charged
        note = FREE if free else "AWS does not tell what was billed, and so not what spot saved."
    if prices is not None and not prices.charged:
        prices = None
    price = price_of(prices, row.groups) if prices and kind.paid_by is None else None
    seconds_billed = billable if billable is not None else _worked(kind, answer, timeline, now)
    hour = price
    if spot and billable is not None and prices is not None:
        groups = (msgspec.structs.replace(each, billed_as=kind.billed_as) for each in row.groups)
        hour = price_of(prices, groups)
    return msgspec.structs.replace(
        timeline,
        note=" ".join(filter(None, (timeline.note, note))),
        training_s=trained,
        billable_s=billable,
        saved=saved,
        price=price,
        billed_s=seconds_billed,
        cost=None if hour is None or seconds_billed is None else hour * seconds_billed / HOUR,
    )


def _worked(kind: Kind, answer: Mapping[str, Any], timeline: Timeline, now: float) -> float | None:
    began = seconds(answer.get(kind.times.started or ""))
    return None if began is None else max(0.0, (timeline.ended or now) - began)
