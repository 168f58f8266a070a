"""What can be set about the index. `bot.settings` adds its own and reads them from the environment."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


class IndexSettings(BaseModel):
    """Settings of the index; each is `FOOTNOTE_<NAME>` in the environment, or a key of `footnote.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    documents: Annotated[Path, Field(description="The folder (or one file) that questions are answered from.")]
    home: Annotated[Path, Field(description="Everything the program writes lies below this folder.")] = Path(
        ".footnote"
    )
    max_file_mb: Annotated[
        float,
        Field(gt=0, description="Larger files are refused, as are archives that unpack to 10 times as much."),
    ] = 50
    embedding: Annotated[
        str,
        Field(
            pattern=r"^(bundled|[\w.]+:\w+)$",
            description="`bundled`, or `package.module:Class` of any LlamaIndex embedding.",
        ),
    ] = "bundled"
    embedding_options: Annotated[
        dict[str, Any], Field(description="Arguments of that class, as a TOML table or JSON.")
    ] = {}
    dense_weight: Annotated[
        float, Field(ge=0, le=1, description="Share of meaning in the fused score; keywords get the rest.")
    ] = 0.6
    threads: Annotated[int, Field(ge=0, description="Threads of the embedding model; 0 means all cores.")] = 0
