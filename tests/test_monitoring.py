"""Figures for Prometheus: what is counted, under which fixed labels, and what a failing source does."""

import logging
from collections.abc import Callable
from dataclasses import replace

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.answer import Answer, Sentence, Timings
from bot.finished_request import FinishedRequest
from bot.gauges import Measure
from bot.look import Look
from bot.measures import LastLook, connection_measure, waiting_measure
from bot.monitoring import Monitoring
from index.sync import Report

ANSWER = Answer(
    id="a1",
    conversation_id="c1",
    question="When?",
    standalone_question="When?",
    answered=True,
    sentences=(Sentence("At noon.", (1,)), Sentence("At six.", (), "no source says so")),
    answer="At noon. [1]",
    confidence=0.9,
    writer="generative",
    citations=(),
    closest=(),
    took_ms=Timings(4, 300, 20, 330),
    model="m",
)


def figures(monitoring: Monitoring) -> dict[tuple[str, ...], float]:
    """Each sample by its name and its labels' values, in the order of the labels' names."""
    text = monitoring.exposition("text/plain")[0].decode()
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def failing(times: int) -> Callable[[], float]:
    """Fails so often, then reads 7."""
    left = iter(range(times))

    def read() -> float:
        if next(left, None) is not None:
            raise OSError("no disk")
        return 7

    return read


def test_each_outcome_is_counted_by_surface_and_writer() -> None:
    """Those that never happened are there as zeros, so that a rate can be taken of the first."""
    monitoring = Monitoring("1.0")
    monitoring.asked("slack", "a1", "When?").answered(ANSWER)
    monitoring.asked("web", "a2", "Why?").answered(replace(ANSWER, answered=False, writer="extractive"))
    monitoring.asked("http", "a3", "Who?").failed(OSError())
    monitoring.asked("http", "a4", "What?").left()
    told = {
        labels[1:]: value for labels, value in figures(monitoring).items() if labels[0] == "footnote_questions_total"
    }
    assert {labels for labels, value in told.items() if value} == {
        ("answered", "slack", "generative"),
        ("abstained", "web", "extractive"),
        ("failed", "http", "none"),
        ("left", "http", "none"),
    }
    assert told["answered", "mcp", "generative"] == 0


def test_stages_withheld_sentences_and_fallbacks_are_counted() -> None:
    """Times are seconds; a notice of an extractive answer says that the model failed."""
    monitoring = Monitoring("1.0")
    monitoring.asked("http", "a1", "When?").answered(ANSWER)
    monitoring.asked("http", "a2", "When?").answered(replace(ANSWER, sentences=(), writer="extractive", notice="slow"))
    told = figures(monitoring)
    assert told["footnote_stage_seconds_sum", "write"] == pytest.approx(0.6)
    assert told["footnote_stage_seconds_bucket", "0.005", "retrieve"] == 2
    assert told["footnote_stage_seconds_count", "total"] == 2
    assert told["footnote_sentences_withheld_total",] == 1
    assert told["footnote_fallbacks_total",] == 1


def test_requests_are_counted_by_route() -> None:
    """With their status, and their time apart."""
    monitoring = Monitoring("1.0")
    monitoring.requested(FinishedRequest("/documents/{id}", "GET", 404, 0.02))
    told = figures(monitoring)
    assert told["footnote_http_requests_total", "GET", "/documents/{id}", "404"] == 1
    assert told["footnote_http_request_seconds_bucket", "0.025", "/documents/{id}"] == 1


def test_what_people_write_is_in_no_figure() -> None:
    """Neither ids nor questions: labels are few."""
    monitoring = Monitoring("1.0")
    for observed in ("answered", "failed"):
        observation = monitoring.asked("http", "xyzzy-id", "xyzzy question")
        getattr(observation, observed)(ANSWER if observed == "answered" else OSError("xyzzy error"))
    assert b"xyzzy" not in monitoring.exposition("")[0]


def test_the_program_and_its_process_are_told() -> None:
    """The version, and memory and processor time."""
    monitoring = Monitoring("1.0")
    names = {labels[0] for labels in figures(monitoring)}
    assert {"footnote_build_info", "process_resident_memory_bytes", "process_cpu_seconds_total"} <= names


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "text/plain; version=0.0.4"),
        ("application/openmetrics-text;version=1.0.0", "application/openmetrics-text; version=1.0.0"),
    ],
)
def test_the_format_is_the_one_asked_for(accept: str, media_type: str) -> None:
    """The library negotiates it."""
    told, kind = Monitoring("1.0").exposition(accept)
    assert kind.startswith(media_type)
    assert told.endswith(b"# EOF\n") == ("openmetrics" in accept)
    assert b"_created" not in told


def test_measures_are_read_when_somebody_looks() -> None:
    """Those of one name share it; one without a value is left out."""
    monitoring = Monitoring("1.0")
    depths = [3, 5]
    monitoring.measure(waiting_measure("slack", depths.pop), waiting_measure("threads", lambda: 0))
    monitoring.measure(connection_measure("slack", lambda: True), Measure("footnote_nothing", "…", lambda: None))
    told = figures(monitoring)
    assert (told["footnote_queue_depth", "slack"], told["footnote_queue_depth", "threads"]) == (5, 0)
    assert told["footnote_slack_connected",] == 1
    assert ("footnote_nothing",) not in told
    assert figures(monitoring)["footnote_queue_depth", "slack"] == 3


def test_a_source_that_fails_leaves_its_figure_out_and_is_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    """Until it works again; the others are told all the while."""
    monitoring = Monitoring("1.0")
    monitoring.measure(Measure("footnote_broken", "…", failing(2)), Measure("footnote_sound", "…", lambda: 1))
    with caplog.at_level(logging.WARNING, "bot.gauges"):
        for _ in range(2):
            told = figures(monitoring)
            assert ("footnote_broken",) not in told
            assert told["footnote_sound",] == 1
        assert figures(monitoring)["footnote_broken",] == 7
    assert [record.getMessage() for record in caplog.records] == ["footnote_broken cannot be measured"]


def test_the_age_of_the_index_is_that_of_the_last_good_look() -> None:
    """There is none before the first."""
    now = [100.0]
    last = LastLook(lambda: now[0])
    assert (last.age, last.failed) == (None, None)
    last.see(Look(Report(0, 0, 0, 0, 1, (("a.pdf", "is damaged"),)), 0.1, news=False))
    now[0] = 130.0
    assert (last.age, last.failed) == (30.0, 1)
