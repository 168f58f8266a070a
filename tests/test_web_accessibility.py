"""The page for everybody: with a keyboard alone, in the dark, on a phone, on paper, and with a screen reader."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.footnote_process import Server
from tests.web_browser import PHONE, violations, watched_page
from tests.web_library import (
    HANDBOOK,
    HOME_DAYS,
    HOME_DAYS_QUOTE,
    KEEPER,
    NOWHERE,
    ask,
    ask_and_open,
    overflow,
    question_box,
    serving_folder,
    source_pane,
    turn_of,
    write_library,
)

FOCUS_SHOWN = """() => {
    const style = getComputedStyle(document.activeElement);
    const around = getComputedStyle(document.activeElement.closest(".ask, .entry") ?? document.activeElement);
    const outlined = (look) => look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0;
    return outlined(style) || outlined(around) || around.boxShadow !== "none";
}"""
COLOURS = """() => {
    const style = getComputedStyle(document.body);
    return [style.backgroundColor, style.color];
}"""


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("accessibility")
    write_library(folder / "documents")
    with serving_folder(folder) as server:
        yield server


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with watched_page(browser, server.url) as page:
        yield page


def test_everything_can_be_done_with_the_keyboard(page: Page) -> None:
    """From the question to its source and back; where one is can be seen at each step."""
    expect(question_box(page)).to_be_focused()
    page.keyboard.type(HOME_DAYS)
    page.keyboard.press("Enter")
    mark = turn_of(page, HOME_DAYS).get_by_role("link", name="Footnote 1")
    expect(mark).to_be_visible()
    expect(turn_of(page, HOME_DAYS).get_by_role("button", name="Copy link")).to_be_visible()
    travel(page, mark, back=True)
    page.keyboard.press("Enter")
    text = source_pane(page).get_by_role("region", name="Text of the document")
    expect(text).to_be_focused()
    expect(source_pane(page).locator("mark")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(mark).to_be_focused()
    travel(page, question_box(page))
    travel(page, page.get_by_role("button", name="History"), back=True)
    page.keyboard.press("Enter")
    panel = page.get_by_role("dialog", name="History")
    expect(panel.get_by_role("listitem").first).to_be_visible()
    travel(page, panel.get_by_role("button", name=HOME_DAYS, exact=True))
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.get_by_role("button", name="History")).to_be_focused()


class TestTheme:
    def test_it_follows_the_system(self, browser: Browser, server: Server) -> None:
        """Until something else is chosen."""
        with watched_page(browser, server.url, color_scheme="dark") as page:
            assert is_dark(page)
            page.emulate_media(color_scheme="light")
            assert not is_dark(page)

    def test_what_was_chosen_is_remembered(self, page: Page) -> None:
        """Also on the pages of documents, and after a reload."""
        page.get_by_role("button", name="Dark theme").click()
        assert is_dark(page)
        page.reload()
        assert is_dark(page)
        page.goto("/documents/handbook.md")
        assert is_dark(page)
        page.goto("/")
        page.get_by_role("button", name="Light theme").click()
        assert not is_dark(page)


class TestPhone:
    @pytest.fixture
    def page(self, browser: Browser, server: Server) -> Iterator[Page]:
        with watched_page(browser, server.url, viewport=PHONE, has_touch=True, is_mobile=True) as page:
            yield page

    def test_nothing_is_wider_than_the_screen(self, page: Page) -> None:
        """Whatever is open."""
        assert overflow(page) <= 0
        ask(page, NOWHERE)
        assert overflow(page) <= 0
        pane = ask_and_open(page, HOME_DAYS)
        assert overflow(page) <= 0
        pane.get_by_role("button", name="Close the source").click()
        for name in ("History", "Documents"):
            page.get_by_role("button", name=name).click()
            expect(page.get_by_role("dialog", name=name).get_by_role("listitem").first).to_be_visible()
            assert overflow(page) <= 0
            page.get_by_role("dialog", name=name).get_by_role("button", name="Close").click()
        page.goto("/documents/reports/year.pdf?start=0&end=20")
        expect(page.get_by_role("img")).to_be_visible()
        assert overflow(page) <= 0

    def test_the_source_is_a_sheet_over_everything(self, page: Page) -> None:
        """What it covers cannot be reached until it is closed."""
        pane = ask_and_open(page, HOME_DAYS)
        assert pane.bounding_box() == {"x": 0, "y": 0, **PHONE}
        expect(pane.locator("mark")).to_be_in_viewport()
        covered = turn_of(page, HOME_DAYS)
        assert covered.evaluate("node => node.closest('[inert]') !== null")
        pane.get_by_role("button", name="Close the source").tap()
        expect(pane).to_be_hidden()
        assert covered.evaluate("node => node.closest('[inert]') === null")

    def test_a_tap_on_a_footnote_opens_the_source(self, page: Page) -> None:
        """There is no pointing there, so no card stands in the way."""
        ask(page, HOME_DAYS).get_by_role("link", name="Footnote 1").tap()
        expect(source_pane(page).locator("mark")).to_have_text(HOME_DAYS_QUOTE)
        expect(page.get_by_role("tooltip")).to_have_count(0)

    def test_what_is_pressed_is_large_enough(self, page: Page) -> None:
        """At least 24 by 24 pixels, or with as much room around it."""
        ask(page, HOME_DAYS)
        for button in page.get_by_role("button").all():
            box = button.bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 24, button.get_attribute("aria-label") or button.text_content()


def test_nothing_moves_for_those_who_want_it_so(page: Page) -> None:
    """No animation, no transition longer than a moment."""
    page.get_by_role("button", name="History").click()
    expect(page.get_by_role("dialog", name="History")).to_be_visible()
    lasting = page.evaluate("document.getAnimations().filter((one) => one.effect.getTiming().duration > 50).length")
    assert lasting == 0


def test_an_answer_on_paper_is_the_answer(page: Page) -> None:
    """With its footnotes; without what can only be pressed, and as wide as the paper."""
    ask_and_open(page, HOME_DAYS)
    page.emulate_media(media="print")
    expect(turn_of(page, HOME_DAYS).get_by_role("blockquote")).to_be_visible()
    expect(turn_of(page, HOME_DAYS).get_by_role("link", name="Footnote 1")).to_be_visible()
    expect(question_box(page)).to_be_hidden()
    expect(source_pane(page)).to_be_hidden()
    box = turn_of(page, HOME_DAYS).bounding_box()
    assert box is not None
    assert box["width"] > 1280 / 2
    for name in ("History", "Documents", "Copy link", "Helpful"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)


def nothing_asked(page: Page) -> None:
    expect(page.get_by_role("button", name="Documents")).to_be_visible()


def answered(page: Page) -> None:
    ask(page, HOME_DAYS)


def card_shown(page: Page) -> None:
    ask(page, HOME_DAYS).get_by_role("link", name="Footnote 1").hover()
    expect(page.get_by_role("tooltip")).to_be_visible()


def text_open(page: Page) -> None:
    ask_and_open(page, HOME_DAYS)


def pdf_open(page: Page) -> None:
    ask_and_open(page, KEEPER)


def not_answered(page: Page) -> None:
    ask(page, NOWHERE)


def judged(page: Page) -> None:
    ask(page, HOME_DAYS).get_by_role("button", name="Not helpful").click()
    expect(page.get_by_label("What was wrong? (optional)")).to_be_visible()


def documents_listed(page: Page) -> None:
    page.get_by_role("button", name="Documents").click()
    expect(page.get_by_role("dialog").locator(".entry").first).to_be_visible()


def deletion_asked(page: Page) -> None:
    documents_listed(page)
    page.get_by_role("button", name="Delete year").click()
    expect(page.get_by_role("dialog", name="Delete this document?")).to_be_visible()


def history_listed(page: Page) -> None:
    ask(page, HOME_DAYS)
    page.get_by_role("button", name="History").click()
    expect(page.get_by_role("dialog").get_by_role("listitem").first).to_be_visible()


def document_alone(page: Page) -> None:
    """With a sign of its markup among the quoted words."""
    start = HANDBOOK.index("Receipts")
    page.goto(f"/documents/handbook.md?start={start}&end={len(HANDBOOK) - 1}")
    expect(page.locator("mark")).to_be_visible()


def pdf_alone(page: Page) -> None:
    page.goto("/documents/reports/year.pdf?start=0&end=20")
    expect(page.get_by_role("img")).to_be_visible()


def nothing_found(page: Page) -> None:
    page.goto("/documents/nowhere.md")
    expect(page.get_by_role("heading", name="Not Found")).to_be_visible()


STATES = (
    nothing_asked,
    answered,
    card_shown,
    text_open,
    pdf_open,
    not_answered,
    judged,
    documents_listed,
    deletion_asked,
    history_listed,
    document_alone,
    pdf_alone,
    nothing_found,
)


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_axe_finds_nothing(browser: Browser, server: Server, state: Callable[[Page], None]) -> None:
    """By daylight, in the dark, and on a phone."""
    with watched_page(browser, server.url, bypass_csp=True) as page:
        state(page)
        assert violations(page) == []


def travel(page: Page, target: Any, back: bool = False) -> None:
    """With Tab, seeing at each step where one is."""
    for _ in range(40):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        assert page.evaluate(FOCUS_SHOWN), page.evaluate("document.activeElement.outerHTML")
        if target.evaluate("node => node === document.activeElement"):
            return
    pytest.fail("the keyboard does not get there")


def is_dark(page: Page) -> bool:
    """By what is seen: the paper is darker than the ink."""
    colours = page.evaluate(
        "(({ backgroundColor, color }) => [backgroundColor, color])(getComputedStyle(document.body))"
    )
    paper, ink = (sum(map(int, colour.partition("(")[2].rstrip(")").split(",")[:3])) for colour in colours)
    return paper < ink
