"""Spans of OpenTelemetry. Its exporter reads the endpoint, headers and the like from the environment itself."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Span, Status, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from bot.answer import Answer
from bot.log_context import log_context
from bot.look import Look
from bot.observer import Observation, Stage
from bot.surface import Surface

NANOSECONDS = 1_000_000_000


@contextmanager
def exporting(version: str, flush_s: float) -> Iterator[TracerProvider]:
    """Spans are sent in the background; a receiver that is gone holds the end up for `flush_s` at most."""
    resource = Resource.create({"service.name": "footnote", "service.version": version})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    try:
        yield provider
    finally:
        ending = Thread(target=provider.shutdown, name="end of traces", daemon=True)
        ending.start()
        ending.join(flush_s)


class Spans:
    """An observer of questions and of looks at the documents folder; usable from any thread."""

    def __init__(self, provider: TracerProvider, *, tells: bool) -> None:
        self._tracer = provider.get_tracer("footnote")
        self._tells = tells

    def asked(self, surface: Surface, answer_id: str, question: str) -> Observation:
        attributes = {"footnote.surface": surface, "footnote.answer_id": answer_id}
        if self._tells:
            attributes["footnote.question"] = question
        span = self._tracer.start_span("footnote.answer", _of_the_request(), attributes=attributes)
        return _AnswerSpan(self._tracer, span)

    def saw(self, look: Look) -> None:
        """A span for the look, if it found something new."""
        if not look.news:
            return
        report = look.report
        counts = {"added": report.added, "changed": report.changed, "renamed": report.renamed}
        counts |= {"removed": report.removed, "unchanged": report.unchanged, "failed": len(report.failed)}
        attributes = {f"footnote.files.{name}": count for name, count in counts.items()}
        _past(self._tracer, "footnote.sync", look.seconds, Context(), attributes)


class _AnswerSpan:
    """One question: what it takes, and how it ends."""

    def __init__(self, tracer: Tracer, span: Span) -> None:
        self._tracer = tracer
        self._span = span
        self._inside = set_span_in_context(span, Context())

    def spent(self, stage: Stage, seconds: float) -> None:
        _past(self._tracer, stage, seconds, self._inside)

    def answered(self, answer: Answer) -> None:
        self._span.set_attribute("footnote.writer", answer.writer)
        self._end("answered" if answer.answered else "abstained")

    def failed(self, error: Exception) -> None:
        """Its kind alone: its words may be those of the question."""
        self._span.set_attribute("error.type", type(error).__qualname__)
        self._span.set_status(Status(StatusCode.ERROR))
        self._end("failed")

    def left(self) -> None:
        self._end("left")

    def _end(self, outcome: str) -> None:
        self._span.set_attribute("footnote.outcome", outcome)
        self._span.end()


def _of_the_request() -> Context:
    """What the request says it is a part of; the beginning of a new trace without that."""
    return TraceContextTextMapPropagator().extract(dict(log_context().trace), Context())


def _past(tracer: Tracer, name: str, seconds: float, inside: Context, attributes: dict[str, int] | None = None) -> None:
    """A span that has just ended."""
    end = time.time_ns()
    began = end - int(seconds * NANOSECONDS)
    tracer.start_span(name, inside, attributes=attributes, start_time=began).end(end)
