"""What nobody vouches for is shown and never obeyed: everywhere in Slack, in the log, and by whoever waits."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer import ClosePassage
from bot.inert import inert
from bot.slack import actions
from bot.slack.incoming import Installation, understood
from bot.slack.place import Place
from bot.slack.preview_blocks import details_of, preview_of
from bot.slack.question import SlackQuestion
from bot.slack.slack_settings import SlackSettings
from bot.slack.validation import check_message
from fakeslack.people import Person
from fakeslack.workspace import Message
from index.document import Document
from tests.hostile import HOSTILE, hostile_text
from tests.records import an_abstention
from tests.slack_house import House, citation, house, quoting, shown, words_of

SITE = "https://docs.example.test"
BAD = " ".join(HOSTILE)
TYPED = BAD.replace("\ud800", "")  # nobody can send half a character
DOCUMENT = Document("a<!channel>\u202e`evil.com`*[1](https://evil.example).md", f"Kenya leads. {BAD}\n" * 9, BAD)
CODE = re.compile(r"`[^`]*`")


def texts(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Every string of a payload with the name that it stands under; what buttons send back is read by nobody."""
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in ("value", "private_metadata", "external_ref", "entity_url", "app_unfurl_url"):
                yield from texts(part, "mrkdwn" if name == "text" and value.get("type") in MARKED else name)
    elif isinstance(value, list):
        for part in value:
            yield from texts(part, key)


MARKED = ("mrkdwn", "markdown")


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a payload."""
    if isinstance(value, dict):
        yield value
        for part in value.values():
            yield from parts(part)
    elif isinstance(value, list):
        for part in value:
            yield from parts(part)


def objections(payload: dict[str, Any], people: set[str]) -> list[str]:
    """What in a payload would be obeyed by Slack instead of being shown."""
    found = [f"steers: {text!r}" for _, text in texts(payload) if inert(text) != text]
    marked = [text for key, text in texts(payload) if key in ("mrkdwn", "markdown_text")]
    if isinstance(payload.get("text"), str):
        marked.append(payload["text"])
    for text in marked:
        plain = CODE.sub("", text)
        found += [f"calls or links: {text!r}"] if "<" in text else []
        found += [f"an address: {text!r}"] if re.search(r"://|\bwww\.|evil\.(com|example)|mailto:|@evil", plain) else []
    for part in parts(payload):
        kind = part.get("type")
        found += [f"shows a picture: {part}"] if kind == "image" or "image_url" in part else []
        found += [f"calls: {part}"] if kind in ("broadcast", "usergroup", "emoji") else []
        found += [f"names somebody: {part}"] if kind == "user" and part["user_id"] not in people else []
        found += [f"has emoji: {part}"] if kind == "plain_text" and part.get("emoji") is not False else []
        url = part.get("url")
        found += [f"leads away: {url}"] if url and not str(url).startswith(f"{SITE}/documents/") else []
    return found


def sent(home: House) -> Iterator[dict[str, Any]]:
    """Whatever Slack was given to show, by calls, by response URLs and with acknowledgements."""
    for call in home.slack.calls:
        given = {name: unpacked(part) for name, part in call.arguments.items()}
        if call.method in ("chat.postMessage", "chat.update"):
            assert given["parse"] == "none"
            assert given["link_names"] in (False, "false", "0", 0)
        yield given
    for delivered in home.slack.delivery.log:
        if delivered.response:
            yield delivered.response
    for message in home.slack.world.messages():
        if message.bot_id:
            yield {"text": message.text, "blocks": message.blocks}


def unpacked(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in "[{":
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


async def private(home: House, person: Person, words: str) -> Message:
    """The message that only that person sees and that says so."""
    return await home.until(lambda: next((one for one in person.ephemerals if words in shown(one)), None))


@pytest.fixture
async def home(tmp_path: Path, request: pytest.FixtureRequest) -> AsyncIterator[House]:
    """A house whose documents, examples and model are hostile; over Socket Mode, unless a test says otherwise."""
    async with house(tmp_path, getattr(request, "param", "socket"), public_url=SITE) as made:
        made.slack.delivery.audience.unfurl_domains = {"docs.example.test"}
        made.answering.documents = {DOCUMENT.id: DOCUMENT}
        made.examples = [*HOSTILE, BAD]
        made.product = with_examples(made, made.product())  # type: ignore[method-assign]
        close = ClosePassage(DOCUMENT.id, BAD, BAD, 0, 20, None, 0.4, f"/documents/{quote(DOCUMENT.id)}")
        made.answering.answers["quoted"] = quoting(BAD, notice=BAD, citations=(citation(DOCUMENT, 0, 900),))
        made.answering.answers["abstained"] = an_abstention(answer=BAD, closest=(close,))
        async with made.open():
            yield made


def with_examples(home: House, product: Any) -> Any:
    """The house's own are of one document that is not there."""
    from dataclasses import replace

    async def examples(scope: Any) -> list[str]:
        return home.examples

    return lambda: replace(product, examples=examples)


@pytest.mark.parametrize(
    "payload",
    [
        {"text": BAD},
        {"markdown_text": "<!channel>"},
        {"markdown_text": "see https://evil.example now"},
        {"blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "<@U1>"}}]},
        {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": ":x:", "emoji": True}}]},
        {"blocks": [{"type": "rich_text", "elements": [{"type": "broadcast", "range": "here"}]}]},
        {"blocks": [{"type": "rich_text", "elements": [{"type": "user", "user_id": "U9"}]}]},
        {"blocks": [{"type": "rich_text", "elements": [{"type": "link", "url": "https://evil.example"}]}]},
        {"blocks": [{"type": "image", "image_url": "https://evil.example/i.png"}]},
        {"prompts": [{"title": "\x1b[31m", "message": "x"}]},
    ],
)
def test_what_would_be_obeyed_is_objected_to(payload: dict[str, Any]) -> None:
    """The tests below would notice."""
    assert objections(payload, {"U1"})


async def test_nothing_hostile_is_obeyed_on_any_surface(home: House, caplog: pytest.LogCaptureFixture) -> None:
    """Messages, streams, private answers, forms, menus, windows, the Home tab, prompts, previews, greetings."""
    channel, ana = home.slack.channel("new", with_bot=False), home.slack.user()
    await ana.invite_bot(channel)
    await home.until(lambda: home.replies(channel))
    await answers(home, ana)
    await windows(home, ana)
    await looks(home, ana)
    await home.quiet()
    people = {ana.id}
    assert [one for payload in sent(home) for one in objections(payload, people)] == []
    views = [view.payload for view in home.slack.world.modals(ana.id)] + [ana.home.payload if ana.home else {}]
    assert [one for view in views for one in objections(view, people)] == []
    assert all(one["unfurl_links"] is False for one in (c.arguments for c in home.slack.calls_of("chat.postMessage")))
    assert [one for one in caplog.messages if inert(one) != one or "\n" in one] == []


async def answers(home: House, ana: Person) -> None:
    """In a thread, streamed, abstaining, edited, in private and shared, to a file, and of what fails."""

    async def obeying(question: str) -> AsyncGenerator[str, None]:
        for piece in HOSTILE:
            yield f"It says {piece} there."

    async def failing(question: str) -> AsyncGenerator[str, None]:
        raise ValueError(BAD)
        yield ""

    home.answering.scripts |= {"streamed": obeying, "failing": failing}
    channel = home.slack.channel()
    for question in ("quoted", "streamed", "abstained", "failing", "", TYPED):
        await home.reply(channel, (await ana.mention(channel, question)).message.ts)
    for name in (f"{TYPED[:100]}.exe", "<!channel>\u202e\x1b[31m.pdf"):
        await home.reply(ana.direct, (await ana.upload(ana.direct, name, b"%PDF")).message.ts)
    await ana.command("/ask", TYPED, channel)
    own = await home.until(lambda: next((one for one in ana.ephemerals if actions.SHARE in str(one.blocks)), None))
    await ana.click(own, actions.SHARE)
    await ana.command("/ask", "", channel)


async def windows(home: House, ana: Person) -> None:
    """Forms about a hostile message with a menu of hostile names, and the source itself."""
    channel = home.slack.channel()
    message = (await ana.say(channel, TYPED)).message
    await ana.shortcut(actions.ANSWER_MESSAGE, message)
    form = await home.until(lambda: ana.views and ana.view)
    assert len(await ana.options(form, actions.DOCUMENT)) == 1
    await ana.submit(form, {actions.ANSWER_WHERE: actions.IN_THREAD})
    await home.reply(channel, message.ts)
    reply = await home.reply(channel, (await ana.mention(channel, "quoted")).message.ts)
    await ana.click(reply, actions.SHOW_PASSAGE)
    await home.until(lambda: ana.views and "Kenya leads." in str(words_of(ana.view.payload)))


async def looks(home: House, ana: Person) -> None:
    """The Home tab, what is suggested, a link's preview and its details."""
    await ana.open_home()
    await ana.open_home("messages")
    link = f"{SITE}/documents/{quote(DOCUMENT.id)}"
    message = (await ana.say(home.slack.channel(), link)).message
    await home.until(lambda: message.unfurls)
    await ana.open_link(message, link, {"id": DOCUMENT.id})
    await home.until(lambda: ana.home and home.slack.calls_of("entity.presentDetails"))
    await home.until(lambda: home.slack.calls_of("assistant.threads.setSuggestedPrompts"))


# Pure parts


@given(hostile_text(3000), hostile_text(300), st.integers(0, 3000), st.integers(0, 3000))
def test_previews_and_details_are_inert(text: str, title: str, start: int, end: int) -> None:
    """A title and a quote, nothing that steers, never nothing at all."""
    document, url = Document(title or "x", text, title), f"{SITE}/documents/x"
    blocks = preview_of(document, url)
    details = details_of(document, url, (start, end))
    assert check_message({"text": "x", "blocks": blocks}) == []
    assert objections({"blocks": blocks, "details": details}, set()) == []
    assert details["entity_payload"]["attributes"]["title"]["text"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda some: st.lists(some, max_size=3) | st.dictionaries(st.text(max_size=5), some, max_size=3),
    max_leaves=8,
)


@given(hostile_text(2000), st.dictionaries(st.sampled_from(["blocks", "attachments", "metadata", "icons"]), JSON))
def test_a_question_is_kept_and_read_back_whatever_it_says(text: str, more: dict[str, Any]) -> None:
    """And what surrounds it in an event is not looked at."""
    event = {"type": "message", "channel": "D1", "user": "U1", "ts": "1.1", "text": text, **more}
    told = understood(event, Installation("T1", None, "UBOT"))
    kept = json.loads(json.dumps(told.question.as_json()))  # type: ignore[union-attr]
    assert SlackQuestion.of_json(kept) == told.question  # type: ignore[union-attr]


# What comes in by the thousands, or enormous


@pytest.mark.parametrize("home", ["socket", "http"], indirect=True)
async def test_a_huge_or_deep_event_harms_nobody(home: House) -> None:
    """Nothing is read of an event but what is needed; the next question is answered."""
    channel, ana = home.slack.channel(), home.slack.user()
    deep: Any = {}
    for _ in range(80):
        deep = {"type": "section", "elements": [deep]}
    event = {
        "type": "message",
        "channel": channel.id,
        "channel_type": "channel",
        "user": ana.id,
        "ts": "99.1",
        "text": "<@A|" * 9_000,
        "blocks": [deep] * 20,
        "files": [{"id": f"F{number}", "size": "x"} for number in range(3000)],
    }
    assert (await home.slack.delivery.tell(event, "T1")).acked
    ts = (await ana.mention(channel, "quoted")).message.ts
    assert "Kenya leads." in shown(await home.reply(channel, ts))
    assert [one.question for one in home.answering.asked] == ["quoted"]


async def test_threads_that_are_not_ours_leave_nothing_behind(home: House) -> None:
    """However much is said there: no question, no claim, no task."""
    from sqlalchemy import func, select

    from bot.history_tables import CLAIMS, QUESTIONS

    channel, ana = home.slack.channel(), home.slack.user()
    root = (await ana.say(channel, "Lunch?")).message.ts
    before = len(asyncio.all_tasks())
    await asyncio.gather(*(ana.say(channel, f"Who leads mission {number}?", root) for number in range(100)))
    await home.slack.delivery.settled()
    with home.database.reading() as connection:
        kept = [connection.scalar(select(func.count()).select_from(table)) for table in (CLAIMS, QUESTIONS)]
    assert kept == [0, 0]
    await home.until(lambda: len(asyncio.all_tasks()) <= before + 2)


# Secrets


SECRETS = {
    "SLACK_APP_TOKEN": "xapp-1-very-secret",
    "SLACK_BOT_TOKEN": "xoxb-very-secret",
    "SLACK_SIGNING_SECRET": "5ec4e7very-secret",
}


async def test_an_address_to_answer_at_is_kept_no_longer_than_it_is_needed(home: House) -> None:
    """Whoever reads the database afterwards cannot speak in our name."""
    ana = home.slack.user()
    await ana.command("/ask", "quoted", home.slack.channel())
    await private(home, ana, "Kenya leads")
    await home.quiet()
    (asked,) = home.inbox.recent(f"T1:{ana.id}", 5)
    assert asked.outcome == "answered"
    assert asked.content["response_url"] is None
    assert asked.content["channel"] == home.slack.channel().id


def test_settings_show_no_secret() -> None:
    """Wherever they are printed."""
    given = SlackSettings.load(SECRETS)
    assert "very-secret" not in f"{given!r} {given} {vars_of(given)}"


def vars_of(value: Any) -> str:
    return " ".join(f"{getattr(value, name)!r} {getattr(value, name)}" for name in value.__dataclass_fields__)


def test_a_question_shows_no_address_to_answer_at(home_question: SlackQuestion) -> None:
    """Whoever has it can speak in our name for half an hour."""
    assert "hooks.slack.com" not in repr(home_question)
    assert home_question.as_json()["response_url"] == "https://hooks.slack.com/commands/secret"


@pytest.fixture
def home_question() -> SlackQuestion:
    url = "https://hooks.slack.com/commands/secret"
    view = Place("T1", "C1", "1.1")
    return SlackQuestion("command", "T1", None, "C1", None, None, "U1", "T1", "Who?", response_url=url, in_view=view)


async def test_the_database_s_password_is_in_nothing_that_is_printed(tmp_path: Path) -> None:
    """The product knows it, because workspaces that install the app are kept there."""
    from dataclasses import replace

    async with house(tmp_path) as home:
        product = replace(home.product(), history_url="postgresql+psycopg://bot:very-secret@db/x")
        assert "very-secret" not in repr(product)


async def test_no_secret_is_logged_whatever_happens(home: House, caplog: pytest.LogCaptureFixture) -> None:
    """Not even by libraries that are asked to say everything, short of their own debugging."""
    caplog.set_level(logging.INFO)
    channel, ana = home.slack.channel("remote", with_bot=False), home.slack.user()
    await ana.command("/ask", "quoted", channel)
    own = await private(home, ana, "Kenya leads")
    await home.slack.clock.advance(3600)
    await ana.click(own, actions.SHARE)
    await ana.command("/ask", "abstained", channel)
    await home.quiet()
    logged = "\n".join(f"{one.getMessage()} {one.exc_text or ''}" for one in caplog.records)
    secrets = (home.slack.bot_token, home.slack.app_token, home.slack.signing_secret, "/response/", "hooks")
    assert [secret for secret in secrets if secret in logged] == []
