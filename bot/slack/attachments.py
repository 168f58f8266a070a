"""A question that came as a file, without words of its own: the file's text is what is asked."""

import asyncio
import tempfile
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Protocol
from urllib.parse import urlsplit

import aiohttp

from bot.errors import AnsweringProblem
from bot.inert import inert_line
from bot.slack.question import Attachment, SlackQuestion
from index.errors import UnreadableDocument
from index.readers import Reader

MAX_BYTES = 2_000_000  # a question is short, whatever its format carries along
PATIENCE_S = 10.0
# A file that somebody has made to keep its reader busy keeps none but these: everything else has other threads.
READ_WITHIN_S, READERS = 20.0, 2

Origin = tuple[str, str]


class AttachmentUnread(AnsweringProblem):
    """The file is too large, of a kind that is not read, damaged, or Slack does not hand it out."""

    def __init__(self, file: str, reason: str) -> None:
        super().__init__(inert_line(f"{file} {reason}"))
        self.file = file


class Tokens(Protocol):
    async def token(self, team: str, enterprise: str | None) -> str: ...


class Attachments:
    """Downloads from `origins` only, schemes and hosts, and follows no redirect: the bot's token goes nowhere else."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        tokens: Tokens,
        origins: Collection[Origin],
        read_within_s: float = READ_WITHIN_S,
    ) -> None:
        self._session = session
        self._tokens = tokens
        self._origins = origins
        self._read_within_s = read_within_s
        self._reader = Reader(MAX_BYTES)
        self._readers = ThreadPoolExecutor(READERS, "slack attachments")

    async def text(self, question: SlackQuestion) -> str:
        """The text of the first attached file; empty without any. Raises AttachmentUnread, whose words say why."""
        if not question.attachments:
            return ""
        file = question.attachments[0]
        suffix = PurePosixPath(file.name).suffix.lower()
        if suffix not in Reader.suffixes or suffix == ".jsonl":
            raise AttachmentUnread(file.name, "is of a kind that is not read")
        if file.size > MAX_BYTES:
            raise AttachmentUnread(file.name, f"is larger than {MAX_BYTES // 1_000_000} MB")
        data = await self._downloaded(file, await self._tokens.token(question.team, question.enterprise))
        try:
            async with asyncio.timeout(self._read_within_s):
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._readers, self._read, file.name, suffix, data)
        except TimeoutError:
            raise AttachmentUnread(file.name, "takes too long to be read") from None

    def close(self) -> None:
        """Wait for nothing: what is being read has no reader any more."""
        self._readers.shutdown(wait=False, cancel_futures=True)

    async def _downloaded(self, file: Attachment, token: str) -> bytes:
        if _origin(file.url) not in self._origins:
            raise AttachmentUnread(file.name, "is not kept by Slack")
        headers = {"Authorization": f"Bearer {token}"}
        try:
            async with asyncio.timeout(PATIENCE_S):
                async with self._session.get(file.url, headers=headers, allow_redirects=False) as response:
                    if response.status != 200:
                        raise AttachmentUnread(file.name, f"is not handed out (status {response.status})")
                    data = await response.content.read(MAX_BYTES + 1)
                    while len(data) <= MAX_BYTES and (more := await response.content.read(MAX_BYTES + 1)):
                        data += more
        except (aiohttp.ClientError, TimeoutError) as error:
            raise AttachmentUnread(file.name, "could not be fetched") from error
        if len(data) > MAX_BYTES:
            raise AttachmentUnread(file.name, f"is larger than {MAX_BYTES // 1_000_000} MB")
        return data

    def _read(self, name: str, suffix: str, data: bytes) -> str:
        with tempfile.TemporaryDirectory(prefix="footnote-") as folder:
            path = Path(folder) / f"question{suffix}"  # the name is the sender's, and no path of ours
            path.write_bytes(data)
            try:
                documents = self._reader.read(path, name)
            except UnreadableDocument as problem:
                raise AttachmentUnread(name, str(problem)) from problem
        return " ".join(" ".join(document.text for document in documents).split())


def _origin(url: str) -> Origin | None:
    try:
        parts = urlsplit(url)
    except ValueError:  # brackets that are none
        return None
    return (parts.scheme, parts.hostname) if parts.hostname else None
