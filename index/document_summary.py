"""A document as a line of a listing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """`title` is the label that readers see; `passages` says how many there are.

    `change` is the number of the change that brought this version, higher for later ones, and `mtime_ns` the time
    at which its file was saved, as the file system says; below 0 if that is too new to be told. `pages` is 0 for
    documents that have none.
    """

    id: str
    title: str
    file: str
    sha256: str
    passages: int
    change: int
    mtime_ns: int
    pages: int = 0
