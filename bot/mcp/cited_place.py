"""Where words stand, and the words themselves, as a model reads them."""

from pathlib import PurePosixPath

from bot.inert import inert_line


def place(title: str, document: str, page: int | None) -> str:
    """`Title, p. 3 (folder/file.pdf)`, in one line; a document that has no title of its own is named once."""
    on_page = "" if page is None else f", p. {page}"
    if title == PurePosixPath(document).stem:
        return inert_line(document + on_page)
    return inert_line(f"{title}{on_page} ({document})")


def quoted(text: str) -> str:
    """Each line marked as a document's, so that none can pass for a line of ours."""
    return "\n".join(f"> {line}" for line in text.splitlines())
