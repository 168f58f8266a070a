"""A real browser, and pages of it that notice whatever goes wrong behind their backs."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
PHONE = {"width": 360, "height": 740}
PATIENCE_MS = 30_000  # a guard against hanging, generous because the machine may be busy


def program() -> str:
    """Where the browser is. Without one the test is skipped, but where everything has to be shown it fails."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail("no browser is installed")
        pytest.skip("needs Chromium (Debian: apt-get install chromium)")
    return found


@contextmanager
def running_browser() -> Iterator[Browser]:
    """For tests that are no coroutines: while it runs, no other event loop can in this thread."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True)
class Watched:
    """What a page did besides what was looked at: words on its console, errors of scripts, requests elsewhere."""

    url: str
    complaints: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    def listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self._said(message.type, message.text))
        page.on("request", lambda request: self._sent(request))

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and "Failed to load resource" not in text:  # that is told of every 4xx
            self.complaints.append(text)

    def _sent(self, request: Request) -> None:
        if not request.url.startswith((self.url, "data:", "blob:", "about:")):
            self.strangers.append(request.url)


@contextmanager
def watched_page(browser: Browser, url: str, **context: Any) -> Iterator[Page]:
    """A page of a new visitor at `url`; fails at the end if a script failed or anything was asked of another server."""
    options = {"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **context}
    visitor = browser.new_context(base_url=url, **options)
    visitor.set_default_timeout(PATIENCE_MS)
    watched = Watched(url)
    try:
        page = visitor.new_page()
        watched.listen(page)
        page.goto("/")
        yield page
        assert watched.complaints == []
        assert watched.strangers == []
    finally:
        visitor.close()


def violations(page: Page) -> list[Any]:
    """What a checker of accessibility finds by daylight, in the dark and on a phone.

    It is a script, which the page's own rules forbid: the page needs the option `bypass_csp`.
    """
    found = [*_found(page)]
    page.emulate_media(color_scheme="dark")
    found += _found(page, runOnly=["color-contrast"])
    page.set_viewport_size(PHONE)
    page.evaluate("new Promise(requestAnimationFrame)")  # by then the page knows how wide it is
    return [*found, *_found(page)]


def _found(page: Page, **options: Any) -> list[Any]:
    response = Axe().run(page, options={"resultTypes": ["violations"], **options}).response
    return [(one["id"], one["help"], [node["html"][:200] for node in one["nodes"]]) for one in response["violations"]]
