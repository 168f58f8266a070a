"""A conversation in the web page, from the first question to its end, in a real browser."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.footnote_process import Server, run
from tests.web_browser import watched_page
from tests.web_library import (
    HOME_DAYS,
    HOME_DAYS_QUOTE,
    NOWHERE,
    OFFICE,
    OFFICE_QUOTE,
    WHO_AGREES,
    answers_of,
    ask,
    question_box,
    serving_folder,
    source_pane,
    turn_of,
    write_library,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("conversation")
    write_library(folder / "documents")
    return folder


@pytest.fixture(scope="module")
def server(browser: Browser, folder: Path) -> Iterator[Server]:
    with serving_folder(folder) as server:
        yield server


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with watched_page(browser, server.url, permissions=["clipboard-read", "clipboard-write"]) as page:
        yield page


class TestAnswer:
    def test_a_sentence_carries_a_footnote_and_the_footnote_its_words(self, page: Page) -> None:
        """The list under the answer has the number, the exact words and the document."""
        turn = ask(page, HOME_DAYS)
        mark = turn.get_by_role("link", name="Footnote 1: The staff handbook")
        expect(mark).to_have_text("1")
        notes = turn.get_by_role("region", name="Footnotes")
        expect(notes.get_by_role("blockquote")).to_have_text([HOME_DAYS_QUOTE])
        expect(notes.get_by_role("link", name="The staff handbook")).to_be_visible()
        expect(page.get_by_role("status").filter(has_text="Answered, with 1 footnote.")).to_have_count(1)

    def test_pointing_at_a_footnote_shows_its_words(self, page: Page) -> None:
        """They are told as the description of the number, and go when the pointer leaves."""
        mark = ask(page, HOME_DAYS).get_by_role("link", name="Footnote 1")
        mark.hover()
        card = page.get_by_role("tooltip")
        expect(card.get_by_role("blockquote")).to_have_text(HOME_DAYS_QUOTE)
        assert HOME_DAYS_QUOTE in described(page, mark)
        page.mouse.move(5, 5)
        expect(card).to_be_hidden()

    def test_the_card_stays_while_the_pointer_is_on_it(self, page: Page) -> None:
        """Its words can be selected."""
        mark = ask(page, HOME_DAYS).get_by_role("link", name="Footnote 1")
        card = page.get_by_role("tooltip")
        page.clock.install()
        mark.hover()
        page.clock.run_for(1000)
        card.hover()
        page.clock.run_for(10_000)
        expect(card).to_be_visible()
        page.mouse.move(5, 5)
        page.clock.run_for(1000)
        expect(card).to_be_hidden()

    def test_the_keyboard_shows_the_card_and_escape_hides_it(self, page: Page) -> None:
        """The number keeps the focus."""
        mark = ask(page, HOME_DAYS).get_by_role("link", name="Footnote 1")
        tab_to(page, mark)
        card = page.get_by_role("tooltip")
        expect(card).to_contain_text(HOME_DAYS_QUOTE)
        page.keyboard.press("Escape")
        expect(card).to_be_hidden()
        expect(mark).to_be_focused()

    def test_enter_asks_and_shift_enter_breaks_the_line(self, page: Page) -> None:
        """A question may have several lines."""
        box = question_box(page)
        box.fill("One line")
        box.press("Shift+Enter")
        box.press_sequentially("and another")
        expect(box).to_have_value("One line\nand another")
        box.press("Enter")
        expect(box).to_have_value("")
        expect(page.get_by_role("article")).to_have_count(1)

    def test_a_question_that_is_too_long_is_not_sent(self, page: Page) -> None:
        """The page says so in figures, and the text stays."""
        box = question_box(page)
        box.fill("x" * 2001)
        expect(page.get_by_text("Too long: 2,001 of 2,000 characters.")).to_be_visible()
        expect(page.get_by_role("button", name="Ask", exact=True)).to_be_disabled()
        box.press("Enter")
        expect(box).to_have_value("x" * 2001)
        expect(page.get_by_role("article")).to_have_count(0)

    def test_a_suggested_question_is_asked_by_pressing_it(self, page: Page) -> None:
        """One that the documents answer; suggestions go when there is a conversation."""
        suggestion = page.get_by_role("region", name="For example").get_by_role("button", name=OFFICE)
        suggestion.click()
        expect(turn_of(page, OFFICE).get_by_role("blockquote")).to_have_text(OFFICE_QUOTE)
        expect(suggestion).to_be_hidden()


class TestFollowUp:
    def test_a_follow_up_belongs_to_what_was_said_before(self, page: Page, server: Server) -> None:
        """Its words alone would not be enough; what it was understood as is told where it differs."""
        ask(page, HOME_DAYS)
        turn = ask(page, WHO_AGREES)
        expect(turn.get_by_role("region", name="Footnotes")).to_contain_text("The head of the team")
        assert [answer["question"] for answer in answers_of(server, page)] == [HOME_DAYS, WHO_AGREES]

    def test_a_reload_keeps_the_conversation(self, page: Page) -> None:
        """It is in the address, and goes on."""
        ask(page, HOME_DAYS)
        page.reload()
        expect(turn_of(page, HOME_DAYS).get_by_role("blockquote")).to_have_text(HOME_DAYS_QUOTE)
        ask(page, WHO_AGREES)
        expect(page.get_by_role("article")).to_have_count(2)

    def test_back_leads_to_what_was_before(self, page: Page) -> None:
        """An empty page, and forward again to the conversation."""
        ask(page, HOME_DAYS)
        page.get_by_role("button", name="New conversation").click()
        expect(page.get_by_role("article")).to_have_count(0)
        expect(question_box(page)).to_be_focused()
        page.go_back()
        expect(turn_of(page, HOME_DAYS)).to_be_visible()
        page.go_forward()
        expect(page.get_by_role("article")).to_have_count(0)


class TestHistory:
    def test_it_lists_what_this_browser_asked_and_opens_it(self, page: Page) -> None:
        """The latest first."""
        ask(page, HOME_DAYS)
        page.get_by_role("button", name="New conversation").click()
        ask(page, NOWHERE)
        panel = opened_history(page)
        expect(panel.get_by_role("listitem")).to_have_count(2)
        expect(panel.get_by_role("listitem").first).to_contain_text(NOWHERE)
        panel.get_by_role("button", name=HOME_DAYS, exact=True).click()
        expect(turn_of(page, HOME_DAYS).get_by_role("blockquote")).to_have_text(HOME_DAYS_QUOTE)
        expect(turn_of(page, NOWHERE)).to_have_count(0)

    def test_older_conversations_follow_when_they_are_wanted(self, page: Page) -> None:
        """Fifty at a time."""
        for number in range(52):
            page.request.post("/ask", data={"question": f"Where is office {number}?"})
        panel = opened_history(page)
        expect(panel.get_by_role("listitem")).to_have_count(50)
        more = panel.get_by_role("button", name="Show more")
        more.click()
        expect(panel.get_by_role("listitem")).to_have_count(52)
        expect(panel.get_by_role("listitem").last).to_contain_text("Where is office 0?")
        expect(more).to_be_hidden()

    def test_a_conversation_is_deleted_after_asking(self, page: Page) -> None:
        """Cancelling keeps it. Deleting it also leaves it, and its address leads nowhere."""
        ask(page, HOME_DAYS)
        address = page.url
        panel = opened_history(page)
        delete = panel.get_by_role("button", name=f"Delete “{HOME_DAYS}”")
        delete.click()
        question = page.get_by_role("dialog", name="Delete this conversation?")
        question.get_by_role("button", name="Cancel").click()
        expect(panel.get_by_role("listitem")).to_have_count(1)
        delete.click()
        question.get_by_role("button", name="Delete").click()
        expect(panel).to_contain_text("Nothing yet.")
        page.keyboard.press("Escape")
        expect(page.get_by_role("article")).to_have_count(0)
        page.goto(address)
        expect(page.get_by_text("This conversation is not here.")).to_be_visible()

    def test_another_visitors_conversations_are_not_listed(self, page: Page, browser: Browser, server: Server) -> None:
        """Nor can they be opened by their address."""
        ask(page, HOME_DAYS)
        with watched_page(browser, server.url) as other:
            expect(opened_history(other)).to_contain_text("Nothing yet.")
            other.goto(page.url)
            expect(other.get_by_text("This conversation is not here.")).to_be_visible()


class TestFeedback:
    def test_a_vote_and_its_reason_are_kept_and_can_be_changed(self, page: Page, server: Server, folder: Path) -> None:
        """The last word counts."""
        turn = ask(page, HOME_DAYS)
        down = turn.get_by_role("button", name="Not helpful")
        up = turn.get_by_role("button", name="Helpful", exact=True)
        down.click()
        expect(down).to_have_attribute("aria-pressed", "true")
        turn.get_by_label("What was wrong? (optional)").fill("The year is <b>missing</b>.")
        turn.get_by_role("button", name="Send").click()
        expect(turn.get_by_role("button", name="Send")).to_be_hidden()
        expect(turn.get_by_role("status").filter(has_text="Thank you, noted.")).to_be_visible()
        id = answers_of(server, page)[0]["id"]
        (opinion,) = opinions(folder, id)
        assert (opinion["up"], opinion["reason"]) == (False, "The year is <b>missing</b>.")
        up.click()
        expect(up).to_have_attribute("aria-pressed", "true")
        expect(down).to_have_attribute("aria-pressed", "false")
        (opinion,) = opinions(folder, id)
        assert opinion["up"]


class TestAbstention:
    def test_it_says_so_and_shows_the_closest_passages(self, page: Page) -> None:
        """They open beside it."""
        turn = ask(page, NOWHERE)
        expect(turn).to_contain_text("I don't know: the documents do not answer this.")
        closest = turn.get_by_role("region", name="Closest passages")
        closest.get_by_role("link").first.click()
        expect(source_pane(page).locator("#quote")).to_be_in_viewport()

    def test_somebody_can_say_that_it_should_be_answered(self, page: Page, server: Server, folder: Path) -> None:
        """Whoever looks after the documents sees which questions they lack."""
        turn = ask(page, NOWHERE)
        turn.get_by_role("button", name="This should be answered").click()
        expect(turn.get_by_role("status").filter(has_text="The question is noted")).to_be_visible()
        (opinion,) = opinions(folder, answers_of(server, page)[0]["id"])
        assert opinion["should_be_answered"]


class TestSharing:
    def test_a_link_shows_the_answer_to_others(self, page: Page, browser: Browser, server: Server) -> None:
        """Also to a browser that was never here."""
        ask(page, HOME_DAYS).get_by_role("button", name="Copy link").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        link = page.evaluate("navigator.clipboard.readText()")
        assert link == f"{server.url}/a/{answers_of(server, page)[0]['id']}"
        with watched_page(browser, server.url) as other:
            other.goto(link)
            expect(turn_of(other, HOME_DAYS).get_by_role("blockquote")).to_have_text(HOME_DAYS_QUOTE)
            ask(other, HOME_DAYS)  # a conversation of their own

    @pytest.mark.parametrize("id", ["0" * 32, "%3Cimg%20src%3Dx%3E", "%ff"])
    def test_a_link_to_nothing_is_answered_calmly(self, page: Page, id: str) -> None:
        """And a question can be asked from there."""
        page.goto(f"/a/{id}")
        expect(page.get_by_text("This answer is not here.")).to_be_visible()
        expect(question_box(page)).to_be_editable()

    def test_the_answer_is_copied_with_its_footnotes(self, page: Page, server: Server) -> None:
        """Markdown with quote, title and an address that also works elsewhere."""
        ask(page, HOME_DAYS).get_by_role("button", name="Copy answer").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        copied = page.evaluate("navigator.clipboard.readText()")
        citation = answers_of(server, page)[0]["citations"][0]
        assert copied == (
            f"**{HOME_DAYS}**\n\n{HOME_DAYS_QUOTE}[^1]\n\n"
            f"[^1]: “{HOME_DAYS_QUOTE}” — [The staff handbook](<{citation['url']}>)\n"
        )
        assert citation["url"].startswith(f"{server.url}/documents/handbook.md?")


def tab_to(page: Page, target: Any) -> None:
    """As somebody without a mouse does."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if target.evaluate("node => node === document.activeElement"):
            return
    pytest.fail("the keyboard does not get there")


def described(page: Page, target: Any) -> str:
    """What is read out as its description."""
    return str(target.evaluate("node => document.getElementById(node.getAttribute('aria-describedby')).textContent"))


def opened_history(page: Page) -> Any:
    page.get_by_role("button", name="History").click()
    return page.get_by_role("dialog", name="History")


def opinions(folder: Path, answer_id: str) -> Any:
    """What `footnote feedback` tells of the answer."""
    told = json.loads(run("feedback", "--json", FOOTNOTE_HOME=str(folder / "home")).stdout)
    return next(judged["opinions"] for judged in told if judged["answer"] == answer_id)
