"""What may be asked: the one rule for questions, whichever way they arrive."""

import re

from bot.errors import InvalidQuestion

NOT_TEXT = re.compile("[\0\ud800-\udfff]")  # SQLite or UTF-8 would not carry them faithfully


def checked_question(text: str, max_chars: int) -> str:
    """The question without surrounding whitespace; raises InvalidQuestion if empty, too long or not text.

    What is too long is told by what was sent: it is the only length that others can know before, and check.
    """
    question = text.strip()
    if not question:
        raise InvalidQuestion("the question is empty")
    if len(text) > max_chars:
        raise InvalidQuestion(f"the question has {len(text):,} characters; at most {max_chars:,} may be asked")
    if NOT_TEXT.search(question):
        raise InvalidQuestion("the question contains characters that are not text")
    return question
