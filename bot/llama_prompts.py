"""Prompts from the files that people edit, filled in by LlamaIndex's template of chats."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal, Self, cast

from jinja2 import TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from llama_index.core.prompts import RichPromptTemplate

from bot.markers import SENTINEL
from bot.material import contained, contained_line, contained_source
from bot.message import Message
from bot.placeholders import Placeholders
from bot.prompt_folder import PromptFolder
from bot.prompts import Prompt
from bot.token_budget import CountTokens, TokenBudget
from bot.turn import Turn
from index.errors import SettingsInvalid
from index.retriever import Hit

ANSWERING = Placeholders(
    texts=frozenset(("question", "refusal")),
    lists={"passages": frozenset(("number", "title", "section", "text"))},
    required=frozenset(("question", "refusal", "passages.number", "passages.text")),
)
CONDENSING = Placeholders(
    texts=frozenset(("question",)),
    lists={"turns": frozenset(("question", "answer"))},
    required=frozenset(("question", "turns.question")),
)
FEWEST_TOKENS = 200  # for passages; with less room there is no use in asking
TURNS_SHOWN = 4
ANSWER_TOKENS = 200  # of each turn
MESSAGE_TOKENS = 8  # what a server puts around each message, at most
CHAT = "banks.extensions.chat.ChatExtension"  # the tag that RichPromptTemplate knows

Role = Literal["system", "user"]


@dataclass(frozen=True, slots=True)
class ShownPassage:
    """What a prompt's file can show of a passage; every text is contained."""

    number: int
    title: str
    section: str
    text: str

    @classmethod
    def of(cls, number: int, hit: Hit) -> Self:
        passage = hit.passage
        section = contained_line(" > ".join(passage.headings))
        return cls(number, contained_line(passage.title), section, contained_source(passage.text))

    @property
    def all(self) -> str:
        return f"{self.title}\n{self.section}\n{self.text}"


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """What a prompt's file can show of a turn; both texts are contained."""

    question: str
    answer: str


class LlamaPrompts:
    """The prompts of `answer.jinja` and `condense.jinja`; safe to share."""

    def __init__(self, answer: "ChatTemplate", condense: "ChatTemplate", budget: TokenBudget, window: int) -> None:
        """`window`: the tokens of everything that the model reads."""
        self._answer = answer
        self._condense = condense
        self._budget = budget
        empty = self._cost(answer.messages(question="", refusal=SENTINEL, passages=[]))
        framed = self._cost(answer.messages(question="", refusal=SENTINEL, passages=[ShownPassage(10, "", "-", "")]))
        self._passage_cost = framed - empty
        self._room_to_answer = window - empty
        self._room_to_condense = window - self._cost(condense.messages(question="", turns=[]))

    @classmethod
    def load(cls, folder: Path, count_tokens: CountTokens, context_window: int, max_tokens: int) -> Self:
        """Read the prompts, from the shipped folder where `folder` lacks them.

        `count_tokens` gives the tokens of each text; `context_window` is what the model reads and writes,
        `max_tokens` what it may write. Raises SettingsInvalid naming file, line and reason.
        """
        files = PromptFolder.open(folder)
        answer = ChatTemplate.load(files, "answer.jinja", ANSWERING)
        condense = ChatTemplate.load(files, "condense.jinja", CONDENSING)
        prompts = cls(answer, condense, TokenBudget(count_tokens), context_window - max_tokens)
        prompts._refuse_too_little_room(context_window, max_tokens)
        return prompts

    def answering(self, question: str, hits: Sequence[Hit]) -> Prompt:
        asked = contained(question)
        room = self._room_to_answer - self._budget.cost(asked)
        passages = [ShownPassage.of(number, hit) for number, hit in enumerate(hits, start=1)]
        shown = self._budget.fitting([passage.all for passage in passages], room, self._passage_cost)
        fitting = passages[:shown] or [self._cut(passage, hits[0], room) for passage in passages[:1]]
        messages = self._answer.messages(question=asked, refusal=SENTINEL, passages=fitting)
        return Prompt(messages, self._answer.sha256, len(fitting))

    def condensing(self, question: str, turns: Sequence[Turn]) -> Prompt:
        asked = contained(question)
        room = self._room_to_condense - self._budget.cost(asked)
        newest = [self._turn(turn) for turn in reversed(turns[-TURNS_SHOWN:])]
        shown = self._budget.fitting([f"{turn.question}\n{turn.answer}" for turn in newest], room, self._passage_cost)
        messages = self._condense.messages(question=asked, turns=newest[: max(shown, 1)][::-1])
        return Prompt(messages, self._condense.sha256)

    def _turn(self, turn: Turn) -> ShownTurn:
        return ShownTurn(contained(turn.question), self._budget.cut(contained(turn.answer), ANSWER_TOKENS))

    def _cut(self, passage: ShownPassage, hit: Hit, room: int) -> ShownPassage:
        """The beginning of a passage that has no room; whoever proves the answer reads all of it."""
        around = self._passage_cost + self._budget.cost(f"{passage.title}\n{passage.section}")
        room = max(room - around, FEWEST_TOKENS // 2)
        text = self._budget.cut(passage.text, room, hit.passage.markup)
        return ShownPassage(passage.number, passage.title, passage.section, text)

    def _cost(self, messages: Sequence[Message]) -> int:
        return sum(self._budget.costs([message.text for message in messages])) + MESSAGE_TOKENS * len(messages)

    def _refuse_too_little_room(self, context_window: int, max_tokens: int) -> None:
        room = min(self._room_to_answer, self._room_to_condense)
        if room < FEWEST_TOKENS:
            raise SettingsInvalid(
                f"FOOTNOTE_LLM_CONTEXT_WINDOW of {context_window} leaves no room for passages beside "
                f"FOOTNOTE_LLM_MAX_TOKENS of {max_tokens} and {self._answer.path}: {FEWEST_TOKENS - room} tokens short"
            )


class ChatTemplate:
    """A prompt's file: the messages of a chat, with placeholders. What fills them is never read as a template."""

    def __init__(self, path: Path, sha256: str, template: RichPromptTemplate) -> None:
        self.path = path
        self.sha256 = sha256
        self._template = template

    @classmethod
    def load(cls, files: PromptFolder, name: str, placeholders: Placeholders) -> Self:
        """Raises SettingsInvalid naming file, line and what is wrong in it."""
        file = files.read(name)
        try:
            placeholders.check(SandboxedEnvironment(extensions=[CHAT]).parse(file.text))
            template = RichPromptTemplate(file.text)
        except TemplateSyntaxError as error:
            raise SettingsInvalid(f"{file.path}, line {error.lineno}: {error.message}") from error
        return cls(file.path, sha256(file.content).hexdigest(), template)

    def messages(self, **values: str | Sequence[ShownPassage] | Sequence[ShownTurn]) -> tuple[Message, ...]:
        """In the order of the file; messages with no words in them are left out."""
        rendered = self._template.format_messages(None, **values)
        texts = [(cast(Role, message.role.value), (message.content or "").strip()) for message in rendered]
        return tuple(Message(role, text) for role, text in texts if text)
