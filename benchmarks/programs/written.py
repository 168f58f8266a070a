"""Answers of a scripted language model to a question about the documents that ship, as a reader gets them.

written.py COUNT TOKENS_PER_SECOND     so many answers, one after the other
"""

import asyncio
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from contextlib import aclosing, nullcontext
from itertools import accumulate
from pathlib import Path
from time import perf_counter

from bot.answer import Answer, Sentence
from bot.answering import Answering
from bot.inquiry import inquiry
from bot.settings import Settings
from index.progress import unheard
from tests.fake_llm import FakeLLM, Received, Reply

SEEDS = Path(__file__).parents[2] / "seeds"
QUESTION = "Who leads and who commands the security mission in Haiti?"
SENTENCES = (
    "Godfrey Otunge commands the multinational security mission in Haiti. [1]",
    "The mission is led by Kenya, and it is planned to reach about 2,500 people. [1, 2]",
    "It is endorsed by the United Nations. [2]",
)


def finished_at(received: Received, sentences: Sequence[str] = SENTENCES) -> list[float]:
    """When the server sent the last token of each sentence, its marks included."""
    lengths = list(accumulate(len(text) for _, text in received.sent))
    ends = accumulate(len(sentence) + 1 for sentence in sentences)
    return [
        next(sent for (sent, _), length in zip(received.sent, lengths, strict=True) if length >= end - 1)
        for end in ends
    ]


async def one_answer(answering: Answering, server: FakeLLM) -> dict[str, list[float]]:
    """The delay of each sentence and what proving took."""
    out = []
    async with aclosing(answering.stream(QUESTION)) as events:
        async for event in events:
            if isinstance(event, Sentence):
                out.append(perf_counter())
            elif isinstance(event, Answer):
                answer = event
    assert answer.model, answer.notice
    pairs = zip(out, finished_at(server.requests[-1]), strict=True)
    delays = [1000 * (came - said) for came, said in pairs]
    took = answer.took_ms
    return {
        "first_ms": delays[:1],
        "every_ms": delays,
        "verify_ms": [took.verify],
        "verify_share": [100 * took.verify / took.total],
    }


async def measured(answering: Answering, server: FakeLLM, count: int) -> dict[str, list[float]]:
    """The first answer warms up."""
    found: dict[str, list[float]] = defaultdict(list)
    for number in range(count + 1):
        for name, values in (await one_answer(answering, server)).items():
            found[name] += values if number else []
    return found


def main(count: int, tokens_per_second: float) -> dict[str, list[float]]:
    reply = Reply.text(" ".join(SENTENCES), tokens_per_second=tokens_per_second)
    with tempfile.TemporaryDirectory() as home, FakeLLM(reply) as server:
        settings = Settings(documents=SEEDS, home=Path(home), llm_base_url=server.base_url, llm_model="scripted")
        with inquiry(settings, lambda: nullcontext(unheard), print) as answering:
            return asyncio.run(measured(answering, server, count))


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]), float(sys.argv[2]))))
