"""The same over HTTP: signed requests to the app's request URLs."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp
from slack_sdk.signature import SignatureVerifier

from fakeslack.workspace import Json

PATHS = {"events_api": "/slack/events", "slash_commands": "/slack/commands", "interactive": "/slack/interactions"}
FORM = "application/x-www-form-urlencoded"
MOST_REDIRECTS = 2
AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


class NoAnswer(Exception):
    """The request failed below HTTP; the message is Slack's word for why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app answered, and after how many real milliseconds; names of headers are in lower case."""

    status: int
    body: bytes
    headers: dict[str, str]
    ms: float

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def payload(self) -> Json | None:
        """The body as an object: plain text is the text of a response, as with commands; nothing is None."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {"text": self.body.decode(errors="replace")} if self.body else None
        return value if isinstance(value, dict) else None


class HttpEvents:
    """Posts to one app. `skew_s` is how far Slack's clock is ahead of the app's.

    Signatures bear the real time, whatever else a test skips: the app compares them with its own clock.
    """

    def __init__(self, signing_secret: str) -> None:
        self.request_url = ""
        self.skew_s = 0.0
        self._signer = SignatureVerifier(signing_secret)
        self._session: aiohttp.ClientSession | None = None

    async def send(self, kind: str, payload: Json, retry: tuple[int, str] | None = None) -> Answer:
        """A payload in the encoding and to the address of its kind. Raises NoAnswer."""
        body = encoded(kind, payload)
        content_type = "application/json" if kind == "events_api" else FORM
        return await self.post(PATHS[kind], body, {"Content-Type": content_type, **retry_headers(retry)})

    async def post(self, path: str, body: bytes, headers: dict[str, str] | None = None) -> Answer:
        """Any bytes, signed; headers given here replace the right ones, an empty value leaves one out."""
        signed = {"User-Agent": AGENT, "Accept": "*/*", **self.signed(body), **(headers or {})}
        sent = {name: value for name, value in signed.items() if value}
        begun = time.perf_counter()
        try:
            async with self._client().post(
                f"{self.request_url}{path}", data=body, headers=sent, max_redirects=MOST_REDIRECTS
            ) as answer:
                content = await answer.read()
                ms = (time.perf_counter() - begun) * 1000
                return Answer(answer.status, content, _lowered(answer.headers), ms)
        except aiohttp.TooManyRedirects as redirected:
            raise NoAnswer("too_many_redirects") from redirected
        except aiohttp.ClientError as failed:
            raise NoAnswer("connection_failed") from failed

    def signed(self, body: bytes) -> dict[str, str]:
        """The two headers that prove a body to be Slack's, at this moment."""
        timestamp = str(int(time.time() + self.skew_s))
        signature = self._signer.generate_signature(timestamp=timestamp, body=body)
        return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": str(signature)}

    def _client(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session

    async def close(self) -> None:
        """Lets connections go."""
        if self._session is not None:
            await self._session.close()
            self._session = None


def encoded(kind: str, payload: Json) -> bytes:
    """Events are JSON, commands a form, interactions a form with JSON in it."""
    if kind == "events_api":
        return json.dumps(payload).encode()
    fields = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
    return urlencode(fields).encode()


def retry_headers(retry: tuple[int, str] | None) -> dict[str, str]:
    """None on a first attempt."""
    return {"X-Slack-Retry-Num": str(retry[0]), "X-Slack-Retry-Reason": retry[1]} if retry else {}


def _lowered(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
