"""A tool: what a model reads of it before it chooses, and what it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from mcp_types import Tool as Definition
from mcp_types import ToolAnnotations
from pydantic import BaseModel, ConfigDict, TypeAdapter

from bot.mcp.caller import Caller

# Nothing here changes a document or reaches beyond the folder.
READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, open_world_hint=False)


class Arguments(BaseModel):
    """What a tool is called with. Unknown names are refused: a model learns from that, and not from being ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Result:
    """`structured` for programs, and the same as `texts` for a model, each part a block of its own."""

    structured: Mapping[str, Any]
    texts: tuple[str, ...]


Taken = TypeVar("Taken", bound=Arguments, contravariant=True)
Accepted = TypeVar("Accepted", bound=Arguments)


class Work(Protocol[Taken]):
    """Raises only AnsweringProblem and IndexProblem on purpose; cancelling it ends the work."""

    async def __call__(self, arguments: Taken, caller: Caller) -> Result: ...


@dataclass(frozen=True, slots=True)
class Tool(Generic[Accepted]):
    """`returns` is the TypedDict that the structured result is of."""

    name: str
    title: str
    description: str
    arguments: type[Accepted]
    returns: type
    work: Work[Accepted]

    @property
    def definition(self) -> Definition:
        """As it is listed."""
        return Definition(
            name=self.name,
            title=self.title,
            description=self.description,
            input_schema=self.arguments.model_json_schema(),
            output_schema=TypeAdapter(self.returns).json_schema(),
            annotations=READS,
        )

    async def call(self, arguments: Mapping[str, Any], caller: Caller) -> Result:
        """Raises pydantic's ValidationError for arguments that are not what they must be."""
        return await self.work(self.arguments.model_validate(arguments), caller)
