"""The messages of a chat as a question and the turns before it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.cited_markdown import said_by
from bot.conversation import standalone_question
from bot.http.openai.body import Message, Part
from bot.http.openai.error import Refusal
from bot.question import NOT_TEXT
from bot.turn import Turn

SPEAKERS = ("user", "assistant")
REMEMBERED_TURNS = 10
REMEMBERED_CHARS = 500  # of each question and each answer: what they are about, they say first; more costs seconds


@dataclass(frozen=True, slots=True)
class Dialogue:
    """`text` is all that was read of it, for counting."""

    question: str
    turns: tuple[Turn, ...]
    text: str

    @classmethod
    def of(cls, messages: Sequence[Message]) -> "Dialogue":
        """The last message of the user is the question. Each one before it begins a turn, and what the assistant said
        until the next one is its answer, without the markers and sources of ours.

        Raises Refusal if the user says nothing, or what is no text.
        """
        spoken = [(one.role, _text(one, place)) for place, one in enumerate(messages) if one.role in SPEAKERS]
        asked = [place for place, (role, _) in enumerate(spoken) if role == "user"]
        if not asked:
            raise Refusal("messages: there is no question, which is the last message with the role user", "messages")
        first, last = asked[0], asked[-1]
        carried = [(role, NOT_TEXT.sub("\N{REPLACEMENT CHARACTER}", text)) for role, text in spoken[: last + 1]]
        return cls(spoken[last][1], _turns(carried[first:last]), "\n".join(text for _, text in carried))


def _turns(spoken: Sequence[tuple[str, str]]) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for question, answer in list(_pairs(spoken))[-REMEMBERED_TURNS:]:
        turns.append(Turn(question, standalone_question(question, turns).text, answer))
    return tuple(turns)


def _pairs(spoken: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Each question with what was answered until the next one; the first that is spoken is a question."""
    starts = [place for place, (role, _) in enumerate(spoken) if role == "user"]
    for start, end in pairwise([*starts, len(spoken)]):
        answer = " ".join(said_by(text) for _, text in spoken[start + 1 : end])
        yield spoken[start][1].strip()[:REMEMBERED_CHARS], answer[:REMEMBERED_CHARS]


def _text(message: Message, place: int) -> str:
    if isinstance(message.content, list):
        return "\n".join(
            _part(one, f"messages[{place}].content[{number}]") for number, one in enumerate(message.content)
        )
    return message.content or ""


def _part(part: Part, param: str) -> str:
    if part.type == "refusal":
        return ""
    if part.type != "text" or part.text is None:
        raise Refusal(f"{param}: only parts of type text can be read, no images, sounds or files", param)
    return part.text
