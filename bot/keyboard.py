"""Lines from standard input: typed by a person at a prompt, or sent by a program."""

import sys
from contextlib import suppress
from typing import Self, TextIO

PROMPT = "you › "


class Keyboard:
    """A prompt and line editing only where a person sits at both ends; what programs send is read as it is."""

    def __init__(self, stdin: TextIO, stdout: TextIO) -> None:
        self._typed = stdin.isatty() and stdout.isatty()

    @classmethod
    def standard(cls) -> Self:
        """Standard input; what is no text there is a line all the same, for its reader to refuse."""
        sys.stdin.reconfigure(errors="surrogateescape")  # type: ignore[union-attr]
        with suppress(ImportError):  # not everywhere
            import readline  # noqa: F401 # from now on `input` edits lines and knows the earlier ones
        return cls(sys.stdin, sys.stdout)

    def read_line(self) -> str:
        """The next line. Raises EOFError when there is none, and KeyboardInterrupt."""
        try:
            return input(PROMPT if self._typed else "")
        except (EOFError, KeyboardInterrupt):
            if self._typed:
                print()  # what follows does not stand beside the prompt
            raise
