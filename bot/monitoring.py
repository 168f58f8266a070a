"""Figures about the running server, in the formats of Prometheus."""

import platform
from collections.abc import Iterator
from itertools import product
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Histogram, Info, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.answer import Answer
from bot.finished_request import FinishedRequest
from bot.gauges import Gauges, Measure
from bot.observer import Observation, Stage
from bot.surface import Surface

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)
SURFACES = get_args(Surface)
WRITERS = ("extractive", "generative")
NOBODY = "none"  # wrote an answer that did not come about


class Monitoring:
    """Counts in a registry of its own; usable from any thread. Nothing that people write becomes a label."""

    def __init__(self, version: str) -> None:
        self._registry = registry = CollectorRegistry()
        self._gauges = Gauges()
        self._questions = Counter(
            "footnote_questions",
            "Questions, by where they were asked, who wrote the answer, and how they ended.",
            ("surface", "writer", "outcome"),
            registry=registry,
        )
        self._stages = Histogram(
            "footnote_stage_seconds",
            "Time that the stages of an answer took.",
            ("stage",),
            buckets=SECONDS,
            registry=registry,
        )
        self._withheld = Counter(
            "footnote_sentences_withheld",
            "Sentences of the language model that the sources did not prove.",
            registry=registry,
        )
        self._fallbacks = Counter(
            "footnote_fallbacks",
            "Answers quoted from the documents because the language model failed.",
            registry=registry,
        )
        self._requests = Counter(
            "footnote_http_requests", "Requests over HTTP.", ("route", "method", "status"), registry=registry
        )
        self._request_seconds = Histogram(
            "footnote_http_request_seconds",
            "Time from a request to the end of its response, streams included.",
            ("route",),
            buckets=SECONDS,
            registry=registry,
        )
        Info("footnote_build", "What is running.", registry=registry).info(
            {"version": version, "python": platform.python_version()}
        )
        ProcessCollector(registry=registry)
        registry.register(self._gauges)
        self._begin_at_zero()

    def measure(self, *measures: Measure) -> None:
        """Read these, too, whenever somebody looks."""
        self._gauges.add(*measures)

    def asked(self, surface: Surface, _answer_id: str, _question: str) -> Observation:
        return _Count(self, surface)

    def requested(self, request: FinishedRequest) -> None:
        self._requests.labels(request.route, request.method, str(request.status)).inc()
        self._request_seconds.labels(request.route).observe(request.seconds)

    def exposition(self, accept: str) -> tuple[bytes, str]:
        """All figures in the format that the Accept header asks for, and its media type; takes time."""
        encode, media_type = choose_encoder(accept)
        return encode(_WithoutBirths(self._registry)), media_type

    def answered(self, surface: Surface, answer: Answer) -> None:
        self._questions.labels(surface, answer.writer, "answered" if answer.answered else "abstained").inc()
        took = answer.took_ms
        for stage in ("retrieve", "write", "verify", "total"):
            self._stages.labels(stage).observe(getattr(took, stage) / 1000)
        self._withheld.inc(sum(sentence.withheld is not None for sentence in answer.sentences))
        if answer.writer == "extractive" and answer.notice:
            self._fallbacks.inc()

    def unanswered(self, surface: Surface, outcome: str) -> None:
        self._questions.labels(surface, NOBODY, outcome).inc()

    def _begin_at_zero(self) -> None:
        """What appears only with its first event has no rate when it matters."""
        for surface, writer, outcome in product(SURFACES, WRITERS, ("answered", "abstained")):
            self._questions.labels(surface, writer, outcome)
        for surface, outcome in product(SURFACES, ("failed", "left")):
            self._questions.labels(surface, NOBODY, outcome)
        for stage in ("retrieve", "write", "verify", "total"):
            self._stages.labels(stage)


class _WithoutBirths(Collector):
    """The library also tells when each series began, which doubles them; we begin all of them at the start."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def collect(self) -> Iterator[Metric]:
        for metric in self._registry.collect():
            metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            yield metric


class _Count:
    """One question, counted by how it ended."""

    def __init__(self, monitoring: Monitoring, surface: Surface) -> None:
        self._monitoring = monitoring
        self._surface = surface

    def spent(self, stage: Stage, seconds: float) -> None:
        """The answer tells the sums."""

    def answered(self, answer: Answer) -> None:
        self._monitoring.answered(self._surface, answer)

    def failed(self, _error: Exception) -> None:
        self._monitoring.unanswered(self._surface, "failed")

    def left(self) -> None:
        self._monitoring.unanswered(self._surface, "left")
