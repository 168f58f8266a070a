"""Write bot/http/examples.json: what GET /openapi.json shows as requests and answers, recorded over seeds/.

Run it when an answer has changed its form: `.venv/bin/python tools/make_api_examples.py`. Long lists are cut.
"""

import asyncio
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.http.app import create_app  # noqa: E402
from bot.settings import Settings  # noqa: E402
from bot.wiring import Served, http_product, served  # noqa: E402

WHERE = "http://localhost:8080"
MOST_LISTED = 2  # of passages considered for an answer
QUESTION = "Who commands the mission?"
CHAT = {
    "model": "footnote",
    "messages": [
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "content": "Godfrey Otunge commands the mission."},
        {"role": "user", "content": "Since when?"},
    ],
}
DOCUMENT = "haiti-security-mission.md"
HOLIDAYS = "# Holidays\n\nEverybody has 28 days of holidays a year.\n"
KEY = f"fn_{'0123456789' * 4}abc"

Examples = dict[str, dict[str, Any]]


class Recording:
    """Sends requests and keeps them, with what they were answered, by the name of the operation."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.examples: Examples = {}

    async def ask(
        self, name: str, method: str, path: str, body: Any = None, accept: str = "*/*", **parameters: Any
    ) -> Any:
        """The answer's JSON, or its text."""
        query = {key: value for key, value in parameters.items() if f"{{{key}}}" not in path}
        content = {"content": body} if isinstance(body, str) else {"json": body} if body is not None else {}
        headers = {"Accept": accept}
        response = await self._client.request(
            method, path.format(**parameters), params=query, headers=headers, **content
        )
        example = self.examples.setdefault(name, {})
        if response.is_success:
            example.update({"parameters": parameters} if parameters else {})
            example.update({"body": body} if body is not None else {})
        return _keep(example, response)


def _keep(example: dict[str, Any], response: httpx.Response) -> Any:
    kind = response.headers.get("content-type", "").partition(";")[0]
    if not response.content or kind == "text/html":
        return None
    shown = _cut(response.json()) if kind.endswith("json") else response.text
    example.setdefault("responses", {}).setdefault(str(response.status_code), {})[kind] = shown
    return shown


def _cut(value: Any) -> Any:
    if isinstance(value, dict) and "considered" in value:
        return value | {"considered": value["considered"][:MOST_LISTED]}
    return value


async def _record(client: httpx.AsyncClient) -> Examples:
    told = Recording(client)
    answer = await told.ask("ask", "POST", "/ask", {"question": QUESTION})
    await told.ask("ask", "POST", "/ask", {"question": QUESTION}, accept="text/event-stream")
    await told.ask("ask", "POST", "/ask", {"question": " "})
    await told.ask("search", "POST", "/search", {"query": "commander of the mission", "top_k": MOST_LISTED})
    await told.ask("list_suggestions", "GET", "/suggestions")
    await _record_what_is_kept(told, answer)
    await _record_documents(told, answer["citations"][0])
    await _record_openai(told)
    await told.ask("get_session", "GET", "/session")
    told.examples["sign_in"] = {"body": {"key": KEY}}
    await told.ask("sign_in", "POST", "/session", {"key": KEY})
    await told.ask("get_health", "GET", "/healthz")
    await told.ask("get_readiness", "GET", "/readyz")
    told.examples["open_answer"] = {"parameters": {"id": answer["id"]}}  # not sent: it would make a browser of us
    told.examples["get_web_file"] = {"parameters": {"name": "app.js"}}
    return told.examples


async def _record_what_is_kept(told: Recording, answer: Any) -> None:
    await told.ask("get_answer", "GET", "/answers/{id}", id=answer["id"])
    await told.ask("get_answer", "GET", "/answers/{id}", id="unknown")
    await told.ask("give_feedback", "POST", "/answers/{id}/feedback", {"vote": "up"}, id=answer["id"])
    await told.ask("list_conversations", "GET", "/conversations", limit=MOST_LISTED)
    conversation = answer["conversation_id"]
    await told.ask("get_conversation", "GET", "/conversations/{id}", id=conversation)
    await told.ask("delete_conversation", "DELETE", "/conversations/{id}", id=conversation)


async def _record_documents(told: Recording, cited: Any) -> None:
    place = {name: cited[name] for name in ("start", "end", "sha256")}
    await told.ask("list_documents", "GET", "/documents", limit=MOST_LISTED)
    await told.ask("get_document", "GET", "/documents/{id}", id=DOCUMENT, **place)
    await told.ask("get_document", "GET", "/documents/{id}", id="unknown.md")
    for _ in range(2):
        await told.ask("put_document", "PUT", "/documents/{id}", HOLIDAYS, id="holidays.md")
    await told.ask("put_document", "PUT", "/documents/{id}", HOLIDAYS, id="holidays.exe")
    await told.ask("delete_document", "DELETE", "/documents/{id}", id="holidays.md")
    told.examples["get_page_image"] = {"parameters": {"id": "handbook.pdf", "number": 1, "quote": "28 days"}}


async def _record_openai(told: Recording) -> None:
    await told.ask("chat_completions", "POST", "/v1/chat/completions", CHAT)
    streamed = CHAT | {"stream": True}
    await told.ask("chat_completions", "POST", "/v1/chat/completions", streamed)
    told.examples["chat_completions"]["body"] = CHAT
    await told.ask("list_models", "GET", "/v1/models")
    await told.ask("get_model", "GET", "/v1/models/{id}", id="footnote")
    await told.ask("get_model", "GET", "/v1/models/{id}", id="gpt")


async def _examples(settings: Settings, parts: Served) -> Examples:
    transport = httpx.ASGITransport(create_app(http_product(settings, parts, None)))
    async with httpx.AsyncClient(transport=transport, base_url=WHERE) as client:
        return await _record(client)


def main() -> None:
    with tempfile.TemporaryDirectory() as base:
        documents = Path(base, "documents")
        shutil.copytree(ROOT / "seeds", documents)
        settings = Settings(documents=documents, home=Path(base, "home"))
        with served(settings) as parts:
            parts.engine.start()
            while not parts.engine.state.ready:
                time.sleep(0.1)
            examples = asyncio.run(_examples(settings, parts))
    written = json.dumps(examples, ensure_ascii=False, indent=1) + "\n"
    (ROOT / "bot" / "http" / "examples.json").write_text(written, encoding="utf-8")


if __name__ == "__main__":
    main()
