"""A text file of lines that is written at somebody's wish, and replaces nothing unasked."""

from collections.abc import Iterable
from pathlib import Path

from bot.errors import ExportRefused


def write_lines(path: Path, lines: Iterable[str], overwrite: bool) -> None:
    """As UTF-8. Raises ExportRefused naming the file, also if it is there and not to be overwritten."""
    text = "".join(f"{line}\n" for line in lines)
    try:
        with path.open("w" if overwrite else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise ExportRefused(f"{path} is there already; --force overwrites it") from error
    except OSError as error:
        raise ExportRefused(f"{path} cannot be written: {error.strerror}") from error
