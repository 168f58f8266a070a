"""The web page in a real browser: when it is there, what it weighs, and when a sentence that arrives is seen."""

import json
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from child import run_footnote
from partner import partner
from server import serving
from spread import Figure, Spread
from workbench import Workbench, say

from bot.metrics import percentile

NAME = "page"
SEEDS = Path(__file__).parents[1] / "seeds"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
VISITS = 20
TOKENS_PER_SECOND = 50
MEASURED = {
    "first_paint_ms": ("first paint with content", "ms"),
    "ready_ms": ("ready: the cursor is in the question's field", "ms"),
    "transferred_kb": ("transferred, headers included", "kB"),
    "unpacked_kb": ("the same without headers, unpacked", "kB"),
    "requests": ("fetched", "requests"),
    "arrival_to_pixels_ms": ("a sentence, from its arrival in the page until seen", "ms"),
    "token_to_pixels_ms": ("the same from the model's last token of it", "ms"),
}


def measure(bench: Workbench) -> list[Figure]:
    """Nothing where there is no browser. The spread is that of all visits, however many runs."""
    if not find_spec("playwright") or not any(map(which, BROWSERS)):
        say("page: left out, as that needs Chromium and Playwright")
        return []
    home = bench.folder / "page-home"
    run_footnote("index", home=home, documents=SEEDS, limit_s=bench.limit_s)
    say(f"{VISITS} visits of a new browser")
    with (
        partner("page_visits.py", str(VISITS), str(TOKENS_PER_SECOND), limit_s=bench.limit_s) as visits,
        serving(home, SEEDS, bench.limit_s, visits.way_in) as server,
    ):
        result = visits.run(server.url)
    say(json.dumps(result))
    figures = []
    for key, (name, unit) in MEASURED.items():
        values = result[key]
        figures += [Figure(NAME, name, unit, Spread.of(values))]
        if key.endswith("_ms"):
            figures += [Figure(NAME, f"{name}, p95", unit, Spread.of([percentile(values, 95)]))]
    return figures
