"""Fusing two rankings into one."""

from collections.abc import Mapping


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


def _normalised(scores: Mapping[int, float]) -> dict[int, float]:
    best = max(scores.values(), default=0.0)
    return {number: max(score, 0.0) / best if best > 0 else 0.0 for number, score in scores.items()}
