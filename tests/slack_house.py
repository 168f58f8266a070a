"""The Slack surface as a whole, running in the test's event loop against the stand-in, with a scripted answerer."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import func, select

from bot.answer import Answer, Citation, Sentence
from bot.citations import marked_text
from bot.errors import DocumentNotFound
from bot.events import Event, Status
from bot.history import History
from bot.history_database import HistoryDatabase
from bot.history_feedback import Feedback
from bot.history_inbox import Inbox
from bot.history_tables import QUESTIONS
from bot.overview import Overview
from bot.phrases import Phrases
from bot.question import checked_question
from bot.record import Record
from bot.scope import EVERYTHING, Scope
from bot.settings import Settings
from bot.shipped import shipped_folder
from bot.slack.channels import Channels
from bot.slack.product import Product
from bot.slack.slack_service import SlackService
from bot.slack.slack_settings import SlackSettings
from bot.slack.timing import Timing
from bot.surface import Surface
from bot.turn import Turn
from fakeslack.server import FakeSlack
from fakeslack.workspace import Channel, Message
from index.document import Document
from tests.reachable import reachable
from tests.records import a_record, an_abstention, an_answer

WITHIN_S = 10.0  # a guard against hanging
HAITI = Document("haiti.md", "Kenya leads the mission. The United States pays most of it.\n" * 3, "Haiti")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the answerer was asked."""

    question: str
    conversation: str | None
    turns: tuple[Turn, ...]
    scope: Scope
    phrases: Phrases | None = None


@dataclass
class ScriptedAnswering:
    """Answers at once with a quote, unless a script for the question says otherwise; remembers what it was asked.

    A script is an async generator function of the question that yields sentences (as a model writes them), or raises;
    one that yields nothing abstains.
    """

    history: History
    documents: dict[str, Document] = field(default_factory=lambda: {HAITI.id: HAITI})
    asked: list[Asked] = field(default_factory=list)
    scripts: dict[str, Callable[[str], AsyncGenerator[str, None]]] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)

    async def stream(
        self,
        question: str,
        conversation_id: str | None = None,
        turns: Sequence[Turn] | None = None,
        *,
        scope: Scope = EVERYTHING,
        owner: str = "",
        surface: Surface = "cli",
        answer_id: str | None = None,
        phrases: Phrases | None = None,
        asked_at: datetime | None = None,
    ) -> AsyncGenerator[Event, None]:
        question = checked_question(question, 2000)
        stored = await asyncio.to_thread(self.history.turns, conversation_id, 10) if conversation_id else []
        before = tuple(turns if turns is not None else stored)
        self.asked.append(Asked(question, conversation_id, before, scope, phrases))
        yield Status("retrieving", "searching")
        answer = self.answers.get(question) or (quoting() if scope.allows(HAITI.id) else an_abstention(closest=()))
        if script := self.scripts.get(question):
            answer = None
            sentences: list[Sentence] = []
            yield Status("writing", "small-model is writing")
            async for text in script(question):
                sentences.append(Sentence(text, (1,)))
                yield sentences[-1]
            answer = written(sentences) if sentences else an_abstention()
        made = an_answer_for(answer, question, conversation_id or "c", answer_id or "a1")
        await asyncio.to_thread(self.history.finish, a_record(made, asked_at=asked_at or datetime.now(UTC)))
        yield made

    async def record(self, answer_id: str) -> Record:
        return await asyncio.to_thread(self.history.record, answer_id)

    async def document(self, id: str, *, scope: Scope = EVERYTHING) -> Document:
        if id not in self.documents or not scope.allows(id):
            raise DocumentNotFound(id)
        return self.documents[id]

    async def overview(self, scope: Scope = EVERYTHING) -> Overview:
        inside = [one for one in self.documents.values() if scope.allows(one.id)]
        return Overview(len(inside), 3 * len(inside), tuple(one.label for one in inside), None)


def citation(document: Document = HAITI, start: int = 0, end: int = 24, number: int = 1) -> Citation:
    quote = document.text[start:end]
    return Citation(
        number, document.id, document.label, quote, start, end, None, document.sha256, f"/documents/{document.id}", 0.9
    )


def quoting(text: str = "Kenya leads the mission.", **changes: Any) -> Answer:
    """In the documents' own words."""
    sentence = Sentence(text, (1,))
    values = {"sentences": (sentence,), "answer": marked_text([sentence]), "writer": "extractive", "model": None}
    return an_answer(**{**values, "notice": None, "citations": (citation(),), **changes})


def written(sentences: Sequence[Sentence]) -> Answer:
    """By a model."""
    return quoting(sentences=tuple(sentences), answer=marked_text(sentences), writer="generative", model="small-model")


def an_answer_for(answer: Answer, question: str, conversation: str, id: str) -> Answer:
    return replace(answer, id=id, conversation_id=conversation, question=question, standalone_question=question)


class House:
    """Everything that a scenario needs."""

    def __init__(self, slack: FakeSlack, folder: Path, **settings: Any) -> None:
        self.slack = slack
        self.settings = Settings(documents=folder, home=folder / "home", slack_api_url=slack.api_url, **settings)
        self.database = HistoryDatabase(f"sqlite:///{folder / 'history.sqlite'}")
        self.history = History(self.database, 90)
        self.inbox = Inbox(self.database)
        self.feedback = Feedback(self.database)
        self.answering = ScriptedAnswering(self.history)
        self.examples = ["Who leads the mission?", "Who pays for it?"]
        self.ready = SimpleNamespace(ready=True, percent=100, detail="ready")

    def product(self) -> Product:
        async def examples(scope: Scope) -> list[str]:
            return list(self.examples) if scope.allows(HAITI.id) else []

        async def titles(scope: Scope) -> list[tuple[str, str]]:
            return [(one.id, one.label) for one in self.answering.documents.values() if scope.allows(one.id)]

        return Product(
            answering=self.answering,
            readiness=SimpleNamespace(state=self.ready),
            inbox=self.inbox,
            feedback=self.feedback,
            turns=lambda conversation, before: self.history.turns(conversation, 10, before),
            examples=examples,
            titles=titles,
            channels=Channels.load(self.settings.slack_channels, shipped_folder("prompts")),
            history_url=f"sqlite:///{self.settings.documents / 'history.sqlite'}",
        )

    def service(self, environ: dict[str, str] | None = None, **options: float) -> SlackService:
        """As `footnote serve` would make it for the stand-in's transport."""
        http = self.slack.delivery.transport == "http"
        tokens = {"SLACK_BOT_TOKEN": self.slack.bot_token} | (
            {"SLACK_SIGNING_SECRET": self.slack.signing_secret} if http else {"SLACK_APP_TOKEN": self.slack.app_token}
        )
        given = SlackSettings.load(environ or tokens, self.settings.slack_api_url, self.settings.public_url)
        assert given is not None
        return SlackService(given, self.settings, self.product(), {}, Timing(**{"grace_s": 0.2, **options}))

    @asynccontextmanager
    async def open(self, **options: Any) -> AsyncIterator[SlackService]:
        """The service listens, over whichever transport."""
        async with AsyncExitStack() as stack:
            service = await stack.enter_async_context(self.service(**options))
            if self.slack.delivery.transport == "http":
                self.slack.delivery.request_url = await stack.enter_async_context(reachable(service))
            yield service

    # What has become of it

    async def until(self, condition: Callable[[], Any]) -> Any:
        """What it says as soon as that is true; everything here happens in this event loop and its threads."""
        async with asyncio.timeout(WITHIN_S):
            while not (value := condition()):
                await asyncio.sleep(0.005)
        return value

    async def quiet(self) -> None:
        """Nothing is queued or under way."""
        await self.slack.delivery.settled()
        await self.until(lambda: not self.unfinished())
        await self.slack.delivery.settled()

    def unfinished(self) -> int:
        with self.database.reading() as connection:
            return connection.scalar(select(func.count()).where(QUESTIONS.c.outcome.is_(None))) or 0

    def replies(self, channel: Channel, thread: str | None = None, viewer: str | None = None) -> list[Message]:
        """What the bot has said there."""
        said = self.slack.transcript(channel, thread, viewer)
        return [one for one in said if one.bot_id]

    async def reply(self, channel: Channel, thread: str, count: int = 1) -> Message:
        """The latest of at least so many of the bot's messages in a thread, when nothing is under way any more."""
        await self.until(lambda: len(self.replies(channel, thread)) >= count)
        await self.quiet()
        return self.replies(channel, thread)[-1]

    async def close(self) -> None:
        self.database.close()


@asynccontextmanager
async def house(folder: Path, transport: Any = "socket", **settings: Any) -> AsyncIterator[House]:
    """The stand-in and everything that belongs to the product but the service; no problem may be left in the end."""
    async with FakeSlack(transport) as slack:
        made = House(slack, folder, **settings)
        try:
            yield made
        finally:
            await made.close()
        assert slack.problems == []


def shown(message: Message) -> str:
    """All words of a message, blocks included, as a reader sees them."""
    return " ".join([message.text, *words_of(message.blocks)])


def words_of(value: Any) -> list[str]:
    """Every text in blocks or a view, in order; not what buttons send."""
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [word for key, part in value.items() if key != "value" for word in words_of(part)]
    if isinstance(value, list):
        return [word for part in value for word in words_of(part)]
    return []
