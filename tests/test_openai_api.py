"""OpenAI's API: its own library and LangChain's ask unmodified, and what they show carries its footnotes."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.answer import Answer, ClosePassage
from bot.cited_markdown import TAKEN_BACK
from bot.errors import InvalidQuestion, NotReady
from bot.events import Event, Status
from bot.http.app import create_app
from bot.http.openai.api import openai_router
from bot.inquiry import inquiry
from bot.key_file import KeyFile
from bot.settings import Settings
from bot.turn import Turn
from index.progress import unheard
from tests.footnote_process import DEADLINE_S
from tests.http_product import LetIn, a_product
from tests.test_event_stream import ANSWER, CITATION, CONFIGURED, PROVEN, RETRIEVING, Ready, ScriptedAnswering, served

ASKED = [{"role": "user", "content": "How much leave?"}]
BODY = {"model": "footnote", "messages": ASKED}
MARKER = "[[1]]({url}documents/leave.md)"
CONTENT = f"Leave is 28 days. {MARKER}\n\nSources:\n1. Leave: “Leave is 28 days.”"
CLOSE = ClosePassage("leave.md", "Leave", "Leave is 28 days.", 0, 17, None, 0.5, "/documents/leave.md")
ABSTENTION = replace(ANSWER, answered=False, sentences=(), citations=(), closest=(CLOSE,), answer="I do not know.")
ROOT = Path(__file__).parents[1]
SEEDS, README = ROOT / "seeds", ROOT / "README.md"


@dataclass(slots=True)
class Scripted(ScriptedAnswering):
    """Remembers who asked, and after what."""

    askers: list[dict[str, Any]] = field(default_factory=list)

    def stream(self, question: str, conversation_id: str | None = None, **asker: Any) -> Any:
        self.askers.append(asker)
        return ScriptedAnswering.stream(self, question, conversation_id)

    async def answer(self, question: str, conversation_id: str | None = None, **asker: Any) -> Answer:
        return [event async for event in self.stream(question, conversation_id, **asker)][-1]  # type: ignore[no-any-return]


def app_of(answering: Any, settings: Settings = CONFIGURED, **parts: Any) -> FastAPI:
    return create_app(a_product(answering, Ready(), settings, **parts))


@asynccontextmanager
async def asking(answering: Any) -> AsyncIterator[Any]:
    """OpenAI's own asynchronous client of a real server."""
    async with served(app_of(answering)) as client, openai_client(client) as asked:
        yield asked


@asynccontextmanager
async def openai_client(client: httpx.AsyncClient) -> AsyncIterator[Any]:
    from openai import AsyncOpenAI

    base_url = f"{client.base_url}/v1"
    async with AsyncOpenAI(api_key="none", base_url=base_url, max_retries=0, http_client=client) as asked:
        yield asked


async def posted(body: Any, *script: Event | Exception | asyncio.Event) -> httpx.Response:
    """What a plain client gets."""
    transport = httpx.ASGITransport(app_of(Scripted(script) if script else Scripted()))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        return await client.post("/v1/chat/completions", json=body)


async def turns_of(*contents: Any) -> tuple[str, tuple[Turn, ...]]:
    """The question and the turns that a chat becomes, of messages by turns of the user and the assistant."""
    answering = Scripted()
    messages = [{"role": ("user", "assistant")[at % 2], "content": one} for at, one in enumerate(contents)]
    transport = httpx.ASGITransport(app_of(answering, CONFIGURED.model_copy(update={"max_body_kb": 64})))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        response = await client.post("/v1/chat/completions", json={**BODY, "messages": messages})
    assert response.status_code == 200, response.text
    return answering.asked[0][0], answering.askers[0]["turns"]


def datas(text: str) -> list[Any]:
    """The data of a complete stream, but for the `[DONE]` at its end."""
    lines = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith("data:")]
    assert lines.pop() == "[DONE]"
    return [json.loads(line) for line in lines]


class TestOpenAI:
    async def test_an_answer_comes_with_its_citations(self) -> None:
        """As text with linked markers and sources, as annotations, and whole."""
        async with asking(Scripted()) as client:
            made = await client.chat.completions.create(**BODY)
            url = str(client.base_url).removesuffix("v1/")
        message = made.choices[0].message
        assert (message.content, made.choices[0].finish_reason) == (CONTENT.format(url=url), "stop")
        (cited,) = [one.url_citation for one in message.annotations]
        assert message.content[cited.start_index : cited.end_index] == MARKER.format(url=url)
        assert (cited.title, cited.url) == ("Leave", f"{url}documents/leave.md")
        assert (made.id, made.model, made.footnote["citations"][0]["quote"]) == (
            "chatcmpl-a1",
            "footnote",
            CITATION.quote,
        )
        assert made.usage.total_tokens == made.usage.prompt_tokens + made.usage.completion_tokens
        assert made.usage.prompt_tokens == 4

    async def test_a_stream_says_the_same(self) -> None:
        """Role first, then text; the last chunk has the annotations and the whole answer."""
        async with asking(Scripted()) as client:
            plain = await client.chat.completions.create(**BODY)
            chunks = [one async for one in await client.chat.completions.create(**BODY, stream=True)]
        deltas = [one.choices[0].delta for one in chunks]
        assert [one.role for one in deltas] == ["assistant", *[None] * (len(deltas) - 1)]
        assert "".join(one.content or "" for one in deltas) == plain.choices[0].message.content
        assert [one.choices[0].finish_reason for one in chunks] == [*[None] * (len(chunks) - 1), "stop"]
        assert deltas[-1].annotations == [one.model_dump() for one in plain.choices[0].message.annotations]
        assert chunks[-1].footnote == plain.footnote
        assert len({one.id for one in chunks}) == 1

    async def test_usage_is_streamed_to_whoever_asks(self) -> None:
        """One more chunk without choices."""
        async with asking(Scripted()) as client:
            plain = await client.chat.completions.create(**BODY)
            options = {"include_usage": True}
            stream = await client.chat.completions.create(**BODY, stream=True, stream_options=options)
            *chunks, last = [one async for one in stream]
        assert (last.choices, last.usage) == ([], plain.usage)
        assert all(one.usage is None for one in chunks)

    async def test_the_helper_for_streams_puts_them_together(self) -> None:
        """With annotations, as if it had not been streamed."""
        async with asking(Scripted()) as client:
            plain = await client.chat.completions.create(**BODY)
            async with client.chat.completions.stream(**BODY) as stream:
                whole = await stream.get_final_completion()
        said, told = whole.choices[0].message, plain.choices[0].message
        assert (said.content, said.annotations) == (told.content, told.annotations)

    async def test_the_synchronous_client_asks_too(self) -> None:
        """In a thread of its own."""
        from openai import OpenAI

        async with served(app_of(Scripted())) as served_client:
            url = str(served_client.base_url)

            def ask() -> tuple[str, str]:
                with OpenAI(api_key="none", base_url=f"{url}/v1", max_retries=0) as client:
                    raw = client.chat.completions.with_raw_response.create(**BODY)
                    text = "".join(
                        one.choices[0].delta.content or ""
                        for one in client.chat.completions.create(**BODY, stream=True)
                    )
                    return raw.parse().choices[0].message.content, text

            plain, text = await asyncio.to_thread(ask)
        assert plain == text == CONTENT.format(url=f"{url}/")

    async def test_an_abstention_is_said(self) -> None:
        """With the closest passages as links, and in the whole answer as a flag."""
        async with asking(Scripted((ABSTENTION,))) as client:
            made = await client.chat.completions.create(**BODY)
            url = client.base_url
        content = (
            f"I do not know.\n\nClosest passages:\n- [Leave]({str(url)[:-3]}documents/leave.md): “Leave is 28 days.”"
        )
        assert made.choices[0].message.content == content
        assert (made.footnote["answered"], made.choices[0].message.annotations) == (False, [])

    async def test_the_only_model_is_listed(self) -> None:
        """And found by its name."""
        async with asking(Scripted()) as client:
            assert [one.id async for one in client.models.list()] == ["footnote"]
            assert (await client.models.retrieve("footnote")).owned_by == "footnote"

    async def test_another_model_is_not_found(self) -> None:
        """Neither to look at nor to ask."""
        from openai import NotFoundError

        async with asking(Scripted()) as client:
            for asked in (
                client.models.retrieve("meta/llama"),
                client.chat.completions.create(model="gpt-4o", messages=ASKED),
            ):
                with pytest.raises(NotFoundError) as failure:
                    await asked
                assert (failure.value.code, failure.value.param) == ("model_not_found", "model")

    async def test_a_stream_that_cannot_go_on_raises_an_error(self) -> None:
        """In the words of the problem, after what was streamed."""
        from openai import APIError

        async with asking(Scripted((RETRIEVING, CITATION, PROVEN, NotReady(42)))) as client:
            stream = await client.chat.completions.create(**BODY, stream=True)
            with pytest.raises(APIError, match="indexing, 42 %") as failure:
                _ = [one async for one in stream]
        assert (failure.value.type, failure.value.code) == ("server_error", "service_unavailable")


class TestLangChain:
    async def test_a_chat_model_is_invoked(self) -> None:
        """The text has the footnotes, the id leads to the whole answer; annotations are dropped by LangChain."""
        async with self.model(Scripted()) as (model, url):
            message = await model.ainvoke("How much leave?")
        assert message.content == CONTENT.format(url=url)
        assert message.response_metadata["id"] == "chatcmpl-a1"
        assert message.usage_metadata["total_tokens"] > 0

    async def test_a_chat_model_streams(self) -> None:
        """With the usage at the end."""
        async with self.model(Scripted()) as (model, url):
            chunks = [one async for one in model.astream("How much leave?", stream_usage=True)]
        assert "".join(one.content for one in chunks) == CONTENT.format(url=url)
        assert sum(one.usage_metadata["total_tokens"] for one in chunks if one.usage_metadata) > 0

    @asynccontextmanager
    async def model(self, answering: Any) -> AsyncIterator[tuple[Any, str]]:
        from langchain_openai import ChatOpenAI

        async with served(app_of(answering)) as client:
            url = f"{client.base_url}/".replace("//v1", "/v1")
            yield (
                ChatOpenAI(
                    model="footnote", api_key="none", base_url=f"{client.base_url}/v1", http_async_client=client
                ),
                url,
            )


class TestStream:
    async def test_a_sentence_is_sent_as_soon_as_it_is_proven(self) -> None:
        """The rest of the answer is made only after it was read."""
        more = asyncio.Event()
        async with asking(Scripted((RETRIEVING, CITATION, PROVEN, more, ANSWER))) as client:
            stream = aiter(await client.chat.completions.create(**BODY, stream=True))
            await anext(stream)
            assert (await anext(stream)).choices[0].delta.content.startswith("Leave is 28 days. [[1]](http")
            more.set()
            assert [one async for one in stream][-1].choices[0].finish_reason == "stop"

    async def test_a_client_that_leaves_ends_the_work(self) -> None:
        """The answer is not made for nobody."""
        answering = Scripted((RETRIEVING, asyncio.Event(), ANSWER))
        async with asking(answering) as client:
            async with await client.chat.completions.create(**BODY, stream=True) as stream:
                await anext(aiter(stream))
            await asyncio.wait_for(answering.closed.wait(), DEADLINE_S)

    async def test_a_silent_stream_shows_that_it_lives(self) -> None:
        """By comments, which clients skip."""
        more = asyncio.Event()
        app = FastAPI()
        answering: Any = Scripted((RETRIEVING, more, ANSWER))
        app.include_router(openai_router(answering, Ready(), CONFIGURED, len, heartbeat_s=0.01))  # type: ignore[arg-type]
        app.add_middleware(LetIn)
        async with (
            served(app) as client,
            client.stream("POST", "/v1/chat/completions", json={**BODY, "stream": True}) as response,
        ):
            lines = response.aiter_lines()
            assert await anext(line async for line in lines if line.startswith(":"))
            more.set()
            assert "data: [DONE]" in [line async for line in lines]

    async def test_what_a_failing_model_said_is_taken_back(self) -> None:
        """In a line of its own; markers of what was taken back are no annotations."""
        fallback = Status("fallback", "The model failed.")
        answer = replace(ANSWER, notice="The model failed.")
        script = (RETRIEVING, CITATION, PROVEN, fallback, CITATION, PROVEN, answer)
        *chunks, last = datas((await posted({**BODY, "stream": True}, *script)).text)
        text = "".join(one["choices"][0]["delta"].get("content", "") for one in chunks)
        marked = "Leave is 28 days. [[1]](http://localhost/documents/leave.md)"
        assert text.startswith(f"{marked}\n\n{TAKEN_BACK} The model failed.\n\n{marked}\n\nSources:")
        (annotation,) = last["choices"][0]["delta"]["annotations"]
        start, end = annotation["url_citation"]["start_index"], annotation["url_citation"]["end_index"]
        assert (text[:start].count(TAKEN_BACK), text[start:end]) == (1, marked.removeprefix("Leave is 28 days. "))

    async def test_every_chunk_is_of_the_shape_that_clients_know(self) -> None:
        """What Open WebUI reads is there: annotations in a delta of a choice."""
        chunks = datas((await posted({**BODY, "stream": True})).text)
        assert {one["object"] for one in chunks} == {"chat.completion.chunk"}
        assert all(len(one["choices"]) == 1 and "usage" not in one for one in chunks)
        assert chunks[-1]["choices"][0]["delta"]["annotations"][0]["type"] == "url_citation"


class TestDialogue:
    async def test_turns_come_from_the_messages(self) -> None:
        """Questions of before stand alone, and what we rendered is read back."""
        content = CONTENT.format(url="http://localhost/")
        question, turns = await turns_of("Who is Otunge?", content, "Since when is he?", "Long.", "Why?")
        assert question == "Why?"
        assert [(one.question, one.answer) for one in turns] == [
            ("Who is Otunge?", "Leave is 28 days."),
            ("Since when is he?", "Long."),
        ]
        assert turns[1].standalone_question != turns[1].question

    async def test_an_abstention_is_a_turn_without_an_answer(self) -> None:
        """As it is in conversations that are kept."""
        said = (await posted(BODY, ABSTENTION)).json()["choices"][0]["message"]["content"]
        assert (await turns_of("A?", said, "B?"))[1][0].answer == ""

    async def test_what_is_no_text_in_a_turn_does_no_harm(self) -> None:
        """Zeros and halves of characters are shown as such; in the question itself they are refused."""
        messages = [{"role": "user", "content": "A\0\ud800?"}, *ASKED]
        usage = {"stream": True, "stream_options": {"include_usage": True}}
        answering = Scripted()
        transport = httpx.ASGITransport(app_of(answering))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            content = json.dumps({**BODY, "messages": messages, **usage})
            json_type = {"Content-Type": "application/json"}
            response = await client.post("/v1/chat/completions", content=content, headers=json_type)
        assert answering.askers[0]["turns"][0].question == "A\ufffd\ufffd?"
        assert datas(response.text)[-1]["usage"]["prompt_tokens"] > 4

    async def test_only_the_last_turns_are_read(self) -> None:
        """However long the chat is."""
        _, turns = await turns_of(*[f"Is it {number}?" for number in range(41)])
        assert [one.question for one in turns] == [f"Is it {number}?" for number in range(20, 40, 2)]

    async def test_parts_of_text_are_joined_and_instructions_are_not_followed(self) -> None:
        """Nor are tools; what the assistant said before anything was asked answers nothing."""
        messages = [
            {"role": "system", "content": "Be a pirate."},
            {"role": "assistant", "content": "Ask me."},
            {"role": "user", "content": [{"type": "text", "text": "How"}, {"type": "text", "text": "much?"}]},
            {"role": "assistant", "content": None, "tool_calls": []},
            {"role": "tool", "content": "42", "tool_call_id": "t1"},
        ]
        answering = Scripted()
        async with asking(answering) as client:
            await client.chat.completions.create(model="footnote", messages=messages)
        assert answering.asked == [("How\nmuch?", None)]
        assert answering.askers[0] == {**answering.askers[0], "turns": (), "surface": "openai"}

    @pytest.mark.parametrize("kind", ["image_url", "input_audio", "file"])
    async def test_what_is_no_text_is_refused_by_its_place(self, kind: str) -> None:
        """An image that is ignored would be answered as if it had been seen."""
        content = [{"type": "text", "text": "What is this?"}, {"type": kind, kind: {}}]
        response = await posted({**BODY, "messages": [{"role": "user", "content": content}]})
        assert (response.status_code, response.json()["error"]["param"]) == (400, "messages[0].content[1]")


class TestParameters:
    async def test_what_cannot_be_followed_harmlessly_is_ignored(self) -> None:
        """Parameters for models, fields that only other programs know, and tools that need not be called."""
        ignored = {
            "temperature": 0,
            "max_tokens": 5,
            "top_p": 1,
            "seed": 1,
            "user": "u",
            "metadata": {"a": "b"},
            "n": 1,
        }
        more = {
            "n": 1,
            "stop": ["."],
            "tools": [{"type": "function"}],
            "tool_choice": "auto",
            "chat_id": "c",
            "stream": None,
        }
        response = await posted({**BODY, **ignored, **more, "response_format": {"type": "text"}})
        assert response.status_code == 200

    @pytest.mark.parametrize(
        ("param", "value"),
        [
            ("n", 2),
            ("response_format", {"type": "json_schema", "json_schema": {}}),
            ("response_format", {"type": "json_object"}),
            ("tool_choice", "required"),
            ("tool_choice", {"type": "function", "function": {"name": "f"}}),
            ("function_call", {"name": "f"}),
            ("modalities", ["text", "audio"]),
            ("audio", {"voice": "alloy"}),
            ("logprobs", True),
            ("messages", []),
            ("messages", [{"role": "system", "content": "x"}]),
            ("stream", "yes"),
        ],
    )
    async def test_what_would_be_another_answer_is_refused(self, param: str, value: object) -> None:
        """By name."""
        response = await posted({**BODY, param: value})
        error = response.json()["error"]
        assert (response.status_code, error["type"], error["param"]) == (400, "invalid_request_error", param)
        assert error["message"] == response.json()["detail"]


class TestErrors:
    @pytest.mark.parametrize(
        ("error", "status", "kind"),
        [
            (InvalidQuestion("the question is empty"), 400, "invalid_request_error"),
            (NotReady(7), 503, "server_error"),
            (ZeroDivisionError(), 500, "server_error"),
        ],
    )
    @pytest.mark.parametrize("stream", [False, True])
    async def test_both_kinds_of_clients_read_what_is_wrong(
        self, error: Exception, status: int, kind: str, stream: bool
    ) -> None:
        """Problem details with OpenAI's error in them, before anything was streamed."""
        response = await posted({**BODY, "stream": stream}, error)
        body = response.json()
        assert (response.status_code, body["status"], body["error"]["type"]) == (status, status, kind)
        assert (response.headers["content-type"], body["error"]["message"]) == (
            "application/problem+json",
            body["detail"],
        )
        assert ("retry-after" in response.headers) == (status == 503)

    async def test_a_body_that_is_too_large_or_no_json_is_told_so(self) -> None:
        """By what stands before the routes."""
        assert (await posted({**BODY, "user": "u" * 2000})).json()["error"]["type"] == "invalid_request_error"
        transport = httpx.ASGITransport(app_of(Scripted()))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            form = await client.post("/v1/chat/completions", data={"a": "b"})
            broken = await client.post(
                "/v1/chat/completions", content="{", headers={"Content-Type": "application/json"}
            )
            lost = await client.get("/v1/embeddings", headers={"Accept": "text/html"})
        assert [(one.status_code, bool(one.json()["error"])) for one in (form, broken, lost)] == [
            (415, True),
            (400, True),
            (404, True),
        ]

    async def test_the_gate_speaks_so_too(self, tmp_path: Path) -> None:
        """Without a key, and too often."""
        from openai import AuthenticationError, RateLimitError

        keys = KeyFile(tmp_path / "keys.json")
        _, secret = keys.add("web", "ask")
        settings = CONFIGURED.model_copy(update={"rate_limit": "1/hour"})
        async with served(app_of(Scripted(), settings, keys=keys)) as client, openai_client(client) as asked:
            with pytest.raises(AuthenticationError) as failure:
                await asked.models.list()
            assert failure.value.code == "invalid_api_key"
            known = asked.with_options(api_key=secret)
            await known.models.list()
            with pytest.raises(RateLimitError) as limited:
                await known.models.list()
            assert limited.value.code == "rate_limit_exceeded"


async def test_openapi_describes_both_forms_and_the_errors() -> None:
    """The completion with our own field, the stream in words, and OpenAI's error in the problem details."""
    transport = httpx.ASGITransport(app_of(Scripted()))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        described = (await client.get("/openapi.json")).json()
    post = described["paths"]["/v1/chat/completions"]["post"]
    content = post["responses"]["200"]["content"]
    assert content["application/json"]["schema"] == {"$ref": "#/components/schemas/CompletionJson"}
    assert "[DONE]" in content["text/event-stream"]["schema"]["description"]
    assert "footnote" in described["components"]["schemas"]["CompletionJson"]["properties"]
    assert "error" in described["components"]["schemas"]["OpenAIProblemJson"]["properties"]
    assert "System and developer" in post["description"].replace("\n", " ")
    assert described["components"]["schemas"]["CompletionBody"]["example"]["model"] == "footnote"


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The documents that ship, with the program's own model."""
    settings = Settings(documents=SEEDS, home=tmp_path_factory.mktemp("home"))
    with inquiry(settings, lambda: nullcontext(unheard), print) as opened:
        yield opened


async def test_a_chat_about_real_documents(real: Any) -> None:
    """A follow-up is understood by what was said before; its quotes stand in the documents, at its links."""
    from openai import AsyncOpenAI

    async with served(app_of(real, Settings(documents=SEEDS))) as web:
        async with AsyncOpenAI(api_key="none", base_url=f"{web.base_url}/v1", max_retries=0) as client:
            chat = [{"role": "user", "content": "Who commands the multinational security mission in Haiti?"}]
            first = await client.chat.completions.create(model="footnote", messages=chat)
            chat += [first.choices[0].message.model_dump(include={"role", "content"})]
            chat += [{"role": "user", "content": "And which country leads it?"}]
            second = await client.chat.completions.create(model="footnote", messages=chat)
            odd = [{"role": "user", "content": "How many moons does Jupiter have?"}]
            unknown = await client.chat.completions.create(model="footnote", messages=odd)
        message = second.choices[0].message
        assert "Kenya" in message.content
        for one in message.annotations:
            cited = one.url_citation
            assert message.content[cited.start_index : cited.end_index].endswith(f"]]({cited.url})")
        page = await web.get(message.annotations[0].url_citation.url)
        text = (SEEDS / second.footnote["citations"][0]["document"]).read_text(encoding="utf-8")
    citation = second.footnote["citations"][0]
    assert text[citation["start"] : citation["end"]] == citation["quote"]
    assert page.status_code == 200
    assert not unknown.footnote["answered"]
    assert "Closest passages:" in unknown.choices[0].message.content


async def test_the_example_of_the_readme_works(real: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """As it is written there, but for the address and the key."""
    section = README.read_text(encoding="utf-8").partition("### Clients of OpenAI's API\n")[2]
    example = re.findall(r"^```python\n(.*?)^```", section, re.DOTALL | re.MULTILINE)[0]
    async with served(app_of(real, Settings(documents=SEEDS))) as web:
        ours = example.replace("http://127.0.0.1:8080", str(web.base_url).rstrip("/")).replace("fn_…", "none")
        await asyncio.to_thread(exec, ours, {})
    content, citations = capsys.readouterr().out.rstrip().rsplit("\n", 1)
    assert content.startswith("Godfrey Otunge commands")
    assert "'document': 'haiti-security-mission.md'" in citations
