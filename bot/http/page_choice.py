"""How a document is to be shown."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Query

from bot.http.page_pictures import MAX_PAGE


@dataclass(frozen=True, slots=True)
class PageChoice:
    """Which page of a PDF is wanted, counted from 1, or that its text is; None leaves it to the quote."""

    page: Annotated[int | None, Query(ge=1, le=MAX_PAGE, description="The page of a PDF to show.")] = None
    view: Annotated[Literal["text"] | None, Query(description="`text` for the text of a PDF.")] = None
