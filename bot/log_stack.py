"""The stack of an error for the log, without what people or documents say: words of foreign errors may quote them."""

import traceback
from collections.abc import Iterator

OURS = ("bot", "index")
UNTOLD = "(its words may be those of questions or documents: FOOTNOTE_LOG_QUESTIONS tells them)"


def stack_text(error: BaseException, *, tells: bool) -> str:
    """Where it and its causes come from, the last of them at the end; all words of foreign ones only if it `tells`."""
    parts = []
    for one in _with_causes(error, set()):
        parts += traceback.format_tb(one.__traceback__)
        parts.append(_words(one, tells))
    return "\n".join(part.rstrip("\n") for part in parts)


def _with_causes(error: BaseException, seen: set[int]) -> Iterator[BaseException]:
    if id(error) in seen:
        return
    seen.add(id(error))
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause:
        yield from _with_causes(cause, seen)
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _with_causes(one, seen)
    yield error


def _words(error: BaseException, tells: bool) -> str:
    """The system's errors name files at most; ours are made to be shown."""
    kind = type(error)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    told = tells or kind.__module__.partition(".")[0] in OURS or isinstance(error, OSError)
    return f"{name}: {error if told else UNTOLD}"
