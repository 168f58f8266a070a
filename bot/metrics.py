"""The figures of an evaluation as pure functions; each says whose definition it follows."""

import math
import re
import string
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")
DECILES = 10


@dataclass(frozen=True, slots=True)
class Decile:
    """A tenth of the answers, those with similar confidence, and the share of them that is right."""

    lowest: float
    highest: float
    mean_confidence: float
    accuracy: float
    n: int


def ndcg(ranking: Sequence[str], relevant: Collection[str], k: int) -> float:
    """Normalised discounted cumulative gain of the first `k`, with gains of 0 and 1 as in most of BEIR.

    DCG = sum of gain_i / log2(i + 1) over ranks i = 1..k, divided by the DCG of an ideal ranking (Järvelin
    and Kekäläinen 2002; trec_eval's `ndcg_cut`, which BEIR reports). There must be something `relevant`, and
    `ranking` must not name a document twice.
    """
    gained = sum(_discount(place) for place, id in enumerate(ranking[:k]) if id in relevant)
    return gained / sum(_discount(place) for place in range(min(k, len(relevant))))


def hit(ranking: Sequence[str], relevant: Collection[str], k: int) -> float:
    """1 if a relevant document is among the first `k`, else 0 (also called success@k or top-k accuracy)."""
    return float(any(id in relevant for id in ranking[:k]))


def reciprocal_rank(ranking: Sequence[str], relevant: Collection[str], k: int) -> float:
    """1 / rank of the first relevant document, 0 if none is among the first `k`.

    Its mean over questions is MRR@k (Voorhees, TREC-8; MS MARCO).
    """
    return next((1 / rank for rank, id in enumerate(ranking[:k], start=1) if id in relevant), 0.0)


def normalised(text: str) -> str:
    """Lower case, no ASCII punctuation, no articles, single spaces: SQuAD's official script, v1.1."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split())


def contains_answer(text: str, answers: Iterable[str]) -> bool:
    """Whether one of the answers stands in the text as whole words, both normalised.

    This is the "has answer" of open-domain question answering (DrQA, Chen et al. 2017), with SQuAD's
    normalisation. An answer of which nothing is left, such as "the", is contained in no text.
    """
    padded = f" {normalised(text)} "
    return any(f" {answer} " in padded for answer in map(normalised, answers) if answer)


def exact_match(text: str, answers: Iterable[str]) -> float:
    """1 if the text equals one of the answers, both normalised, else 0 (SQuAD's EM)."""
    return float(normalised(text) in set(map(normalised, answers)))


def token_f1(text: str, answers: Iterable[str]) -> float:
    """The best F1 of words shared with any of the answers: SQuAD's F1.

    Two texts without words agree, as in its v2.0.
    """
    return max((_f1(normalised(text).split(), normalised(answer).split()) for answer in answers), default=0.0)


def auroc(positives: Collection[float], negatives: Collection[float]) -> float | None:
    """The probability that a positive scores above a negative, ties counting half; None if either is missing.

    That is the area under the ROC curve: Mann and Whitney's U over the number of pairs (Hanley and McNeil
    1982).
    """
    if not positives or not negatives:
        return None
    ascending = sorted(negatives)
    wins = sum((bisect_left(ascending, each) + bisect_right(ascending, each)) / 2 for each in positives)
    return wins / (len(positives) * len(negatives))


def accuracy_by_decile(judged: Iterable[tuple[float, bool]]) -> list[Decile]:
    """Share of right answers in each tenth of (confidence, right), least confident first.

    The bins of a reliability diagram with equal numbers in each (Naeini et al. 2015). Fewer than ten answers
    give fewer bins.
    """
    ordered = sorted(judged, key=lambda pair: pair[0])
    bounds = [round(part * len(ordered) / DECILES) for part in range(DECILES + 1)]
    return [_decile(ordered[a:b]) for a, b in pairwise(bounds) if a < b]


def percentile(values: Collection[float], percent: float) -> float | None:
    """Interpolated linearly between the two nearest ranks: type 7 of Hyndman and Fan 1996.

    None without values.
    """
    if not values:
        return None
    ordered = sorted(values)
    place = (len(ordered) - 1) * percent / 100
    below = math.floor(place)
    above = math.ceil(place)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def mean(values: Collection[float]) -> float | None:
    """The arithmetic mean; None without values."""
    return math.fsum(values) / len(values) if values else None


def _discount(place: int) -> float:
    return 1 / math.log2(place + 2)


def _f1(words: Sequence[str], answer: Sequence[str]) -> float:
    if not words or not answer:
        return float(words == answer)
    shared = (Counter(words) & Counter(answer)).total()
    return 2 * shared / (len(words) + len(answer))


def _decile(part: Sequence[tuple[float, bool]]) -> Decile:
    confidences = [confidence for confidence, _ in part]
    right = sum(correct for _, correct in part)
    return Decile(confidences[0], confidences[-1], sum(confidences) / len(part), right / len(part), len(part))
