"""The tool `ask`: a question in, an answer out whose every sentence has been proven."""

from collections.abc import Iterator
from contextlib import aclosing
from typing import Annotated

from pydantic import Field

from bot.answer import Answer
from bot.answer_json import AnswerJson, answer_json
from bot.events import Status
from bot.mcp.caller import Caller
from bot.mcp.cited_place import place, quoted
from bot.mcp.ports import Answering
from bot.mcp.tool import Arguments, Result, Tool

DESCRIPTION = (
    "Answer one question from the documents. Use this first whenever the answer may stand in them. "
    'Every sentence carries footnotes with exact quotes that have been checked against the source; where "answered" '
    "is false the documents do not prove an answer, and only the closest passages are returned: say so instead of "
    "guessing. Ask one whole question in plain words; for a follow-up pass the conversation_id of the answer before."
)


class AskArguments(Arguments):
    """A question, and the conversation that it continues."""

    question: Annotated[str, Field(description="One question, in plain words.")]
    conversation_id: Annotated[
        str | None,
        Field(pattern=r"^[!-~]{1,200}$", description="That of an earlier answer, if the question builds on it."),
    ] = None


def ask_tool(answering: Answering) -> Tool[AskArguments]:
    async def ask(arguments: AskArguments, caller: Caller) -> Result:
        answer = answer_json(await _answer(answering, arguments, caller), caller.base_url)
        return Result(answer, ("\n".join(_readable(answer)),))

    return Tool("ask", "Ask the documents", DESCRIPTION, AskArguments, AnswerJson, ask)


async def _answer(answering: Answering, arguments: AskArguments, caller: Caller) -> Answer:
    access = caller.access
    told = answering.stream(
        arguments.question, arguments.conversation_id, scope=access.scope, owner=access.owner, surface="mcp"
    )
    async with aclosing(told) as events:
        async for event in events:
            if isinstance(event, Status):
                await caller.tell(event.detail)
            if isinstance(event, Answer):
                answer = event
    return answer


def _readable(answer: AnswerJson) -> Iterator[str]:
    """The answer with its footnotes, or the abstention with the closest passages, line by line."""
    yield answer["answer"]
    for citation in answer["citations"]:
        where = place(citation["title"], citation["document"], citation["page"])
        yield f"\n[{citation['number']}] {where}, characters {citation['start']} to {citation['end']}"
        yield quoted(citation["quote"])
        yield citation["url"]
    for passage in answer["closest"]:
        where = place(passage["title"], passage["document"], passage["page"])
        yield f"\nClosest passage, not an answer: {where}, characters {passage['start']} to {passage['end']}"
        yield quoted(passage["text"])
    if answer["notice"]:
        yield f"\n{answer['notice']}"
    yield f"\nconversation_id for a follow-up: {answer['conversation_id']}"
