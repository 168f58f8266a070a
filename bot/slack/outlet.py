"""Where an answer goes: into a thread, or to the asker alone. Both say the same things, each in its way."""

from typing import Protocol

from bot.answer import Answer
from bot.events import Status
from bot.slack.errors import SlackProblem


class Outlet(Protocol):
    """One question's way back. Raises SlackProblem, and QuestionLost when the question is no longer ours."""

    async def begin(self) -> bool:
        """Show that the question is being worked on. Whether it turns out to be answered already, by a process that
        has ended before it could say so.
        """
        ...

    async def working(self, words: str) -> None:
        """Show what is being waited for."""
        ...

    async def status(self, status: Status) -> None: ...

    async def sentence(self, text: str) -> None:
        """A proven sentence of an answer that is still being written; it may be taken back by a later status."""
        ...

    async def answer(self, answer: Answer) -> None:
        """The whole answer, whatever has been shown of it."""
        ...

    async def say(self, words: str) -> None:
        """A plain sentence instead of an answer."""
        ...

    async def help(self) -> None:
        """What can be asked here, for whoever asked nothing."""
        ...

    async def hint(self, problem: SlackProblem) -> bool:
        """Tell the asker elsewhere why there is no answer in this place; whether that could be done."""
        ...

    async def stopped(self) -> None:
        """The asker has stopped the answer."""
        ...

    async def remove(self) -> None:
        """The question is gone; so is what was answered."""
        ...

    async def pause(self) -> None:
        """This process ends; another one will go on where this one stopped."""
        ...

    async def leave(self) -> None:
        """Somebody else goes on now: close what is open and say nothing."""
        ...

    async def close(self) -> None:
        """Nothing looks as if it were still being worked on. Never raises."""
        ...
