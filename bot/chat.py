"""A conversation in a terminal: each answer is shown while it is being made."""

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing, suppress
from typing import Protocol

from bot.answer import Answer, Sentence
from bot.errors import AnsweringProblem
from bot.events import Event, Status
from bot.phrases import Phrases
from bot.terminal import Terminal
from index.errors import IndexProblem

GREETING = "Ask a question. /help says what else there is; Ctrl-D ends."
HELP = """\
A question may build on those before it: "and who pays for it?"
/new    begins another conversation
/why    shows how the last answer came about
/help   shows this
/quit   ends; Ctrl-D does, too, and Ctrl-C stops an answer"""
COMMAND = re.compile(r"/\w*")


class Answering(Protocol):
    """Answers questions of a conversation. Raises AnsweringProblem and IndexProblem on purpose."""

    def stream(self, question: str, conversation_id: str | None = None) -> AsyncGenerator[Event, None]: ...


class Chat:
    """`explain` says of an answer's id how that came about; it may raise what `answering` may."""

    def __init__(
        self, answering: Answering, terminal: Terminal, phrases: Phrases, explain: Callable[[str], str]
    ) -> None:
        self._answering = answering
        self._terminal = terminal
        self._phrases = phrases
        self._explain = explain
        self._conversation: str | None = None
        self._last_answer: str | None = None
        self._commands = {"/new": self._begin_anew, "/why": self._why, "/help": self._help}

    def run(self, read_line: Callable[[], str]) -> None:
        """Until `/quit`, or until `read_line` raises EOFError or KeyboardInterrupt. Not for a running event loop."""
        self._terminal.hint(GREETING)
        with asyncio.Runner() as runner, suppress(EOFError, KeyboardInterrupt):
            while (line := read_line().strip()) != "/quit":
                if line:
                    self._take(line, runner)

    def _take(self, line: str, runner: asyncio.Runner) -> None:
        """What goes wrong with one line is said in one line; the next may be right."""
        try:
            if COMMAND.fullmatch(line):
                self._commands.get(line, self._unknown)()
            else:
                runner.run(self._answer(line))
        except (AnsweringProblem, IndexProblem) as problem:
            self._terminal.note(str(problem))
        except KeyboardInterrupt:
            self._terminal.note("stopped")

    async def _answer(self, question: str) -> None:
        with self._terminal.status() as status:
            answer, shown = await self._shown_while_made(question, status)
        self._conversation, self._last_answer = answer.conversation_id, answer.id
        if shown:
            self._terminal.footnotes(answer)
        else:
            self._terminal.answer(answer, self._phrases.closest_passages)
        self._terminal.line("")

    async def _shown_while_made(self, question: str, status: Callable[[str], None]) -> tuple[Answer, bool]:
        """The answer, and whether its sentences have been shown."""
        shown = False
        async with aclosing(self._answering.stream(question, self._conversation)) as events:
            async for event in events:
                match event:
                    case Answer():
                        answer = event
                    case Sentence(withheld=None):
                        self._terminal.sentence(event)
                        shown = True
                    case Status():
                        shown = shown and not self._withdrawn(event)
                        status(event.detail)
        return answer, shown

    def _withdrawn(self, status: Status) -> bool:
        """Whether it takes back the sentences shown so far; then that is said."""
        if status.stage != "fallback":
            return False
        self._terminal.line(f"The sentences above are withdrawn: {status.detail}")
        return True

    # Commands

    def _begin_anew(self) -> None:
        self._conversation = None
        self._terminal.note("another conversation begins")

    def _why(self) -> None:
        if self._last_answer is None:
            self._terminal.note("there is no answer yet")
        else:
            self._terminal.text(self._explain(self._last_answer))

    def _help(self) -> None:
        self._terminal.text(HELP)

    def _unknown(self) -> None:
        self._terminal.note("there is no such command; /help names them all")
