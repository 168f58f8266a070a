"""The place in a document that an address points at."""

from dataclasses import dataclass
from typing import Annotated, NamedTuple

from fastapi import Query
from starlette.exceptions import HTTPException

from index.document import Document


class Place(NamedTuple):
    """The span `[start, end)` of a document's text; empty where nothing is to be marked.

    `changed` tells that the document is another version than the one cited: offsets mean nothing in it.
    """

    start: int
    end: int
    changed: bool = False


@dataclass(frozen=True, slots=True)
class CitedSpan:
    """The span that a URL points at; `sha256` is the version that was cited. An empty span marks nothing."""

    start: Annotated[int | None, Query(ge=0, description="Where the span begins, in characters.")] = None
    end: Annotated[int | None, Query(ge=0, description="Where it ends: the place after its last character.")] = None
    sha256: Annotated[
        str | None, Query(pattern="^[0-9a-f]{64}$", description="The version of the document that was cited.")
    ] = None

    def place_in(self, document: Document) -> Place:
        """Where that is now; raises 422 if this very version of the document has no such span."""
        start = self.start or 0
        length = len(document.text)
        if self.sha256 is not None and self.sha256 != document.sha256:
            place = min(start, length)
            return Place(place, place, changed=True)
        end = start if self.end is None else self.end
        if not start <= end <= length:
            raise HTTPException(422, f"there is no span {start} to {end} in this document of {length} characters")
        return Place(start, end)
