"""Keys in the web page, in a real browser: who gets in, what they see, and what happens when that changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.footnote_process import Server, run
from tests.web_browser import violations, watched_page
from tests.web_library import (
    HOME_DAYS,
    HOME_DAYS_QUOTE,
    KEEPER,
    KEEPER_QUOTE,
    ask,
    question_box,
    serving_folder,
    turn_of,
    write_library,
)


@dataclass(frozen=True, slots=True)
class Guarded:
    """A server that wants keys, and where they are made."""

    server: Server
    home: Path

    def key(self, name: str, *options: str) -> str:
        """A new one."""
        printed = run("keys", "add", name, *options, FOOTNOTE_HOME=str(self.home)).stdout
        return next(word for word in printed.split() if word.startswith("fn_"))

    def revoke(self, name: str) -> None:
        assert run("keys", "revoke", name, FOOTNOTE_HOME=str(self.home)).returncode == 0


@pytest.fixture(scope="module")
def guarded(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("access")
    write_library(folder / "documents")
    with serving_folder(folder) as server:
        guarded = Guarded(server, folder / "home")
        guarded.key("first")
        yield guarded


@pytest.fixture(scope="module")
def asking(guarded: Guarded) -> str:
    """A key that may only ask."""
    return guarded.key("asking")


@contextmanager
def signed_in(browser: Browser, guarded: Guarded, key: str) -> Iterator[Page]:
    with watched_page(browser, guarded.server.url) as page:
        sign_in(page, key)
        expect(question_box(page)).to_be_visible()
        yield page


class TestSigningIn:
    def test_without_a_key_there_is_only_the_way_in(self, browser: Browser, guarded: Guarded, asking: str) -> None:
        """A wrong key is told; the right one opens what was wanted, with nothing of it in the address."""
        with watched_page(browser, guarded.server.url) as page:
            expect(page.get_by_role("heading", name="The documents are behind a key.")).to_be_visible()
            expect(page.get_by_role("textbox")).to_have_count(1)
            expect(page.get_by_label("Your key")).to_be_focused()
            sign_in(page, "fn_" + "x" * 43)
            expect(page.get_by_role("alert")).to_have_text("This key is not known here, or it has expired.")
            sign_in(page, asking)
            expect(question_box(page)).to_be_focused()
            assert page.url == f"{guarded.server.url}/"
            expect(ask(page, HOME_DAYS).get_by_role("blockquote")).to_have_text(HOME_DAYS_QUOTE)

    def test_axe_finds_nothing(self, browser: Browser, guarded: Guarded) -> None:
        """Also where a key is refused."""
        with watched_page(browser, guarded.server.url, bypass_csp=True) as page:
            sign_in(page, "fn_wrong")
            expect(page.get_by_role("alert")).to_contain_text("not known here")
            assert violations(page) == []

    def test_the_key_is_kept_from_scripts(self, browser: Browser, guarded: Guarded, asking: str) -> None:
        """The browser remembers it, the page cannot read it."""
        with signed_in(browser, guarded, asking) as page:
            page.reload()
            expect(question_box(page)).to_be_visible()
            assert asking not in page.evaluate(
                "document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })"
            )

    def test_signing_out_closes_the_door(self, browser: Browser, guarded: Guarded, asking: str) -> None:
        """A reload does not open it again."""
        with signed_in(browser, guarded, asking) as page:
            page.get_by_role("button", name="Sign out").click()
            expect(page.get_by_label("Your key")).to_be_visible()
            page.reload()
            expect(page.get_by_label("Your key")).to_be_visible()

    def test_a_link_leads_there_after_signing_in(self, browser: Browser, guarded: Guarded, asking: str) -> None:
        """The answer that somebody was sent is not lost on the way."""
        answer = as_key(guarded, asking, HOME_DAYS)
        with watched_page(browser, guarded.server.url) as page:
            page.goto(f"/a/{answer}")
            sign_in(page, asking)
            expect(turn_of(page, HOME_DAYS).get_by_role("blockquote")).to_have_text(HOME_DAYS_QUOTE)

    def test_a_key_that_is_revoked_meanwhile_costs_no_question(self, browser: Browser, guarded: Guarded) -> None:
        """The page asks for another key. The conversation was the first one's, the question goes on in a new one."""
        key = guarded.key("passing")
        with signed_in(browser, guarded, key) as page:
            ask(page, HOME_DAYS)
            guarded.revoke("passing")
            question_box(page).fill(KEEPER)
            question_box(page).press("Enter")
            turn = turn_of(page, KEEPER)
            expect(turn).to_contain_text("A key is needed to go on.")
            turn.get_by_role("button", name="Enter a key").click()
            dialog = page.get_by_role("dialog", name="A key is needed")
            dialog.get_by_label("Key", exact=True).fill("fn_wrong")
            dialog.get_by_role("button", name="Sign in").click()
            expect(dialog.get_by_role("alert")).to_contain_text("not known here")
            dialog.get_by_label("Key", exact=True).fill(guarded.key("following"))
            dialog.get_by_role("button", name="Sign in").click()
            expect(dialog).to_be_hidden()
            turn_of(page, KEEPER).get_by_role("button", name="Ask in a new conversation").click()
            expect(turn_of(page, KEEPER).get_by_role("blockquote")).to_have_text(KEEPER_QUOTE)


class TestRights:
    def test_whoever_may_only_ask_sees_no_way_to_change_documents(
        self, browser: Browser, guarded: Guarded, asking: str
    ) -> None:
        """The list is for reading."""
        with signed_in(browser, guarded, asking) as page:
            page.get_by_role("button", name="Documents").click()
            panel = page.get_by_role("dialog", name="Documents")
            expect(panel.get_by_role("listitem")).to_have_count(3)
            expect(panel.get_by_role("button", name="Add files")).to_have_count(0)
            expect(panel.get_by_role("button", name="Delete")).to_have_count(0)

    def test_whoever_may_manage_does(self, browser: Browser, guarded: Guarded) -> None:
        """Both are there."""
        with signed_in(browser, guarded, guarded.key("managing", "--scope", "manage")) as page:
            page.get_by_role("button", name="Documents").click()
            panel = page.get_by_role("dialog", name="Documents")
            expect(panel.get_by_role("button", name="Add files")).to_be_visible()
            expect(panel.get_by_role("button", name="Delete The staff handbook")).to_be_visible()

    def test_documents_outside_of_a_key_do_not_exist(self, browser: Browser, guarded: Guarded, asking: str) -> None:
        """Not in the list, not in answers, not under the links of others."""
        link = as_key(guarded, asking, HOME_DAYS)
        with signed_in(browser, guarded, guarded.key("restricted", "--documents", "reports/*")) as page:
            page.get_by_role("button", name="Documents").click()
            panel = page.get_by_role("dialog", name="Documents")
            expect(panel.get_by_role("listitem")).to_have_count(1)
            expect(panel.get_by_role("listitem")).to_contain_text("reports/year.pdf")
            page.keyboard.press("Escape")
            turn = ask(page, HOME_DAYS)
            expect(turn).to_contain_text("I don't know")
            expect(turn).not_to_contain_text("handbook")
            page.goto(f"/a/{link}")
            expect(page.get_by_text("This answer is not here.")).to_be_visible()
            page.goto("/documents/handbook.md")
            expect(page.get_by_role("heading", name="Not Found")).to_be_visible()

    def test_conversations_of_another_key_are_not_listed(self, browser: Browser, guarded: Guarded, asking: str) -> None:
        """Also in the same browser."""
        with signed_in(browser, guarded, asking) as page:
            ask(page, HOME_DAYS)
            page.get_by_role("button", name="Sign out").click()
            sign_in(page, guarded.key("colleague"))
            page.get_by_role("button", name="History").click()
            expect(page.get_by_role("dialog", name="History")).to_contain_text("Nothing yet.")


def sign_in(page: Page, key: str) -> None:
    page.get_by_label("Your key").fill(key)
    page.get_by_role("button", name="Sign in").click()


def as_key(guarded: Guarded, key: str, question: str) -> str:
    """The id of the answer that a program with this key is given."""
    headers = {"Authorization": f"Bearer {key}"}
    return str(httpx.post(f"{guarded.server.url}/ask", json={"question": question}, headers=headers).json()["id"])
