"""OpenAI's chat completions, for the many programs that speak them: a chat in, a cited answer out."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Literal
from uuid import uuid4

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response
from typing_extensions import TypedDict

from bot.access import Access
from bot.answer_json import answer_json
from bot.cited_markdown import CitedMarkdown
from bot.http.event_stream import HEARTBEAT_S, EventStream
from bot.http.health import require_ready
from bot.http.limits import require_json
from bot.http.openai.body import CompletionBody
from bot.http.openai.chunks import Chunks
from bot.http.openai.completion import CompletionJson, UsageJson, annotation_json, completion_json, usage_json
from bot.http.openai.dialogue import Dialogue
from bot.http.openai.schemas import BODY_REFUSED, COMPLETION_CONTENT, REFUSED, UNKNOWN_MODEL
from bot.http.ports import Answering, Readiness
from bot.http.presence import while_present
from bot.http.requester import Requester
from bot.http.responses import Json
from bot.scope import Scope
from bot.settings import Settings
from bot.turn import Turn

CountTokens = Callable[[Sequence[str]], Sequence[int]]


def openai_router(
    answering: Answering,
    readiness: Readiness,
    settings: Settings,
    count_tokens: CountTokens,
    heartbeat_s: float = HEARTBEAT_S,
) -> APIRouter:
    """`count_tokens` is only for the usage; it may take its time, and is called in a thread."""
    router = APIRouter(tags=["openai"], responses=REFUSED)

    @router.post(
        "/v1/chat/completions",
        response_model=CompletionJson,
        responses={200: COMPLETION_CONTENT} | BODY_REFUSED | UNKNOWN_MODEL,
        dependencies=[Depends(require_json)],
    )
    async def chat_completions(request: Request, access: Requester, body: CompletionBody) -> Response:
        """Answer a chat's last question from the documents, as OpenAI's API does.

        The user's last message is the question; the turns before it say what it refers to. System and developer
        messages are ignored as instructions: answers are made of the documents alone. So are messages of tools, and
        parameters that steer a model, such as `temperature` and `max_tokens`.

        `content` is Markdown with a linked marker after each sentence and the sources with their exact quotes at its
        end; where the documents do not answer, it says so, and links the passages that come closest.
        """
        require_ready(readiness)
        body.check()
        dialogue = await asyncio.to_thread(Dialogue.of, body.messages)
        base_url = settings.public_url or str(request.base_url)
        asked = _asked(access, dialogue)
        created = int(time.time())
        if body.stream:
            usage_of = await _counting(count_tokens, dialogue) if body.wants_usage else None
            answer_id = uuid4().hex
            events = answering.stream(dialogue.question, answer_id=answer_id, **asked)
            telling = Chunks(answer_id, base_url, created, usage_of)
            return await EventStream.begun(request, events, telling, heartbeat_s)
        answer = await while_present(request, answering.answer(dialogue.question, **asked))
        written = CitedMarkdown.of(answer, base_url)
        usage_of = await _counting(count_tokens, dialogue)
        annotations = [annotation_json(one, base_url) for one in written.markers]
        content = written.text
        return Json(completion_json(answer_json(answer, base_url), content, annotations, usage_of(content), created))

    return router


class _Asked(TypedDict):
    turns: Sequence[Turn]
    scope: Scope
    owner: str
    surface: Literal["openai"]


def _asked(access: Access, dialogue: Dialogue) -> _Asked:
    return {"turns": dialogue.turns, "scope": access.scope, "owner": access.owner, "surface": "openai"}


async def _counting(count_tokens: CountTokens, dialogue: Dialogue) -> Callable[[str], UsageJson]:
    """What gives the usage for a content; the prompt, which may be long, is counted before."""
    (prompt_tokens,) = await asyncio.to_thread(count_tokens, [dialogue.text])
    return lambda content: usage_json(prompt_tokens, count_tokens([content])[0])
