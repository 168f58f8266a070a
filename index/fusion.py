"""Fusing two rankings into one, and the rankings of several texts."""

from collections.abc import Iterable, Mapping, Sequence


def fuse(dense: Mapping[int, float], keyword: Mapping[int, float], dense_weight: float) -> dict[int, float]:
    """Scores from 0 to 1: each ranking divided by its best score, then weighed against the other.

    What stands in one ranking only gets nothing from the other. Unlike reciprocal ranks, scores keep how much
    better the first is than the second.
    """
    dense, keyword = _normalised(dense), _normalised(keyword)
    return {
        number: dense_weight * dense.get(number, 0.0) + (1 - dense_weight) * keyword.get(number, 0.0)
        for number in dense.keys() | keyword.keys()
    }


def weighted_mean(rankings: Iterable[Mapping[int, float]], weights: Sequence[float]) -> dict[int, float]:
    """The mean score of everything that stands in a ranking: 0 where it stands not. One ranking stays as it is."""
    total = sum(weights)
    mean: dict[int, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for number, score in ranking.items():
            mean[number] = mean.get(number, 0.0) + score * (weight / total)
    return mean


def _normalised(scores: Mapping[int, float]) -> dict[int, float]:
    best = max(scores.values(), default=0.0)
    return {number: max(score, 0.0) / best if best > 0 else 0.0 for number, score in scores.items()}
