"""How well scores tell the cases that matter from the others."""


def area(scores: list[float], matters: list[bool]) -> float:
    """The area under the ROC curve: how often a case that matters has the higher score."""
    ordered = sorted(zip(scores, matters, strict=True))
    below, sum_of_ranks, start = 0, 0.0, 0
    while start < len(ordered):
        end = start
        while end < len(ordered) and ordered[end][0] == ordered[start][0]:
            end += 1
        hits = sum(each for _, each in ordered[start:end])
        sum_of_ranks += hits * (start + 1 + end) / 2
        below, start = below + hits, end
    others = len(ordered) - below
    return (sum_of_ranks - below * (below + 1) / 2) / (below * others)


def precision_at(scores: list[float], matters: list[bool], count: int) -> float:
    """The share of the `count` highest scores that matters."""
    ordered = sorted(zip(scores, matters, strict=True), key=lambda pair: -pair[0])
    return sum(each for _, each in ordered[:count]) / count
