"""The one place where settings become objects. Slow imports are made by the functions that need them."""

import asyncio
import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from bot.allocator import FreeMemory
from bot.errors import HistoryUnavailable
from bot.settings import Settings
from bot.shipped import shipped_folder
from index.catalog import Catalog, Counts
from index.embedding import Embedding, load_embedding
from index.errors import SettingsInvalid
from index.ownership import Ownership
from index.progress import Listener
from index.projection import Projection
from index.vectors import ChromaVectors

if TYPE_CHECKING:
    from bot.answering import Answering
    from bot.documents import Documents
    from bot.engine import Engine
    from bot.examples import Examples
    from bot.generative import GenerativeWriter
    from bot.history import History
    from bot.http.product import Product as HttpProduct
    from bot.key_file import KeyFile
    from bot.monitoring import Monitoring
    from bot.no_history import NoHistory
    from bot.observer import Observer
    from bot.phrases import Phrases
    from bot.ports import History as HistoryPort
    from bot.ports import Source
    from bot.scope import Scope
    from bot.slack.checking import Finding
    from bot.slack.product import Product
    from bot.slack.slack_service import SlackService
    from bot.slack.slack_settings import SlackSettings
    from index.deposit import Deposit
    from index.folder import Folder
    from index.sync import Report, Sync
    from index.vocabulary import Vocabulary

logger = logging.getLogger(__name__)
PROGRAM = "footnote-bot"


def load_settings() -> Settings:
    """From the environment and the working folder. Raises SettingsInvalid."""
    return Settings.load(os.environ, Path.cwd())


def catalog_path(settings: Settings) -> Path:
    return settings.home / "catalog.sqlite"


@contextmanager
def owned_catalog(settings: Settings, command: str) -> Iterator[Catalog]:
    """The catalog, to write; `command` is what others are told of its owner. Raises IndexBusy."""
    with Ownership(settings.home).acquire(command), Catalog.open(catalog_path(settings)) as catalog:
        yield catalog


def index_documents(settings: Settings, listener: Listener) -> "Report":
    """Make the index equal to the documents folder. Raises IndexBusy."""
    embedding = load_embedding(settings)
    with (
        owned_catalog(settings, "footnote index") as catalog,
        closing(Projection(catalog, make_vectors(settings), embedding.identity)) as projection,
    ):
        return make_sync(settings, catalog, embedding, projection).run(listener)


def check_index(settings: Settings) -> tuple[list[str], Counts]:
    """The differences between index and folder, and how much the index holds. Raises IndexBusy."""
    from index.check import check

    path, model = catalog_path(settings), load_embedding(settings).identity
    with Ownership(settings.home).acquire("footnote check"), Catalog.open(path, read_only=True) as catalog:
        return check(path, make_folder(settings), make_vectors(settings), model), catalog.counts


@dataclass(frozen=True, slots=True)
class Served:
    """What a server lives on."""

    engine: "Engine"
    answering: "Answering"
    history: "History | NoHistory"
    examples: "Examples"
    documents: "Documents"
    monitoring: "Monitoring"


@contextmanager
def served(settings: Settings) -> Iterator[Served]:
    """Closed on leaving. The engine is yet to be started. Raises IndexBusy."""
    from bot.documents import Documents
    from bot.engine import Engine
    from bot.examples import Examples
    from bot.forgetting import forgetting
    from bot.interruption import InterruptibleEmbedding, Interruption
    from bot.log_context import NotedQuestions
    from bot.measures import LastLook, index_measures, waiting_measure
    from bot.monitoring import Monitoring
    from bot.observer import Observers
    from bot.source import CatalogSource
    from bot.suggestions import Suggestions
    from bot.tracing import tracing
    from index.retriever import Retriever

    program = version(PROGRAM)
    monitoring, last_look = Monitoring(program), LastLook()
    with (
        tracing(os.environ, program, tells=settings.log_questions) as spans,
        owned_catalog(settings, "footnote serve") as catalog,
    ):
        noted = NotedQuestions(tells=settings.log_questions)
        observer = Observers(noted, monitoring, *([spans] if spans else ()))
        watchers = [last_look.see, FreeMemory().watch, *([spans.saw] if spans else ())]
        embedding = load_embedding(settings)
        vectors = make_vectors(settings, serving=True)
        by_meaning = Retriever(catalog, vectors, embedding, settings.dense_weight)
        by_keywords = Retriever(catalog, None, embedding)
        source = CatalogSource(catalog, lambda: by_meaning if vectors.available else by_keywords)
        interruption = Interruption()
        with closing(Projection(catalog, vectors, embedding.identity)) as projection:
            sync = make_sync(settings, catalog, InterruptibleEmbedding(embedding, interruption), projection)
            engine = Engine(source, sync, interruption, settings.sync_interval, watchers)
            with (
                kept_history(settings) as history,
                forgetting(history),
                closing(engine),
                closing(make_answering(settings, engine, embedding, catalog, history, observer)) as answering,
            ):
                examples = Examples(Suggestions(engine, answering.quoting).of)
                monitoring.measure(*index_measures(catalog, last_look))
                monitoring.measure(waiting_measure("threads", lambda: answering.waiting))
                folder, deposit = make_folder(settings), make_deposit(settings)
                documents = Documents(catalog, settings.documents, folder, deposit, engine.next_report)
                yield Served(engine, answering, history, examples, documents, monitoring)


def slack_settings(settings: Settings) -> "SlackSettings | None":
    """Slack's tokens and secrets of the environment; None without any. Raises SettingsInvalid."""
    from bot.slack.slack_settings import SlackSettings

    return SlackSettings.load(os.environ, settings.slack_api_url, settings.public_url)


def slack_service(settings: Settings, parts: Served) -> "SlackService | None":
    """The Slack surface, yet to be entered; None without Slack's tokens in the environment.

    Raises SettingsInvalid for tokens that do not fit together, HistoryUnavailable where there is no database, without
    which questions could be lost.
    """
    slack = slack_settings(settings)
    if slack is None:
        return None
    from bot.history_inbox import Inbox
    from bot.measures import connection_measure, waiting_measure
    from bot.slack.slack_service import SlackService
    from bot.slack.timing import Timing

    timing = Timing(lease_s=settings.slack_lease)
    service = SlackService(slack, settings, make_product(settings, parts), os.environ, timing)
    parts.monitoring.measure(
        waiting_measure("slack", Inbox(parts.history.database).unfinished),
        connection_measure("slack", lambda: service.connected),
    )
    return service


async def check_slack(settings: Settings, channels: Iterable[str]) -> "list[Finding]":
    """What is right and wrong between Slack and us. Raises SettingsInvalid, also if there are no tokens at all."""
    from bot.slack.checking import check_slack as findings_of
    from bot.slack.slack_session import slack_client, slack_session

    slack = slack_settings(settings)
    if slack is None:
        raise SettingsInvalid("Slack is not configured: SLACK_BOT_TOKEN and SLACK_APP_TOKEN are not set")
    async with slack_session() as session:
        return await findings_of(slack, slack_client(session, slack.api_url, os.environ), session, channels)


def http_product(settings: Settings, parts: Served, slack: "SlackService | None") -> "HttpProduct":
    """What is served over HTTP, Slack's requests among it where there is Slack."""
    from bot.history_conversations import Conversations
    from bot.history_feedback import Feedback
    from bot.http.product import Product
    from bot.mcp.endpoint import PATH, Endpoint
    from bot.mcp.product import Product as McpProduct
    from index.readers import Reader

    mcp = McpProduct(parts.answering, parts.documents, settings.public_url)
    return Product(
        answering=parts.answering,
        readiness=parts.engine,
        settings=settings,
        conversations=lambda: Conversations(parts.history.database),
        feedback=lambda: Feedback(parts.history.database),
        suggested=parts.examples,
        documents=parts.documents,
        keys=key_file(settings),
        monitoring=parts.monitoring,
        upload_suffixes=Reader.suffixes,
        elsewhere={"/slack/": slack} if slack else {},
        guarded={PATH: Endpoint(mcp, settings.max_body_kb * 1024)},
        connections={"slack": lambda: slack.connected} if slack else {},
    )


def key_file(settings: Settings) -> "KeyFile":
    """The keys of whoever may ask over HTTP."""
    from bot.key_file import KeyFile

    return KeyFile(settings.home / "keys.json")


def make_product(settings: Settings, parts: Served) -> "Product":
    """What Slack shows of all this. Raises HistoryUnavailable and SettingsInvalid."""
    from bot.answering import REMEMBERED_TURNS
    from bot.history import history_url
    from bot.history_feedback import Feedback
    from bot.history_inbox import Inbox
    from bot.slack.channels import Channels
    from bot.slack.product import Product

    async def titles(scope: "Scope") -> list[tuple[str, str]]:
        listing = await asyncio.to_thread(parts.engine.listing)
        return [(one.id, one.title) for one in listing if scope.allows(one.id)]

    configured = settings.history_url
    return Product(
        answering=parts.answering,
        readiness=parts.engine,
        inbox=Inbox(parts.history.database),
        feedback=Feedback(parts.history.database),
        turns=lambda conversation, before: parts.history.turns(conversation, REMEMBERED_TURNS, before),
        examples=parts.examples,
        titles=titles,
        channels=Channels.load(settings.slack_channels, prompts_folder(settings)),
        history_url=history_url(settings.home, configured.get_secret_value() if configured else None),
    )


def make_vectors(settings: Settings, *, serving: bool = False) -> ChromaVectors:
    return ChromaVectors(settings.home / "chroma", serving=serving)


def make_folder(settings: Settings) -> "Folder":
    from index.folder import Folder
    from index.readers import Reader

    return Folder(settings.documents, Reader.suffixes, settings.home)


def make_deposit(settings: Settings) -> "Deposit":
    from index.deposit import Deposit
    from index.readers import MEGABYTE, Reader

    most = int(settings.max_file_mb * MEGABYTE)
    return Deposit(settings.documents, settings.home, Reader(most), Reader.suffixes, most)


def make_sync(settings: Settings, catalog: Catalog, embedding: Embedding, projection: Projection) -> "Sync":
    from index.chunking import Chunker
    from index.readers import MEGABYTE, Reader
    from index.reading import Reading
    from index.sync import Sync
    from index.vocabulary import Vocabulary

    return Sync(
        catalog,
        Reader(int(settings.max_file_mb * MEGABYTE)),
        Chunker(Vocabulary().count_tokens),
        embedding,
        projection,
        make_folder(settings),
        Reading(settings.home / "reading"),
    )


def make_answering(
    settings: Settings,
    source: "Source",
    embedding: Embedding,
    catalog: Catalog,
    history: "HistoryPort",
    observer: "Observer | None" = None,
) -> "Answering":
    """Raises SettingsInvalid when a prompt or the model's adapter is not what it must be."""
    from bot.answering import Answering
    from bot.evidence import Assessor
    from bot.extractive import ExtractiveWriter, Weights
    from index.vocabulary import Vocabulary

    vocabulary = Vocabulary()
    writer = ExtractiveWriter(Assessor(embedding, catalog.stems, vocabulary.rarity), Weights.load())
    model = make_model_writer(settings, vocabulary)
    return Answering(source, writer, load_phrases(settings), settings, history, model, observer)


def make_model_writer(settings: Settings, vocabulary: "Vocabulary") -> "GenerativeWriter | None":
    """None unless a model is configured; its libraries take seconds to import, and only then."""
    if not settings.llm_model:
        return None
    from bot.circuit import Circuit
    from bot.generative import GenerativeWriter
    from bot.llama_language_model import load_language_model
    from bot.llama_prompts import LlamaPrompts

    prompts = LlamaPrompts.load(
        prompts_folder(settings), vocabulary.count_tokens, settings.llm_context_window, settings.llm_max_tokens
    )
    return GenerativeWriter(
        load_language_model(settings),
        prompts,
        Circuit(),
        settings.llm_concurrency,
        settings.llm_price_input,
        settings.llm_price_output,
    )


@contextmanager
def kept_history(settings: Settings) -> Iterator["History | NoHistory"]:
    """The database of conversations. A damaged one of our own keeps nobody from asking; one of yours is your say.

    Raises HistoryUnavailable for a database that is configured and cannot be used.
    """
    from bot.history import History, history_url
    from bot.no_history import NoHistory

    configured = settings.history_url.get_secret_value() if settings.history_url else None
    with suppress(OSError):  # then the history says that it cannot be opened
        settings.home.mkdir(parents=True, exist_ok=True)
    try:
        history = History.open(history_url(settings.home, configured), settings.history_days)
    except HistoryUnavailable as problem:
        if configured:
            raise
        logger.warning("conversations are not kept: %s", problem)
        yield NoHistory()
        return
    with closing(history):
        history.forget_old(datetime.now(UTC))
        yield history


def load_phrases(settings: Settings) -> "Phrases":
    from bot.phrases import Phrases

    return Phrases.load(prompts_folder(settings))


def prompts_folder(settings: Settings) -> Path:
    return settings.prompts or shipped_folder("prompts")
