"""Card payments that nobody made, drawn at random by the rules below; about 2 of 100 are frauds."""

import random

COLUMNS = (
    "amount",
    "hour",
    "minutes_since_last",
    "km_from_home",
    "online",
    "attempts_in_hour",
    "card_age_days",
    "times_usual_amount",
)
TARGET = "kind"


def transactions(count: int, seed: int) -> list[list[str]]:
    """Rows: "fraud" or "genuine", then the columns. The same for a seed."""
    draw = random.Random(seed)
    return [_transaction(draw) for _ in range(count)]


def _transaction(draw: random.Random) -> list[str]:
    fraud = draw.random() < 0.02
    usual = draw.lognormvariate(3.4, 0.6)
    times = draw.lognormvariate(0, 0.7)
    hour = int(draw.gauss(14, 4)) % 24
    since, km = draw.expovariate(1 / 900), draw.expovariate(1 / 12)
    online, attempts = int(draw.random() < 0.35), 1 + int(draw.random() < 0.05)
    age = draw.randrange(10, 1500)
    if fraud:
        # Two sorts of frauds, each of which looks genuine by most of its columns.
        if draw.random() < 0.5:
            online, attempts = 1, 1 + min(6, int(draw.expovariate(1 / 2)))
            times, since = times * draw.uniform(0.4, 1.3), draw.expovariate(1 / 30)
        else:
            online, km = 0, km + draw.expovariate(1 / 150)
            times, hour = times * draw.uniform(1.2, 4.0), int(draw.gauss(2, 3)) % 24
    numbers = (
        round(usual * times, 2),
        hour,
        round(since, 1),
        round(km, 1),
        online,
        attempts,
        age,
        round(times, 2),
    )
    return ["fraud" if fraud else "genuine", *map(str, numbers)]
