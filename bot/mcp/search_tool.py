"""The tool `search`: a query in, ranked passages out."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from bot.answer_json import PassageJson, passage_json
from bot.mcp.caller import Caller
from bot.mcp.cited_place import place, quoted
from bot.mcp.ports import Answering
from bot.mcp.tool import Arguments, Result, Tool

DESCRIPTION = (
    "Find the passages that fit a query best, by meaning and by words, without answering anything. Use it to see "
    "what there is about a subject, or to gather material beyond what `ask` quotes. The best come first. That one "
    "is returned does not mean that it answers the query."
)


class SearchArguments(Arguments):
    """A query, and how many passages are wanted at most."""

    query: Annotated[str, Field(description="What to look for, in plain words.")]
    top_k: Annotated[int, Field(ge=1, le=50, description="How many passages at most.")] = 10


class FoundJson(TypedDict):
    """The passages found, best first."""

    passages: list[PassageJson]


def search_tool(answering: Answering) -> Tool[SearchArguments]:
    async def search(arguments: SearchArguments, caller: Caller) -> Result:
        hits = await answering.search(arguments.query, arguments.top_k, scope=caller.access.scope)
        found: FoundJson = {"passages": [passage_json(hit.passage, hit.score) for hit in hits]}
        return Result(found, tuple(map(_readable, found["passages"])) or ("No passage fits.",))

    return Tool("search", "Search the documents", DESCRIPTION, SearchArguments, FoundJson, search)


def _readable(passage: PassageJson) -> str:
    where = place(passage["title"], passage["document"], passage["page"])
    return f"{where}, characters {passage['start']} to {passage['end']}\n{quoted(passage['text'])}"
