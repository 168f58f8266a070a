"""PDFium, which reads and draws PDF files: opened at one place, used by one thread at a time."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from index.errors import UnreadableDocument

PDFIUM = threading.Lock()  # the library keeps global state: one thread at a time in the whole process
_WRONG_PASSWORD = 4


@contextmanager
def opened_pdf(data: bytes) -> Iterator[Any]:
    """The PDF in `data`, until the block ends; nobody else uses the library meanwhile.

    Raises UnreadableDocument for what is encrypted or no PDF; the library's own error for what is damaged.
    """
    import pypdfium2

    if b"%PDF-" not in data[:1024]:
        raise UnreadableDocument("is not a PDF")
    with PDFIUM:
        try:
            pdf = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if error.err_code == _WRONG_PASSWORD:
                raise UnreadableDocument("is encrypted") from error
            raise
        try:
            yield pdf
        finally:
            pdf.close()
