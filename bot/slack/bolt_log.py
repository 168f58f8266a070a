"""What Bolt and the SDK may write into the log: that something happened, not what people wrote."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager

# Bolt adds the request to what it says: as raw text after "body:", or as a Python dictionary.
_REQUEST = re.compile(r",?\s*\(?(?:body:|\{).*")


class WithoutBodies(logging.Filter):
    """Cuts records to their first line and to what stands before any request in it."""

    def filter(self, record: logging.LogRecord) -> bool:
        first = record.getMessage().partition("\n")[0]
        record.msg, record.args = _REQUEST.sub(" …", first), None
        return True


def bolt_logger() -> logging.Logger:
    """For `AsyncApp(logger=…)`: Bolt and its Socket Mode then say no less than warnings, and those filtered."""
    logger = logging.getLogger("bot.slack.bolt")
    logger.setLevel(logging.WARNING)
    if not any(isinstance(known, WithoutBodies) for known in logger.filters):
        logger.addFilter(WithoutBodies())
    return logger


@contextmanager
def without_warnings(logger: logging.Logger) -> Iterator[None]:
    """While Bolt is made, it warns of a token in the environment that it does not use; so does nobody else."""
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)
