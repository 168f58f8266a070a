"""GET /openapi.json: what the server says of itself, for programs that write clients.

Routes say what is theirs. What the gate, the log and the problem details add to each of them is added here.
"""

import json
from collections.abc import Iterator, Mapping
from importlib.metadata import metadata
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from bot.event_json import StatusJson
from bot.http.admission import COOKIE
from bot.http.openai.completion import ChunkJson
from bot.http.openai.error import speaks_openai
from bot.http.origin import SAFE
from bot.http.public_paths import is_counted, needs_access
from bot.http.schemas import problem
from bot.settings import Settings

PROGRAM = "footnote-bot"
DESCRIPTION = """\
Answers questions from a folder of documents. Every sentence of an answer has footnotes, with the exact words that prove
it; where the documents do not answer, it says so.

Each error is told as problem details (RFC 9457): `detail` says what was wrong. A browser that opens an address gets the
same words as a page. Below `/v1/` the same JSON holds an `error` as clients of OpenAI's API expect it.

The id of a document is its path in the folder; in addresses each of its slashes may be written as `%2F`. Offsets count
characters of the document's text, as Python does. Whatever answers GET answers HEAD, too.

Model Context Protocol is spoken at `/mcp`, and describes itself.
"""
TAGS = (
    ("questions", "Ask, search, and see what could be asked."),
    ("documents", "Read documents, and change them while questions are answered."),
    ("answers", "Answers that were given."),
    ("conversations", "Your own conversations."),
    ("session", "Sign a browser in and out."),
    ("openai", "The same answers for clients of OpenAI's API."),
    ("operation", "For whoever runs the server."),
    ("page", "The web page."),
)
SECURITY_SCHEMES: Mapping[str, Any] = MappingProxyType(
    {
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "A key of `footnote keys add`. Where the server needs none, it may be left out.",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": COOKIE,
            "description": "The same for browsers: `POST /session` sets it.",
        },
    }
)
HEADERS: Mapping[str, tuple[str, dict[str, Any]]] = MappingProxyType(
    {
        "X-Request-Id": (
            "The name of this request in the server's log; the one that was sent, if it can be one.",
            {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"},
        ),
        "Retry-After": ("Seconds after which to try again.", {"type": "integer", "minimum": 1}),
        "WWW-Authenticate": ("How to bring a key.", {"type": "string"}),
        "ETag": ("The version; as `If-None-Match` it asks for a newer one only.", {"type": "string"}),
    }
)
SENT_WITH: Mapping[str, str] = MappingProxyType(
    {"304": "ETag", "401": "WWW-Authenticate", "429": "Retry-After", "503": "Retry-After"}
)
NAMES: Mapping[str, str] = MappingProxyType(  # whose they are, by the beginning of the path
    {
        "/a/": "The answer's id.",
        "/answers/": "The answer's id.",
        "/conversations/": "The conversation's id.",
        "/documents/": "The document's id: its path in the folder.",
        "/v1/models/": "The model's id.",
        "/web/": "The file's name.",
    }
)
DONE = "It is done."
ANSWERED = "What was asked for."
UNSAID = "Successful Response"  # FastAPI's words
STREAMED = (StatusJson, ChunkJson)  # of which no route is told
QUESTIONS = (("AskBody", "question"), ("SearchBody", "query"))
OTHERWISE = "Any other problem."

Document = dict[str, Any]


def describe(app: FastAPI, settings: Settings) -> None:
    """Let the app serve this description; made once, when somebody asks for it."""

    def described() -> Document:
        if app.openapi_schema is None:
            app.openapi_schema = _description(app, settings)
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # as FastAPI wants it


def _description(app: FastAPI, settings: Settings) -> Document:
    program = metadata(PROGRAM)
    document = get_openapi(
        title=app.title,
        version=program["Version"],
        summary=program["Summary"],
        description=DESCRIPTION,
        license_info={"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        servers=[{"url": "/"}],
        tags=[{"name": name, "description": words} for name, words in TAGS],
        routes=app.routes,
    )
    for path, method, operation in operations(document):
        _complete(path, method, operation)
        _say_what_it_does(path, operation)
        _say_what_comes(operation, document["components"]["schemas"])
    _show_examples(document)
    components = document["components"]
    for kind in STREAMED:
        components["schemas"] |= _schemas(kind)
    for body, field in QUESTIONS:
        components["schemas"][body]["properties"][field]["maxLength"] = settings.max_question_chars
    components["securitySchemes"] = dict(SECURITY_SCHEMES)
    components["headers"] = {name: _header(*told) for name, told in HEADERS.items()}
    return document


def _schemas(kind: type) -> Document:
    """What a TypedDict looks like, and what it consists of, by name."""
    schema = TypeAdapter(kind).json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs", {}), kind.__name__: schema}


def operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    """Each path and method with what is said of it."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _complete(path: str, method: str, operation: Document) -> None:
    operation["security"] = [{"key": []}, {"session": []}] if needs_access(path) else []
    responses = operation["responses"]
    for status, words in _from_outside(path, method, operation):
        responses.setdefault(status, problem(words, path))
    responses["default"] = problem(OTHERWISE, path)
    for status, response in responses.items():
        _add_headers(response, status)
        if method == "get" and not speaks_openai(path) and _is_problem(response):
            response["content"]["text/html"] = {"schema": {"type": "string"}}
    operation["responses"] = dict(sorted(responses.items()))


def _from_outside(path: str, method: str, operation: Document) -> Iterator[tuple[str, str]]:
    """What is not the route's own answer, with its status."""
    yield "500", "An unexpected error; the server's log has it under the id in `detail`."
    if is_counted(path):
        yield "421", "The request was meant for another host."
        yield "429", "Too many requests; `Retry-After` says how many seconds to wait."
        yield "503", "Not now: too much to do, not indexed yet, or the keys cannot be read."
    if needs_access(path):
        yield "401", "A key is needed, or the one given is none."
    if is_counted(path) and method.upper() not in SAFE:
        yield "403", "This was sent by a page of another site."
    if _is_checked(operation) and not speaks_openai(path):
        yield "422", "Something in the request is not what it must be; `detail` names it."


def _is_checked(operation: Document) -> bool:
    """Whether anything in it can be invalid; mere text cannot."""
    parameters = operation.get("parameters", ())
    return "requestBody" in operation or any(one["schema"].keys() - {"type", "title"} for one in parameters)


def _say_what_it_does(path: str, operation: Document) -> None:
    """The first sentence of the route is its title."""
    title, _, more = operation.pop("description").partition("\n\n")
    operation["summary"] = " ".join(title.split()).rstrip(".")
    if more:
        operation["description"] = more
    named = next((words for beginning, words in NAMES.items() if path.startswith(beginning)), "")
    for parameter in operation.get("parameters", ()):
        parameter.setdefault("description", named)


def _say_what_comes(operation: Document, schemas: Document) -> None:
    """In the words of the form that it has."""
    for status, response in operation["responses"].items():
        if response["description"] == UNSAID:
            content = response.get("content", {}).get("application/json", {})
            form = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
            otherwise = DONE if status == "204" else ANSWERED
            response["description"] = schemas.get(form, {}).get("description", otherwise)


def _add_headers(response: Document, status: str) -> None:
    names = ["X-Request-Id", *([SENT_WITH[status]] if status in SENT_WITH else ())]
    headers = response.setdefault("headers", {})
    headers.update({name: {"$ref": f"#/components/headers/{name}"} for name in names})


def _header(words: str, schema: Document) -> Document:
    return {"description": words, "required": True, "schema": schema}


def _is_problem(response: Document) -> bool:
    return "application/problem+json" in response.get("content", {})


def _show_examples(document: Document) -> None:
    """Real requests and their answers, by the name of the operation."""
    examples = json.loads(files("bot.http").joinpath("examples.json").read_text(encoding="utf-8"))
    for _, _, operation in operations(document):
        shown = examples.get(operation["operationId"], {})
        for parameter in operation.get("parameters", ()):
            if parameter["name"] in shown.get("parameters", {}):
                parameter["example"] = shown["parameters"][parameter["name"]]
        if "body" in shown:
            for content in operation["requestBody"]["content"].values():
                content["example"] = shown["body"]
        for status, contents in shown.get("responses", {}).items():
            for media_type, example in contents.items():
                operation["responses"][status]["content"][media_type]["example"] = example
