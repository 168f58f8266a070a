"""What proving costs: an answer of a model checked against its passages, in this process, without a model."""

import random
import sys
from collections.abc import Sequence
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

from spread import Figure, Spread
from workbench import Workbench, say

if TYPE_CHECKING:
    from bot.claim import Claim
    from index.document import Document
    from index.retriever import Hit

NAME = "proof"
PASSAGES, WORDS, SENTENCES, ANSWERS = 8, 200, 6, 100
SEED = 20240607


def measure(bench: Workbench) -> list[Figure]:
    say(f"proving {ANSWERS} answers of {SENTENCES} sentences, {bench.runs} times")
    sys.path.insert(0, str(Path(__file__).parents[1]))
    answers = _answers(bench.texts)
    runs = [[_milliseconds(documents, claims) for documents, claims in answers] for _ in range(bench.runs)]
    middle = Spread.of([sorted(run)[len(run) // 2] for run in runs])
    slow = Spread.of([sorted(run)[len(run) * 95 // 100] for run in runs])
    what = f"{SENTENCES} sentences, {PASSAGES} passages of {WORDS} words"
    return [Figure(NAME, f"{what}, p50", "ms", middle), Figure(NAME, "same, p95", "ms", slow)]


def _milliseconds(documents: Sequence["Document"], claims: Sequence["Claim"]) -> float:
    """Of one core: reading the passages, finding support for each sentence, checking it against the documents."""
    from bot.citations import Prover
    from bot.derivation import said
    from bot.facts import read
    from bot.shortening import droppable
    from bot.support import Supporter

    hits = list(map(_hit, documents))
    by_id = {document.id: document for document in documents}
    for known in (read, said, droppable):  # nothing from the run before
        known.cache_clear()
    started = process_time()
    supporter, prover = Supporter(hits), Prover(by_id.get)
    sentences = [prover.prove(supporter.draft(claim)) for claim in claims]
    took = (process_time() - started) * 1000
    assert any(sentence.citations for sentence in sentences)
    return took


def _answers(texts: Sequence[object]) -> list[tuple[list["Document"], list["Claim"]]]:
    chance = random.Random(SEED)
    bodies = [getattr(text, "body", "") for text in texts]
    return [_answer(chance, chance.sample(bodies, min(len(bodies), 3 * PASSAGES))) for _ in range(ANSWERS)]


def _answer(chance: random.Random, bodies: Sequence[str]) -> tuple[list["Document"], list["Claim"]]:
    """Four sentences of the passages, one of them with a false marker, and two that are false."""
    from bot.claim import Claim
    from index.document import Document
    from index.sentences import sentence_spans

    words = " ".join(bodies).split()
    pieces = [" ".join(words[at : at + WORDS]) for at in range(0, PASSAGES * WORDS, WORDS)]
    documents = [Document(f"{number}.txt", piece) for number, piece in enumerate(pieces) if piece]
    claims = []
    for order in range(SENTENCES):
        place = chance.randrange(len(documents))
        text = documents[place].text
        start, end = chance.choice(sentence_spans(text))
        said = text[start:end] if order < 4 else f"{text[start:end].rstrip('.')} in secret."
        claims.append(Claim(said, (place + 1 if order else 99,)))
    return documents, claims


def _hit(document: "Document") -> "Hit":
    from index.document import Passage
    from index.retriever import Hit

    end = len(document.text)
    return Hit(Passage(document.id, document.label, document.sha256, 0, end, document.text), 1.0, 1.0, 1.0)
