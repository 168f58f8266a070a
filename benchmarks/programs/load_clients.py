"""Many clients of a server, at the same time: they ask, search, read, upload and delete, and watch what they are told.

load_clients.py SETUP.json     the setup is what `load.py` in the folder above writes
"""

import asyncio
import json
import random
import sys
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter
from typing import Any, Protocol

import aiohttp
from load_border import Border, documents_in
from load_line import REQUEST_LIMIT_S, Line, Reply
from load_rooms import Room, Version
from load_tally import Tally

SEED = 20240607
NO_SUCH = "no/such/document.md"
MISSING, FOUND = (404,), (200,)


@dataclass(frozen=True, slots=True)
class World:
    """What all clients know: questions by the part of the folder that answers them, documents in each part, rooms."""

    questions: Mapping[str, Sequence[str]]
    sizes: Mapping[str, int]
    rooms: Mapping[int, Room]
    tally: Tally
    answers: deque[str] = field(default_factory=lambda: deque(maxlen=200))  # of whoever may see everything

    def look(self, reply: Reply) -> None:
        """Nothing may be cited or shown of a room that was gone before the question was asked."""
        content = reply.content
        for citation in content.get("citations", ()):
            room = self._room(citation["document"])
            if room and not room.is_exact(citation, reply.sent_at):
                self.tally.count("stale", {"cited": citation, "asked": content.get("question")})
        for passage in (*content.get("closest", ()), *content.get("passages", ())):
            room = self._room(passage["document"])
            if room and not room.is_current(passage, reply.sent_at):
                self.tally.count("stale", {"found": passage})

    def _room(self, document: str) -> Room | None:
        return next((room for room in self.rooms.values() if room.document == document), None)


class Client(Protocol):
    async def go_round(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Reader:
    """Asks about everything, whether it may see it or not."""

    world: World
    line: Line
    dice: random.Random

    async def go_round(self) -> None:
        deed = self.dice.choices(
            (
                self._ask,
                self._listen,
                self._leave,
                self._search,
                self._list,
                self._open,
                self._open_answer,
                self._get_ideas,
            ),
            (35, 18, 7, 25, 5, 5, 4, 1),
        )[0]
        await deed()

    def _question(self) -> str:
        part = self.dice.choice([*self.world.questions, "load/"])
        if part == "load/":
            return self.dice.choice(list(self.world.rooms.values())).question
        return self.dice.choice(self.world.questions[part])

    async def _ask(self) -> None:
        self._answered(await self.line.ask(self._question()))

    async def _listen(self) -> None:
        self._answered(await self.line.ask_and_listen(self._question()))

    async def _leave(self) -> None:
        await self.line.ask_and_leave(self._question(), self.dice.choice((0, 1, 4)))

    async def _search(self) -> None:
        reply = await self.line.send("search", "POST", "/search", json={"query": self._question(), "top_k": 10})
        if reply:
            self.world.look(reply)

    async def _list(self) -> None:
        """Of what does not change, exactly as much as there is inside."""
        reply = await self.line.send("list", "GET", "/documents?limit=500")
        border, sizes = self.line.border, self.world.sizes
        if reply and border.globs is not None:
            inside = sum(size for part, size in sizes.items() if border.allows(part))
            if reply.content["total"] != inside:
                self.world.tally.count("foreign", f"{border.globs}: a total of {reply.content['total']}, not {inside}")

    async def _open(self) -> None:
        """A document outside is as missing as one that never was."""
        document = self.dice.choice(("public/0003.txt", "hr/0003.txt"))
        inside = self.line.border.allows(document)
        await self.line.send("open", "GET", f"/documents/{document}?as=text", FOUND if inside else MISSING)
        if not inside:
            await self._compare(document)

    async def _compare(self, document: str) -> None:
        accept = {"Accept": "application/json"}
        told = [
            reply.text.replace(name, "")
            for name in (document, NO_SUCH)
            if (reply := await self.line.send("missing", "GET", f"/documents/{name}", MISSING, headers=accept))
        ]
        if len(set(told)) > 1:
            self.world.tally.count("foreign", f"missing is not like outside: {told}")

    async def _open_answer(self) -> None:
        """Perhaps one that shows words of documents outside: then there is no such answer."""
        if self.world.answers:
            answer = self.dice.choice(self.world.answers)
            await self.line.send("read an answer", "GET", f"/answers/{answer}", FOUND + MISSING)

    async def _get_ideas(self) -> None:
        await self.line.send("suggestions", "GET", "/suggestions")

    def _answered(self, reply: Reply | None) -> None:
        if reply:
            self.world.look(reply)
            self.world.tally.count("answered" if reply.content["answered"] else "abstained")
            if self.line.border.globs is None:
                self.world.answers.append(reply.content["id"])


@dataclass(frozen=True, slots=True)
class Manager:
    """Replaces and deletes one document, again and again, and asks for it at once."""

    world: World
    line: Line
    dice: random.Random
    room: Room

    async def go_round(self) -> None:
        version = self.room.new_version()
        if not await self._upload(version):
            return
        await self._ask(version)
        await self._search(version)
        if self.dice.random() < 1 / 3:
            await self._delete(version)

    async def _upload(self, version: Version) -> bool:
        there = FOUND if self.room.newest else (201,)
        path = f"/documents/{self.room.document}"
        reply = await self.line.send("upload", "PUT", path, there, data=version.text.encode())
        if reply:
            self.room.put(version)
        return reply is not None

    async def _ask(self, version: Version) -> None:
        ask = self.line.ask_and_listen if self.dice.random() < 1 / 3 else self.line.ask
        reply = await ask(self.room.question)
        if reply:
            self.world.look(reply)
            cited = [one["sha256"] for one in reply.content["citations"] if one["document"] == self.room.document]
            if set(cited) != {version.sha256} or version.code_word not in reply.content["answer"]:
                self.world.tally.count("stale", f"{version.code_word} is not what was answered: {reply.text}")

    async def _search(self, version: Version) -> None:
        query = {"query": f"code word of room {self.room.number}", "top_k": 10}
        reply = await self.line.send("search", "POST", "/search", json=query)
        if reply:
            self.world.look(reply)
            if version.code_word not in reply.text:
                self.world.tally.count("stale", f"{version.code_word} is not found: {reply.text}")

    async def _delete(self, version: Version) -> None:
        path = f"/documents/{self.room.document}"
        if not await self.line.send("delete", "DELETE", path, (204,)):
            return
        self.room.deleted()
        reply = await self.line.ask(self.room.question)
        if reply:
            self.world.look(reply)
            if version.code_word in reply.text or self.room.document in documents_in(reply.content):
                self.world.tally.count("stale", f"{version.code_word} was deleted: {reply.text}")
        await self.line.send("missing", "GET", f"{path}?as=text", MISSING)


async def until(end: float, client: Client) -> None:
    while perf_counter() < end:
        await client.go_round()


async def check_rooms(world: World, line: Line) -> None:
    """In the end there are the rooms that there should be, and no others."""
    reply = await line.send("list", "GET", "/documents?limit=500&after=load/")
    found = {document for document in documents_in(reply and reply.content) if document.startswith("load/")}
    expected = {room.document for room in world.rooms.values() if room.newest}
    if found != expected:
        world.tally.count("stale", f"in the end there is {sorted(found)}, not {sorted(expected)}")


async def measured(setup: dict[str, Any]) -> dict[str, Any]:
    rooms = {one["room"]: Room(one["room"]) for one in setup["clients"] if one["room"] is not None}
    world = World(setup["questions"], setup["sizes"], rooms, Tally())
    limit = aiohttp.ClientTimeout(REQUEST_LIMIT_S)
    sessions = [
        aiohttp.ClientSession(setup["url"], headers={"Authorization": f"Bearer {one['key']}"}, timeout=limit)
        for one in setup["clients"]
    ]
    lines = [
        Line(session, Border(one["globs"], setup["signs"]), world.tally)
        for session, one in zip(sessions, setup["clients"], strict=True)
    ]
    begun = perf_counter()
    clients = [
        _client(world, line, random.Random(f"{SEED} {number}"), one["room"])
        for number, (line, one) in enumerate(zip(lines, setup["clients"], strict=True))
    ]
    await asyncio.gather(*(until(begun + setup["seconds"], client) for client in clients))
    seconds = perf_counter() - begun
    await check_rooms(world, next(line for line in lines if line.border.globs is None))
    await asyncio.gather(*(session.close() for session in sessions))
    return {"seconds": seconds, **world.tally.result()}


def _client(world: World, line: Line, dice: random.Random, room: int | None) -> Client:
    return Reader(world, line, dice) if room is None else Manager(world, line, dice, world.rooms[room])


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measured(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))))
