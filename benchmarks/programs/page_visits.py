"""Visits of a browser that has never seen the page, and one question in each, which a scripted model answers.

page_visits.py VISITS TOKENS_PER_SECOND     the first line of output tells a server of the model; a line of input is
                                            the server's address
"""

import json
import os
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from time import perf_counter
from typing import Any

from playwright.sync_api import CDPSession, Page, Playwright, sync_playwright
from written import QUESTION, finished_at

from tests.fake_llm import FakeLLM, Reply

WATCH = Path(__file__).with_name("page_watch.js")
SENTENCES = (
    "Godfrey Otunge commands the multinational security mission in Haiti. [1]",
    "Kenya leads the mission, which is planned to reach about 2,500 people. [1]",
    "The United Nations endorses the mission but does not manage it. [1]",
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET_MS = 500  # until everything that belongs to the page is there


@dataclass
class Traffic:
    """What a page fetches: bytes on the wire, headers included, and what they are once they are unpacked."""

    requests: int = 0
    transferred: float = 0
    unpacked: float = 0

    def listen(self, session: CDPSession) -> None:
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.dataReceived", self._received)
        session.on("Network.loadingFinished", self._finished)
        session.send("Network.enable")

    def _sent(self, event: dict[str, Any]) -> None:
        self.requests += not event["request"]["url"].startswith("data:")

    def _received(self, event: dict[str, Any]) -> None:
        self.unpacked += event["dataLength"]

    def _finished(self, event: dict[str, Any]) -> None:
        self.transferred += event["encodedDataLength"]


@dataclass
class Visits:
    """One after the other, each with a browser that is started for it and keeps nothing."""

    playwright: Playwright
    llm: FakeLLM
    url: str
    found: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def visit(self) -> None:
        browser = self.playwright.chromium.launch(executable_path=_program(), args=["--no-sandbox"])
        try:
            page, traffic = browser.new_page(viewport={"width": 1280, "height": 800}), Traffic()
            page.add_init_script(path=WATCH)
            traffic.listen(page.context.new_cdp_session(page))
            self._open(page, traffic)
            self._ask(page)
        finally:
            browser.close()

    def _open(self, page: Page, traffic: Traffic) -> None:
        page.goto(self.url)
        page.wait_for_selector("#question:focus")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(QUIET_MS)
        paints = "performance.getEntriesByName('first-contentful-paint')[0].startTime"
        self.found["first_paint_ms"].append(page.evaluate(paints))
        self.found["ready_ms"].append(page.evaluate("window.footnoteBenchmark.ready"))
        self.found["requests"].append(traffic.requests)
        self.found["transferred_kb"].append(traffic.transferred / 1000)
        self.found["unpacked_kb"].append(traffic.unpacked / 1000)

    def _ask(self, page: Page) -> None:
        """A page's clock begins with the page; the system's is compared with ours."""
        begun = page.evaluate("performance.timeOrigin") / 1000 - time.time() + perf_counter()
        page.keyboard.type(QUESTION)
        page.keyboard.press("Enter")
        page.wait_for_selector(".turn:not(.working)")
        page.wait_for_timeout(QUIET_MS)  # the last sentence is drawn
        seen = page.evaluate("window.footnoteBenchmark")
        arrived, shown = seen["arrived"], seen["shown"][: len(SENTENCES)]
        self.found["arrival_to_pixels_ms"] += [late - early for early, late in zip(arrived, shown, strict=True)]
        written = finished_at(self.llm.requests[-1], SENTENCES)
        self.found["token_to_pixels_ms"] += [
            late - (early - begun) * 1000 for early, late in zip(written, shown, strict=True)
        ]


def _program() -> str:
    return next(filter(None, map(which, BROWSERS)))


def main(visits: int, tokens_per_second: float) -> None:
    reply = Reply.text(" ".join(SENTENCES), tokens_per_second=tokens_per_second)
    with FakeLLM(reply) as llm, sync_playwright() as playwright:
        way_in = {"FOOTNOTE_LLM_BASE_URL": llm.base_url, "FOOTNOTE_LLM_MODEL": "scripted"}
        print(json.dumps(way_in), flush=True)
        url = sys.stdin.readline().strip()
        warm_up, counted = Visits(playwright, llm, url), Visits(playwright, llm, url)
        warm_up.visit()  # the browser's files are read from the disk, the server's code runs for the first time
        for _ in range(visits):
            counted.visit()
        print(json.dumps(counted.found), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("NO_PROXY", "127.0.0.1")
    main(int(sys.argv[1]), float(sys.argv[2]))
