"""Orders from another process: people's deeds, faults, time, and questions about what there is."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from fakeslack.delivery import Delivered
from fakeslack.faults import Fault
from fakeslack.people import Person
from fakeslack.server import FakeSlack
from fakeslack.told import call_json, delivered_json, message_json, view_json
from fakeslack.workspace import Channel, Json, Message, View

DEEDS = (
    *("mention", "say", "dm", "upload", "edit", "delete", "react", "unreact"),
    *("command", "shortcut", "global_shortcut", "click", "options", "submit", "close"),
    *("open_home", "look_at", "stop", "rename_session", "open_assistant", "switch_assistant", "open_link"),
    *("join", "invite_bot", "remove_bot", "uninstall", "revoke_tokens"),
)
LOOK_EVERY_S = 0.02
DIRECT = "@"  # a person's conversation with the bot, as a channel


class WrongOrder(Exception):
    """An order that nobody can carry out: what it says is not known here."""


class Orders:
    """Each is a method, named as in `do`, with the rest of the order as its arguments.

    Channels are named by name or id, or "@" for the conversation with the bot; messages and threads by ts; views by
    id, or "top" or "home". Deeds are those of Person, by a `user` named by name.
    """

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self._known: dict[str, Callable[..., Any]] = {
            "user": self.user,
            "channel": self.channel,
            "transcript": self.transcript,
            "views": self.views,
            "home": self.home,
            "ephemerals": self.ephemerals,
            "calls": self.calls,
            "problems": self.problems,
            "deliveries": self.deliveries,
            "state": self.state,
            "fault": self.fault,
            "clear_faults": self.clear_faults,
            "advance": self.advance,
            "settled": self.settled,
            "exhaust": self.exhaust,
            "wait": self.wait,
            "duplicate": self.duplicate,
            "disconnect": self.disconnect,
            "drop": self.drop,
            "half_open": self.half_open,
            "configure": self.configure,
        }

    async def carry_out(self, order: Json) -> Any:
        """What comes of it, as JSON. Raises WrongOrder, and NotThere for what a person cannot do."""
        given = {name: value for name, value in order.items() if name != "do"}
        name = str(order.get("do"))
        if name not in self._known and name not in DEEDS:
            raise WrongOrder(f"nobody knows how to {name!r}; known are {[*self._known, *DEEDS]}")
        if name in DEEDS:
            return await self._deed(name, given)
        return await _finished(_called(self._known[name], given))

    # Deeds

    async def _deed(self, name: str, given: Json) -> Any:
        person = self._slack.user(given.pop("user", "ana"), given.pop("team", "T1"))
        deed = getattr(person, name)
        meant = {key: self._meant(person, key, value) for key, value in given.items()}
        several = meant.pop("entities", ())  # the only deed that takes any number of things
        done = await _finished(_called(deed, meant, *several))
        return delivered_json(done) if isinstance(done, Delivered) else done

    def _meant(self, person: Person, key: str, value: Any) -> Any:
        """The thing itself for what the order names."""
        match key:
            case "channel" | "looking_at":
                return None if value is None else self._channel(person, value)
            case "message" | "root":
                return self._message(value)
            case "view":
                return self._view(person, value)
            case "target":
                return self._view(person, value) if not _is_ts(value) else self._message(value)
            case "content":
                return value.encode()
            case "files":
                return [(name, content.encode()) for name, content in value.items()]
            case "entities":
                return [self._message(one) if _is_ts(one) else self._channel(person, one) for one in value]
        return value

    def _channel(self, person: Person, name: str) -> Channel:
        if name == DIRECT:
            return person.direct
        team = self._slack.world.teams[person.user.team_id]
        found = self._slack.world.channel(name) or team.channel_named(name)
        if found is None:
            raise WrongOrder(f"no channel is {name!r}")
        return found

    def _message(self, ts: str) -> Message:
        found = [message for message in self._slack.world.messages() if message.ts == ts]
        if not found:
            raise WrongOrder(f"no message is {ts!r}")
        return found[0]

    def _view(self, person: Person, name: str) -> View:
        if name == "top":
            return person.view
        view = person.home if name == "home" else self._slack.world.views.get(name)
        if view is None:
            raise WrongOrder(f"no view is {name!r}")
        return view

    # What there is

    def user(self, name: str, team: str = "T1") -> Json:
        """Makes a person, if there is none of that name."""
        return self._slack.user(name, team).user.as_json()

    def channel(self, name: str, **more: Any) -> Json:
        """Makes a channel, if there is none of that name; more as in FakeSlack.channel."""
        return self._slack.channel(name, **more).as_json()

    def transcript(self, channel: str, thread: str | None = None, user: str = "ana") -> list[Json]:
        """What a person sees of a channel or a thread."""
        viewer = self._slack.user(user)
        return [message_json(one) for one in self._slack.transcript(self._channel(viewer, channel), thread, viewer.id)]

    def views(self, user: str = "ana") -> list[Json]:
        return [view_json(view) for view in self._slack.user(user).views]

    def home(self, user: str = "ana") -> Json | None:
        home = self._slack.user(user).home
        return view_json(home) if home else None

    def ephemerals(self, user: str = "ana") -> list[Json]:
        return [message_json(one) for one in self._slack.user(user).ephemerals]

    def calls(self, method: str | None = None) -> list[Json]:
        """Of one method, or all."""
        return [call_json(call) for call in self._slack.calls if method in (None, call.method)]

    def problems(self) -> list[str]:
        return self._slack.problems

    def deliveries(self) -> list[Json]:
        """Everything that the app has been told, with the latency of each acknowledgement."""
        return [delivered_json(one) for one in self._slack.delivery.log]

    def state(self) -> Json:
        """What should be gone when the app has finished, and what else shows."""
        world = self._slack.world
        return {
            "now": self._slack.clock.now(),
            "connections": len(self._slack.delivery.socket_mode.connections),
            "opened": self._slack.delivery.socket_mode.opened,
            "statuses": [[*thread, text] for thread, text in world.statuses.items()],
            "sessions": [[*thread, status] for thread, status in world.sessions.items()],
            "titles": [[*thread, title] for thread, title in world.titles.items()],
            "prompts": [[*thread, prompts] for thread, prompts in world.prompts.items()],
            "streams": [message_json(stream.message) for stream in world.open_streams()],
        }

    # What goes wrong, and time

    def fault(
        self,
        method: str,
        kind: Any,
        value: float | str = 0,
        processed: bool = False,
        times: int | None = 1,
        after: int = 0,
    ) -> None:
        """As Faults.add; `kind` as in Fault."""
        self._slack.faults.add(method, Fault(kind, value, processed), times, after)

    def clear_faults(self) -> None:
        self._slack.faults.clear()

    async def advance(self, seconds: float) -> None:
        await self._slack.clock.advance(seconds)

    async def settled(self) -> None:
        await self._slack.delivery.settled()

    async def exhaust(self) -> None:
        await self._slack.delivery.exhaust()

    async def wait(
        self, calls: dict[str, int] | None = None, opened: int = 0, processed: bool = True, timeout_s: float = 30.0
    ) -> None:
        """Until so many calls of each method have come, and so many connections were opened; real seconds."""
        wanted = calls or {}
        try:
            async with asyncio.timeout(timeout_s):
                while not self._has_come(wanted, opened, processed):  # noqa: ASYNC110 - what comes has many sources
                    await asyncio.sleep(LOOK_EVERY_S)
        except TimeoutError:
            counted = {method: len(self._slack.calls_of(method)) for method in wanted}
            raise WrongOrder(f"waited for {wanted} and {opened} connections; there were {counted}") from None

    def _has_come(self, wanted: dict[str, int], opened: int, processed: bool) -> bool:
        socket_mode = self._slack.delivery.socket_mode
        if opened and (socket_mode.opened < opened or not socket_mode.connections):
            return False
        come = {method: [c for c in self._slack.calls_of(method) if c.processed or not processed] for method in wanted}
        return all(len(come[method]) >= count for method, count in wanted.items())

    def duplicate(self, event_id: str, times: int = 1, later: float = 0.0) -> None:
        """Delivers an event again, under the same id."""
        found = [one for one in self._slack.delivery.log if one.event_id == event_id]
        if not found:
            raise WrongOrder(f"no event is {event_id!r}")
        self._slack.delivery.duplicate(found[0], times, later=later)

    async def disconnect(self, reason: str = "refresh_requested") -> None:
        await self._slack.delivery.socket_mode.disconnect(reason)

    async def drop(self) -> None:
        await self._slack.delivery.socket_mode.drop()

    def half_open(self) -> None:
        self._slack.delivery.socket_mode.half_open()

    def configure(
        self,
        transport: Any = None,
        request_url: str | None = None,
        subscriptions: list[str] | None = None,
        unfurl_domains: list[str] | None = None,
        skew_s: float | None = None,
    ) -> None:
        """Changes how the app is told; what is not named stays."""
        delivery = self._slack.delivery
        delivery.transport = transport or delivery.transport
        delivery.request_url = request_url or delivery.request_url
        delivery.subscriptions = set(subscriptions) if subscriptions is not None else delivery.subscriptions
        delivery.audience.unfurl_domains |= set(unfurl_domains or ())
        delivery.http.skew_s = delivery.http.skew_s if skew_s is None else skew_s


def _called(function: Callable[..., Any], given: Json, *several: Any) -> Any:
    try:
        inspect.signature(function).bind(*several, **given)
    except TypeError as wrong:
        raise WrongOrder(f"{function.__name__}: {wrong}") from wrong
    return function(*several, **given)


async def _finished(result: Any) -> Any:
    return await result if isinstance(result, Awaitable) else result


def _is_ts(name: str) -> bool:
    return name.replace(".", "", 1).isdigit()
