"""Where the answer to one question goes."""

from dataclasses import dataclass

from bot.slack.place import Place, is_direct
from bot.slack.question import SlackQuestion


@dataclass(frozen=True, slots=True)
class Destination:
    """`asked_ts` is the message that asks, older than all that answers it; `user_team` is the human's own workspace.

    `revision` counts how often the question has been edited.
    """

    place: Place
    question_id: str
    asked_ts: str
    user: str
    user_team: str
    enterprise: str | None = None
    revision: int = 0

    @property
    def is_direct(self) -> bool:
        return is_direct(self.place.channel)

    @classmethod
    def of(cls, question: SlackQuestion, question_id: str, revision: int = 0) -> "Destination":
        """Of a question that is answered in a thread."""
        if question.place is None:
            raise ValueError("the question is answered through a response URL")
        asked = question.message or question.place.thread
        who = (question.user, question.user_team, question.enterprise)
        return cls(question.place, question_id, asked, *who, revision)
