"""Fits `bot/weights.json`: what evidence is worth to the extractive writer.

    python tools/fit_writer.py --set CORPUS.jsonl.gz QUESTIONS.jsonl.gz [--set …] [--without ARTICLES.txt] [--validate]

Every question is asked of the whole corpus; again with the documents that answer it taken away; and both once more of a
handful of passages only, so that the weights hold for a folder of five files, too.

- ranking: multinomial logistic regression over the sentences that were weighed for a question; right are those in a
  relevant document that contain a gold answer.
- confidence: logistic regression on what speaks for what is written; right means that it contains a gold answer.

Questions about the articles named in ARTICLES.txt (a document id up to its first `#`) are never used. With `--validate`
every fourth article is kept out of the fit as well, and measured. Both problems are convex: the result does not depend
on the start, and is the same every time.
"""

import argparse
import json
import random
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.candidates import Candidate, candidates
from bot.evidence import Assessor, Evidence
from bot.extractive import CONFIDENCE_SIGNS, PASSAGES_READ, Weights, chosen, confidence_signs, ranked
from bot.metrics import auroc, contains_answer
from bot.question_set import LabelledQuestion, read_articles, read_questions, read_text
from bot.withholding import WithholdingSource
from index.catalog import Catalog, FileRecord
from index.chunking import Chunker
from index.embedding import BundledEmbedding
from index.exact import ExactVectors
from index.fusion import fuse
from index.readers import Reader
from index.retriever import Hit
from index.rows import embedding_id
from index.stemmer import Stemmer
from index.vocabulary import Vocabulary

RANKING_SIGNS = tuple(field.name for field in fields(Evidence) if field.name not in ("missing", "missing_names"))
HANDFUL = (2, 6)  # passages in the small corpora
POOL = 60  # the passages that a handful is drawn from: relatives of the answer, as in a small folder


class Remembering:
    """Embeds each text once: sentences come back with every question."""

    def __init__(self, model: BundledEmbedding) -> None:
        self.model = model
        self.identity = model.identity
        self._known: dict[str, NDArray[np.float32]] = {}

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self.model.embed(new), strict=True))
        return np.stack([self._known[text] for text in texts])

    def embed_query(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self.embed([text])[0]
        return vector


@dataclass(frozen=True, slots=True)
class Case:
    """One question and what was weighed for it; `right` marks the sentences that answer it."""

    assessed: list[tuple[Candidate, Evidence]]
    signs: NDArray[np.float64]  # sentences x RANKING_SIGNS
    right: NDArray[np.bool_]
    answerable: bool
    validation: bool


class Corpus:
    """A corpus in a catalog of its own, and the questions about it."""

    def __init__(self, path: Path, folder: Path, embedding: Remembering) -> None:
        vocabulary = Vocabulary()
        rows = folder / path.name.removesuffix(".gz")
        rows.write_text(read_text(path), encoding="utf-8")
        self._file = rows.name
        self._assessor = Assessor(embedding, Stemmer().stems, vocabulary.rarity)
        catalog = Catalog.open(folder / "catalog.sqlite3")
        chunker = Chunker(vocabulary.count_tokens)
        documents = Reader(max_bytes=10**9).read(rows, rows.name)
        chunked = [(document, chunker.chunk(document)) for document in documents]
        catalog.set_model(embedding.identity)
        catalog.replace(FileRecord(rows.name, 0, 0, "", None), chunked)
        passages = [passage for _, found in chunked for passage in found]
        vectors = embedding.model.embed([passage.contextual_text for passage in passages])
        ids = [embedding_id(passage) for passage in passages]
        catalog.add_embeddings(embedding.identity, dict(zip(ids, vectors, strict=True)))
        exact = ExactVectors(catalog, embedding.identity)
        self._source = WithholdingSource(catalog, exact, embedding, 0.6)

    def cases(self, question: LabelledQuestion, validation: bool) -> Iterator[Case]:
        gold = {f"{self._file}#{id}" for id in question.docs}
        for withheld in ((), tuple(gold)):
            self._source.withheld = withheld
            hits = self._source.retrieve(question.question, POOL)
            yield self._case(question, gold, hits, not withheld, validation)
            yield self._case(question, gold, _handful(question, hits, gold), not withheld, validation)

    def _case(
        self,
        question: LabelledQuestion,
        gold: set[str],
        hits: Sequence[Hit],
        answerable: bool,
        validation: bool,
    ) -> Case:
        assessed = self._assessor.assess(question.question, candidates(hits[:PASSAGES_READ]))
        return Case(
            assessed=assessed,
            signs=np.array([[getattr(found, name) for name in RANKING_SIGNS] for _, found in assessed]),
            right=np.array(
                [
                    candidate.hit.passage.document in gold and contains_answer(candidate.text, question.answers)
                    for candidate, _ in assessed
                ],
                dtype=bool,
            ),
            answerable=answerable,
            validation=validation,
        )


def _handful(question: LabelledQuestion, hits: Sequence[Hit], gold: set[str]) -> list[Hit]:
    """As if the corpus were a few passages: one that answers, if it may be seen, and some relatives."""
    draw = random.Random(zlib.crc32(question.id.encode()))
    relevant = [hit for hit in hits if hit.passage.document in gold][:1]
    others = [hit for hit in hits[:POOL] if hit.passage.document not in gold]
    few = relevant + draw.sample(others, min(draw.randint(*HANDFUL), len(others)))
    scores = fuse(
        {place: hit.dense for place, hit in enumerate(few)},
        {place: hit.keyword for place, hit in enumerate(few)},
        0.6,
    )
    scored = [replace(hit, score=scores.get(place, 0.0)) for place, hit in enumerate(few)]
    return sorted(scored, key=lambda hit: -hit.score)


def fit_ranking(cases: Sequence[Case]) -> dict[str, float]:
    """Maximise the summed probability of the right sentences, by full-batch accelerated gradient ascent."""
    useful = [case for case in cases if case.right.any()]
    signs = np.concatenate([case.signs for case in useful])
    right = np.concatenate([case.right for case in useful]).astype(float)
    starts = np.cumsum([0] + [len(case.signs) for case in useful[:-1]])
    owner = np.repeat(np.arange(len(useful)), [len(case.signs) for case in useful])
    spread = signs.std(axis=0) + 1e-9
    scaled = (signs - signs.mean(axis=0)) / spread
    weights, velocity = np.zeros(scaled.shape[1]), np.zeros(scaled.shape[1])
    for _ in range(600):
        ahead = weights + 0.9 * velocity
        scores = scaled @ ahead
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        everything = odds / np.add.reduceat(odds, starts)[owner]
        correct = odds * right / np.add.reduceat(odds * right, starts)[owner]
        gradient = (scaled * (correct - everything)[:, None]).sum(axis=0) / len(useful) - 2e-3 * ahead
        velocity = 0.9 * velocity + 0.2 * gradient
        weights = weights + velocity
    return {name: round(float(value), 4) for name, value in zip(RANKING_SIGNS, weights / spread, strict=True)}


def fit_confidence(rows: NDArray[np.float64], right: NDArray[np.bool_]) -> dict[str, float]:
    """Logistic regression by Newton's method, slightly regularised."""
    mean, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = np.column_stack([(rows - mean) / spread, np.ones(len(rows))])
    weights = np.zeros(scaled.shape[1])
    penalty = np.diag([1.0] * rows.shape[1] + [0.0])
    for _ in range(30):
        probability = 1 / (1 + np.exp(-scaled @ weights))
        gradient = scaled.T @ (right - probability) - penalty @ weights
        curvature = (scaled * (probability * (1 - probability))[:, None]).T @ scaled + penalty
        weights = weights + np.linalg.solve(curvature, gradient)
    slopes = weights[:-1] / spread
    values = dict(zip(CONFIDENCE_SIGNS, slopes, strict=True)) | {"bias": weights[-1] - slopes @ mean}
    return {name: round(float(value), 4) for name, value in values.items()}


def rows_of(cases: Sequence[Case], weights: Weights) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """What the confidence is made of, and whether one of the sentences that would be written is right."""
    rows, right = [], []
    for case in cases:
        groups = chosen(ranked(case.assessed, weights))
        values = confidence_signs(groups)
        rows.append([values[name] for name in CONFIDENCE_SIGNS])
        correct = {id(found) for (_, found), good in zip(case.assessed, case.right, strict=True) if good}
        right.append(any(id(one.evidence) in correct for group in groups for one in group))
    return np.array(rows), np.array(right)


def report(name: str, cases: Sequence[Case], weights: Weights) -> None:
    rows, right = rows_of(cases, weights)
    slopes = np.array([weights.confidence[sign] for sign in CONFIDENCE_SIGNS])
    trust = 1 / (1 + np.exp(-(rows @ slopes + weights.confidence["bias"])))
    answerable = np.array([case.answerable for case in cases])
    found = np.array([case.right.any() for case in cases])
    print(f"{name}: {len(cases)} cases")
    print(f"  of the answerable, right {right[answerable].mean():.3f}, reachable {found[answerable].mean():.3f}")
    print(f"  AUROC, answerable or not: {auroc(list(trust[answerable]), list(trust[~answerable])):.3f}")
    print(f"  AUROC, right or not: {auroc(list(trust[right]), list(trust[~right])):.3f}")
    for low in np.arange(0, 1, 0.1):
        bin_ = (trust >= low) & (trust < low + 0.1 + (low > 0.85))
        if bin_.any():
            print(f"  confidence {low:.1f}: {bin_.sum():6d} cases, {right[bin_].mean():.2f} right")


def gather(sets: Sequence[tuple[Path, Path]], excluded: frozenset[str], limit: int) -> Iterator[Case]:
    embedding = Remembering(BundledEmbedding())
    for corpus_path, questions_path in sets:
        labelled, _ = read_questions(questions_path, 2000)
        usable = [
            question
            for question in labelled
            if question.answers
            and question.docs
            and not any(doc.partition("#")[0] in excluded for doc in question.docs)
        ]
        usable = random.Random(7).sample(usable, min(limit, len(usable)))
        with tempfile.TemporaryDirectory() as folder:
            corpus = Corpus(corpus_path, Path(folder), embedding)
            for count, question in enumerate(usable):
                if count % 100 == 0:
                    print(f"{corpus_path}: {count} of {len(usable)} questions", flush=True)
                article = question.docs[0].partition("#")[0]
                validation = zlib.crc32(article.encode()) % 4 == 0
                yield from (case for case in corpus.cases(question, validation) if case.assessed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", nargs=2, type=Path, action="append", required=True, dest="sets")
    parser.add_argument("--without", type=Path)
    parser.add_argument("--limit", type=int, default=4000, help="questions of each set")
    parser.add_argument("--validate", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("bot/weights.json"))
    arguments = parser.parse_args()
    excluded = read_articles(arguments.without) if arguments.without else frozenset()
    cases = list(gather(arguments.sets, excluded, arguments.limit))
    fitted = [case for case in cases if not (arguments.validate and case.validation)]
    ranking = fit_ranking(fitted)
    rows, right = rows_of(fitted, Weights(ranking, {}))
    weights = Weights(ranking, fit_confidence(rows, right))
    report("fitted", fitted, weights)
    if arguments.validate:
        report("validation", [case for case in cases if case.validation], weights)
    values = {
        "fitted_on": [
            f"{questions.parent.name}: at most {arguments.limit} questions" for _, questions in arguments.sets
        ],
        "ranking": weights.ranking,
        "confidence": weights.confidence,
    }
    arguments.out.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
