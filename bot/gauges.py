"""What is measured when somebody looks, and not before: sizes, depths, ages."""

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure; `read` may take a moment and may raise, and gives None while there is nothing to tell.

    Measures of one name have labels of the same names.
    """

    name: str
    help: str
    read: Callable[[], float | None]
    labels: Mapping[str, str] = field(default_factory=dict)


class Gauges(Collector):
    """Reads its measures. One that fails is left out, and logged when it begins to fail."""

    def __init__(self) -> None:
        self._measures: list[Measure] = []
        self._failing: set[int] = set()

    def add(self, *measures: Measure) -> None:
        self._measures += measures

    def collect(self) -> Iterator[GaugeMetricFamily]:
        families: dict[str, GaugeMetricFamily] = {}
        for place, measure in enumerate(self._measures):
            value = self._read(place, measure)
            if value is not None:
                family = GaugeMetricFamily(measure.name, measure.help, labels=list(measure.labels))
                families.setdefault(measure.name, family).add_metric(list(measure.labels.values()), value)
        yield from families.values()

    def _read(self, place: int, measure: Measure) -> float | None:
        try:
            value = measure.read()
        except Exception as error:  # the other figures are wanted all the more
            if place not in self._failing:
                logger.warning("%s cannot be measured", measure.name, exc_info=error)
            self._failing.add(place)
            return None
        self._failing.discard(place)
        return value
