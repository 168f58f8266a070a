"""Writes answers with a language model: one streamed call each, of which a few run at once."""

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from time import perf_counter
from types import TracebackType
from typing import Self

from bot.circuit import Attempt, Circuit
from bot.claim import Claim
from bot.errors import ModelConfused, ModelProblem, ModelRefused, ModelSlow
from bot.language_model import LanguageModel, ModelStream
from bot.markers import ClaimReader
from bot.prompts import Prompt, Prompts
from bot.record import Usage
from bot.thoughts import Thoughts
from bot.turn import Turn
from index.retriever import Hit

MAX_QUESTION_CHARS = 2000
PRICED_TOKENS = 1_000_000
FINISHED = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")
LABEL = re.compile(r"^(?:stand-?alone\s+)?question:\s*", re.IGNORECASE)


class GenerativeWriter:
    """Safe to share between the tasks of one event loop; a call waits until one of `concurrency` slots is free.

    Nothing here has a deadline: whoever awaits sets one. Prices are of a million tokens.
    """

    def __init__(
        self,
        model: LanguageModel,
        prompts: Prompts,
        circuit: Circuit,
        concurrency: int,
        price_input: float | None,
        price_output: float | None,
    ) -> None:
        self._model = model
        self._prompts = prompts
        self._circuit = circuit
        self._slots = asyncio.Semaphore(concurrency)
        self._prices = (price_input, price_output)

    @property
    def name(self) -> str:
        return self._model.name

    def write(self, question: str, hits: Sequence[Hit]) -> "Writing":
        """The answer; the model is called when the first claim is asked for."""
        prompt = self._prompts.answering(question, hits)
        return Writing(self._call(prompt), prompt.shown)

    async def condense(self, question: str, turns: Sequence[Turn]) -> tuple[str, Usage]:
        """The question as it would be asked without the turns before it. Raises ModelProblem."""
        call = self._call(self._prompts.condensing(question, turns))
        text, thoughts = "", Thoughts()
        async with aclosing(call.deltas()) as deltas:
            async for delta in deltas:
                text += thoughts.feed(delta)
                if len(text) > MAX_QUESTION_CHARS:
                    break
        asked = LABEL.sub("", " ".join(text.split())).strip('"“” ')
        if not asked or call.usage is None or call.cut:
            raise ModelConfused("sent no question")
        return asked, call.usage

    def _call(self, prompt: Prompt) -> "ModelCall":
        return ModelCall(self._model, prompt, self._circuit, self._slots, self._prices)


class Writing:
    """An answer that is being written: its claims, each as soon as its sentence is finished.

    Leaving it ends the call. Raises ModelProblem; ModelUnavailable at once while the circuit is open.
    """

    def __init__(self, call: "ModelCall", shown: int) -> None:
        self.shown = shown
        self._call = call
        self._reader = ClaimReader()
        self._claims = self._read()

    @property
    def declined(self) -> bool:
        """Whether the model says that the passages do not answer."""
        return self._reader.declined

    @property
    def usage(self) -> Usage | None:
        """None before the end, and if that is never reached."""
        return self._call.usage

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Claim:
        return await anext(self._claims)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.aclose()
        if isinstance(error, ModelSlow):  # whoever set the deadline lost patience
            self._call.was_too_slow()

    async def aclose(self) -> None:
        """End the call, wherever it is."""
        await self._claims.aclose()

    async def _read(self) -> AsyncGenerator[Claim, None]:
        said = False
        async with aclosing(self._call.deltas()) as deltas:
            async for delta in deltas:
                for claim in self._reader.feed(delta):
                    said = True
                    yield claim
        for claim in self._rest():
            said = True
            yield claim
        if not said and not self.declined:
            raise ModelConfused("sent no answer")

    def _rest(self) -> list[Claim]:
        """What is left at the end; a sentence in which the model ran out of tokens is dropped."""
        rest = self._reader.finish()
        if rest and self._call.cut and not FINISHED.search(rest[-1].text):
            return rest[:-1]
        return rest


class ModelCall:
    """One call of the model, in its slot and under the circuit's eyes."""

    def __init__(
        self,
        model: LanguageModel,
        prompt: Prompt,
        circuit: Circuit,
        slots: asyncio.Semaphore,
        prices: tuple[float | None, float | None],
    ) -> None:
        self.usage: Usage | None = None
        self.cut = False
        self._model = model
        self._prompt = prompt
        self._circuit = circuit
        self._slots = slots
        self._prices = prices
        self._attempt: Attempt | None = None

    def was_too_slow(self) -> None:
        """Tells the circuit, unless the call was still waiting for its slot, or its outcome is known."""
        if self._attempt:
            self._attempt.failed()

    async def deltas(self) -> AsyncGenerator[str, None]:
        self._circuit.check()
        async with self._slots:
            self._attempt = self._circuit.enter()
            started = perf_counter()
            async with aclosing(self._model.stream(self._prompt.messages)) as stream:
                try:
                    async for delta in stream:
                        yield delta
                except ModelProblem:
                    self._attempt.failed()
                    raise
            self._attempt.succeeded()
            self.usage = self._usage(stream, perf_counter() - started)
        self.cut = stream.ending == "cut"
        if stream.ending == "filtered":
            raise ModelRefused("is not allowed to answer this")

    def _usage(self, stream: ModelStream, seconds: float) -> Usage:
        read, written = stream.input_tokens, stream.output_tokens
        cost = self._cost(read, written)
        return Usage(self._model.name, self._prompt.sha256, read, written, cost, seconds)

    def _cost(self, read: int | None, written: int | None) -> float | None:
        """A price that is not set is none; without counts the cost is unknown."""
        price_input, price_output = self._prices
        if read is None or written is None or (price_input is None and price_output is None):
            return None
        return (read * (price_input or 0.0) + written * (price_output or 0.0)) / PRICED_TOKENS
