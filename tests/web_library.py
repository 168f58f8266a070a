"""A folder of documents, the process that serves it, and what people do on its page."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect
from reportlab.pdfgen.canvas import Canvas

from tests.conftest import PROXIES, SCRUBBED
from tests.footnote_process import Server, serving

HANDBOOK = (
    "# The staff handbook\n"
    "\n"
    "It holds for everybody who works at the harbour.\n"
    "\n"
    "## Where is the harbour office?\n"
    "\n"
    "The harbour office is in the old customs house.\n"
    "\n"
    + "".join(
        f"## Room {number}\n\nRoom {number} is swept by the cleaners and locked by the porter after the last meeting. "
        "The porter writes down who was there, and keeps the list until the end of the year.\n\n"
        for number in range(1, 25)
    )
    + "## Working from home\n"
    "\n"
    "Everybody may work from home on two days a week. The head of the team\n"
    "agrees which days these are, and writes them into the calendar.\n"
    "\n"
    "The harbour pays forty euros a month towards the costs of a home office.\n"
    "\n"
    "## Travel\n"
    "\n"
    "Trips longer than three hours may be made in first class. Receipts are handed in within "
    "[thirty days](https://harbour.example/receipts).\n"
)
PRICES = "boat,berth,price\nThe Marigold,north quay,410\nThe Kestrel,south quay,275\n"
REPORT_PAGES = (
    ("The harbour's yearly report", "Everything in it was checked by the auditors."),
    ("The lighthouse was painted red and white in the spring of 2021.", "Its keeper is called Halvard Brekke."),
    ("The ferry carried ninety thousand passengers in that year.", "Nobody was hurt."),
)

OFFICE = "Where is the harbour office?"
OFFICE_QUOTE = "The harbour office is in the old customs house."
HOME_DAYS = "How many days a week may people work from home?"
HOME_DAYS_QUOTE = "Everybody may work from home on two days a week."
WHO_AGREES = "And who agrees which days these are?"
KEEPER = "Who is the keeper of the lighthouse?"
KEEPER_QUOTE = "Its keeper is called Halvard Brekke."
NOWHERE = "Which opera did Verdi write for Cairo?"


def pdf(*pages: tuple[str, ...]) -> bytes:
    """A line of text for each string, in the upper half of its page."""
    data = BytesIO()
    canvas = Canvas(data, pagesize=(420, 595))
    for page in pages:
        for number, words in enumerate(page):
            canvas.drawString(40, 500 - 24 * number, words)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def write_library(folder: Path) -> None:
    """The handbook, the prices and the report."""
    folder.mkdir()
    (folder / "handbook.md").write_text(HANDBOOK)
    (folder / "prices.csv").write_text(PRICES)
    (folder / "reports").mkdir()
    (folder / "reports" / "year.pdf").write_bytes(pdf(*REPORT_PAGES))


@contextmanager
def starting_server(folder: Path, port: int = 0, **settings: str) -> Iterator[Server]:
    """One of `folder`/documents, whose home is beside them, from the moment when it listens."""
    inherited = {name: "" for name in os.environ if name.startswith(SCRUBBED) or name in PROXIES}
    places = {"FOOTNOTE_DOCUMENTS": str(folder / "documents"), "FOOTNOTE_HOME": str(folder / "home")}
    with serving(port, **inherited, **places, **settings) as server:
        yield server


@contextmanager
def serving_folder(folder: Path, port: int = 0, **settings: str) -> Iterator[Server]:
    """The same, ready for questions."""
    with starting_server(folder, port, **settings) as server:
        server.wait_until_ready()
        yield server


def question_box(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Your question")


def turn_of(page: Page, question: str) -> Locator:
    """The question and what became of it; the latest one if it was asked twice."""
    return page.get_by_role("article", name=question, exact=True).last


def ask(page: Page, question: str) -> Locator:
    """Ask and wait until the answer is complete."""
    question_box(page).fill(question)
    question_box(page).press("Enter")
    turn = turn_of(page, question)
    expect(turn.get_by_role("button", name="Copy link")).to_be_visible()
    return turn


def ask_and_open(page: Page, question: str) -> Locator:
    """Ask, press the first footnote, and wait for the source beside the answer."""
    ask(page, question).get_by_role("link", name="Footnote 1").click()
    pane = source_pane(page)
    expect(pane.locator("#quote")).to_be_visible()
    return pane


def source_pane(page: Page) -> Locator:
    return page.locator("#source")


def answers_of(server: Server, page: Page) -> list[Any]:
    """The JSON of the conversation that the page shows."""
    return list(page.request.get(f"{server.url}/conversations/{conversation_of(page)}").json()["answers"])


def conversation_of(page: Page) -> str:
    return page.url.partition("?conversation=")[2]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
