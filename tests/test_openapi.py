"""What GET /openapi.json says is what the server does: every name, every example, every answer that can come."""

import json
import re
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
import schemathesis
from jsonschema import Draft202012Validator

from bot.http.app import create_app
from bot.http.description import UNSAID, operations
from bot.http.event_stream import SEPARATOR
from bot.http.problems import UNREADABLE
from bot.settings import Settings
from tests.http_product import a_product
from tests.whole_server import WholeServer, whole_server

OPERATIONS = """
get     /                                  open_page            page
get     /a/{id}                            open_answer          page
get     /answers/{id}                      get_answer           answers
post    /answers/{id}/feedback             give_feedback        answers
post    /ask                               ask                  questions
get     /conversations                     list_conversations   conversations
get     /conversations/{id}                get_conversation     conversations
delete  /conversations/{id}                delete_conversation  conversations
get     /documents                         list_documents       documents
get     /documents/{id}                    get_document         documents
put     /documents/{id}                    put_document         documents
delete  /documents/{id}                    delete_document      documents
get     /documents/{id}/pages/{number}.png get_page_image       documents
get     /healthz                           get_health           operation
get     /metrics                           get_metrics          operation
get     /readyz                            get_readiness        operation
post    /search                            search               questions
get     /session                           get_session          session
post    /session                           sign_in              session
delete  /session                           sign_out             session
get     /suggestions                       list_suggestions     questions
post    /v1/chat/completions               chat_completions     openai
get     /v1/models                         list_models          openai
get     /v1/models/{id}                    get_model            openai
get     /web/{name}                        get_web_file         page
"""
JSON = {"Content-Type": "application/json"}
FOREIGN = {"Sec-Fetch-Site": "cross-site"}
LARGE = json.dumps({"question": "a" * 300_000})
BODIES = {
    "ask": "/ask",
    "search": "/search",
    "chat_completions": "/v1/chat/completions",
    "sign_in": "/session",
    "give_feedback": "/answers/unknown/feedback",
}
PROTECTED = (
    ("open_page", "GET", "/"),
    ("get_document", "GET", "/documents/citations.md"),
    ("list_documents", "GET", "/documents"),
    ("put_document", "PUT", "/documents/x.md"),
    ("delete_document", "DELETE", "/documents/x.md"),
    ("get_metrics", "GET", "/metrics"),
    ("ask", "POST", "/ask"),
    ("list_models", "GET", "/v1/models"),
    ("chat_completions", "POST", "/v1/chat/completions"),
)
PROBLEMS = (  # what is asked for, and what comes
    ("get_answer", "GET", "/answers/%00", 404),
    ("get_answer", "GET", "/answers/%ff", 404),
    ("list_conversations", "GET", "/conversations?limit=0", 422),
    ("list_conversations", "GET", "/conversations?after=unknown", 404),
    ("get_conversation", "GET", "/conversations/unknown", 404),
    ("delete_conversation", "DELETE", "/conversations/unknown", 404),
    ("list_documents", "GET", "/documents?limit=501", 422),
    ("list_documents", "GET", f"/documents?limit={'9' * 5000}", 422),
    ("list_documents", "GET", "/documents?limit=5&limit=0", 422),
    ("get_document", "GET", "/documents/unknown.md", 404),
    ("get_document", "GET", "/documents/%00%ff.md?as=text", 404),
    ("get_document", "GET", "/documents/citations.md?start=99999999", 422),
    ("get_document", "GET", "/documents/citations.md?as=text&start=x", 422),
    ("get_document", "GET", "/documents/citations.md?as=original&page=0", 422),
    ("get_document", "GET", "/documents/citations.md?as=pages", 422),
    ("get_page_image", "GET", "/documents/unknown.pdf/pages/1.png", 404),
    ("get_page_image", "GET", "/documents/handbook.pdf/pages/2.png", 404),
    ("get_page_image", "GET", "/documents/handbook.pdf/pages/0.png", 422),
    ("put_document", "PUT", "/documents/x.exe", 422),
    ("put_document", "PUT", "/documents/..%2Fx.md", 422),
    ("put_document", "PUT", "/documents/%ff.md", 422),
    ("put_document", "PUT", "/documents/rows.jsonl%231", 409),
    ("delete_document", "DELETE", "/documents/unknown.md", 404),
    ("delete_document", "DELETE", "/documents/rows.jsonl%231", 409),
    ("delete_document", "DELETE", "/documents/%00.md", 422),
    ("get_model", "GET", "/v1/models/gpt", 404),
    ("get_web_file", "GET", "/web/..%2Fapp.py", 404),
)
READ = (
    "/",
    "/a/x",
    "/answers/x",
    "/conversations",
    "/conversations/x",
    "/documents",
    "/documents/citations.md",
    "/documents/handbook.pdf/pages/1.png",
    "/healthz",
    "/metrics",
    "/openapi.json",
    "/readyz",
    "/session",
    "/suggestions",
    "/v1/models",
    "/v1/models/footnote",
    "/web/app.js",
)
ODD_HEADERS = (
    b"Accept: \xff",
    b"Accept-Encoding: gzip;q=\xff",
    b"Cookie: footnote_key=\xff; footnote_visitor=\xe9",
    b"Cookie: =;=;;",
    b"Expect: 100-continue",
    b"If-None-Match: \xff",
    b"Origin: http://[",
    b"Range: bytes=9-1",
    b"Sec-Fetch-Site: \xff",
    b"X-Forwarded-Proto: \xff",
    b"X-Request-Id: \xff",
    b"traceparent: \xff",
)
STEPS = (
    "ask",
    "search",
    "get_answer",
    "give_feedback",
    "list_conversations",
    "get_conversation",
    "delete_conversation",
    "list_suggestions",
    "list_documents",
    "get_document",
    "get_page_image",
    "put_document",
    "delete_document",
    "chat_completions",
    "list_models",
    "get_model",
    "get_session",
    "sign_out",
    "get_health",
    "get_readiness",
    "get_metrics",
    "get_web_file",
    "open_page",  # these two make a browser of the client, which has conversations of its own
    "open_answer",
)


class Described:
    """The description, and whether an answer keeps to it."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.operations = {one["operationId"]: (path, method, one) for path, method, one in operations(dict(document))}

    def check(self, name: str, response: httpx.Response) -> None:
        """Status, media type, headers and form are those described; `default` does not count."""
        said = self.operations[name][2]["responses"][str(response.status_code)]
        for header in said["headers"]:
            assert header.lower() in response.headers, header
        if response.content:
            kind = response.headers["content-type"].partition(";")[0]
            self.check_value(said["content"][kind].get("schema", {}), _value(kind, response.text))

    def check_value(self, schema: Mapping[str, Any], value: Any) -> None:
        """Nothing is missing, and there is nothing that is not described."""
        components = json.loads(json.dumps(self.document["components"]))
        for name, component in components["schemas"].items():
            if name.endswith("Json") and name != "ChunkJson":
                component["additionalProperties"] = False
        closed = {**schema, "components": components}
        errors = sorted(Draft202012Validator(closed).iter_errors(value), key=str)
        assert not errors, errors[0].message


def _value(kind: str, text: str) -> Any:
    if kind.endswith("json"):
        return json.loads(text)
    return text


def events(text: str) -> list[dict[str, Any]]:
    """Those of a stream."""
    told = [block.split(SEPARATOR) for block in text.strip().split(2 * SEPARATOR)]
    return [dict(line.split(": ", 1) for line in lines if not line.startswith(":")) for lines in told]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeServer]:
    with whole_server(tmp_path_factory.mktemp("openapi")) as server:
        yield server


@pytest.fixture(scope="module")
def described() -> Described:
    settings = Settings(documents=Path("seeds"))
    return Described(create_app(a_product(None, None, settings)).openapi())


@pytest.fixture
def client(server: WholeServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, headers=server.headers, timeout=30) as client:
        yield client


class TestDescription:
    def test_it_is_valid_openapi(self, described: Described) -> None:
        """As the specification's own schema has it."""
        assert described.document["openapi"].startswith("3.1.")
        schemathesis.openapi.from_dict(dict(described.document)).validate()

    def test_operations_have_the_names_that_clients_rely_on(self, described: Described) -> None:
        """A generated client calls them so: a name that changes breaks programs."""
        expected = sorted(tuple(line.split()) for line in OPERATIONS.strip().splitlines())
        named = described.operations.items()
        assert sorted((method, path, name, *one["tags"]) for name, (path, method, one) in named) == expected

    def test_each_operation_says_what_it_is_for_in_a_sentence(self, described: Described) -> None:
        """So does each parameter, and each answer."""
        for name, (_, _, one) in described.operations.items():
            assert re.fullmatch(r"[A-Z][^\n]* [^\n]*[^.]", one["summary"]), name
            assert one["summary"] != name.replace("_", " ").title()
            silent = [each["name"] for each in one.get("parameters", ()) if not each.get("description")]
            assert silent == [], name
            assert all(each["description"] != UNSAID for each in one["responses"].values()), name

    def test_problems_are_problem_details_and_nothing_else(self, described: Described) -> None:
        """FastAPI's own form of them is nowhere; below /v1 they have OpenAI's form, and 422 is never sent."""
        assert "HTTPValidationError" not in json.dumps(described.document)
        for path, _, one in described.operations.values():
            form = "OpenAIProblemJson" if path.startswith("/v1/") else "ProblemJson"
            for status, response in one["responses"].items():
                if status != "default" and (status < "400" or (path, status) == ("/readyz", "503")):
                    continue
                problem = response["content"]["application/problem+json"]["schema"]
                assert problem == {"$ref": f"#/components/schemas/{form}"}
            assert "default" in one["responses"]
            assert not (path.startswith("/v1/") and "422" in one["responses"])

    def test_who_must_bring_a_key_is_said(self, described: Described) -> None:
        """All operations but those for everybody, which never ask for one."""
        free = {name for name, (_, _, one) in described.operations.items() if one["security"] == []}
        assert free == {"get_health", "get_readiness", "get_session", "sign_in", "sign_out", "get_web_file"}
        asking = {name for name, (_, _, one) in described.operations.items() if "401" in one["responses"]}
        assert asking == set(described.operations) - free | {"sign_in"}
        assert set(described.document["components"]["securitySchemes"]) == {"key", "session"}

    def test_generators_of_clients_understand_every_schema(self, described: Described) -> None:
        """They make a class of each that is an object and nothing else, and know only words and numbers as choices."""
        for name, schema in described.document["components"]["schemas"].items():
            assert schema["type"] == "object", name
            assert not {"anyOf", "oneOf", "allOf"} & schema.keys(), name
            choices = [each.get("enum", []) for each in schema["properties"].values()]
            assert all(
                isinstance(one, str | int | None) and not isinstance(one, bool) for each in choices for one in each
            )

    def test_lengths_are_those_that_are_configured(self) -> None:
        """The longest question is a setting."""
        settings = Settings(documents=Path("seeds"), max_question_chars=123)
        schemas = create_app(a_product(None, None, settings)).openapi()["components"]["schemas"]
        assert schemas["AskBody"]["properties"]["question"]["maxLength"] == 123

    def test_what_a_question_must_hold_is_what_is_checked(self, described: Described) -> None:
        """Something besides spaces, and no character that is none."""
        pattern = described.document["components"]["schemas"]["AskBody"]["properties"]["question"]["pattern"]
        for code in range(0x10000):
            character = chr(code)
            if not 0xD800 <= code < 0xE000:
                asked = character.strip() and character != "\0"
                assert bool(re.search(pattern, character)) == bool(asked), hex(code)


class TestExamples:
    def test_every_example_has_the_form_that_is_described(self, described: Described) -> None:
        """They were recorded; `tools/make_api_examples.py` does it again when a form has changed."""
        for name, (_, _, one) in described.operations.items():
            contents = [response.get("content", {}) for response in one["responses"].values()]
            contents.append(one.get("requestBody", {}).get("content", {}))
            for kind, content in (each for group in contents for each in group.items()):
                if "example" not in content:
                    continue
                shown = events(content["example"]) if kind == "text/event-stream" else [content["example"]]
                for value in shown:
                    described.check_value(content["schema"], value)
                if kind == "text/event-stream":
                    assert len(shown) > 3, name

    def test_every_json_answer_has_an_example(self, described: Described) -> None:
        """And every stream, every body, every required parameter."""
        for name, (_, _, one) in described.operations.items():
            for status, response in one["responses"].items():
                kinds = {"application/json", "text/event-stream"} & response.get("content", {}).keys()
                missing = [kind for kind in kinds if "example" not in response["content"][kind]]
                assert not missing or (name, status) == ("get_readiness", "503"), (name, status)
            for kind, content in one.get("requestBody", {}).get("content", {}).items():
                assert "example" in content, (name, kind)
            for parameter in one.get("parameters", ()):
                assert "example" in parameter or not parameter["required"], (name, parameter["name"])

    def test_events_of_a_stream_are_described(self, described: Described, client: httpx.Client) -> None:
        """Each by its own schema: their data are JSON."""
        content = described.operations["ask"][2]["responses"]["200"]["content"]["text/event-stream"]
        by_name = {one["properties"]["event"]["const"]: one["properties"]["data"] for one in content["schema"]["oneOf"]}
        response = client.post("/ask", json={"question": "Who?"}, headers={"Accept": "text/event-stream"})
        for event in events(response.text):
            described.check_value(by_name[event["event"]]["contentSchema"], json.loads(event["data"]))

    def test_chunks_of_a_chat_are_described(self, described: Described, client: httpx.Client) -> None:
        """All but the last, which is no JSON."""
        body = {**described.operations["chat_completions"][2]["requestBody"]["content"]["application/json"]["example"]}
        body |= {"stream": True, "stream_options": {"include_usage": True}}
        *chunks, last = events(client.post("/v1/chat/completions", json=body).text)
        assert last == {"data": "[DONE]"}
        for chunk in chunks:
            described.check_value({"$ref": "#/components/schemas/ChunkJson"}, json.loads(chunk["data"]))

    def test_a_client_made_of_the_description_alone_gets_its_answers(
        self, described: Described, client: httpx.Client
    ) -> None:
        """Each operation is called as its examples say; ids are those that were told before."""
        assert set(STEPS) == set(described.operations) - {"sign_in"}  # its key is no real one
        told: dict[str, Any] = {}
        for name in STEPS:
            response = call(described, client, name, told)
            assert response.is_success, (name, response.text)
            described.check(name, response)
            if name == "ask":
                told = response.json()


def call(described: Described, client: httpx.Client, name: str, told: Mapping[str, Any]) -> httpx.Response:
    path, method, one = described.operations[name]
    shown = {each["name"]: each["example"] for each in one.get("parameters", ()) if "example" in each}
    if "/answers/" in path or path.startswith("/a/"):
        shown["id"] = told["id"]
    elif path == "/conversations/{id}":
        shown["id"] = told["conversation_id"]
    where = {each["name"]: each["in"] for each in one.get("parameters", ())}
    query = {key: value for key, value in shown.items() if where[key] == "query"}
    filled = path.format(**{key: quote(str(value), safe="") for key, value in shown.items() if where[key] == "path"})
    ((kind, content),) = one.get("requestBody", {"content": {"": {}}})["content"].items()
    body = content.get("example")
    sent = {"json": body} if kind == "application/json" else {"content": body}
    return client.request(method.upper(), filled, params=query, **sent)


class TestProblems:
    @pytest.mark.parametrize(("name", "method", "path", "status"), PROBLEMS)
    def test_every_problem_is_one_that_is_described(
        self, described: Described, client: httpx.Client, name: str, method: str, path: str, status: int
    ) -> None:
        """Whatever stands in the address."""
        response = client.request(method, path)
        assert response.status_code == status, response.text
        described.check(name, response)

    @pytest.mark.parametrize(("name", "path"), BODIES.items())
    def test_a_body_that_is_refused_is_refused_as_described(
        self, described: Described, client: httpx.Client, name: str, path: str
    ) -> None:
        """Not declared, not JSON, not readable, not a JSON object, or too large."""
        invalid = 400 if path.startswith("/v1/") else 422
        sent = [("text/plain", "{}", 415), ("application/json", "{", 400), ("application/json", "[]", invalid)]
        sent += [("application/json", "[" * 100_000, 400), ("application/json", "1" * 5000, 400)]
        sent += [("application/json", LARGE, 413)]
        for kind, body, status in sent:
            response = client.post(path, content=body, headers={"Content-Type": kind})
            assert response.status_code == status, body[:20]
            assert UNREADABLE not in response.text
            described.check(name, response)

    @pytest.mark.parametrize(("name", "method", "path"), PROTECTED)
    def test_nobody_gets_in_without_a_key(
        self, described: Described, server: WholeServer, name: str, method: str, path: str
    ) -> None:
        """As problem details, or as a page in which one signs in; both are described."""
        for accept in ("*/*", "text/html"):
            response = httpx.request(method, f"{server.url}{path}", headers={"Accept": accept})
            assert response.status_code == 401
            described.check(name, response)

    @pytest.mark.parametrize(("name", "method", "path"), [one for one in PROTECTED if one[1] != "GET"])
    def test_pages_of_others_are_refused_as_described(
        self, described: Described, server: WholeServer, name: str, method: str, path: str
    ) -> None:
        """Their browsers send no key in a header."""
        response = httpx.request(method, f"{server.url}{path}", headers=FOREIGN)
        assert response.status_code == 403
        described.check(name, response)

    @pytest.mark.parametrize("path", READ)
    def test_whatever_answers_get_answers_head(self, client: httpx.Client, path: str) -> None:
        """In the same way, without the body."""
        for accept in ({"Accept": "*/*"}, {"Accept": "text/html"}):
            read, head = client.get(path, headers=accept), client.head(path, headers=accept)
            kinds = [one.headers["content-type"] for one in (read, head)]
            assert (head.status_code, kinds[1], head.content) == (read.status_code, kinds[0], b"")

    def test_the_longest_question_is_as_long_as_described(self, described: Described, client: httpx.Client) -> None:
        """Spaces around it count: a schema knows no others."""
        most = described.document["components"]["schemas"]["SearchBody"]["properties"]["query"]["maxLength"]
        sent = [client.post("/search", json={"query": query}) for query in ("a" * most, " " + "a" * most)]
        assert [response.status_code for response in sent] == [200, 422]

    def test_feedback_that_says_nothing_is_told_so(self, client: httpx.Client) -> None:
        """It is a JSON object all the same."""
        response = client.post("/answers/unknown/feedback", json={})
        assert response.json()["detail"] == "give a vote, a reason, or missing"

    def test_whole_numbers_may_be_written_with_a_point(self, client: httpx.Client) -> None:
        """JSON knows no difference."""
        assert len(client.post("/search", json={"query": "mission", "top_k": 2.0}).json()["passages"]) == 2
        assert client.post("/search", json={"query": "mission", "top_k": 2.5}).status_code == 422

    @pytest.mark.parametrize(
        ("path", "methods"),
        [
            ("/documents/x.md", "DELETE, GET, HEAD, PUT"),
            ("/documents/x.md?as=text", "DELETE, GET, HEAD, PUT"),
            ("/session", "DELETE, GET, HEAD, POST"),
            ("/conversations/x", "DELETE, GET, HEAD"),
            ("/v1/chat/completions", "POST"),
            ("/openapi.json", "GET, HEAD"),
        ],
    )
    def test_a_method_that_is_not_accepted_is_told_those_that_are(
        self, client: httpx.Client, path: str, methods: str
    ) -> None:
        """All of them, whichever route they belong to."""
        for method in ("PATCH", "OPTIONS", "TRACE", "MADE-UP"):
            response = client.request(method, path)
            assert (response.status_code, response.headers["allow"]) == (405, methods)
            assert response.headers["content-type"] == "application/problem+json"

    @pytest.mark.parametrize("header", ODD_HEADERS)
    def test_headers_of_any_bytes_do_no_harm(self, server: WholeServer, header: bytes) -> None:
        """Answered as if they said nothing."""
        for path in (b"/", b"/documents/citations.md?as=text", b"/web/app.js", b"/session"):
            assert sent_raw(server, path, header) in (b"200", b"401")


def sent_raw(server: WholeServer, path: bytes, *headers: bytes) -> bytes:
    """The status; no library would send this."""
    place = urlsplit(server.url)
    lines = [b"GET " + path + b" HTTP/1.1", b"Host: " + place.netloc.encode(), b"Connection: close", *headers]
    lines.append(b"Authorization: Bearer " + server.key.encode())
    with socket.create_connection((place.hostname, place.port), timeout=30) as connection:
        connection.sendall(b"\r\n".join([*lines, b"", b""]))
        answered = b"".join(iter(lambda: connection.recv(65536), b""))
    return re.findall(rb"HTTP/1.1 (\d+)", answered)[-1]
