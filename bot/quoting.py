"""Answers in the documents' own sentences: found, drafted and proven. Nothing is remembered of them."""

from collections.abc import Sequence
from functools import lru_cache

from bot.answer_builder import Written
from bot.citations import Prover
from bot.draft import Draft
from bot.ports import Source, Writer
from bot.query import StandaloneQuestion
from bot.scope import EVERYTHING, Scope
from index.retriever import Hit

RETRIEVED = 10


class Quoting:
    """Quotes only what it trusts: a draft of at least the confidence `abstain_below`.

    Synchronous, and usable from any thread.
    """

    def __init__(self, source: Source, writer: Writer, abstain_below: float) -> None:
        self._source = source
        self._writer = writer
        self._abstain_below = abstain_below

    def answer(self, question: str, scope: Scope = EVERYTHING) -> Written:
        """The answer to a question that stands alone. Raises NotReady and whatever the index raises."""
        asked = StandaloneQuestion.alone(question)
        hits = self.found(asked, RETRIEVED, scope)
        return self.proven(self.draft(asked, hits), len(hits))

    def found(self, asked: StandaloneQuestion, limit: int, scope: Scope) -> list[Hit]:
        """The best passages inside the scope."""
        beside = [(query.text, query.weight) for query in asked.queries[1:]]
        return self._source.retrieve(asked.queries[0].text, limit, beside, scope)

    def draft(self, asked: StandaloneQuestion, hits: Sequence[Hit]) -> Draft:
        """What the passages say to the question, yet to be proven."""
        return self._writer.write(asked.text, hits)

    def trusts(self, draft: Draft) -> bool:
        """Whether it is sure enough of itself to be said."""
        return draft.confidence >= self._abstain_below

    def proven(self, draft: Draft, read: int, notice: str | None = None) -> Written:
        """What stands in the documents as they are now; `read` is how many passages were looked at."""
        prover = Prover(lru_cache(self._source.document))
        judged = [prover.prove(one) for one in draft.sentences] if self.trusts(draft) else []
        # Words of the documents that are no longer in the documents are nothing to show a reason for.
        sentences = tuple(sentence for sentence in judged if sentence.citations)
        return Written(sentences, prover.citations, draft.confidence, read, None, notice)
