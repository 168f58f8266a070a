"""What can go wrong over MCP and nowhere else.

AnsweringProblem
└── SpanNotFound   the document has no such piece
"""

from bot.errors import AnsweringProblem


class SpanNotFound(AnsweringProblem):
    """The document has no such piece."""
