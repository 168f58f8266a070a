"""Where a document can be read at a quote: the one place that knows the shape of that URL."""

from urllib.parse import quote, urlencode


def document_url(id: str, start: int, end: int, sha256: str) -> str:
    """The relative URL that opens document `id` at the span `[start, end)` of its version `sha256`.

    Any text is an id here except `.` and `..` alone, which browsers resolve away however they are encoded.
    """
    span = urlencode({"start": start, "end": end, "sha256": sha256})
    return f"/documents/{_path(id)}?{span}#quote"


def page_picture_url(id: str, number: int, start: int, end: int, sha256: str) -> str:
    """The relative URL of the picture of page `number` of a PDF, with what it shows of the span marked."""
    span = urlencode({"start": start, "end": end, "sha256": sha256})
    return f"/documents/{_path(id)}/pages/{number}.png?{span}"


def whole_document_url(id: str) -> str:
    """The relative URL that opens document `id` at its beginning."""
    return f"/documents/{_path(id)}"


def original_url(id: str) -> str:
    """The relative URL of the file that document `id` is made of."""
    return f"/documents/{_path(id)}?as=original"


def _path(id: str) -> str:
    """Readable slashes, unless a client or a proxy would fold the segments between them."""
    foldable = any(segment in ("", ".", "..") for segment in id.split("/"))
    return quote(id, safe="" if foldable else "/", errors="surrogatepass")
