"""The source beside the answer, in a real browser: the words, the real page of a PDF, and the document on its own."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.footnote_process import Server
from tests.web_browser import watched_page
from tests.web_library import (
    HOME_DAYS,
    HOME_DAYS_QUOTE,
    KEEPER,
    KEEPER_QUOTE,
    answers_of,
    ask,
    ask_and_open,
    serving_folder,
    source_pane,
    turn_of,
    write_library,
)

WRITES = "Who writes the days into the calendar and agrees which days these are?"
MARK = (255, 224, 102)
ACROSS_LINES = "The head of the team\nagrees which days these are, and writes them into the calendar."


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("sources")
    write_library(folder / "documents")
    with serving_folder(folder) as server:
        yield server


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with watched_page(browser, server.url) as page:
        yield page


class TestPane:
    def test_the_document_opens_beside_the_answer_at_its_words(self, page: Page, server: Server) -> None:
        """What is highlighted is the quote, and it can be seen without scrolling; so can the answer."""
        pane = ask_and_open(page, HOME_DAYS)
        (citation,) = answers_of(server, page)[0]["citations"]
        assert highlighted(pane) == citation["quote"] == HOME_DAYS_QUOTE
        expect(pane.locator("mark")).to_be_in_viewport(ratio=1)
        expect(pane.get_by_role("heading", name="The staff handbook", exact=True)).to_be_visible()
        conversation = turn_of(page, HOME_DAYS).bounding_box()
        beside = pane.bounding_box()
        assert conversation is not None
        assert beside is not None
        assert conversation["x"] + conversation["width"] <= beside["x"]

    def test_a_quote_of_several_lines_is_highlighted_whole(self, page: Page, server: Server) -> None:
        """Also where the document breaks its lines within a sentence."""
        pane = ask_and_open(page, WRITES)
        (citation,) = answers_of(server, page)[0]["citations"]
        assert citation["quote"] == ACROSS_LINES
        assert highlighted(pane).split() == ACROSS_LINES.split()

    def test_the_title_under_the_answer_opens_it_as_well(self, page: Page) -> None:
        """The list of footnotes leads to the same place."""
        ask(page, HOME_DAYS).get_by_role("link", name="The staff handbook", exact=True).click()
        expect(source_pane(page).locator("mark")).to_have_text(HOME_DAYS_QUOTE)

    def test_escape_closes_it_and_the_footnote_has_the_focus_again(self, page: Page) -> None:
        """Whoever reads with the keyboard goes on where they were."""
        pane = ask_and_open(page, HOME_DAYS)
        expect(pane.get_by_role("region", name="Text of the document")).to_be_focused()
        page.keyboard.press("Escape")
        expect(pane).to_be_hidden()
        expect(turn_of(page, HOME_DAYS).get_by_role("link", name="Footnote 1")).to_be_focused()

    def test_its_button_closes_it(self, page: Page) -> None:
        """For those who have no Escape key."""
        pane = ask_and_open(page, HOME_DAYS)
        pane.get_by_role("button", name="Close the source").click()
        expect(pane).to_be_hidden()

    def test_links_in_it_stay_in_it(self, page: Page) -> None:
        """The conversation stays where it is."""
        pane = ask_and_open(page, KEEPER)
        address = page.url
        pane.get_by_role("link", name="Next page").click()
        expect(pane.get_by_role("img", name="Page 3 of reports/year.pdf")).to_be_visible()
        pane.get_by_role("link", name="The quoted words").click()
        expect(pane.get_by_role("img", name="Page 2 of reports/year.pdf")).to_be_visible()
        assert page.url == address
        expect(turn_of(page, KEEPER)).to_be_visible()

    def test_a_document_that_is_gone_is_told_in_the_pane(self, page: Page) -> None:
        """With the words of the server."""
        turn = ask(page, HOME_DAYS)
        link = turn.get_by_role("link", name="Footnote 1")
        page.route("**/documents/handbook.md?**", lambda route: route.continue_(url=gone(route.request.url)))
        link.click()
        expect(source_pane(page).get_by_role("alert")).to_have_text("No document 'gone.md' is in the index.")


class TestPages:
    def test_a_pdf_is_shown_as_its_real_page_with_the_words_marked(self, page: Page, server: Server) -> None:
        """The picture has loaded, it is the right page, and yellow where the quote stands."""
        pane = ask_and_open(page, KEEPER)
        (citation,) = answers_of(server, page)[0]["citations"]
        assert (citation["quote"], citation["page"]) == (KEEPER_QUOTE, 2)
        expect(pane.locator(".place")).to_contain_text("page 2 of 3")
        sheet = pane.get_by_role("img", name="Page 2 of reports/year.pdf, the quoted words are marked")
        expect(sheet).to_be_in_viewport()
        expect(sheet).to_have_js_property("complete", True)
        picture = Image.open(BytesIO(page.request.get(sheet.evaluate("node => node.src")).body())).convert("RGB")
        assert sheet.evaluate("node => node.naturalWidth") == picture.width
        assert marked_share(picture) == pytest.approx((595 - 500 + 24) / 595, abs=0.02)

    def test_the_words_are_there_for_those_who_see_no_picture(self, page: Page) -> None:
        """As text, under the page."""
        words = ask_and_open(page, KEEPER).get_by_role("region", name="The quoted words")
        expect(words.get_by_role("blockquote")).to_have_text(KEEPER_QUOTE)

    def test_the_marked_words_are_where_the_eye_falls(self, page: Page) -> None:
        """What is seen on the screen is yellow, not only the file of the picture."""
        pane = ask_and_open(page, KEEPER)
        sheet = pane.get_by_role("img", name="Page 2")
        expect(sheet).to_have_js_property("complete", True)
        seen = Image.open(BytesIO(page.screenshot())).convert("RGB")
        assert MARK in {color for _, color in seen.getcolors(2**24) or []}

    def test_its_text_can_be_read_instead(self, page: Page) -> None:
        """At the same words."""
        pane = ask_and_open(page, KEEPER)
        pane.get_by_role("link", name="Text", exact=True).click()
        expect(pane.locator("mark")).to_have_text(KEEPER_QUOTE)


class TestDocumentAlone:
    def test_it_opens_in_a_tab_of_its_own_at_the_quote(self, page: Page, server: Server) -> None:
        """A page that needs no script: the same words, highlighted and in view."""
        pane = ask_and_open(page, HOME_DAYS)
        with page.expect_popup() as opened:
            pane.get_by_role("link", name="Open in a tab").click()
        document = opened.value
        expect(document.get_by_role("heading", name="The staff handbook", level=1)).to_be_visible()
        expect(document.locator("mark")).to_have_text(HOME_DAYS_QUOTE)
        expect(document.locator("mark")).to_be_in_viewport(ratio=1)
        assert document.title() == "The staff handbook · Footnote"

    def test_a_document_that_changed_is_shown_as_it_is_now(self, page: Page, server: Server) -> None:
        """And says that nothing is highlighted."""
        ask(page, HOME_DAYS)
        (citation,) = answers_of(server, page)[0]["citations"]
        page.goto(citation["url"].replace(citation["sha256"], "0" * 64))
        expect(page.get_by_role("status")).to_contain_text("has changed since it was cited")
        expect(page.locator("mark")).to_have_count(0)

    def test_an_unknown_document_is_answered_calmly(self, page: Page) -> None:
        """In words, with a way back."""
        page.goto("/documents/nowhere.md")
        expect(page.get_by_role("heading", name="Not Found")).to_be_visible()
        page.get_by_role("link", name="Footnote").click()
        expect(page.get_by_role("heading", name="Ask the documents.")).to_be_visible()


def highlighted(pane: Locator) -> str:
    """The text of all marks, one after the other."""
    return "".join(pane.locator("mark").all_text_contents())


def gone(url: str) -> str:
    return url.replace("handbook.md", "gone.md")


def marked_share(picture: Any) -> float:
    """How far down the page the marked words begin, as a share of its height: the middle of what is yellow."""
    width, _ = picture.size
    rows = [at // width for at, pixel in enumerate(picture.getdata()) if pixel == MARK]
    assert rows, "nothing is marked"
    return float((rows[0] + rows[-1]) / 2 / picture.height)
