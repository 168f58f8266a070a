"""Any chat model of LlamaIndex as ours; imported only when one is configured: it takes seconds."""

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from typing import Any, Self

import httpx
from llama_index.core.base.llms.types import ChatMessage, ChatResponse
from llama_index.core.callbacks.base import CallbackManager
from llama_index.core.callbacks.base_handler import BaseCallbackHandler
from llama_index.core.llms import LLM
from llama_index.llms.openai_like import OpenAILike

from bot.errors import ModelConfused, ModelProblem, ModelUnavailable
from bot.language_model import Ending
from bot.message import Message
from bot.model_failure import ModelFailure
from bot.settings import Settings
from index.errors import SettingsInvalid

Connect = Callable[[], AbstractAsyncContextManager[LLM]]

PAUSES_S = (0.3, 1.0)  # before each further try
CHARACTERS_A_TOKEN = 16  # more than any token of the models' vocabularies has on average
MOST_TOKENS = 10**9
TELL_USAGE = {"stream_options": {"include_usage": True}}
ENDINGS: Mapping[str, Ending] = {
    "length": "cut",
    "max_tokens": "cut",
    "content_filter": "filtered",
    "refusal": "filtered",
    "safety": "filtered",
}


class LlamaLanguageModel:
    """Adapts what `connect` makes for each call; leaving that context must close the call's connection.

    `max_tokens` is what the model itself was told; one that goes on regardless is stopped. `options` go along
    with every call until the server refuses them.
    """

    def __init__(
        self,
        name: str,
        connect: Connect,
        max_tokens: int,
        options: Mapping[str, Any] | None = None,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        self.name = name
        self.options = options or {}
        self.connect = connect
        self.max_characters = max_tokens * CHARACTERS_A_TOKEN
        self.pauses_s = pauses_s

    def stream(self, messages: Sequence[Message]) -> "LlamaStream":
        return LlamaStream(self, [ChatMessage(role=each.role, content=each.text) for each in messages])


class LlamaStream:
    """One call, tried again while nothing has come and the failure looks as if it would pass."""

    def __init__(self, model: LlamaLanguageModel, messages: Sequence[ChatMessage]) -> None:
        self.input_tokens: int | None = None
        self.output_tokens: int | None = None
        self.ending: Ending | None = None
        self._model = model
        self._messages = messages
        self._options = model.options
        self._pauses_s = list(model.pauses_s)
        self._characters = 0
        self._begun = False
        self._deltas = self._tried()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        return await anext(self._deltas)

    async def aclose(self) -> None:
        await self._deltas.aclose()

    async def _tried(self) -> AsyncGenerator[str, None]:
        while True:
            try:
                async with aclosing(self._once()) as deltas:
                    async for delta in deltas:
                        yield delta
                return
            except ModelProblem:
                raise
            except Exception as error:  # every provider has its own exceptions
                failure = ModelFailure.of(error)
                pause_s = self._pause_after(failure)
                if pause_s is None:
                    raise failure.problem(self._begun) from error
            await asyncio.sleep(pause_s)

    async def _once(self) -> AsyncGenerator[str, None]:
        async with self._model.connect() as llm:
            async for response in await llm.astream_chat(self._messages, **self._options):
                self._take_note(response)
                if delta := _well_formed(response.delta or ""):
                    self._begun = True
                    yield delta
        if self.ending is None and self._begun:
            raise ModelUnavailable("broke off in the middle of its answer")
        if self.ending is None:
            raise ModelConfused("sent no answer")

    def _take_note(self, response: ChatResponse) -> None:
        self._model.options = self._options  # they were accepted
        self._characters += max(1, len(response.delta or ""))
        if self._characters > self._model.max_characters:
            raise ModelConfused("does not stop writing")
        self.ending = _ending(response) or self.ending
        told = response.additional_kwargs | (response.message.additional_kwargs.get("usage") or {})
        self.input_tokens = _count(told, "prompt_tokens", "input_tokens") or self.input_tokens
        self.output_tokens = _count(told, "completion_tokens", "output_tokens") or self.output_tokens

    def _pause_after(self, failure: ModelFailure) -> float | None:
        """Seconds until the next try; None if there is to be none."""
        if failure.of_the_request and self._options:
            self._options = {}
            return 0.0
        if self._begun or not failure.passing or not self._pauses_s:
            return None
        pause_s = self._pauses_s.pop(0)
        return pause_s if failure.retry_after_s is None else failure.retry_after_s


def load_language_model(settings: Settings) -> LlamaLanguageModel:
    """The configured one, made ready to be called; nothing is connected to. Takes seconds: not for an event loop.

    Raises SettingsInvalid.
    """
    if settings.llm_model is None:
        raise SettingsInvalid("FOOTNOTE_LLM_MODEL: no model is named")
    if settings.llm_provider == "anthropic":
        return LlamaLanguageModel(settings.llm_model, _anthropic(settings), settings.llm_max_tokens)
    return LlamaLanguageModel(settings.llm_model, _openai_like(settings), settings.llm_max_tokens, TELL_USAGE)


def _openai_like(settings: Settings) -> Connect:
    """Each call has an HTTP client of its own, so that its end is surely the end of the connection."""
    encryption = httpx.create_ssl_context()
    _rehearse(settings)

    @asynccontextmanager
    async def connect() -> AsyncIterator[LLM]:
        async with httpx.AsyncClient(verify=encryption, follow_redirects=True) as client:
            yield _make_openai_like(settings, async_http_client=client)

    return connect


def _make_openai_like(settings: Settings, **clients: Any) -> OpenAILike:
    """The key is never empty: LlamaIndex would then send the one that it finds in the environment to our server."""
    return OpenAILike(
        model=settings.llm_model,
        api_base=settings.llm_base_url,
        api_key=_key(settings) or "none",
        is_chat_model=True,
        context_window=settings.llm_context_window,
        max_tokens=settings.llm_max_tokens,
        temperature=0.0,
        timeout=settings.llm_deadline,
        max_retries=0,
        callback_manager=CallbackManager([_Unheard()]),
        **clients,
    )


def _rehearse(settings: Settings) -> None:
    """One call that goes nowhere: the first costs half a second of imports and types, which nobody is to wait for."""
    chunk = {"choices": [{"index": 0, "delta": {"content": "."}, "finish_reason": "stop"}]}
    body = f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n"
    with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, text=body))) as client:
        try:
            llm = _make_openai_like(settings, http_client=client)
            list(llm.stream_chat([ChatMessage(content=".")], **TELL_USAGE))
        except ValueError as error:  # LlamaIndex knows that some models of OpenAI cannot chat
            raise SettingsInvalid("FOOTNOTE_LLM_MODEL: this model cannot be used for chat") from error


def _anthropic(settings: Settings) -> Connect:
    try:
        from llama_index.llms.anthropic import Anthropic
    except ImportError as error:
        raise SettingsInvalid(
            "FOOTNOTE_LLM_PROVIDER: anthropic needs an extra; install footnote-bot[anthropic]"
        ) from error

    @asynccontextmanager
    async def connect() -> AsyncIterator[LLM]:
        llm = Anthropic(
            model=settings.llm_model,
            base_url=settings.llm_base_url,
            api_key=_key(settings) or "none",
            max_tokens=settings.llm_max_tokens,
            temperature=0.0,
            timeout=settings.llm_deadline,
            max_retries=0,
            callback_manager=CallbackManager([_Unheard()]),
        )
        async with llm._aclient:  # the only handle on its connections
            yield llm

    return connect


class _Unheard(BaseCallbackHandler):
    """Does nothing. A CallbackManager without any handler takes those of LlamaIndex's global settings."""

    def __init__(self) -> None:
        super().__init__([], [])

    def on_event_start(self, *_: Any, **__: Any) -> str:
        return ""

    def on_event_end(self, *_: Any, **__: Any) -> None:
        pass

    def start_trace(self, trace_id: str | None = None) -> None:
        pass

    def end_trace(self, trace_id: str | None = None, trace_map: dict[str, list[str]] | None = None) -> None:
        pass


def _key(settings: Settings) -> str | None:
    return settings.llm_api_key.get_secret_value() if settings.llm_api_key else None


def _ending(response: ChatResponse) -> Ending | None:
    """As OpenAI tells it in each chunk, or Anthropic beside the message."""
    choices = getattr(response.raw, "choices", None)
    reason = choices[0].finish_reason if choices else response.message.additional_kwargs.get("stop_reason")
    return ENDINGS.get(reason, "complete") if isinstance(reason, str) and reason else None


def _count(told: Mapping[str, Any], *names: str) -> int | None:
    """OpenAI's name for it or Anthropic's; None for what cannot be a number of tokens."""
    counts = [told[name] for name in names if isinstance(told.get(name), int)]
    return counts[0] if counts and 0 < counts[0] < MOST_TOKENS else None


def _well_formed(text: str) -> str:
    """With each half of a character that JSON can spell replaced: such text cannot be encoded."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
