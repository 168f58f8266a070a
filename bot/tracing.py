"""Traces: a span for each answer with its stages inside, and one for each sync that did something.

Only with one of OpenTelemetry's own variables set; nothing of it is imported otherwise.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from index.errors import SettingsInvalid

if TYPE_CHECKING:
    from bot.tracing_spans import Spans

VARIABLES = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
EXPORTER = "opentelemetry.exporter.otlp.proto.http"
FLUSH_S = 2.0  # of the end of the server


@contextmanager
def tracing(environ: Mapping[str, str], version: str, *, tells: bool) -> Iterator["Spans | None"]:
    """Where spans go; None without an endpoint. What is not sent on leaving is tried for FLUSH_S seconds.

    Questions are in them only if it `tells`. Raises SettingsInvalid if the extra `otel` is not installed.
    """
    variable = next((name for name in VARIABLES if environ.get(name)), None)
    if variable is None:
        yield None
        return
    _require_exporter(variable)
    from bot.tracing_spans import Spans, exporting

    with exporting(version, FLUSH_S) as provider:
        yield Spans(provider, tells=tells)


def _require_exporter(variable: str) -> None:
    try:
        found = find_spec(EXPORTER)
    except ModuleNotFoundError:
        found = None
    if found is None:
        raise SettingsInvalid(f"{variable} needs the extra of traces: pip install 'footnote-bot[otel]'")
