"""The whole program behind a real port of this machine: the seeds, a PDF, and one key that may do everything."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from reportlab.pdfgen.canvas import Canvas

from bot.http.app import create_app
from bot.key_file import KeyFile
from bot.serving import listen, url_of
from bot.settings import Settings
from bot.wiring import http_product, served
from tests.footnote_process import until

SEEDS = Path(__file__).parents[1] / "seeds"


@dataclass(frozen=True, slots=True)
class WholeServer:
    url: str
    key: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


@contextmanager
def whole_server(base: Path, **settings: Any) -> Iterator[WholeServer]:
    """Ready to answer; its documents folder is a copy below `base`."""
    documents = base / "documents"
    shutil.copytree(SEEDS, documents)
    _write_pdf(documents / "handbook.pdf")
    configured = Settings(documents=documents, home=base / "home", rate_limit="1000000/second", **settings)
    with served(configured) as parts:
        _, secret = KeyFile(base / "home" / "keys.json").add("tester", "manage")
        parts.engine.start()
        until(lambda: parts.engine.state.ready)
        with _listening(create_app(http_product(configured, parts, None))) as url:
            yield WholeServer(url, secret)


@contextmanager
def _listening(app: Any) -> Iterator[str]:
    listening = listen("127.0.0.1", 0)
    config = uvicorn.Config(app, http="h11", lifespan="off", ws="none", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield url_of(listening)
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        assert not thread.is_alive()


def _write_pdf(path: Path) -> None:
    page = Canvas(str(path))
    page.drawString(72, 720, "Everybody has 28 days of holidays a year.")
    page.save()
