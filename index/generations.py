"""The folders of the vector store; a small file, replaced as a whole, names the current one."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Self

from index.errors import IndexProblem


@dataclass(frozen=True, slots=True)
class Generation:
    """One folder of vectors, made with one embedding model.

    `dead` counts what was deleted from it: deleted vectors keep their room until a new generation is
    made. `change` is the catalog's change number that it was brought up to. `files` are the sizes of its
    files when it was last closed; None while it is open, so that after a crash it is known not to have
    been closed.
    """

    number: int
    model: str
    dead: int = 0
    change: int = 0
    files: dict[str, int] | None = None
    writing: bool = False

    def opened(self) -> Self:
        return replace(self, files=None)


class Generations:
    """The folder that holds the generations; it may be deleted at any moment, as if it had been empty.

    Raises IndexProblem where the system refuses to make, write or look at it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._pointer = folder / "current.json"

    def current(self) -> Generation | None:
        """The generation to use, if there is one; a damaged pointer is none."""
        try:
            generation = Generation(**json.loads(self._pointer.read_text(encoding="utf-8")))
            return generation if self.path(generation).is_dir() else None
        except (OSError, ValueError, TypeError):
            return None

    def make(self, model: str) -> Generation:
        """A new and empty generation; it becomes the current one when it is saved."""
        with self._refusal_named():
            generation = Generation(max(self._numbers(), default=0) + 1, model)
            self.path(generation).mkdir(parents=True)
        return generation

    def save(self, generation: Generation) -> None:
        """Make this the current generation, in one step that a crash cannot halve."""
        draft = self._pointer.with_suffix(".draft")
        with self._refusal_named():
            draft.write_text(json.dumps(asdict(generation)), encoding="utf-8")
            draft.replace(self._pointer)

    def close(self, generation: Generation, change: int) -> None:
        """Note how the current generation was left, if its folder is still there."""
        if self.path(generation).is_dir():
            self.save(replace(generation, change=change, files=self._files(generation), writing=False))

    def is_as_closed(self, generation: Generation) -> bool:
        """Whether it was closed, and nobody has touched its files since."""
        return generation.files == self._files(generation)

    def path(self, generation: Generation) -> Path:
        return self._folder / str(generation.number)

    def sweep(self, kept: Generation | None) -> None:
        """Delete every other generation; what cannot be deleted now is deleted next time."""
        for number in self._numbers():
            if kept is None or number != kept.number:
                shutil.rmtree(self._folder / str(number), ignore_errors=True)

    def _numbers(self) -> list[int]:
        if not self._folder.is_dir():
            return []
        with self._refusal_named():
            return [int(path.name) for path in self._folder.iterdir() if path.name.isdecimal()]

    def _files(self, generation: Generation) -> dict[str, int]:
        folder = self.path(generation)
        with self._refusal_named():
            return {
                path.relative_to(folder).as_posix(): path.stat().st_size for path in folder.rglob("*") if path.is_file()
            }

    @contextmanager
    def _refusal_named(self) -> Iterator[None]:
        """The one place where the file system's errors become ours."""
        try:
            yield
        except OSError as error:
            reason = (error.strerror or "unknown reason").lower()
            raise IndexProblem(f"the vectors of the index cannot be kept in {self._folder}: {reason}") from error
