"""The ways in which Slack can show that a question is being worked on."""

from typing import Any, Protocol

from bot.slack.destination import Destination
from bot.slack.errors import SlackRefused
from bot.slack.ports import Api

PATIENCE_S = 0.0  # a sign that comes late is none, and would keep the answer waiting
CLEARING_PATIENCE_S = 30.0
EYES = "eyes"
# Somebody's reaction is there already, or is not there any more: just as well.
AS_WANTED = frozenset({"already_reacted", "no_reaction", "message_not_found"})


class FormOfSign(Protocol):
    """One way to show it. Both raise SlackProblem."""

    async def show(self, words: str, /) -> None: ...

    async def clear(self) -> None: ...


class _Calls:
    """Those about one question."""

    def __init__(self, api: Api, to: Destination) -> None:
        self._api = api
        self.to = to

    async def call(self, method: str, patience_s: float, **arguments: Any) -> None:
        place, enterprise = self.to.place, self.to.enterprise
        await self._api.call(place.team, method, enterprise=enterprise, patience_s=patience_s, **arguments)


class SessionSign:
    """The session of an agent, in direct conversations; with a button to stop it."""

    def __init__(self, calls: _Calls) -> None:
        self._calls = calls

    async def show(self, _words: str, /) -> None:
        await self._set("processing", PATIENCE_S)

    async def clear(self) -> None:
        await self._set("active", CLEARING_PATIENCE_S)

    async def _set(self, status: str, patience_s: float) -> None:
        place = self._calls.to.place
        session = {"channel_id": place.channel, "thread_ts": place.thread, "status": status}
        await self._calls.call("agents.sessions.setStatus", patience_s, **session)


class StatusSign:
    """The line under a thread, with words of ours."""

    def __init__(self, calls: _Calls) -> None:
        self._calls = calls

    async def show(self, words: str, /) -> None:
        await self._set(words, PATIENCE_S)

    async def clear(self) -> None:
        await self._set("", CLEARING_PATIENCE_S)

    async def _set(self, status: str, patience_s: float) -> None:
        place = self._calls.to.place
        line = {"channel_id": place.channel, "thread_ts": place.thread, "status": status}
        await self._calls.call("assistant.threads.setStatus", patience_s, **line)


class ReactionSign:
    """A reaction to the question itself."""

    def __init__(self, calls: _Calls) -> None:
        self._calls = calls

    async def show(self, _words: str, /) -> None:
        await self._tolerating("reactions.add", PATIENCE_S)

    async def clear(self) -> None:
        await self._tolerating("reactions.remove", CLEARING_PATIENCE_S)

    async def _tolerating(self, method: str, patience_s: float) -> None:
        to = self._calls.to
        try:
            await self._calls.call(method, patience_s, channel=to.place.channel, timestamp=to.asked_ts, name=EYES)
        except SlackRefused as refusal:
            if refusal.code not in AS_WANTED:
                raise


def forms_of_sign(api: Api, to: Destination) -> list[FormOfSign]:
    """Those that there are in such a place, the best first; Slack may refuse each of them."""
    calls = _Calls(api, to)
    others: list[FormOfSign] = [StatusSign(calls), ReactionSign(calls)]
    return [SessionSign(calls), *others] if to.is_direct else others
