"""What can be asked, for whoever asks nothing: a short help, and questions to press."""

from collections.abc import Iterable, Sequence

from bot.shown import shown_line
from bot.slack.actions import EXAMPLE
from bot.slack.buttons import button, context, paragraph
from bot.slack.limits import BUTTON_VALUE
from bot.slack.message import Block, Message
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.text import notification

EXAMPLES = 10


def help_message(examples: Sequence[str], phrases: SlackPhrases) -> Message:
    """The help, and up to ten of the examples."""
    blocks = [paragraph(phrases.help), *example_blocks(examples, phrases)]
    return Message(notification("\n".join((phrases.help, *examples[:EXAMPLES]))), blocks)


def example_blocks(examples: Iterable[str], phrases: SlackPhrases) -> list[Block]:
    """Each question in a row of its own, with a button that asks it; nothing without any."""
    questions = [question for question in map(shown_line, examples) if 0 < len(question) <= BUTTON_VALUE][:EXAMPLES]
    rows = [paragraph(question, button(phrases.ask, EXAMPLE, question, question)) for question in questions]
    return [context(phrases.try_asking), *rows] if rows else []
