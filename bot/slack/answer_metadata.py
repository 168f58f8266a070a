"""What a message of ours carries unseen: which question it answers, so that it can be found again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

EVENT_TYPE = "footnote_answer"


@dataclass(frozen=True, slots=True)
class AnswerMetadata:
    """Of the message that is the `number`-th of an answer, from 1; `more` says that the answer goes on after it.

    `revision` counts how often the question had been edited when it was answered so.
    """

    question_id: str
    number: int = 1
    more: bool = False
    revision: int = 0

    def as_json(self) -> dict[str, Any]:
        """Slack's `metadata`; readable for everybody in the workspace, so it holds nothing but an id and counts."""
        payload: dict[str, Any] = {"question": self.question_id}
        payload |= {"part": self.number} if self.number > 1 else {}
        payload |= {"more": True} if self.more else {}
        payload |= {"revision": self.revision} if self.revision else {}
        return {"event_type": EVENT_TYPE, "event_payload": payload}

    @classmethod
    def of_message(cls, message: Mapping[str, Any]) -> Self | None:
        """Of a message as Slack tells it; None if it carries nothing of the kind."""
        metadata = message.get("metadata") or {}
        payload = metadata.get("event_payload") or {}
        if metadata.get("event_type") != EVENT_TYPE or not isinstance(payload.get("question"), str):
            return None
        more = payload.get("more") is True
        return cls(payload["question"], _count(payload, "part", 1), more, _count(payload, "revision", 0))


def _count(payload: Mapping[str, Any], name: str, otherwise: int) -> int:
    value = payload.get(name)
    return value if isinstance(value, int) else otherwise
