"""Writes an answer without a language model: the sentences of the sources that answer, as they stand."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bot.candidates import Candidate, candidates
from bot.draft import NOTHING, Draft, DraftSentence, Support
from bot.evidence import Assessor, Evidence
from index.retriever import Hit

WEIGHTS = Path(__file__).with_name("weights.json")
PASSAGES_READ = 5
MOST_SENTENCES = 3
CONFIDENCE_SIGNS = (
    "score",
    "share",
    "meaning",
    "context_coverage",
    "complete",
    "passage_coverage",
    "right_kind",
    "nearness",
    "touching",
    "missing",
    "missing_names",
)
RIVAL_SHARE = 0.35  # a further sentence is written if it is at least this likely, compared with the best


@dataclass(frozen=True, slots=True)
class Weights:
    """What evidence is worth: in choosing a sentence (`ranking`), and in trusting the choice (`confidence`).

    Fitted by `tools/fit_writer.py`; the file names the data.
    """

    ranking: dict[str, float]
    confidence: dict[str, float]

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Self:
        values = json.loads(path.read_text(encoding="utf-8"))
        return cls(values["ranking"], values["confidence"])


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its evidence, its ranking score and its share of all scores (they add up to 1)."""

    candidate: Candidate
    evidence: Evidence
    score: float
    share: float


class ExtractiveWriter:
    """Picks sentences by evidence; deterministic."""

    name = "extractive"

    def __init__(self, assessor: Assessor, weights: Weights) -> None:
        self._assessor = assessor
        self._weights = weights

    def write(self, question: str, hits: Sequence[Hit]) -> Draft:
        """Draft an answer from the best passages. CPU-bound: call it in a thread."""
        groups = chosen(self.rank(question, hits))
        return Draft(tuple(map(_draft, groups)), self._confidence(groups)) if groups else NOTHING

    def rank(self, question: str, hits: Sequence[Hit]) -> list[Ranked]:
        """The sentences that were weighed, best first."""
        return ranked(self._assessor.assess(question, candidates(hits[:PASSAGES_READ])), self._weights)

    def _confidence(self, groups: Sequence[Sequence[Ranked]]) -> float:
        """Logistic regression on what speaks for the sentences that are written."""
        weights = self._weights.confidence
        signs = confidence_signs(groups)
        logit = weights["bias"] + sum(weights[name] * value for name, value in signs.items())
        return 1 / (1 + math.exp(-logit))


def ranked(assessed: Sequence[tuple[Candidate, Evidence]], weights: Weights) -> list[Ranked]:
    """Best first; equal scores keep their order."""
    scores = [evidence.dot(weights.ranking) for _, evidence in assessed]
    odds = [math.exp(score - max(scores)) for score in scores]
    found = [
        Ranked(candidate, evidence, score, odd / sum(odds))
        for (candidate, evidence), score, odd in zip(assessed, scores, odds, strict=True)
    ]
    return sorted(found, key=lambda one: -one.score)


def chosen(weighed: Sequence[Ranked]) -> list[list[Ranked]]:
    """The best sentence and its close rivals, each with the sentences of other documents that say the same."""
    groups: dict[str, list[Ranked]] = {}
    for one in weighed:
        known = one.candidate.identity in groups
        if known or (one.share >= weighed[0].share * RIVAL_SHARE and len(groups) < MOST_SENTENCES):
            groups.setdefault(one.candidate.identity, []).append(one)
    return list(groups.values())


def confidence_signs(groups: Sequence[Sequence[Ranked]]) -> dict[str, float]:
    """What the confidence is computed from: the values of CONFIDENCE_SIGNS.

    The share is that of all that is written; everything else is about the best sentence.
    """
    best = groups[0][0]
    share = sum(one.share for group in groups for one in group)
    own = {"score": best.score, "share": share}
    return {name: own[name] if name in own else getattr(best.evidence, name) for name in CONFIDENCE_SIGNS}


def _draft(group: Sequence[Ranked]) -> DraftSentence:
    found = [one.candidate for one in group[:MOST_SENTENCES]]
    supports = tuple(Support(one.hit, one.start, one.end, one.text) for one in found)
    return DraftSentence(found[0].shown, supports)
