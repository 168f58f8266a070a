"""What an evaluation found: one Outcome for each question, and the figures that are computed from them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from bot.metrics import (
    Decile,
    accuracy_by_decile,
    auroc,
    contains_answer,
    exact_match,
    hit,
    mean,
    ndcg,
    percentile,
    reciprocal_rank,
    token_f1,
)
from bot.question_set import LabelledQuestion


@dataclass(frozen=True, slots=True)
class Reply:
    """The best that could be written, and whether it was confident enough to be `shown` as the answer."""

    text: str
    short_answer: str | None
    confidence: float
    shown: bool
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question. `ranking` are document ids, best first, each once.

    `reply` is None when the question was only searched for. `withheld` is what was said when the documents
    that answer it were left out.
    """

    question: LabelledQuestion
    ranking: tuple[str, ...]
    retrieve_milliseconds: float
    reply: Reply | None = None
    withheld: Reply | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A value and the number of questions it is about; None when that is 0."""

    value: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Over questions that name relevant documents, on documents ranked by their best passage."""

    ndcg_at_10: Figure
    hit_at_1: Figure
    hit_at_5: Figure
    hit_at_10: Figure
    mrr_at_10: Figure

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Self:
        ranked = [(one.ranking, set(one.question.docs)) for one in outcomes if one.question.docs]

        def figure(metric: Callable[[Sequence[str], set[str], int], float], k: int) -> Figure:
            return average(metric(ranking, relevant, k) for ranking, relevant in ranked)

        return cls(
            ndcg_at_10=figure(ndcg, 10),
            hit_at_1=figure(hit, 1),
            hit_at_5=figure(hit, 5),
            hit_at_10=figure(hit, 10),
            mrr_at_10=figure(reciprocal_rank, 10),
        )


@dataclass(frozen=True, slots=True)
class Answers:
    """Over asked questions that have gold answers.

    `written_right`: the text contains one, whether or not it was shown. `shown_right`: and it was shown.
    `right_if_shown`: the share of right ones among those shown. The last two are about short answers, where
    there are any.
    """

    written_right: Figure
    shown_right: Figure
    right_if_shown: Figure
    exact_match: Figure
    f1: Figure

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Self:
        replies = [(one.reply, one.question.answers) for one in outcomes if one.reply and one.question.answers]
        right = [(reply, contains_answer(reply.text, answers)) for reply, answers in replies]
        short = [(reply.short_answer, answers) for reply, answers in replies if reply.short_answer is not None]
        return cls(
            written_right=average(correct for _, correct in right),
            shown_right=average(correct and reply.shown for reply, correct in right),
            right_if_shown=average(correct for reply, correct in right if reply.shown),
            exact_match=average(exact_match(text, answers) for text, answers in short),
            f1=average(token_f1(text, answers) for text, answers in short),
        )


@dataclass(frozen=True, slots=True)
class Abstention:
    """Answered or abstained, against answerable or not; questions whose documents were withheld are not.

    `auroc` is that of the confidence, answerable against unanswerable.
    """

    answerable_answered: int
    answerable_abstained: int
    unanswerable_answered: int
    unanswerable_abstained: int
    auroc: Figure

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Self:
        asked = [(one.reply, one.question.answerable) for one in outcomes if one.reply]
        answerable = [reply for reply, is_answerable in asked if is_answerable]
        unanswerable = [reply for reply, is_answerable in asked if not is_answerable]
        unanswerable += [one.withheld for one in outcomes if one.withheld]
        return cls(
            *_answered_and_abstained(answerable),
            *_answered_and_abstained(unanswerable),
            _separation([reply.confidence for reply in answerable], [reply.confidence for reply in unanswerable]),
        )


@dataclass(frozen=True, slots=True)
class Confidence:
    """Whether more confident is more often right: over asked questions with gold answers, or unanswerable.

    `auroc` is of right against wrong; whatever is written for an unanswerable question is wrong.
    """

    auroc: Figure
    deciles: tuple[Decile, ...]

    @classmethod
    def of(cls, outcomes: Iterable[Outcome]) -> Self:
        judged = [
            (one.reply.confidence, contains_answer(one.reply.text, one.question.answers))
            for one in outcomes
            if one.reply and (one.question.answers or not one.question.answerable)
        ]
        right = [confidence for confidence, correct in judged if correct]
        wrong = [confidence for confidence, correct in judged if not correct]
        return cls(_separation(right, wrong), tuple(accuracy_by_decile(judged)))


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds of one call, one at a time."""

    p50: float | None
    p90: float | None
    p99: float | None
    n: int

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> Self:
        p50, p90, p99 = (percentile(milliseconds, percent) for percent in (50, 90, 99))
        return cls(p50, p90, p99, len(milliseconds))


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All figures of an evaluation."""

    retrieval: Retrieval
    answers: Answers
    abstention: Abstention
    confidence: Confidence
    retrieve_ms: Latency
    answer_ms: Latency

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Self:
        return cls(
            Retrieval.of(outcomes),
            Answers.of(outcomes),
            Abstention.of(outcomes),
            Confidence.of(outcomes),
            Latency.of([one.retrieve_milliseconds for one in outcomes]),
            Latency.of([one.reply.milliseconds for one in outcomes if one.reply]),
        )


def average(values: Iterable[float]) -> Figure:
    """The mean with its n."""
    collected = list(values)
    return Figure(mean(collected), len(collected))


def _separation(positives: Sequence[float], negatives: Sequence[float]) -> Figure:
    return Figure(auroc(positives, negatives), len(positives) + len(negatives))


def _answered_and_abstained(replies: Sequence[Reply]) -> tuple[int, int]:
    answered = sum(reply.shown for reply in replies)
    return answered, len(replies) - answered
