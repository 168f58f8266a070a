"""An evaluation as people read it, and as programs do."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from bot.evaluation import Evaluation
from bot.scorecard import Abstention, Answers, Confidence, Figure, Latency, Retrieval

LABEL_WIDTH = 54
COLUMN_WIDTH = 11
NAMED_AT_MOST = 5


def as_json(evaluation: Evaluation) -> dict[str, Any]:
    """Plain values under the names of the dataclasses; a figure over nothing is null with `n` 0."""
    return asdict(evaluation)


def render(evaluation: Evaluation) -> str:
    """A page of text; every figure stands beside the number of questions it is about."""
    card = evaluation.scorecard
    parts = (
        _summary(evaluation),
        _retrieval(card.retrieval),
        _answers(card.answers),
        _abstention(card.abstention, evaluation.abstain_below),
        _confidence(card.confidence),
        _latencies(card.retrieve_ms, card.answer_ms),
    )
    return "\n\n".join("\n".join(part) for part in map(list, parts) if part)


def _summary(evaluation: Evaluation) -> Iterator[str]:
    yield (
        f"{evaluation.questions:,} questions of {evaluation.questions_file} "
        f"asked of {evaluation.corpus_file}: "
        f"{evaluation.documents:,} documents, {evaluation.passages:,} passages"
    )
    if evaluation.with_history:
        yield f"{evaluation.with_history:,} of them asked as the next question of a conversation"
    if evaluation.repeated:
        yield f"{evaluation.repeated:,} questions left out: an earlier one has their id"
    if unknown := evaluation.unknown_documents:
        named = ", ".join(unknown[:NAMED_AT_MOST]) + (", ..." if len(unknown) > NAMED_AT_MOST else "")
        yield f"{len(unknown):,} relevant documents are not in the corpus and count as not found: {named}"


def _retrieval(figures: Retrieval) -> Iterator[str]:
    yield from _block(
        "Retrieval of documents",
        [
            ("nDCG@10", figures.ndcg_at_10),
            ("hit@1", figures.hit_at_1),
            ("hit@5", figures.hit_at_5),
            ("hit@10", figures.hit_at_10),
            ("MRR@10", figures.mrr_at_10),
        ],
    )


def _answers(figures: Answers) -> Iterator[str]:
    yield from _block(
        "Answers",
        [
            ("text contains a gold answer, shown or not", figures.written_right),
            ("text contains a gold answer and is shown", figures.shown_right),
            ("text contains a gold answer, of those shown", figures.right_if_shown),
            ("short answer equals a gold answer (EM)", figures.exact_match),
            ("short answer shares words with a gold answer (F1)", figures.f1),
        ],
    )


def _abstention(figures: Abstention, threshold: float) -> Iterator[str]:
    rows = (
        ("answerable", figures.answerable_answered, figures.answerable_abstained),
        ("not answerable", figures.unanswerable_answered, figures.unanswerable_abstained),
    )
    if not any(answered + abstained for _, answered, abstained in rows):
        return
    yield _row(f"Abstention below a confidence of {threshold:g}", "answered", "abstained", "n")
    for name, answered, abstained in rows:
        yield _row(f"  {name}", f"{answered:,}", f"{abstained:,}", f"{answered + abstained:,}")
    yield from _figures([("AUROC of confidence, answerable against not", figures.auroc)])


def _confidence(figures: Confidence) -> Iterator[str]:
    if not figures.deciles:
        return
    yield _row("Confidence, by tenths of the questions", "mean", "right", "n")
    for decile in figures.deciles:
        bounds = f"  {decile.lowest:.3f} to {decile.highest:.3f}"
        yield _row(bounds, f"{decile.mean_confidence:.3f}", f"{decile.accuracy:.3f}", f"{decile.n:,}")
    yield from _figures([("AUROC of confidence, right against wrong", figures.auroc)])


def _latencies(retrieve: Latency, answer: Latency) -> Iterator[str]:
    yield _row("Milliseconds, one question at a time", "p50", "p90", "p99", "n")
    for name, latency in (("search", retrieve), ("answer", answer)):
        if latency.n:
            percentiles = (f"{value:.1f}" for value in (latency.p50, latency.p90, latency.p99) if value is not None)
            yield _row(f"  {name}", *percentiles, f"{latency.n:,}")


def _block(title: str, figures: Sequence[tuple[str, Figure]]) -> Iterator[str]:
    """Nothing at all when there is nothing to say."""
    if lines := list(_figures(figures)):
        yield _row(title, "", "", "n")
        yield from lines


def _figures(figures: Iterable[tuple[str, Figure]]) -> Iterator[str]:
    for name, figure in figures:
        if figure.value is not None:
            yield _row(f"  {name}", "", f"{figure.value:.3f}", f"{figure.n:,}")


def _row(label: str, *columns: str) -> str:
    return f"{label:<{LABEL_WIDTH}}{''.join(f'{column:>{COLUMN_WIDTH}}' for column in columns)}".rstrip()
