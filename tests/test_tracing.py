"""Traces: which spans arrive where, below what, and that there are none unless they are wanted."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from bot import tracing as module
from bot.answering import Answering
from bot.errors import NotReady
from bot.http.app import create_app
from bot.log_context import LogContext, begin_log_context
from bot.look import Look
from bot.no_history import NoHistory
from bot.phrases import Phrases
from bot.scope import EVERYTHING
from bot.settings import Settings
from bot.shipped import shipped_folder
from bot.tracing import tracing
from bot.tracing_spans import Spans
from index.document import Document
from index.errors import SettingsInvalid
from index.sync import Report
from tests.fakes import FakeSource
from tests.http_product import a_product
from tests.otlp_receiver import Receiver, attributes, otlp_receiver
from tests.test_answering import FirstSentence
from tests.test_event_stream import Ready

FERRY = Document("ferry.txt", "The ferry leaves at noon.")
TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
QUESTION = "When does the xyzzy leave?"


class Unready(FakeSource):
    def retrieve(self, question, limit, beside=(), scope=EVERYTHING):
        raise NotReady(42)


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with otlp_receiver() as receiver:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint)
        yield receiver


def answering(spans: Spans, source: FakeSource | None = None) -> Answering:
    phrases, settings = Phrases.load(shipped_folder("prompts")), Settings(documents=Path("seeds"))
    return Answering(source or FakeSource(FERRY), FirstSentence(), phrases, settings, NoHistory(), None, spans)


def sent_to(receiver: Receiver, *, tells: bool = False):
    return tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.endpoint}, "1.0", tells=tells)


async def test_an_answer_is_a_span_of_the_request_with_its_stages_inside(receiver: Receiver) -> None:
    """The request says what it is a part of; questions are in no span."""
    with sent_to(receiver) as spans, closing(answering(spans)) as made:
        app = create_app(a_product(made, Ready(), Settings(documents=Path("seeds"))))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
            headers = {"traceparent": f"00-{TRACE}-{PARENT}-01"}
            response = await client.post("/ask", json={"question": QUESTION}, headers=headers)
    answer = receiver.named("footnote.answer")
    assert (answer.trace_id.hex(), answer.parent_span_id.hex()) == (TRACE, PARENT)
    for stage in ("retrieve", "write", "verify"):
        span = receiver.named(stage)
        assert (span.trace_id, span.parent_span_id) == (answer.trace_id, answer.span_id)
        assert span.start_time_unix_nano <= span.end_time_unix_nano
    assert attributes(answer) == {
        "footnote.surface": "http",
        "footnote.answer_id": response.json()["id"],
        "footnote.writer": "extractive",
        "footnote.outcome": "answered",
    }
    assert b"xyzzy" not in b"".join(receiver.bodies)
    assert b"footnote" in receiver.bodies[0]


@pytest.mark.parametrize("given", ["", "nonsense", f"00-{'0' * 32}-{PARENT}-01"])
async def test_a_request_that_is_a_part_of_nothing_begins_a_trace(receiver: Receiver, given: str) -> None:
    """Nor does one that only says so badly."""
    begin_log_context(LogContext(trace=(("traceparent", given),)))
    with sent_to(receiver) as spans, closing(answering(spans)) as made:
        await made.answer(QUESTION, surface="slack")
    assert receiver.named("footnote.answer").parent_span_id == b""


async def test_a_failure_is_told_by_its_kind(receiver: Receiver) -> None:
    """And questions only where that is wanted."""
    with (
        sent_to(receiver, tells=True) as spans,
        closing(answering(spans, Unready())) as made,
        pytest.raises(NotReady),
    ):
        await made.answer(QUESTION)
    told = attributes(receiver.named("footnote.answer"))
    assert (told["footnote.outcome"], told["error.type"], told["footnote.question"]) == ("failed", "NotReady", QUESTION)


def test_a_sync_is_a_span_if_it_did_something(receiver: Receiver) -> None:
    """Most looks find nothing."""
    with sent_to(receiver) as spans:
        assert spans is not None
        spans.saw(Look(Report(0, 0, 0, 0, 7, ()), 0.1, news=False))
        spans.saw(Look(Report(3, 0, 0, 0, 7, (("a.pdf", "is damaged"),)), 2.0, news=True))
    span = receiver.named("footnote.sync")
    assert span.end_time_unix_nano - span.start_time_unix_nano == 2_000_000_000
    assert (attributes(span)["footnote.files.added"], attributes(span)["footnote.files.failed"]) == (3, 1)


def test_a_receiver_that_is_gone_does_not_hold_the_end_up(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Longer than it may."""
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setattr(module, "FLUSH_S", 0.2)
    with sent_to(receiver) as spans:
        assert spans is not None
        spans.asked("http", "a1", QUESTION).left()
        began = time.monotonic()
    assert time.monotonic() - began < 2


def test_without_its_extra_the_variable_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """In one line that names what to install."""
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    environ = {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://127.0.0.1:1"}
    wanted = tracing(environ, "1.0", tells=False)
    with pytest.raises(SettingsInvalid, match=r"TRACES_ENDPOINT needs .*footnote-bot\[otel\]"):
        wanted.__enter__()


@pytest.mark.parametrize("environ", [{}, {"OTEL_EXPORTER_OTLP_ENDPOINT": ""}])
def test_without_the_variable_nothing_is_imported(environ: dict[str, str]) -> None:
    """Nor connected to."""
    program = (
        "import sys\nfrom bot.tracing import tracing\n"
        f"with tracing({environ!r}, '1.0', tells=False) as spans:\n    assert spans is None\n"
        "print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
