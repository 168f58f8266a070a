"""Whether the app is doing something, as far as that can be seen in Slack, and waiting until it is done."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fakeslack.workspace import Message, World

UNFINISHED = "…"  # ends what an app says of what it is doing


@dataclass(frozen=True, slots=True)
class Patience:
    """In seconds: until the first sign of an answer, or of what else the app may do; until no more follows; in all."""

    first_s: float = 10.0
    press_s: float = 2.0
    quiet_s: float = 1.0
    limit_s: float = 180.0
    look_s: float = 0.05


class Activity:
    """`busy` may know better than Slack whether more is to come."""

    def __init__(self, world: World, patience: Patience, busy: Callable[[], bool] | None = None) -> None:
        self._world = world
        self.patience = patience
        self._busy = busy or (lambda: False)

    def trace(self) -> int:
        """A number that is another one as soon as the app has done anything that people see."""
        messages = tuple(_trace(message) for message in self._world.messages())
        views = tuple((view.id, view.hash, view.closed) for view in self._world.views.values())
        work = (self._world.statuses, self._world.sessions, self._world.prompts)
        return hash((messages, views, repr(work)))

    @property
    def working(self) -> bool:
        """Whether it shows that it is at work."""
        world = self._world
        shows = world.statuses or world.open_streams() or "processing" in world.sessions.values()
        return self._busy() or bool(shows) or any(map(_is_unfinished, self._newest_private()))

    @property
    def status(self) -> str:
        """What it says that it is doing, if it says anything."""
        return next(iter(self._world.statuses.values()), "")

    async def settled(self, before: int, first_s: float) -> bool:
        """Waits until the app has done something since the trace `before` and shows no more work.

        False if nothing was done within `first_s`, or if it is still at work when patience ends.
        """
        clock = asyncio.get_running_loop().time
        begun = quiet_since = clock()
        latest = before
        while clock() - begun < self.patience.limit_s:
            now = self.trace()
            if now != latest or self.working:
                latest, quiet_since = now, clock()
            patience = first_s if latest == before else self.patience.quiet_s
            if clock() - quiet_since >= patience:
                return latest != before
            await asyncio.sleep(self.patience.look_s)
        return False

    def _newest_private(self) -> Iterable[Message]:
        """What the app has said last to each person alone, in each channel."""
        private = [one for one in self._world.messages() if one.ephemeral_to and not one.deleted]
        return {(one.channel, one.ephemeral_to): one for one in private}.values()

    async def begun(self) -> None:
        """Waits until it shows that it is at work."""
        while not self.working:  # noqa: ASYNC110 - what is seen comes from many places
            await asyncio.sleep(self.patience.look_s)


def _trace(message: Message) -> int:
    """Of what people write themselves, only what the app adds counts."""
    reactions = repr(message.reactions)
    if message.bot_id is None:
        return hash((message.ts, reactions)) if any(message.reactions.values()) else 0
    shown = (message.text, repr(message.blocks), repr(message.tasks), message.streaming, message.deleted, reactions)
    return hash((message.ts, *shown))


def _is_unfinished(message: Message) -> bool:
    """Private answers are announced by a message that says what is being done."""
    return message.text.rstrip().endswith(UNFINISHED) and not message.blocks
