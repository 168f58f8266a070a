"""The page while something takes its time or fails, in a real browser: the model, the index, the server."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.fake_llm import BreakOff, Done, FakeLLM, Finish, Received, Reply, Stall, Text
from tests.footnote_process import Server
from tests.web_browser import watched_page
from tests.web_library import (
    HOME_DAYS,
    HOME_DAYS_QUOTE,
    ask,
    question_box,
    serving_folder,
    starting_server,
    turn_of,
    write_library,
)

WRITTEN = "The harbour pays forty euros a month towards a home office."
RULES = f"# The rules\n\n{HOME_DAYS_QUOTE} {WRITTEN}\n"
BEGINNING = Text(f"{WRITTEN} [1] Every")  # a sentence is over when the next one begins
INVENTED = "They may also work from the moon on ninety Sundays."
PATIENCE_S = 30


class Script:
    """What the model says; each test sets it."""

    def __init__(self) -> None:
        self.reply = Reply.status(500)
        self.received: list[Received] = []

    def __call__(self, received: Received) -> Reply:
        self.received.append(received)
        return self.reply


@pytest.fixture(scope="module")
def script() -> Script:
    return Script()


@pytest.fixture(scope="module")
def server(browser: Browser, script: Script, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """It has a model."""
    folder = tmp_path_factory.mktemp("waiting")
    (folder / "documents").mkdir()
    (folder / "documents" / "rules.md").write_text(RULES)
    with (
        FakeLLM(script) as model,
        serving_folder(folder, FOOTNOTE_LLM_BASE_URL=model.base_url, FOOTNOTE_LLM_MODEL="scripted") as server,
    ):
        yield server


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with watched_page(browser, server.url) as page:
        yield page


class TestModel:
    def test_a_sentence_is_there_before_the_next_one_is_written(self, page: Page, script: Script) -> None:
        """With its footnote, which can be read meanwhile."""
        rest = Stall()
        script.reply = Reply.of(
            BEGINNING, rest, Text("body may work from home on two days a week. [1]"), Finish(), Done()
        )
        turn = begin(page, HOME_DAYS)
        expect(turn).to_contain_text(WRITTEN)
        expect(turn.get_by_role("link", name="Footnote 1")).to_be_visible()
        expect(page.get_by_role("button", name="Stop")).to_be_visible()
        expect(turn.get_by_role("button", name="Copy link")).to_have_count(0)
        rest.release()
        expect(turn.get_by_role("button", name="Copy link")).to_be_visible()
        expect(turn).to_contain_text(HOME_DAYS_QUOTE)
        expect(turn).to_contain_text("Written by scripted, each sentence proven")

    @pytest.mark.parametrize("how", ["button", "Escape"])
    def test_stopping_keeps_what_is_proven_and_ends_the_work(self, page: Page, script: Script, how: str) -> None:
        """Also that of the model, which would cost money. Then another question can be asked, or this one again."""
        script.reply = Reply.of(BEGINNING, Stall())
        turn = begin(page, HOME_DAYS)
        expect(turn).to_contain_text(WRITTEN)
        page.get_by_role("button", name="Stop").click() if how == "button" else page.keyboard.press("Escape")
        expect(turn).to_contain_text("Stopped.")
        expect(turn.get_by_role("region", name="Footnotes")).to_be_visible()
        assert script.received[-1].left.wait(PATIENCE_S)
        expect(question_box(page)).to_be_focused()
        script.reply = Reply.text(f"{WRITTEN} [1]")
        turn.get_by_role("button", name="Ask again").click()
        expect(turn_of(page, HOME_DAYS).get_by_role("button", name="Copy link")).to_be_visible()
        expect(page.get_by_role("article")).to_have_count(1)

    def test_leaving_the_page_ends_the_work(self, page: Page, script: Script) -> None:
        """Nobody waits for it any more."""
        script.reply = Reply.of(BEGINNING, Stall())
        expect(begin(page, HOME_DAYS)).to_contain_text(WRITTEN)
        page.goto("about:blank")
        assert script.received[-1].left.wait(PATIENCE_S)

    def test_what_a_model_said_before_it_failed_is_taken_back(self, page: Page, script: Script) -> None:
        """The documents' own words stand there instead, and why."""
        rest = Stall()
        script.reply = Reply.of(BEGINNING, rest, BreakOff())
        turn = begin(page, HOME_DAYS)
        expect(turn).to_contain_text(WRITTEN)
        rest.release()
        expect(turn.get_by_role("button", name="Copy link")).to_be_visible()
        expect(turn).not_to_contain_text(WRITTEN)
        expect(turn.get_by_role("blockquote")).to_have_text(HOME_DAYS_QUOTE)
        expect(turn).to_contain_text("In the documents’ own words")
        expect(turn).to_contain_text("language model")

    def test_what_is_not_proven_is_left_out_and_said(self, page: Page, script: Script) -> None:
        """No word of it is shown."""
        script.reply = Reply.text(f"{WRITTEN} [1] {INVENTED} [1]")
        turn = ask(page, HOME_DAYS)
        expect(turn).to_contain_text("Sentences left out because the sources do not prove them: 1.")
        expect(turn).not_to_contain_text("moon")


def test_an_index_that_takes_its_time_and_a_server_that_goes_away(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The page says how far the documents are read, and is ready by itself; a lost server is told, and found again."""
    folder = tmp_path_factory.mktemp("starting")
    write_library(folder / "documents")
    gate = folder / "gate"
    slow = {
        "FOOTNOTE_EMBEDDING": "tests.gated_embedding:GatedEmbedding",
        "FOOTNOTE_EMBEDDING_OPTIONS": json.dumps({"gate": str(gate)}),
    }
    with starting_server(folder, **slow) as server, watched_page(browser, server.url) as page:
        progress = page.get_by_role("progressbar", name="The documents are being read:")
        expect(progress).to_be_visible()
        turn = begin(page, HOME_DAYS)
        expect(turn.get_by_role("button", name="Try again")).to_be_visible()
        gate.touch()
        expect(progress).to_have_count(0)
        expect(page.get_by_role("button", name="Documents 3")).to_be_visible()
        turn.get_by_role("button", name="Try again").click()
        expect(turn_of(page, HOME_DAYS).get_by_role("blockquote").first).to_be_visible()

        server.stop()
        turn = begin(page, HOME_DAYS)
        expect(turn).to_contain_text("The server cannot be reached; check your connection, then try again.")
        with serving_folder(folder, port_of(server), **slow):
            turn.get_by_role("button", name="Try again").click()
            expect(turn_of(page, HOME_DAYS).get_by_role("blockquote").first).to_be_visible()
            expect(page.get_by_role("article")).to_have_count(2)


def begin(page: Page, question: str) -> Locator:
    """Ask, and do not wait for the answer."""
    question_box(page).fill(question)
    question_box(page).press("Enter")
    return turn_of(page, question)


def port_of(server: Server) -> int:
    return int(server.url.rpartition(":")[2])
