"""Makes the pictures of the page for the README: docs/web.png, docs/web-dark.png and docs/web-phone.png.

    python -m tools.screenshots

It asks the shipped documents, which answer the same each time; only fonts differ from machine to machine. Needs
Chromium and Playwright.
"""

import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.footnote_process import serving
from tests.web_browser import running_browser

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
QUESTION = "Who commands the multinational security mission in Haiti?"
COLOURS = 128  # enough for text on paper, and a third of the bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """A file, and the window in which it is taken."""

    name: str
    width: int
    height: int
    scheme: str = "light"
    source: bool = True
    scale: int = 1


PICTURES = (
    Picture("web.png", 1280, 760),
    Picture("web-dark.png", 1280, 760, scheme="dark"),
    Picture("web-phone.png", 390, 640, source=False, scale=2),
)


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as home,
        running_browser() as browser,
        serving(FOOTNOTE_DOCUMENTS=str(ROOT / "seeds"), FOOTNOTE_HOME=home) as server,
    ):
        server.wait_until_ready()
        for picture in PICTURES:
            save(taken(browser, server.url, picture), DOCS / picture.name)


def taken(browser: Browser, url: str, picture: Picture) -> bytes:
    """An answer, and beside it the document that it stands in."""
    context = browser.new_context(
        viewport={"width": picture.width, "height": picture.height},
        device_scale_factor=picture.scale,
        color_scheme=picture.scheme,
        reduced_motion="reduce",
        locale="en-GB",
    )
    page = context.new_page()
    page.goto(url)
    answer(page, picture.source)
    shot = page.screenshot(animations="disabled", caret="hide")
    context.close()
    return shot


def answer(page: Page, source: bool) -> None:
    page.get_by_role("textbox", name="Your question").fill(QUESTION)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    expect(page.get_by_role("button", name="History")).to_be_visible()
    if source:
        page.get_by_role("link", name="Footnote 1").click()
        expect(page.locator("#source mark")).to_be_visible()
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")


def save(shot: bytes, path: Path) -> None:
    """With as few colours as it needs: the repository keeps every version."""
    few = Image.open(BytesIO(shot)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    main()
