"""Documents put in and taken out in the web page, in a real browser."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.footnote_process import Server
from tests.web_browser import watched_page
from tests.web_library import (
    HOME_DAYS,
    ask,
    pdf,
    serving_folder,
    source_pane,
    turn_of,
    write_library,
)

CRANE = "How heavy is the load that the blue crane lifts?"
CRANE_QUOTE = "The blue crane lifts a load of eleven tonnes."
NOTICE = "Buoy number {} is out of order."
DIVER = "What is the name of the diver who inspects the lock?"
DIVER_QUOTE = "The diver who inspects the lock is called Ingrid Solheim."


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documents")
    write_library(folder / "documents")
    return folder


@pytest.fixture(scope="module")
def server(browser: Browser, folder: Path) -> Iterator[Server]:
    with serving_folder(folder) as server:
        yield server


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    with watched_page(browser, server.url) as page:
        yield page


class TestList:
    def test_it_names_the_documents_and_how_much_is_in_them(self, page: Page, server: Server) -> None:
        """Titles, file names, pages and passages; the button in the bar has their number."""
        total = server.get("/documents")[1]["total"]
        expect(page.get_by_role("button", name=f"Documents {total}", exact=True)).to_be_visible()
        panel = opened_documents(page)
        report = entry(panel, "reports/year.pdf")
        expect(report).to_contain_text("3 pages")
        expect(panel.get_by_role("status").filter(has_text=f"{total} documents.")).to_be_visible()
        expect(panel.get_by_role("button", name="The staff handbook", exact=True)).to_be_visible()

    def test_it_is_searched_by_title_and_name(self, page: Page) -> None:
        """Nothing is sent for it."""
        panel = opened_documents(page)
        panel.get_by_role("searchbox", name="Filter the documents").fill("HANDBOOK")
        expect(panel.get_by_role("status").filter(has_text="1 fit “handbook”.")).to_be_visible()
        expect(panel.get_by_role("button", name="The staff handbook", exact=True)).to_be_visible()
        expect(entry(panel, "reports/year.pdf")).to_have_count(0)

    def test_a_document_opens_beside_the_conversation(self, page: Page) -> None:
        """From its beginning; the list makes room for it."""
        ask(page, HOME_DAYS)
        panel = opened_documents(page)
        panel.get_by_role("button", name="The staff handbook", exact=True).click()
        expect(panel).to_be_hidden()
        expect(source_pane(page)).to_contain_text("It holds for everybody who works at the harbour.")
        expect(turn_of(page, HOME_DAYS)).to_be_visible()

    def test_its_file_is_downloaded_as_it_is(self, page: Page, folder: Path) -> None:
        """Byte for byte."""
        with page.expect_download() as downloading:
            opened_documents(page).get_by_role("link", name="Download The staff handbook").click()
        assert downloading.value.suggested_filename == "handbook.md"
        assert Path(downloading.value.path()).read_bytes() == (folder / "documents" / "handbook.md").read_bytes()


class TestUpload:
    def test_a_file_that_is_chosen_is_answered_from_at_once(self, page: Page, folder: Path) -> None:
        """It lies in the folder that was named."""
        panel = opened_documents(page)
        panel.get_by_label("into the folder").fill("cranes")
        choose(page, panel, "blue.md", f"# The blue crane\n\n{CRANE_QUOTE}\n".encode())
        expect(outcome(panel, "blue.md")).to_contain_text("Added: 1 passage.")
        expect(entry(panel, "cranes/blue.md")).to_be_visible()
        assert (folder / "documents" / "cranes" / "blue.md").exists()
        page.keyboard.press("Escape")
        expect(ask(page, CRANE).get_by_role("blockquote")).to_have_text(CRANE_QUOTE)

    def test_a_file_that_is_dropped_is_taken_as_well(self, page: Page) -> None:
        """A PDF, with the name it has."""
        panel = opened_documents(page)
        drop(panel, "lock.pdf", pdf((DIVER_QUOTE,)))
        expect(outcome(panel, "lock.pdf")).to_contain_text("Added: 1 passage.")
        page.keyboard.press("Escape")
        expect(ask(page, DIVER).get_by_role("blockquote")).to_have_text(DIVER_QUOTE)

    @pytest.mark.parametrize(
        ("name", "content", "reason"),
        [
            ("damaged.pdf", b"%PDF-1.7\nnothing of the kind", "damaged.pdf"),
            ("program.exe", b"MZ", "The name must end with one of .csv"),
        ],
    )
    def test_a_file_that_cannot_be_read_is_refused_with_the_reason(
        self, page: Page, folder: Path, name: str, content: bytes, reason: str
    ) -> None:
        """It does not stay in the folder."""
        panel = opened_documents(page)
        drop(panel, name, content)
        told = outcome(panel, name)
        expect(told.get_by_role("progressbar")).to_have_count(0)
        expect(told.get_by_role("status")).to_contain_text(reason)
        assert not (folder / "documents" / name).exists()

    def test_no_folder_leads_out_of_the_documents(self, page: Page) -> None:
        """What was typed arrives as it is and is refused in words; no other address of the server is asked."""
        panel = opened_documents(page)
        panel.get_by_label("into the folder").fill("../web")
        with page.expect_request(lambda request: request.method == "PUT") as putting:
            choose(page, panel, "style.md", b"Cranes.")
        assert putting.value.url.endswith("/documents/..%2Fweb%2Fstyle.md")
        refused = "The name has a part that begins as those of hidden files do."
        expect(outcome(panel, "style.md").get_by_role("status")).to_have_text(refused)

    def test_several_files_go_their_own_ways(self, page: Page) -> None:
        """One that is refused keeps no other out."""
        panel = opened_documents(page)
        with page.expect_file_chooser() as choosing:
            panel.get_by_role("button", name="Add files").click()
        assert choosing.value.is_multiple()
        files = {"empty.docx": b"", "buoys.txt": b"There are twelve buoys in the bay."}
        choosing.value.set_files([payload(name, content) for name, content in files.items()])
        expect(outcome(panel, "buoys.txt")).to_contain_text("Added: 1 passage.")
        expect(outcome(panel, "empty.docx")).not_to_contain_text("Added")

    def test_what_is_there_is_replaced_only_if_that_is_meant(self, page: Page, folder: Path) -> None:
        """Cancelling leaves it as it was."""
        panel = opened_documents(page)
        choose(page, panel, "tide.txt", b"The tide is highest at noon.")
        expect(outcome(panel, "tide.txt")).to_contain_text("Added")
        choose(page, panel, "tide.txt", b"The tide is highest at midnight.")
        question = page.get_by_role("dialog", name="Replace this document?")
        question.get_by_role("button", name="Cancel").click()
        expect(outcome(panel, "tide.txt")).to_contain_text("Left as it was.")
        assert b"noon" in (folder / "documents" / "tide.txt").read_bytes()
        choose(page, panel, "tide.txt", b"The tide is highest at midnight.")
        question.get_by_role("button", name="Replace").click()
        expect(outcome(panel, "tide.txt")).to_contain_text("Replaced: 1 passage.")
        page.keyboard.press("Escape")
        expect(ask(page, "When is the tide highest?").get_by_role("blockquote")).to_contain_text("midnight")


def test_rows_of_a_file_are_documents_but_come_and_go_with_it(page: Page) -> None:
    """A hundred are shown at first. Each is read like others; none can be downloaded or deleted alone."""
    rows = [{"id": f"n{number}", "title": f"Notice {number}", "text": NOTICE.format(number)} for number in range(120)]
    panel = opened_documents(page)
    choose(page, panel, "zz-notices.jsonl", "".join(f"{json.dumps(row)}\n" for row in rows).encode())
    expect(outcome(panel, "zz-notices.jsonl")).to_contain_text("Added: 120 passages.")
    expect(panel.get_by_role("status").filter(has_text="the first 100 are shown.")).to_be_visible()
    more = panel.get_by_role("button", name="Show more")
    more.click()
    expect(more).to_be_hidden()
    last = panel.locator(".entry").filter(has_text="zz-notices.jsonl#n99")
    expect(last.get_by_role("button")).to_have_count(1)
    expect(last.get_by_role("link")).to_have_count(0)
    last.get_by_role("button").click()
    expect(source_pane(page)).to_contain_text(NOTICE.format(99))


def test_a_deleted_document_is_answered_from_no_more(page: Page, folder: Path) -> None:
    """After asking; the same question then finds nothing, and says so."""
    panel = opened_documents(page)
    choose(page, panel, "whale.txt", b"The whale in the museum weighs ninety tonnes.")
    expect(outcome(panel, "whale.txt")).to_contain_text("Added")
    page.keyboard.press("Escape")
    question = "How much does the whale in the museum weigh?"
    expect(ask(page, question).get_by_role("blockquote")).to_contain_text("ninety tonnes")
    panel = opened_documents(page)
    delete = panel.get_by_role("button", name="Delete whale", exact=True)
    delete.click()
    asked = page.get_by_role("dialog", name="Delete this document?")
    asked.get_by_role("button", name="Cancel").click()
    assert (folder / "documents" / "whale.txt").exists()
    delete.click()
    asked.get_by_role("button", name="Delete").click()
    expect(delete).to_have_count(0)
    expect(panel.get_by_role("searchbox", name="Filter the documents")).to_be_focused()
    assert not (folder / "documents" / "whale.txt").exists()
    page.keyboard.press("Escape")
    expect(ask(page, question)).to_contain_text("I don't know")


def opened_documents(page: Page) -> Locator:
    page.get_by_role("button", name="Documents").click()
    panel = page.get_by_role("dialog", name="Documents")
    expect(panel.locator(".entry").first).to_be_visible()
    return panel


def entry(panel: Locator, id: str) -> Locator:
    return panel.get_by_role("listitem").filter(has_text=id)


def outcome(panel: Locator, name: str) -> Locator:
    """The line about a file that is being uploaded, or was."""
    return panel.get_by_role("list", name="Uploads").get_by_role("listitem").filter(has_text=name)


def payload(name: str, content: bytes) -> Any:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def choose(page: Page, panel: Locator, name: str, content: bytes) -> None:
    """With the dialog of the browser for files."""
    with page.expect_file_chooser() as choosing:
        panel.get_by_role("button", name="Add files").click()
    choosing.value.set_files(payload(name, content))


def drop(panel: Locator, name: str, content: bytes) -> None:
    """As if it was dragged there from a window of files."""
    panel.evaluate(
        """(node, [name, content]) => {
            const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
            const dataTransfer = new DataTransfer();
            dataTransfer.items.add(new File([bytes], name));
            for (const kind of ["dragover", "drop"])
                node.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
        }""",
        [name, base64.b64encode(content).decode()],
    )
