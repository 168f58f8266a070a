"""Questions that are asked in other ways than by a message: `/ask`, a shortcut with its form, an example's button."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from typing import Any

from bot.errors import HistoryUnavailable
from bot.scope import Scope
from bot.slack.actions import ANSWER_WHERE, DOCUMENT, IN_THREAD, QUESTION
from bot.slack.caller import Caller
from bot.slack.channels import Channels
from bot.slack.errors import SlackProblem
from bot.slack.help_blocks import help_message
from bot.slack.hints import Hints
from bot.slack.incoming import plain_words
from bot.slack.intake import Intake
from bot.slack.interaction import Interaction
from bot.slack.message import as_answered
from bot.slack.ports import Api
from bot.slack.question import SlackQuestion
from bot.slack.question_view import question_view
from bot.slack.response_url import ResponseUrls
from bot.slack.slack_phrases import SlackPhrases
from bot.slack.view_metadata import metadata_of

Body = Mapping[str, Any]
Response = dict[str, Any]
SIGN_PATIENCE_S = 2.0  # a sign that work has begun is no use when it comes late


class Asking:
    """`examples` suggests questions that the documents of a scope answer."""

    def __init__(
        self,
        api: Api,
        responses: ResponseUrls,
        intake: Intake,
        channels: Channels,
        examples: Callable[[Scope], Awaitable[list[str]]],
        max_question_chars: int,
    ) -> None:
        self._api = api
        self._responses = responses
        self._intake = intake
        self._channels = channels
        self._examples = examples
        self._max_question_chars = max_question_chars
        self._hints = Hints(api)

    async def command(self, body: Body, caller: Caller) -> Response:
        """What Slack shows at once to who typed `/ask`, and to nobody else."""
        channel = str(body.get("channel_id") or "")
        here = self._channels.of(channel)
        text = plain_words(str(body.get("text") or ""))
        if not text:
            message = help_message(await self._examples(here.scope), here.words)
            return {"response_type": "ephemeral", **as_answered(message)}
        question = self._question(caller, channel, None, text, response_url=str(body.get("response_url") or ""))
        try:
            await self._intake.ask(question, f"trigger:{body['trigger_id']}")
        except HistoryUnavailable:
            return {"response_type": "ephemeral", "text": here.words.problem}
        return {"response_type": "ephemeral", "text": here.words.searching}

    async def open_form(self, chosen: Interaction, caller: Caller) -> None:
        """For the message that the shortcut was chosen on, or for a question from nowhere."""
        words = self._channels.of(chosen.channel).words
        text = plain_words(chosen.text)[: self._max_question_chars]
        view = question_view(words, question=text, channel=chosen.channel, thread=chosen.below)
        try:
            await self._api.call(
                caller.team, "views.open", enterprise=caller.enterprise, trigger_id=chosen.trigger_id, view=view
            )
        except SlackProblem:
            await self._not_opened(chosen.response_url, caller, words)

    async def submit(self, view: Body, caller: Caller) -> Response:
        """The form is sent: what Slack is to do with it."""
        where = metadata_of(view)
        values = view["state"]["values"]
        text = plain_words(str(_field(values, QUESTION).get("value") or ""))
        channel = where.get("channel", "")
        words = self._channels.of(channel).words
        if not text:
            return {"response_action": "errors", "errors": {QUESTION: words.question_missing}}
        if len(text) > self._max_question_chars:
            return {"response_action": "errors", "errors": {QUESTION: words.too_long(self._max_question_chars)}}
        chosen = _field(values, ANSWER_WHERE).get("selected_option") or {}
        thread = where.get("thread") if chosen.get("value") == IN_THREAD else None
        only = (_field(values, DOCUMENT).get("selected_option") or {}).get("value")
        question = self._question(caller, channel if thread else "", thread or None, text, only=only)
        if only and not self._channels.of(question.channel).scope.allows(only):
            return {"response_action": "errors", "errors": {DOCUMENT: words.document_unavailable}}
        try:
            await self._intake.ask(question, f"view:{view['id']}")
        except HistoryUnavailable:
            return {"response_action": "errors", "errors": {QUESTION: words.problem}}
        return {"response_action": "clear"}

    async def example(self, pressed: Interaction, text: str, caller: Caller) -> None:
        """In the thread whose help offers it; from the Home tab, in the person's own conversation with the bot."""
        url = pressed.response_url if pressed.is_ephemeral else ""
        if url:
            with suppress(SlackProblem):
                sign = {"text": self._channels.of(pressed.channel).words.searching, "replace_original": True}
                await self._responses.send(url, sign, SIGN_PATIENCE_S)
        thread = None if pressed.is_ephemeral else pressed.below or None
        question = self._question(caller, pressed.channel, thread, text, response_url=url)
        await self._intake.ask(question, f"trigger:{pressed.trigger_id}")

    async def _not_opened(self, url: str, caller: Caller, words: SlackPhrases) -> None:
        """Said where the shortcut was chosen; one that comes from nowhere has no such address."""
        if url:
            await self._responses.add(url, words.form_not_opened)
        else:
            await self._hints.say(caller.team, caller.enterprise, caller.user, words.form_not_opened)

    def _question(
        self,
        caller: Caller,
        channel: str,
        thread: str | None,
        text: str,
        response_url: str = "",
        only: str | None = None,
    ) -> SlackQuestion:
        return SlackQuestion(
            surface="command" if response_url else "shortcut",
            team=caller.team,
            enterprise=caller.enterprise,
            channel=channel,
            thread=thread,
            message=None,
            user=caller.user,
            user_team=caller.user_team,
            text=text,
            response_url=response_url or None,
            only=only,
        )


def _field(values: Body, name: str) -> Body:
    field: Body = values.get(name, {}).get(name, {})
    return field
