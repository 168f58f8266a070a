"""What goes wrong, in words that a model and a person may read."""

import logging
import secrets

from pydantic import ValidationError

from bot.errors import AnsweringProblem, NotReady
from index.errors import IndexProblem

SHOWN_ERRORS = 3

logger = logging.getLogger(__name__)


def in_words(error: Exception, doing: str) -> str:
    """One line. Of what nobody foresaw it says an id, under which only the log says what it was."""
    if isinstance(error, ValidationError):
        return _arguments(error)
    if isinstance(error, NotReady):
        return f"{error}: the documents are still being read; try again in a few seconds"
    if isinstance(error, AnsweringProblem | IndexProblem):
        return str(error)
    id = secrets.token_hex(4)
    logger.error("error %s: %s over MCP", id, doing, exc_info=error)
    return f"an unexpected error; the server's log has it as error {id}"


def _arguments(error: ValidationError) -> str:
    """Names each argument, but never repeats its value."""
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    reasons = [f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in errors[:SHOWN_ERRORS]]
    if len(errors) > SHOWN_ERRORS:
        reasons.append(f"and {len(errors) - SHOWN_ERRORS} more")
    return "; ".join(reasons)
