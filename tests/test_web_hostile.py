"""Text that means harm, in a real browser: in documents, their names, titles and quotes, and in questions."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.footnote_process import Server
from tests.web_browser import watched_page
from tests.web_library import answers_of, ask, ask_and_open, overflow, serving_folder

SCRIPT = "</script></mark><script>window.harmed = 1</script>"
IMAGE = "<img src=x onerror='window.harmed = 1'>"
TEMPLATE = "{{ 7 + 7 }} ${7 + 7} {% raw %}"
LINK = "[here](javascript:window.harmed=1)"
TURNED = "\u202egnp.exe\u202c"
STYLE = "<style>*{display:none}</style>"
QUOTE = f"The password of the pilot {SCRIPT} {IMAGE} {TEMPLATE} {LINK} {TURNED} {STYLE} is swordfish."
NAME = "<img src=x onerror=window.harmed=1>\u202e.md"
TITLE = f"The pilot {IMAGE} {TEMPLATE}"
PASSWORD = "What is the password of the pilot?"
LONG = "x" * 200_000
LONG_QUESTION = "What does the beacon say at night?"
HARMED = "window.harmed"


@pytest.fixture(scope="module")
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hostile")
    write_hostile(folder / "documents")
    with serving_folder(folder) as server:
        yield server


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """Fails also if anything was run that the text brought along, or a window opened over it."""
    with watched_page(browser, server.url) as page:
        opened: list[str] = []
        page.on("dialog", lambda dialog: (opened.append(dialog.message), dialog.dismiss()))
        yield page
        assert opened == []
        assert page.evaluate(HARMED) is None
        assert overflow(page) <= 0


def test_a_hostile_quote_is_only_words(page: Page, server: Server) -> None:
    """In the answer, in the list, on the card: letter by letter what the document says."""
    turn = ask(page, PASSWORD)
    (citation,) = answers_of(server, page)[0]["citations"]
    assert citation["quote"] == QUOTE
    assert turn.get_by_role("blockquote").text_content() == QUOTE
    turn.get_by_role("link", name="Footnote 1").hover()
    card = page.get_by_role("tooltip")
    expect(card).to_be_visible()
    assert card.get_by_role("blockquote").text_content() == QUOTE
    assert card.locator(".title").text_content() == citation["title"] == TITLE


def test_a_hostile_document_is_only_words(page: Page) -> None:
    """In the pane: nothing in it has become a part of the page."""
    pane = ask_and_open(page, PASSWORD)
    for part in (SCRIPT, IMAGE, TEMPLATE, STYLE, "javascript:window.harmed=1"):
        expect(pane.locator("mark")).to_contain_text(part)
    expect(pane.locator("script, style, img, iframe, object, form")).to_have_count(0)
    assert pane.locator("a[href^='javascript:' i]").count() == 0
    expect(pane).to_contain_text("It rings the bell")


def test_a_hostile_document_is_only_words_on_its_own(page: Page, server: Server) -> None:
    """The same on a page that needs no script."""
    ask(page, PASSWORD)
    page.goto(answers_of(server, page)[0]["citations"][0]["url"])
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    expect(page.locator("mark")).to_contain_text(SCRIPT)
    expect(page.locator("main").locator("script, style, img, iframe, object, form")).to_have_count(0)
    assert page.title().startswith("The pilot <img")


def test_a_hostile_question_is_only_words(page: Page) -> None:
    """In its heading, in the title of the window, in the history and in the question before it is deleted."""
    question = f"What is {IMAGE} {SCRIPT} {TEMPLATE}?"
    ask(page, question)
    expect(page.get_by_role("heading", level=2, name=question, exact=True)).to_be_visible()
    expect(page).to_have_title(f"{question} · Footnote")
    page.reload()
    expect(page.get_by_role("heading", level=2, name=question, exact=True)).to_be_visible()
    page.get_by_role("button", name="History").click()
    panel = page.get_by_role("dialog", name="History")
    expect(panel.get_by_role("button", name=question, exact=True)).to_be_visible()
    panel.get_by_role("button", name="Delete “").click()
    expect(page.get_by_role("dialog", name="Delete this conversation?")).to_contain_text(question)


def test_hostile_names_and_titles_are_only_words_in_the_list(page: Page) -> None:
    """They can be filtered and opened like others."""
    page.get_by_role("button", name="Documents").click()
    panel = page.get_by_role("dialog", name="Documents")
    entry = panel.get_by_role("listitem").filter(has_text=NAME)
    assert entry.get_by_role("button", name=TITLE, exact=True).text_content() == TITLE
    panel.get_by_role("searchbox").fill("<img src=x")
    expect(panel.get_by_role("status").filter(has_text="1 fit “<img src=x”.")).to_be_visible()
    entry.get_by_role("button", name=TITLE, exact=True).click()
    expect(page.locator("#source")).to_contain_text("swordfish")


def test_a_hostile_answer_is_copied_as_words(page: Page, browser: Browser, server: Server) -> None:
    """Where Markdown is shown, the copy makes no link, picture or tag."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page, PASSWORD).get_by_role("button", name="Copy answer").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "\\<script\\>" in copied
    assert "\\[here\\]\\(javascript:" in copied
    assert "<script" not in copied.replace("\\<script", "")


@pytest.mark.parametrize("width", [1280, 360])
def test_a_line_without_end_breaks_no_layout(browser: Browser, server: Server, width: int) -> None:
    """200,000 letters without a space: they are broken, nothing is pushed off the page."""
    with watched_page(browser, server.url, viewport={"width": width, "height": 740}) as page:
        pane = ask_and_open(page, LONG_QUESTION)
        expect(pane.locator("mark")).to_be_in_viewport()
        assert overflow(page) <= 0
        assert pane.locator(".source-body").evaluate("node => node.scrollWidth - node.clientWidth") <= 0


def write_hostile(folder: Path) -> None:
    folder.mkdir()
    bells = "It rings the bell\x07\x1b[31m twice a day.\u2028And once\u0085 at night."
    (folder / NAME).write_text(f"# {TITLE}\n\n{bells}\n\n{QUOTE}\n")
    (folder / "beacon.txt").write_text(f"The beacon says good night to all of the boats at night.\n\n{LONG}\n")
