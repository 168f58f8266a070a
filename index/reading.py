"""Which version of reading an index was made with: better readers must reach unchanged files, too."""

from pathlib import Path

from index.errors import IndexProblem

VERSION = 1  # raise it when readers or chunker make other passages of the same file


class Reading:
    """The version of readers and chunker that every file was read with, noted in the file `note`.

    A note that is gone or damaged costs reading every file again, and nothing else.
    """

    def __init__(self, note: Path, version: int = VERSION) -> None:
        self._note = note
        self._version = str(version)

    def is_current(self) -> bool:
        try:
            return self._note.read_text(encoding="ascii") == self._version
        except (OSError, UnicodeDecodeError):
            return False

    def finish(self) -> None:
        """Every file has been read with the present version. Raises IndexProblem if it cannot be noted."""
        draft = self._note.with_suffix(".draft")
        try:
            draft.write_text(self._version, encoding="ascii")
            draft.replace(self._note)
        except OSError as error:
            raise IndexProblem(f"{self._note} cannot be written: {error.strerror}") from error
