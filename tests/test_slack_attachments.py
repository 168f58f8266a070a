"""Files that are questions: fetched from Slack alone, and never for longer than a question is worth."""

import threading
from typing import Any

import aiohttp
import pytest

from bot.inert import inert_line
from bot.slack.attachments import MAX_BYTES, Attachments, AttachmentUnread
from bot.slack.question import Attachment, SlackQuestion
from tests.hostile import HOSTILE


class Tokens:
    """Counts how often the secret is handed out."""

    def __init__(self) -> None:
        self.asked = 0

    async def token(self, team: str, enterprise: str | None) -> str:
        self.asked += 1
        return "xoxb-secret"


class Visits:
    """A session that says where it was sent with which token, and answers everything with one text."""

    def __init__(self) -> None:
        self.visited: list[tuple[str, dict[str, str]]] = []

    def get(self, url: str, *, headers: dict[str, str], allow_redirects: bool) -> Any:
        assert not allow_redirects
        self.visited.append((url, headers))
        raise aiohttp.ClientConnectionError(url)


def question(*files: Attachment) -> SlackQuestion:
    return SlackQuestion("direct", "T1", None, "D1", "1.1", "1.1", "U1", "T1", "", attachments=files)


def a_file(url: str, name: str = "question.txt") -> Attachment:
    return Attachment(name, "text/plain", 10, url)


@pytest.fixture
def session() -> Visits:
    return Visits()


def attachments(session: Any, **more: Any) -> Attachments:
    return Attachments(session, Tokens(), {("https", "files.slack.com")}, **more)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://evil.example/question.txt",
        "http://files.slack.com/question.txt",
        "https://files.slack.com@evil.example/question.txt",
        "https://files.slack.com.evil.example/question.txt",
        "https://evil.example/https://files.slack.com/question.txt",
        "https://evil.example\\@files.slack.com:80@evil.example/",
        "//files.slack.com/question.txt",
        "file://files.slack.com/etc/passwd",
        "https://[files.slack.com/question.txt",
    ],
)
async def test_the_token_goes_to_slack_alone_and_never_in_the_clear(session: Visits, url: str) -> None:
    """Other hosts, other schemes, and addresses that are none are not visited."""
    with pytest.raises(AttachmentUnread, match="not kept by Slack"):
        await attachments(session).text(question(a_file(url)))
    assert session.visited == []


async def test_what_went_wrong_names_no_address_and_no_token(session: Visits) -> None:
    """The library's own words for it do."""
    with pytest.raises(AttachmentUnread, match="could not be fetched") as problem:
        await attachments(session).text(question(a_file("https://files.slack.com/T1-F1/question.txt?t=secret")))
    assert len(session.visited) == 1
    assert "secret" not in str(problem.value)


@pytest.mark.parametrize("name", HOSTILE)
async def test_the_name_of_a_file_is_inert_in_what_is_said_of_it(session: Visits, name: str) -> None:
    """It is one line, fit for a log: the sender has chosen it."""
    with pytest.raises(AttachmentUnread) as problem:
        await attachments(session).text(question(a_file("https://files.slack.com/x", f"{name}.exe")))
    assert inert_line(str(problem.value)) == str(problem.value)


async def test_a_file_that_never_ends_being_read_is_given_up(session: Visits, monkeypatch: pytest.MonkeyPatch) -> None:
    """And keeps no thread busy that anything else needs."""
    ended = threading.Event()

    async def downloaded(self: Attachments, file: Attachment, token: str) -> bytes:
        return b"x"

    def endless(self: Attachments, name: str, suffix: str, data: bytes) -> str:
        ended.wait(10)
        return ""

    monkeypatch.setattr(Attachments, "_downloaded", downloaded)
    monkeypatch.setattr(Attachments, "_read", endless)
    reader = attachments(session, read_within_s=0.02)
    for _ in range(3):
        with pytest.raises(AttachmentUnread, match="takes too long"):
            await reader.text(question(a_file("https://files.slack.com/x")))
    assert sum("slack attachments" in thread.name for thread in threading.enumerate()) == 2
    ended.set()
    reader.close()


@pytest.mark.parametrize("size", [MAX_BYTES + 1, 10**30])
async def test_a_file_that_says_to_be_large_is_not_fetched(session: Visits, size: int) -> None:
    """Its size is known before."""
    large = Attachment("question.txt", "text/plain", size, "https://files.slack.com/x")
    with pytest.raises(AttachmentUnread, match="larger"):
        await attachments(session).text(question(large))
    assert session.visited == []


@pytest.mark.parametrize("size", ["many", None, -1, 1.5, [], "9" * 5000])
def test_a_file_whose_size_is_none_is_a_file(size: Any) -> None:
    """Slack's descriptions may leave out everything but the id."""
    assert isinstance(Attachment.of_file({"id": "F1", "size": size}).size, int)
