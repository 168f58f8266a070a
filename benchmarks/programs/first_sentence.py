"""How long a finished sentence of a model needs until it is a claim.

first_sentence.py COUNT     so many answers, one after the other, from a scripted server at 50 tokens a second
"""

import asyncio
import json
import sys
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from time import perf_counter

from bot.circuit import Circuit
from bot.generative import GenerativeWriter
from bot.llama_language_model import load_language_model
from bot.message import Message
from bot.prompts import Prompt
from bot.settings import Settings
from bot.turn import Turn
from index.retriever import Hit
from tests.fake_llm import FakeLLM, Received, Reply

TOKENS_PER_SECOND = 50
SENTENCES = (
    "Godfrey Otunge commands the multinational security mission in Haiti. [1]",
    "It was authorised on 2 October 2023 for a first year, and 2,500 officers were promised. [1, 3]",
    "Kenya leads it and pays for the first months itself. [2]",
)


class PlainPrompts:
    """The question alone: what is asked does not matter to a scripted server."""

    def answering(self, question: str, hits: Sequence[Hit]) -> Prompt:
        return Prompt((Message("user", question),), "", len(hits))

    def condensing(self, question: str, turns: Sequence[Turn]) -> Prompt:
        asked = [*(turn.question for turn in turns), question]
        return Prompt(tuple(Message("user", text) for text in asked), "")


def finished_at(received: Received) -> list[float]:
    """When the server sent the last token of each sentence, its marks included."""
    lengths = list(accumulate(len(text) for _, text in received.sent))
    ends = accumulate(len(sentence) + 1 for sentence in SENTENCES)
    return [
        next(sent for (sent, _), length in zip(received.sent, lengths, strict=True) if length >= end - 1)
        for end in ends
    ]


async def delays_ms(writer: GenerativeWriter, server: FakeLLM) -> list[float]:
    """Of each sentence of one answer."""
    async with writer.write("Who commands the mission?", ()) as writing:
        out = [perf_counter() async for _ in writing]
    return [1000 * (came - said) for came, said in zip(out, finished_at(server.requests[-1]), strict=True)]


async def measured(count: int) -> dict[str, list[float]]:
    reply = Reply.text(" ".join(SENTENCES), tokens_per_second=TOKENS_PER_SECOND)
    with FakeLLM(reply) as server:
        settings = Settings(documents=Path(), llm_base_url=server.base_url, llm_model="scripted")
        writer = GenerativeWriter(load_language_model(settings), PlainPrompts(), Circuit(), 1, None, None)
        delays = [await delays_ms(writer, server) for _ in range(count)]
    return {"first_ms": [each[0] for each in delays], "every_ms": [one for each in delays for one in each]}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measured(int(sys.argv[1])))))
