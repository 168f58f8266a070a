"""Why there is no answer in a channel, told to its asker where it can be told: in their own conversation with us."""

import logging

from bot.slack.answer_blocks import problem_message
from bot.slack.destination import Destination
from bot.slack.direct_messages import DirectMessages
from bot.slack.errors import SlackProblem, SlackRefused
from bot.slack.ports import Api
from bot.slack.slack_phrases import SlackPhrases

# Slack's words for a place where nothing may be said, and for one that is not there for us.
ABSENT = frozenset({"not_in_channel", "channel_not_found"})
CLOSED = frozenset({"is_archived", "restricted_action", "restricted_action_read_only_channel", "missing_scope"})

logger = logging.getLogger(__name__)


class Hints:
    """Says it once a question; a person who cannot be written to is told nothing."""

    def __init__(self, api: Api) -> None:
        self._direct = DirectMessages(api)

    async def tell(self, to: Destination, problem: SlackProblem, words: SlackPhrases) -> bool:
        """Whether the asker has been told."""
        if not isinstance(problem, SlackRefused) or problem.code not in ABSENT | CLOSED:
            return False
        sentence = words.not_in_channel if problem.code in ABSENT else words.channel_closed
        try:
            await self.say(to.place.team, to.enterprise, to.user, sentence)
        except SlackProblem as silence:
            logger.warning("the asker of question %s cannot be told why: %s", to.question_id, silence)
            return False
        return True

    async def say(self, team: str, enterprise: str | None, user: str, sentence: str) -> None:
        """To that person alone. Raises SlackProblem."""
        await self._direct.send(team, enterprise, user, problem_message(sentence))
