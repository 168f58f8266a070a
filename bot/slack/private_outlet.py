"""The way back to one person alone: the address that Slack gave out with a command, for as long as it holds."""

from collections.abc import Awaitable, Callable

from bot.answer import Answer
from bot.events import Status
from bot.slack.answer_blocks import answer_messages, problem_message, stopped_message
from bot.slack.errors import SlackProblem
from bot.slack.help_blocks import help_message
from bot.slack.hints import Hints
from bot.slack.message import Message, as_answered
from bot.slack.question import SlackQuestion
from bot.slack.response_url import ResponseUrls
from bot.slack.slack_phrases import SlackPhrases


class PrivateOutlet:
    """Everything replaces what was shown before, so that saying it twice shows it once.

    `examples` gives questions to begin with.
    """

    def __init__(
        self,
        responses: ResponseUrls,
        hints: Hints,
        question: SlackQuestion,
        url: str,
        words: SlackPhrases,
        examples: Callable[[], Awaitable[list[str]]],
        base_url: str | None,
    ) -> None:
        self._responses = responses
        self._hints = hints
        self._question = question
        self._url = url
        self._words = words
        self._examples = examples
        self._base_url = base_url

    async def begin(self) -> bool:
        """The command's acknowledgement has shown it already; an answer that is shown again replaces itself."""
        return False

    async def working(self, words: str) -> None:
        """What was said at first is enough: an address may be used five times only."""

    async def status(self, status: Status) -> None:
        """As above."""

    async def sentence(self, text: str) -> None:
        """Nothing can be streamed to one person among many."""

    async def answer(self, answer: Answer) -> None:
        first, *others = answer_messages(answer, self._words, base_url=self._base_url, share=True)
        await self._show(first)
        for message in others:
            await self._show(message, replacing=False)

    async def say(self, words: str) -> None:
        await self._show(problem_message(words))

    async def help(self) -> None:
        await self._show(help_message(await self._examples(), self._words))

    async def hint(self, problem: SlackProblem) -> bool:  # noqa: ARG002 - whatever it is
        """The address holds for half an hour; who asked before that is told to ask again."""
        question = self._question
        try:
            await self._hints.say(question.team, question.enterprise, question.user, self._words.problem)
        except SlackProblem:
            return False
        return True

    async def stopped(self) -> None:
        await self._show(stopped_message(self._words))

    async def remove(self) -> None:
        """Nobody can delete a command."""

    async def pause(self) -> None:
        """What is shown is that the documents are being searched, which will be true again."""

    async def leave(self) -> None:
        """There is nothing open."""

    async def close(self) -> None:
        """There is nothing open."""

    async def _show(self, message: Message, replacing: bool = True) -> None:
        payload = {"response_type": "ephemeral", "replace_original": replacing, **as_answered(message)}
        await self._responses.send(self._url, payload)
