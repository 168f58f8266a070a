"""`footnote eval`: a corpus and questions with known answers become figures, by the product's own path."""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from bot.errors import EvaluationInvalid
from bot.evaluation_corpus import CORPUS_PATH, indexed_corpus
from bot.examination import Examination
from bot.no_history import NoHistory
from bot.question_set import LabelledQuestion, Selection, behind_another_topic, read_articles, read_questions
from bot.scorecard import Outcome, Scorecard
from bot.settings import Settings
from bot.wiring import make_answering
from bot.withholding import WithholdingSource
from index.catalog import Catalog
from index.embedding import Embedding, load_embedding
from index.exact import ExactVectors
from index.progress import Listener, Progress, unheard


@dataclass(frozen=True, slots=True)
class EvaluationOptions:
    """Which questions are asked, and how.

    Only those of one `split`; only those all of whose documents belong to the articles that the file
    `only_docs` names; only the first `limit` of them. `withhold` asks each answerable question a second time,
    without the documents that answer it. Without `history` a question is asked as if nothing had been said before;
    with `other_topic` as if the conversation had been about another article, whatever the file says.
    """

    split: str | None = None
    only_docs: Path | None = None
    withhold: bool = False
    limit: int | None = None
    history: bool = True
    other_topic: bool = False


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What was asked of what, and how it went.

    `with_history` questions were asked in a conversation. `repeated` questions were
    left out because an earlier one has their id. `unknown_documents` are named by questions but not in the corpus,
    or without words there; they count as not found.
    """

    corpus_file: str
    questions_file: str
    model: str
    documents: int
    passages: int
    questions: int
    with_history: int
    repeated: int
    unknown_documents: tuple[str, ...]
    abstain_below: float
    scorecard: Scorecard


def evaluate(
    corpus: Path,
    questions: Path,
    settings: Settings,
    options: EvaluationOptions,
    progress: Listener = unheard,
) -> Evaluation:
    """Index the corpus below the home folder, where the next evaluation finds it, and ask the questions.

    Takes minutes, and must not be called from a running event loop. Raises EvaluationInvalid naming file and
    line, and whatever the index raises.
    """
    labelled, repeated = read_questions(questions, settings.max_question_chars)
    selected = _in_conversation(_selection(options).of(labelled), options)
    if not selected:
        raise EvaluationInvalid(f"no question of {questions} is left to ask")
    embedding = load_embedding(settings)
    with indexed_corpus(corpus, settings, embedding, progress) as catalog:
        outcomes = asyncio.run(_outcomes(selected, catalog, embedding, settings, options, progress))
        return Evaluation(
            corpus_file=str(corpus),
            questions_file=str(questions),
            model=embedding.identity,
            documents=catalog.counts.documents,
            passages=catalog.counts.passages,
            questions=len(selected),
            with_history=sum(bool(question.turns) for question in selected),
            repeated=repeated,
            unknown_documents=_unknown(selected, catalog),
            abstain_below=settings.abstain_below,
            scorecard=Scorecard.of(outcomes),
        )


async def _outcomes(
    questions: Sequence[LabelledQuestion],
    catalog: Catalog,
    embedding: Embedding,
    settings: Settings,
    options: EvaluationOptions,
    progress: Listener,
) -> list[Outcome]:
    source = WithholdingSource(catalog, ExactVectors(catalog, embedding.identity), embedding, settings.dense_weight)
    fearless = settings.model_copy(update={"abstain_below": 0.0})
    with closing(make_answering(fearless, source, embedding, catalog, NoHistory())) as answering:
        examination = Examination(source, answering, CORPUS_PATH, settings.abstain_below, options.withhold)
        outcomes = []
        for done, question in enumerate(questions, start=1):
            outcomes.append(await examination.ask(question))
            progress(Progress("asking", done, len(questions)))
        return outcomes


def _selection(options: EvaluationOptions) -> Selection:
    articles = read_articles(options.only_docs) if options.only_docs else None
    return Selection(options.split, articles, options.limit)


def _in_conversation(questions: list[LabelledQuestion], options: EvaluationOptions) -> list[LabelledQuestion]:
    if options.other_topic:
        return behind_another_topic(questions)
    return questions if options.history else [replace(one, turns=()) for one in questions]


def _unknown(questions: Iterable[LabelledQuestion], catalog: Catalog) -> tuple[str, ...]:
    known = {document.id.removeprefix(f"{CORPUS_PATH}#") for document in catalog.documents()}
    return tuple(sorted({doc for question in questions for doc in question.docs} - known))
